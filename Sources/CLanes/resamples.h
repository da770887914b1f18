/* The loops of resample_loops.h; included once for each build, with LOOP(name) naming it. */

/* Four of the eight. */
static void LOOP(four_in)(const double *const *streams, const long *counts, long frames,
                          double *out) {
  const double *a = streams[0], *b = streams[1], *c = streams[2], *d = streams[3];
  long common = frames;
  for (long k = 0; k < 4; k++) common = counts[k] < common ? counts[k] : common;
  long i = 0;
  for (; i + 4 <= common; i += 4) {
    lanes4 p = DOUBLES(a + i), q = DOUBLES(b + i), r = DOUBLES(c + i), s = DOUBLES(d + i);
    turn4(&p, &q, &r, &s);
    DOUBLES(out + 8 * i) = p;
    DOUBLES(out + 8 * i + 8) = q;
    DOUBLES(out + 8 * i + 16) = r;
    DOUBLES(out + 8 * i + 24) = s;
  }
  for (; i < frames; i++)
    for (long k = 0; k < 4; k++) out[8 * i + k] = i < counts[k] ? streams[k][i] : 0;
}

static void LOOP(eight_in)(const double *const *streams, const long *counts, long frames,
                           double *out) {
  LOOP(four_in)(streams, counts, frames, out);
  LOOP(four_in)(streams + 4, counts + 4, frames, out + 4);
}

static void LOOP(four_out)(const double *x, double *const *streams, const long *counts,
                           long frames) {
  double *a = streams[0], *b = streams[1], *c = streams[2], *d = streams[3];
  long common = frames;
  for (long k = 0; k < 4; k++) common = counts[k] < common ? counts[k] : common;
  long i = 0;
  for (; i + 4 <= common; i += 4) {
    lanes4 p = DOUBLES(x + 8 * i), q = DOUBLES(x + 8 * i + 8);
    lanes4 r = DOUBLES(x + 8 * i + 16), s = DOUBLES(x + 8 * i + 24);
    turn4(&p, &q, &r, &s);
    DOUBLES(a + i) = p;
    DOUBLES(b + i) = q;
    DOUBLES(c + i) = r;
    DOUBLES(d + i) = s;
  }
  for (; i < frames; i++)
    for (long k = 0; k < 4; k++)
      if (i < counts[k]) streams[k][i] = x[8 * i + k];
}

static void LOOP(eight_out)(const double *x, double *const *streams, const long *counts,
                            long frames) {
  LOOP(four_out)(x, streams, counts, frames);
  LOOP(four_out)(x + 4, streams + 4, counts + 4, frames);
}

/* Eight sums at a time, for each depends on itself. */
static void LOOP(twice)(const double *x, const double *rows, const long *steps, long width, long up,
                        long row, long count, double *even, double *odd) {
  for (long i = 0; i < count; i++, even += 8, odd += 8) {
    const double *taps = rows + 2 * width * row, *v = x;
    lanes4 a = (lanes4)(0.0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (long k = 0; k < width; k += 2, taps += 4, v += 16) {
      const lanes4 p = DOUBLES(v), q = DOUBLES(v + 4), r = DOUBLES(v + 8), s = DOUBLES(v + 12);
      a = a + p * taps[0];
      b = b + q * taps[0];
      c = c + p * taps[1];
      d = d + q * taps[1];
      e = e + r * taps[2];
      f = f + s * taps[2];
      g = g + r * taps[3];
      h = h + s * taps[3];
    }
    DOUBLES(even) = a + e;
    DOUBLES(even + 4) = b + f;
    DOUBLES(odd) = c + g;
    DOUBLES(odd + 4) = d + h;
    x += 8 * steps[row];
    row = row + 1 < up ? row + 1 : 0;
  }
}

#define BOTH(sum, place) sum = sum + (DOUBLES(near + place) + DOUBLES(far + place)) * taps[r];
#define ADDED(sum, place) DOUBLES(even + place) = DOUBLES(even + place) * 0.5 + sum;
static void LOOP(halve)(const double *odd, const double *taps, long pairs, long frames,
                        double *even) {
  for (long i = 0; i < frames; i += 2, odd += 16, even += 16) {
    lanes4 a = (lanes4)(0.0), b = a, c = a, d = a;
    const double *near = odd + 8 * (pairs - 1), *far = near + 8;
    for (long r = 0; r < pairs; r++, near -= 8, far += 8) {
      BOTH(a, 0)
      BOTH(b, 4)
      BOTH(c, 8)
      BOTH(d, 12)
    }
    ADDED(a, 0)
    ADDED(b, 4)
    ADDED(c, 8)
    ADDED(d, 12)
  }
}
#undef BOTH
#undef ADDED
