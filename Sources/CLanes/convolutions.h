/* The loops of convolution_loops.h; included once for each build, with LOOP(name) naming it. */

/* Sums and differences of a radix-4 step, forward (e^-). */
#define BUTTERFLY                                                     \
  const lanes4 sacr = ar + cr, saci = ai + ci;                        \
  const lanes4 dacr = ar - cr, daci = ai - ci;                        \
  const lanes4 sbdr = br + dr, sbdi = bi + di;                        \
  const lanes4 dbdr = br - dr, dbdi = bi - di;

/* One pass over `span` numbers: quarters become the four residues, each turned by its twiddle. */
static void LOOP(pass_forward)(double *re, double *im, long span, const double *w) {
  const long q = span / 4;
  for (long j = 0; j < q; j += 4, w += 24) {
    const lanes4 ar = DOUBLES(re + j), ai = DOUBLES(im + j);
    const lanes4 br = DOUBLES(re + q + j), bi = DOUBLES(im + q + j);
    const lanes4 cr = DOUBLES(re + 2 * q + j), ci = DOUBLES(im + 2 * q + j);
    const lanes4 dr = DOUBLES(re + 3 * q + j), di = DOUBLES(im + 3 * q + j);
    BUTTERFLY
    DOUBLES(re + j) = sacr + sbdr;
    DOUBLES(im + j) = saci + sbdi;
    const lanes4 r1 = dacr + dbdi, i1 = daci - dbdr;
    const lanes4 r2 = sacr - sbdr, i2 = saci - sbdi;
    const lanes4 r3 = dacr - dbdi, i3 = daci + dbdr;
    DOUBLES(re + q + j) = r1 * AT(w, 0) - i1 * AT(w, 1);
    DOUBLES(im + q + j) = r1 * AT(w, 1) + i1 * AT(w, 0);
    DOUBLES(re + 2 * q + j) = r2 * AT(w, 2) - i2 * AT(w, 3);
    DOUBLES(im + 2 * q + j) = r2 * AT(w, 3) + i2 * AT(w, 2);
    DOUBLES(re + 3 * q + j) = r3 * AT(w, 4) - i3 * AT(w, 5);
    DOUBLES(im + 3 * q + j) = r3 * AT(w, 5) + i3 * AT(w, 4);
  }
}

/* Its inverse, times 4: turned back, then the quarters. */
static void LOOP(pass_inverse)(double *re, double *im, long span, const double *w) {
  const long q = span / 4;
  for (long j = 0; j < q; j += 4, w += 24) {
    const lanes4 xr = DOUBLES(re + q + j), xi = DOUBLES(im + q + j);
    const lanes4 yr = DOUBLES(re + 2 * q + j), yi = DOUBLES(im + 2 * q + j);
    const lanes4 zr = DOUBLES(re + 3 * q + j), zi = DOUBLES(im + 3 * q + j);
    const lanes4 ar = DOUBLES(re + j), ai = DOUBLES(im + j);
    const lanes4 br = xr * AT(w, 0) + xi * AT(w, 1), bi = xi * AT(w, 0) - xr * AT(w, 1);
    const lanes4 cr = yr * AT(w, 2) + yi * AT(w, 3), ci = yi * AT(w, 2) - yr * AT(w, 3);
    const lanes4 dr = zr * AT(w, 4) + zi * AT(w, 5), di = zi * AT(w, 4) - zr * AT(w, 5);
    BUTTERFLY
    DOUBLES(re + j) = sacr + sbdr;
    DOUBLES(im + j) = saci + sbdi;
    DOUBLES(re + q + j) = dacr - dbdi;
    DOUBLES(im + q + j) = daci + dbdr;
    DOUBLES(re + 2 * q + j) = sacr - sbdr;
    DOUBLES(im + 2 * q + j) = saci - sbdi;
    DOUBLES(re + 3 * q + j) = dacr + dbdi;
    DOUBLES(im + 3 * q + j) = daci - dbdr;
  }
}

/* The last two passes, sixteen numbers at a time. What comes out stands in an order of its own. */
static void LOOP(sixteens_forward)(double *re, double *im, long count, const double *w) {
  const lanes4 w1r = AT(w, 0), w1i = AT(w, 1), w2r = AT(w, 2), w2i = AT(w, 3), w3r = AT(w, 4),
               w3i = AT(w, 5);
  for (long at = 0; at < count; at += 16) {
    lanes4 pr, pi, qr, qi, rr, ri, sr, si;
    {
      const lanes4 ar = DOUBLES(re + at), ai = DOUBLES(im + at);
      const lanes4 br = DOUBLES(re + at + 4), bi = DOUBLES(im + at + 4);
      const lanes4 cr = DOUBLES(re + at + 8), ci = DOUBLES(im + at + 8);
      const lanes4 dr = DOUBLES(re + at + 12), di = DOUBLES(im + at + 12);
      BUTTERFLY
      pr = sacr + sbdr;
      pi = saci + sbdi;
      const lanes4 r1 = dacr + dbdi, i1 = daci - dbdr;
      const lanes4 r2 = sacr - sbdr, i2 = saci - sbdi;
      const lanes4 r3 = dacr - dbdi, i3 = daci + dbdr;
      qr = r1 * w1r - i1 * w1i;
      qi = r1 * w1i + i1 * w1r;
      rr = r2 * w2r - i2 * w2i;
      ri = r2 * w2i + i2 * w2r;
      sr = r3 * w3r - i3 * w3i;
      si = r3 * w3i + i3 * w3r;
    }
    turn4(&pr, &qr, &rr, &sr);
    turn4(&pi, &qi, &ri, &si);
    {
      const lanes4 ar = pr, ai = pi, br = qr, bi = qi, cr = rr, ci = ri, dr = sr, di = si;
      BUTTERFLY
      DOUBLES(re + at) = sacr + sbdr;
      DOUBLES(im + at) = saci + sbdi;
      DOUBLES(re + at + 4) = dacr + dbdi;
      DOUBLES(im + at + 4) = daci - dbdr;
      DOUBLES(re + at + 8) = sacr - sbdr;
      DOUBLES(im + at + 8) = saci - sbdi;
      DOUBLES(re + at + 12) = dacr - dbdi;
      DOUBLES(im + at + 12) = daci + dbdr;
    }
  }
}

static void LOOP(sixteens_inverse)(double *re, double *im, long count, const double *w) {
  const lanes4 w1r = AT(w, 0), w1i = AT(w, 1), w2r = AT(w, 2), w2i = AT(w, 3), w3r = AT(w, 4),
               w3i = AT(w, 5);
  for (long at = 0; at < count; at += 16) {
    lanes4 pr, pi, qr, qi, rr, ri, sr, si;
    {
      const lanes4 ar = DOUBLES(re + at), ai = DOUBLES(im + at);
      const lanes4 br = DOUBLES(re + at + 4), bi = DOUBLES(im + at + 4);
      const lanes4 cr = DOUBLES(re + at + 8), ci = DOUBLES(im + at + 8);
      const lanes4 dr = DOUBLES(re + at + 12), di = DOUBLES(im + at + 12);
      BUTTERFLY
      pr = sacr + sbdr;
      pi = saci + sbdi;
      qr = dacr - dbdi;
      qi = daci + dbdr;
      rr = sacr - sbdr;
      ri = saci - sbdi;
      sr = dacr + dbdi;
      si = daci - dbdr;
    }
    turn4(&pr, &qr, &rr, &sr);
    turn4(&pi, &qi, &ri, &si);
    {
      const lanes4 ar = pr, ai = pi;
      const lanes4 br = qr * w1r + qi * w1i, bi = qi * w1r - qr * w1i;
      const lanes4 cr = rr * w2r + ri * w2i, ci = ri * w2r - rr * w2i;
      const lanes4 dr = sr * w3r + si * w3i, di = si * w3r - sr * w3i;
      BUTTERFLY
      DOUBLES(re + at) = sacr + sbdr;
      DOUBLES(im + at) = saci + sbdi;
      DOUBLES(re + at + 4) = dacr - dbdi;
      DOUBLES(im + at + 4) = daci + dbdr;
      DOUBLES(re + at + 8) = sacr - sbdr;
      DOUBLES(im + at + 8) = saci - sbdi;
      DOUBLES(re + at + 12) = dacr + dbdi;
      DOUBLES(im + at + 12) = daci - dbdr;
    }
  }
}

/* Depth first, so that small parts stay in the nearest cache. `w` holds the passes' twiddles from the
   largest span to 16. */
static void LOOP(fft_forward)(double *re, double *im, long n, const double *w) {
  if (n == 16) return LOOP(sixteens_forward)(re, im, 16, w);
  if (n <= 1024) {
    /* Breadth first. */
    long span = n;
    for (; span > 16; w += 6 * (span / 4), span /= 4)
      for (long at = 0; at < n; at += span) LOOP(pass_forward)(re + at, im + at, span, w);
    LOOP(sixteens_forward)(re, im, n, w);
    return;
  }
  LOOP(pass_forward)(re, im, n, w);
  for (long k = 0; k < 4; k++)
    LOOP(fft_forward)(re + k * (n / 4), im + k * (n / 4), n / 4, w + 6 * (n / 4));
}

static void LOOP(fft_inverse)(double *re, double *im, long n, const double *w) {
  if (n == 16) return LOOP(sixteens_inverse)(re, im, 16, w);
  if (n <= 1024) {
    const double *place[8];
    long spans = 0, span = n;
    for (; span > 16; w += 6 * (span / 4), span /= 4) place[spans++] = w;
    LOOP(sixteens_inverse)(re, im, n, w);
    while (spans-- > 0) {
      span *= 4;
      for (long at = 0; at < n; at += span)
        LOOP(pass_inverse)(re + at, im + at, span, place[spans]);
    }
    return;
  }
  for (long k = 0; k < 4; k++)
    LOOP(fft_inverse)(re + k * (n / 4), im + k * (n / 4), n / 4, w + 6 * (n / 4));
  LOOP(pass_inverse)(re, im, n, w);
}

/* Real samples of two blocks to complex numbers: (first + i second) turned. */
static void LOOP(fold)(const double *first, const double *second, long n, const double *turns,
                       double *re, double *im) {
  for (long k = 0; k < n; k += 4) {
    const lanes4 a = DOUBLES(first + k), b = DOUBLES(second + k);
    const lanes4 c = DOUBLES(turns + 2 * k), s = DOUBLES(turns + 2 * k + 4);
    DOUBLES(re + k) = a * c - b * s;
    DOUBLES(im + k) = a * s + b * c;
  }
}

/* The second block of what was folded. */
static void LOOP(unfold)(const double *re, const double *im, long n, const double *turns,
                         double *out) {
  for (long k = 0; k < n; k += 4) {
    const lanes4 c = DOUBLES(turns + 2 * k), s = DOUBLES(turns + 2 * k + 4);
    DOUBLES(out + k) = DOUBLES(im + k) * c - DOUBLES(re + k) * s;
  }
}

/* Complex x h of four bins, added to `re` and `im`. */
#define PRODUCT(re, im, h)                                                 \
  {                                                                        \
    const lanes4 hr = DOUBLES(h + i), hi = DOUBLES(h + n + i);             \
    DOUBLES(re + i) = DOUBLES(re + i) + (xr * hr - xi * hi);               \
    DOUBLES(im + i) = DOUBLES(im + i) + (xr * hi + xi * hr);               \
  }
#define OVER_TILE(steps)                                       \
  for (long i = from; i < to; i += 4) {                        \
    const lanes4 xr = DOUBLES(x + i), xi = DOUBLES(x + n + i); \
    steps                                                      \
  }
enum { LOOP(tile) = 512 };

/* sum += the sum over k of x[k] h[k], complex, ascending k. Each holds n real, then n imaginary parts. */
static void LOOP(spectra)(const double *const *xs, const double *const *hs, long terms, long n,
                          double *sum) {
  double *im = sum + n;
  for (long from = 0; from < n; from += LOOP(tile)) {
    const long to = from + LOOP(tile) < n ? from + LOOP(tile) : n;
    for (long k = 0; k < terms; k++) {
      const double *x = xs[k], *h = hs[k];
      OVER_TILE(PRODUCT(sum, im, h))
    }
  }
}

static void LOOP(two_spectra)(const double *const *xs, const double *const *hs,
                              const double *const *gs, long terms, long n, double *sum,
                              double *next) {
  double *im = sum + n, *next_im = next + n;
  for (long from = 0; from < n; from += LOOP(tile)) {
    const long to = from + LOOP(tile) < n ? from + LOOP(tile) : n;
    for (long i = from; i < to; i += 4)
      DOUBLES(sum + i) = DOUBLES(im + i) = DOUBLES(next + i) = DOUBLES(next_im + i) = (lanes4)(0.0);
    for (long k = 0; k < terms; k++) {
      const double *x = xs[k], *h = hs[k], *g = gs[k];
      if (g) {
        OVER_TILE(PRODUCT(sum, im, h) PRODUCT(next, next_im, g))
      } else {
        OVER_TILE(PRODUCT(sum, im, h))
      }
    }
  }
}
#undef PRODUCT
#undef OVER_TILE
#undef BUTTERFLY
