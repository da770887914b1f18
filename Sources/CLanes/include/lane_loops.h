#ifndef CLANES_LOOPS_H
#define CLANES_LOOPS_H

#include "convolution_loops.h"
#include "limiter_loops.h"
#include "meter_loops.h"
#include "resample_loops.h"
#include "room_loops.h"
#include "sample_loops.h"

/* Loops over Doubles, four at a time: over four streams side by side ("lanes": frame by frame, the
   four streams' samples next to each other) or over four neighbours of one stream. Each operation is
   one addition, subtraction, multiplication or division of Doubles, or of Floats where it says so, in
   the order written; nothing is contracted. On x86-64 each loop is there twice, for every processor
   and for those with AVX2; the bits are the same and the choice is made when it is called. */

/* Second-order sections one after another on four streams, in place. `sections` is 1 to 5.
   coefficients: for each section b0, b1, b2, a1, a2, each four lanes; state: s1, s2, likewise. */
void lanes_cascade(double *samples, long frames, long sections, const double *coefficients,
                   double *state);

/* What a static curve takes off: out = slope (bent^2 half + excess), from magnitudes of `samples`
   (mean squares if so scaled), in single precision: bent and excess come of over = scale ((exponent +
   whole) + (log2 of the mantissa + part)), held to the knee and what is beyond. curve: scale, whole,
   part, floor, knee, half, slope, each four lanes. count: Doubles; their lanes go round. */
void lanes_reductions(const double *samples, double *out, long count, const double *curve);

/* gains = 2^(octaves (makeup - min(value, range))), in place. setting: makeup, range, four lanes. */
void lanes_gains(double *values, long count, const double *setting);

/* Four compressors: reductions, smoothed by released = max(x, r released + (1-r) x), output =
   a output + (1-a) released, and samples *= gains. poles: a, 1-a, r, 1-r, each four lanes; state:
   released, output. */
void lanes_compress(double *samples, long frames, const double *curve, const double *poles,
                    const double *setting, double *state);

/* Four streams into lanes; zeros lose their sign. */
void lanes_gather(const double *a, const double *b, const double *c, const double *d, double *out,
                  long frames);

/* The same from 24-bit integers, lowest byte first, times 2^-23. One byte before each stream must be
   readable. */
void lanes_gather_int24(const unsigned char *a, const unsigned char *b, const unsigned char *c,
                        const unsigned char *d, double *out, long frames);

/* Lanes to four streams, as they are or rounded to Float. The memory of as many Floats behind them is
   called for meanwhile. */
void lanes_scatter(const double *lanes, double *a, double *b, double *c, double *d, long frames);
void lanes_scatter_float(const double *lanes, float *a, float *b, float *c, float *d, long frames);

/* sum += round(term gain) on the grid of `shift`, for `terms` streams of Floats, into two channels.
   gains: left and right of each term; anew: not 0 where the sums begin with these. Returns 0 when every sample was smaller than its term's
   limit. */
long lanes_sum_floats(const float *const *streams, long terms, const double *gains,
                      const float *limits, long frames, double shift, long anew,
                      double *left, double *right);

/* Dot products of taps with one or two streams; count is a multiple of four. Lane j sums the taps
   k with k mod 4 = j in ascending order; the result is (l0 + l1) + (l2 + l3). */
double lanes_dot(const double *taps, const double *samples, long count);
void lanes_dot_pair(const double *taps, const double *left, const double *right, long count,
                    double *out);

/* The same for eight streams. */
void lanes_dots(const double *taps, const double *const *streams, long count, double *out);

/* The largest magnitude; 0 for none. */
double lanes_largest(const double *samples, long count);

/* out[i] = sum over r of (x[i - r] + x[i + 1 + r]) taps[r], ascending, for i in 0..<16. */
void lanes_middles(const double *samples, const double *taps, long count, double *out);

/* Eight phases between samples, of `bases` frames (more are written, up to the next four). With s and
   d the sum and difference of x[i - r] and x[i + 1 + r], ascending r, and table E1 E2 E3 E4 O1 O2 O3
   for each r: phase k is the sum of s Ek and d Ok for k < 4, 8 - k is the difference, 4 is s E4 and 0
   the sample itself. Phase k stands at out + k stride. */
void lanes_phases(const double *samples, const double *table, long taps, long bases, double *out,
                  long stride);

/* 1 when nothing between these bases and the next can exceed `threshold`: bounds[0] times the largest
   of a base, the next one and the middle between them, and bounds[1] times `around`, the largest sample
   in reach. A middle is the sum over r < 24 of (x[i - r] + x[i + 1 + r]) taps[r]; from r = 8 on it is
   bounds[2] times `around` at most. */
long lanes_low(const double *samples, long bases, const double *taps, const double *bounds,
               double around, double threshold);

/* How high the signal rises from half a frame before to half a frame behind frame i + 1, from what
   `lanes_phases` gave: the largest magnitude, or the summit of a parabola through a local maximum y1
   of magnitude and its neighbours, y1 + (y0 - y2)^2 / (8 (2 y1 - y0 - y2)), at most `bound` y1. What
   does not exceed `threshold` is replaced by the frame's own magnitude. Written up to the next four. */
void lanes_heights(const double *phases, long stride, long frames, double threshold, double bound,
                   double *out);

#endif
