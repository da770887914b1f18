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
