#include "convolution_loops.h"

#include "lane_types.h"

#pragma STDC FP_CONTRACT OFF

#define LOOPS "convolutions.h"
#include "both_builds.h"

void lanes_fold(const double *first, const double *second, long count, const double *turns,
                double *real, double *imaginary) {
  CHOSEN(fold)(first, second, count, turns, real, imaginary);
}
void lanes_unfold(const double *real, const double *imaginary, long count, const double *turns,
                  double *out) {
  CHOSEN(unfold)(real, imaginary, count, turns, out);
}
void lanes_fft_forward(double *real, double *imaginary, long count, const double *twiddles) {
  CHOSEN(fft_forward)(real, imaginary, count, twiddles);
}
void lanes_fft_inverse(double *real, double *imaginary, long count, const double *twiddles) {
  CHOSEN(fft_inverse)(real, imaginary, count, twiddles);
}
void lanes_spectra(const double *const *x, const double *const *h, long terms, long count,
                   double *sum) {
  CHOSEN(spectra)(x, h, terms, count, sum);
}
void lanes_two_spectra(const double *const *x, const double *const *h, const double *const *g,
                       long terms, long count, double *sum, double *next) {
  CHOSEN(two_spectra)(x, h, g, terms, count, sum, next);
}
