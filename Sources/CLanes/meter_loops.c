#include "meter_loops.h"

#include "lane_types.h"

#pragma STDC FP_CONTRACT OFF

#define LOOPS "meters.h"
#include "both_builds.h"

void lanes_weigh(const double *left, const double *right, long frames, const double *filter,
                 double *state, double *sums) {
  CHOSEN(weigh)(left, right, frames, filter, state, sums);
}
void lanes_weigh_and_fold(const double *left, const double *right, long frames,
                          const double *filter, double *state, double *sums,
                          const double *sections, double *memory, double *energies) {
  CHOSEN(weigh_and_fold)
  (left, right, frames, filter, state, sums, sections, memory, energies);
}
void lanes_weigh_pair(const double *left, const double *right, const double *gains,
                      const double *others, long frames, const double *factors,
                      const double *filter, double *state, double *sums) {
  CHOSEN(weigh_pair)(left, right, gains, others, frames, factors, filter, state, sums);
}
long lanes_risers(const double *samples, long frames, const double *taps, const double *bounds,
                  double limit, long *places, double *tops) {
  return CHOSEN(risers)(samples, frames, taps, bounds, limit, places, tops);
}
double lanes_table_peak(const double *samples, long frames, const double *taps, const double *bounds,
                        double peak) {
  return CHOSEN(table_peak)(samples, frames, taps, bounds, peak);
}
double lanes_bank(const double *taps, long stride, const double *samples, long count, double *out) {
  return CHOSEN(bank)(taps, stride, samples, count, out);
}
