#include "resample_loops.h"

#include "lane_types.h"

#pragma STDC FP_CONTRACT OFF

#define LOOPS "resamples.h"
#include "both_builds.h"

void lanes_eight_in(const double *const *streams, const long *counts, long frames, double *out) {
  CHOSEN(eight_in)(streams, counts, frames, out);
}
void lanes_eight_out(const double *lanes, double *const *streams, const long *counts, long frames) {
  CHOSEN(eight_out)(lanes, streams, counts, frames);
}
void lanes_twice(const double *lanes, const double *rows, const long *steps, long width, long up,
                 long row, long count, double *even, double *odd) {
  CHOSEN(twice)(lanes, rows, steps, width, up, row, count, even, odd);
}
void lanes_halve(const double *odd, const double *taps, long pairs, long frames, double *even) {
  CHOSEN(halve)(odd, taps, pairs, frames, even);
}
