#ifndef CLANES_SAMPLE_LOOPS_H
#define CLANES_SAMPLE_LOOPS_H

/* Loops over samples as they come and go, as those of lane_loops.h. */

/* Triangular noise from Philox4x32-10: two samples for each of 8 `eights` counters from `pair` on, the
   sums of words 0 and 1 and of words 2 and 3, (a + b + 1) 2^-32 - 1. */
void lanes_triangular(unsigned long long pair, unsigned channel, unsigned purpose,
                      unsigned long long seed, long eights, double *out);

/* Interleaved stereo of 24-bit integers, lowest byte first, times 2^-23. */
void lanes_split_int24(const unsigned char *bytes, double *left, double *right, long frames);

/* One channel of them. */
void lanes_widen_int24(const unsigned char *bytes, double *out, long count);

/* Samples times 2^23 rounded to nearest, ties to even, and clamped to 24 bits. */
void lanes_join_int24(const double *left, const double *right, unsigned char *bytes, long frames);

/* Samples times 2^44 as 48-bit integers, lowest byte first; 0 where one is none of these numbers. And
   back; `out` may begin where the bytes do. */
long lanes_pack48(const double *samples, unsigned char *bytes, long count);
void lanes_unpack48(const unsigned char *bytes, double *out, long count);

/* floor(x scale + noise + 1/2), clamped to -scale ... scale - 1, over `scale` (a power of two). */
void lanes_quantise(double *samples, const double *noise, double scale, long count);

/* y[i] = (x[i] + x[i - 1]) / (r[i] + r[i - 1]) with r = sqrt(1 + x^2); x[-1] and roots[-1] are there,
   count is a multiple of four. */
void lanes_bend(const double *samples, double *roots, double *out, long count);

/* Interleaved stereo of Floats, and back, rounded to nearest. */
void lanes_split_floats(const float *frames, double *left, double *right, long count);
void lanes_join_floats(const double *left, const double *right, float *frames, long count);

/* One channel of Floats; Doubles rounded to Float, elsewhere or where they stand. */
void lanes_widen_floats(const float *samples, double *out, long count);
void lanes_narrow(const double *samples, float *out, long count);
void lanes_round_to_floats(double *samples, long count);

/* sum += round(term gain) on the grid of `shift`; gives how many terms were not below `limit`. */
long lanes_add_term(const double *samples, double gain, long count, double shift, double limit,
                    double *sum);

/* How many samples times `scale` are below `low`, or `high` and above. */
long lanes_beyond(const double *samples, long count, double scale, double low, double high);

/* 1 when no sample is infinite or not a number. */
long lanes_finite(const double *samples, long count);

#endif
