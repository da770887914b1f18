#include "lane_loops.h"

#include "lane_types.h"

#pragma STDC FP_CONTRACT OFF

#define LOOPS "loops.h"
#include "both_builds.h"

void lanes_cascade(double *samples, long frames, long sections, const double *coefficients,
                   double *state) {
  CHOSEN(cascade)(samples, frames, sections, coefficients, state);
}
void lanes_reductions(const double *samples, double *out, long count, const double *curve) {
  CHOSEN(reductions)(samples, out, count, curve);
}
void lanes_gains(double *values, long count, const double *setting) {
  CHOSEN(gains)(values, count, setting);
}
void lanes_compress(double *samples, long frames, const double *curve, const double *poles,
                    const double *setting, double *state) {
  CHOSEN(compress)(samples, frames, curve, poles, setting, state);
}
void lanes_gather(const double *a, const double *b, const double *c, const double *d, double *out,
                  long frames) {
  CHOSEN(gather)(a, b, c, d, out, frames);
}
void lanes_gather_int24(const unsigned char *a, const unsigned char *b, const unsigned char *c,
                        const unsigned char *d, double *out, long frames) {
  CHOSEN(gather_int24)(a, b, c, d, out, frames);
}
void lanes_scatter(const double *lanes, double *a, double *b, double *c, double *d, long frames) {
  CHOSEN(scatter)(lanes, a, b, c, d, frames);
}
void lanes_scatter_float(const double *lanes, float *a, float *b, float *c, float *d,
                         long frames) {
  CHOSEN(scatter_float)(lanes, a, b, c, d, frames);
}
long lanes_sum_floats(const float *const *streams, long terms, const double *gains,
                      const float *limits, long frames, double shift, long anew,
                      double *left, double *right) {
  return CHOSEN(sum_floats)(streams, terms, gains, limits, frames, shift, anew, left, right);
}
double lanes_dot(const double *taps, const double *samples, long count) {
  return CHOSEN(dot)(taps, samples, count);
}
void lanes_dot_pair(const double *taps, const double *left, const double *right, long count,
                    double *out) {
  CHOSEN(dot_pair)(taps, left, right, count, out);
}
double lanes_largest(const double *samples, long count) { return CHOSEN(largest)(samples, count); }
void lanes_middles(const double *samples, const double *taps, long count, double *out) {
  CHOSEN(middles)(samples, taps, count, out);
}
void lanes_phases(const double *samples, const double *table, long taps, long bases, double *out,
                  long stride) {
  CHOSEN(phases)(samples, table, taps, bases, out, stride);
}
long lanes_low(const double *samples, long bases, const double *taps, const double *bounds,
               double around, double threshold) {
  return CHOSEN(low)(samples, bases, taps, bounds, around, threshold);
}
void lanes_heights(const double *phases, long stride, long frames, double threshold, double bound,
                   double *out) {
  CHOSEN(heights)(phases, stride, frames, threshold, bound, out);
}
void lanes_dots(const double *taps, const double *const *streams, long count, double *out) {
  CHOSEN(dots)(taps, streams, count, out);
}
