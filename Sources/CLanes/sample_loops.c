#include "sample_loops.h"

#include "lane_types.h"

#pragma STDC FP_CONTRACT OFF

#define LOOPS "samples.h"
#include "both_builds.h"

void lanes_triangular(unsigned long long pair, unsigned channel, unsigned purpose,
                      unsigned long long seed, long eights, double *out) {
  CHOSEN(triangular)(pair, channel, purpose, seed, eights, out);
}
void lanes_split_int24(const unsigned char *bytes, double *left, double *right, long frames) {
  CHOSEN(split_int24)(bytes, left, right, frames);
}
void lanes_widen_int24(const unsigned char *bytes, double *out, long count) {
  CHOSEN(widen_int24)(bytes, out, count);
}
void lanes_join_int24(const double *left, const double *right, unsigned char *bytes, long frames) {
  CHOSEN(join_int24)(left, right, bytes, frames);
}
long lanes_pack48(const double *samples, unsigned char *bytes, long count) {
  return CHOSEN(pack48)(samples, bytes, count);
}
void lanes_unpack48(const unsigned char *bytes, double *out, long count) {
  CHOSEN(unpack48)(bytes, out, count);
}
void lanes_quantise(double *samples, const double *noise, double scale, long count) {
  CHOSEN(quantise)(samples, noise, scale, count);
}
void lanes_bend(const double *samples, double *roots, double *out, long count) {
  CHOSEN(bend)(samples, roots, out, count);
}
void lanes_split_floats(const float *frames, double *left, double *right, long count) {
  CHOSEN(split_floats)(frames, left, right, count);
}
void lanes_join_floats(const double *left, const double *right, float *frames, long count) {
  CHOSEN(join_floats)(left, right, frames, count);
}
void lanes_widen_floats(const float *samples, double *out, long count) {
  CHOSEN(widen_floats)(samples, out, count);
}
void lanes_narrow(const double *samples, float *out, long count) {
  CHOSEN(narrow)(samples, out, count);
}
void lanes_round_to_floats(double *samples, long count) { CHOSEN(round_to_floats)(samples, count); }
long lanes_add_term(const double *samples, double gain, long count, double shift, double limit,
                    double *sum) {
  return CHOSEN(add_term)(samples, gain, count, shift, limit, sum);
}
long lanes_beyond(const double *samples, long count, double scale, double low, double high) {
  return CHOSEN(beyond)(samples, count, scale, low, high);
}
long lanes_finite(const double *samples, long count) { return CHOSEN(finite)(samples, count); }
