#include "limiter_loops.h"

#include "lane_types.h"

#pragma STDC FP_CONTRACT OFF

#define LOOPS "limiters.h"
#include "both_builds.h"

void lanes_limit(const double *peaks, double *gains, long frames, double limit, const double *rates,
                 double *levels, long long *values, long *times, long length, long *queue,
                 long long *rings, long size, long *place, long long *sums) {
  CHOSEN(limit)
  (peaks, gains, frames, limit, rates, levels, values, times, length, queue, rings, size, place, sums);
}
void lanes_tops(const double *samples, long sixteens, double *out) {
  CHOSEN(tops)(samples, sixteens, out);
}
void lanes_magnitudes(const double *samples, long count, long merging, double *out) {
  CHOSEN(magnitudes)(samples, count, merging, out);
}
void lanes_raise_to_floats(const double *values, long count, double *out) {
  CHOSEN(raise_to_floats)(values, count, out);
}
