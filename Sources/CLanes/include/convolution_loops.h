#ifndef CLANES_CONVOLUTION_LOOPS_H
#define CLANES_CONVOLUTION_LOOPS_H

/* Convolution of real signals by complex transforms, real and imaginary parts apart. As with
   lane_loops.h: nothing is contracted, two builds for x86-64, the same bits. All counts are powers of
   four, 16 and more.

   2N real samples (a, b) become N complex numbers (a[k] + i b[k]) e^(i pi k / 2N). Products of two
   such transforms are those of the samples as polynomials modulo x^2N + 1: what wraps round changes
   its sign, and there are no pairs of bins to take apart. */

/* turns: for each four k, four cosines and four sines of pi k / 2N. */
void lanes_fold(const double *first, const double *second, long count, const double *turns,
                double *real, double *imaginary);

/* b of what was folded. */
void lanes_unfold(const double *real, const double *imaginary, long count, const double *turns,
                  double *out);

/* In place; bins come out in an order of their own. twiddles: for spans N, N/4 ... 16 and each four k
   below a quarter of the span, cosines and sines of -2 pi k / span, of twice and of thrice that. */
void lanes_fft_forward(double *real, double *imaginary, long count, const double *twiddles);

/* Takes bins in that order; the result is N times the numbers. */
void lanes_fft_inverse(double *real, double *imaginary, long count, const double *twiddles);

/* sum += the products x[k] h[k] of spectra, ascending k; each spectrum is `count` real parts, then as
   many imaginary ones. */
void lanes_spectra(const double *const *x, const double *const *h, long terms, long count,
                   double *sum);

/* Two sums in one pass: of x[k] h[k], and of x[k] g[k] for the k where g is not null; both from 0 on. */
void lanes_two_spectra(const double *const *x, const double *const *h, const double *const *g,
                       long terms, long count, double *sum, double *next);

#endif
