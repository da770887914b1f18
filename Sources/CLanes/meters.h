/* The loops of meter_loops.h; included once for each build, with LOOP(name) naming it. */

/* A frame v through the K-weighting, and its squares added up. */
#define WEIGHED(lanes)                  \
  const lanes w = v * b0 + s1;          \
  s1 = (v * b1 + s2) - w * a1;          \
  s2 = v * b2 - w * a2;                 \
  const lanes y = w * g, z = y + h1;    \
  h1 = (h2 - (y + y)) - z * c1;         \
  h2 = y - z * c2;                      \
  weighted = weighted + z * z;
#define SUMMED                                                                     \
  {                                                                                \
    const lanes2 m = (lanes2)((words2)v & (words2)(0x7FFFFFFFFFFFFFFF));           \
    sum = sum + v;                                                                 \
    squares = squares + v * v;                                                     \
    product = product + v.x * v.y;                                                 \
    peak = m > peak ? m : peak;                                                    \
  }
/* With the bands there are not registers enough: what is only summed has a loop of its own then. */
INLINED void LOOP(levels)(const double *left, const double *right, long frames, const double *k,
                          double *ks, double *sums, const int folds, const double *f, double *fs,
                          double *bands) {
  const double b0 = k[0], b1 = k[1], b2 = k[2], a1 = k[3], a2 = k[4];
  const double g = k[5], c1 = k[6], c2 = k[7];
  lanes2 s1 = TWO(ks, 0), s2 = TWO(ks, 1), h1 = TWO(ks, 2), h2 = TWO(ks, 3);
  lanes2 weighted = TWO(sums, 0), sum = TWO(sums, 1), squares = TWO(sums, 2), peak = TWO(sums, 3);
  double product = sums[8];
  /* Sides are differences; b1 of a high-pass is negative. */
  const bits4 sides = {0, 1ull << 63, 0, 1ull << 63}, high = {0, 0, 1ull << 63, 1ull << 63};
  lanes4 p, p1, p2, q, q1, q2, t1, t2, u1, u2, energy;
  if (folds) {
    p = AT(f, 0), p1 = AT(f, 1), p2 = AT(f, 2), q = AT(f, 3), q1 = AT(f, 4), q2 = AT(f, 5);
    t1 = AT(fs, 0), t2 = AT(fs, 1), u1 = AT(fs, 2), u2 = AT(fs, 3);
    energy = AT(bands, 0);
  }
  for (long i = 0; i < frames; i++) {
    const lanes2 v = {left[i], right[i]};
    WEIGHED(lanes2)
    if (!folds) SUMMED
    if (folds) {
      const lanes4 x = (lanes4)(left[i]) + (lanes4)((bits4)((lanes4)(right[i])) ^ sides);
      const lanes4 c = x * p, a = c + t1;
      t1 = ((lanes4)((bits4)(c + c) ^ high) + t2) - a * p1;
      t2 = c - a * p2;
      const lanes4 d = a * q, b = d + u1;
      u1 = ((lanes4)((bits4)(d + d) ^ high) + u2) - b * q1;
      u2 = d - b * q2;
      energy = energy + b * b;
    }
  }
  TWO(ks, 0) = s1, TWO(ks, 1) = s2, TWO(ks, 2) = h1, TWO(ks, 3) = h2;
  TWO(sums, 0) = weighted;
  if (folds) {
    AT(fs, 0) = t1, AT(fs, 1) = t2, AT(fs, 2) = u1, AT(fs, 3) = u2;
    AT(bands, 0) = energy;
  }
  for (long i = 0; folds && i < frames; i++) {
    const lanes2 v = {left[i], right[i]};
    SUMMED
  }
  TWO(sums, 1) = sum, TWO(sums, 2) = squares, TWO(sums, 3) = peak;
  sums[8] = product;
}
#undef SUMMED

static void LOOP(weigh)(const double *left, const double *right, long frames, const double *k,
                        double *ks, double *sums) {
  LOOP(levels)(left, right, frames, k, ks, sums, 0, 0, 0, 0);
}
static void LOOP(weigh_and_fold)(const double *left, const double *right, long frames,
                                 const double *k, double *ks, double *sums, const double *f,
                                 double *fs, double *bands) {
  LOOP(levels)(left, right, frames, k, ks, sums, 1, f, fs, bands);
}

static void LOOP(weigh_pair)(const double *left, const double *right, const double *gains,
                             const double *others, long frames, const double *factors,
                             const double *k, double *ks, double *sums) {
  const double b0 = k[0], b1 = k[1], b2 = k[2], a1 = k[3], a2 = k[4];
  const double g = k[5], c1 = k[6], c2 = k[7];
  const lanes4 lift = {factors[0], factors[0], factors[1], factors[1]};
  lanes4 s1 = AT(ks, 0), s2 = AT(ks, 1), h1 = AT(ks, 2), h2 = AT(ks, 3);
  lanes4 weighted = AT(sums, 0), sum = AT(sums, 1), squares = AT(sums, 2), peak = AT(sums, 3);
  for (long i = 0; i < frames; i++) {
    const lanes2 x = {left[i], right[i]};
    const lanes4 held = {gains[i], gains[i], others[i], others[i]};
    const lanes4 v = __builtin_shufflevector(x, x, 0, 1, 0, 1) * lift * held;
    WEIGHED(lanes4)
    const lanes4 m = MAGNITUDE(v);
    sum = sum + v;
    squares = squares + v * v;
    peak = m > peak ? m : peak;
  }
  AT(ks, 0) = s1, AT(ks, 1) = s2, AT(ks, 2) = h1, AT(ks, 3) = h2;
  AT(sums, 0) = weighted, AT(sums, 1) = sum, AT(sums, 2) = squares, AT(sums, 3) = peak;
}

/* Sixteen frames. */
INLINED double LOOP(top16)(const double *x) {
  const lanes4 a = MAGNITUDE(DOUBLES(x)), b = MAGNITUDE(DOUBLES(x + 4));
  const lanes4 c = MAGNITUDE(DOUBLES(x + 8)), d = MAGNITUDE(DOUBLES(x + 12));
  const lanes4 ab = a > b ? a : b, cd = c > d ? c : d;
  const lanes4 top = ab > cd ? ab : cd;
  const double p = top.x > top.y ? top.x : top.y, q = top.z > top.w ? top.z : top.w;
  return p > q ? p : q;
}

#define MIDDLE_TERMS(from, to)                                                \
  EACH(r, (to) - (from)) {                                                    \
    const float *near = x - (from) - r, *far = x + 1 + (from) + r;            \
    const float tap = t[(from) + r];                                          \
    low = low + (NEIGHBOURS(near) + NEIGHBOURS(far)) * tap;                   \
    high = high + (NEIGHBOURS(near + 8) + NEIGHBOURS(far + 8)) * tap;         \
  }
#define EITHER_ABOVE(a, b, level)                                             \
  ANY((ints8)((a) > (floats8)(level)) | (ints8)((b) > (floats8)(level)))

/* The largest of each pair of samples and of what lies between them: over all, and frame by frame.
   Single precision, and what it may miss by is allowed for: thirty roundings of 2^-24 at most. */
static long LOOP(risers)(const double *samples, long frames, const double *h, const double *bounds,
                         double limit, long *places, double *tops) {
  enum { BEFORE = 24, WINDOW = 64, BEHIND = 40, ALL = BEFORE + WINDOW + BEHIND };
  const double any = bounds[0], rest = bounds[1], middle = bounds[2], needed = limit / middle;
  float t[24], floats[ALL];
  for (long r = 0; r < 24; r++) t[r] = (float)h[r];
  long found = 0;
  double first = LOOP(top16)(samples - 24), second = LOOP(top16)(samples - 8),
         third = LOOP(top16)(samples + 8);
  for (long from = 0; from < frames; from += WINDOW) {
    const long end = frames - from < WINDOW ? frames - from : WINDOW;
    long narrowed = 0;
    for (long at = 0; at < end; at += 16) {
      const double fourth = LOOP(top16)(samples + from + at + 24);
      const double early = first > second ? first : second, late = third > fourth ? third : fourth;
      const double around = early > late ? early : late;
      first = second, second = third, third = fourth;
      if (!(around * any > limit)) continue;
      const long count = end - at < 16 ? end - at : 16;
      if (!(around > 1e-30 && around < 1e30)) {
        /* Beyond what single precision holds exactly enough. */
        for (long i = 0; i < count; i++, found++) {
          places[found] = from + at + i;
          tops[found] = around * any;
        }
        continue;
      }
      /* What the next sixteen frames need; all of it is readable. */
      const long last = BEFORE + at + 16 + 24;
      for (; narrowed < last; narrowed += 8)
        NEIGHBOURS(floats + narrowed) =
            JOINED(DOUBLES(samples + from - BEFORE + narrowed),
                   DOUBLES(samples + from - BEFORE + narrowed + 4));
      const float *x = floats + BEFORE + at;
      const double hair = around * any * 2e-6;
      floats8 low = (floats8)(0.0f), high = low;
      MIDDLE_TERMS(0, 8)
      /* What the other terms can add. */
      const float most = (float)(needed - rest * around - hair);
      if (EITHER_ABOVE(MAGNITUDES(low), MAGNITUDES(high), most)) {
        MIDDLE_TERMS(8, 24)
      } else {
        low = high = (floats8)(0.0f);
      }
      floats8 top[2] = {MAGNITUDES(low), MAGNITUDES(high)};
      for (long k = 0; k < 2; k++) {
        const floats8 a = MAGNITUDES(NEIGHBOURS(x + 8 * k));
        const floats8 b = MAGNITUDES(NEIGHBOURS(x + 8 * k + 1));
        const floats8 c = a > b ? a : b;
        top[k] = top[k] > c ? top[k] : c;
      }
      const float least = (float)(needed - hair);
      if (!EITHER_ABOVE(top[0], top[1], least)) continue;
      for (long i = 0; i < count; i++) {
        const float value = top[i / 8][i % 8];
        places[found] = from + at + i;
        tops[found] = (double)value + hair;
        found += value > least;
      }
    }
  }
  return found;
}
#undef EITHER_ABOVE
#undef MIDDLE_TERMS

/* Four phases at four places: the largest of their magnitudes, taps from `first` to `last`. */
INLINED void LOOP(phases4)(const double *x, const double *h, long first, long last, lanes4 *top) {
  lanes4 a = (lanes4)(0.0), b = a, c = a, d = a;
  for (long k = first; k < last; k++) {
    const lanes4 v = DOUBLES(x + k);
    a = a + v * h[4 * k];
    b = b + v * h[4 * k + 1];
    c = c + v * h[4 * k + 2];
    d = d + v * h[4 * k + 3];
  }
  a = MAGNITUDE(a), b = MAGNITUDE(b), c = MAGNITUDE(c), d = MAGNITUDE(d);
  a = a > b ? a : b;
  c = c > d ? c : d;
  *top = a > c ? a : c;
}

static double LOOP(table_peak)(const double *samples, long frames, const double *taps,
                               const double *bounds, double peak) {
  double before = LOOP(top16)(samples - 16);
  for (long at = 0; at < frames; at += 16) {
    const double *x = samples + at - 11;
    const double now = LOOP(top16)(samples + at), around = before > now ? before : now;
    before = now;
    if (!(around * bounds[0] > peak)) continue;
    const lanes4 more = (lanes4)(bounds[1] * around);
    for (long i = 0; i < 16 && at + i < frames; i += 4) {
      lanes4 top;
      LOOP(phases4)(x + i, taps, 4, 8, &top);
      if (!ANY(top + more > peak)) continue;
      LOOP(phases4)(x + i, taps, 0, 12, &top);
      for (long k = 0; k < 4 && at + i + k < frames; k++) peak = top[k] > peak ? top[k] : peak;
    }
  }
  return peak;
}

/* Eight filters, `stride` apart, on one stream. */
static double LOOP(bank)(const double *h, long stride, const double *x, long count, double *out) {
  lanes4 s[8];
  for (long f = 0; f < 8; f++) s[f] = (lanes4)(0.0);
  for (long k = 0; k < count; k += 4) {
    const lanes4 v = DOUBLES(x + k);
    for (long f = 0; f < 8; f++) s[f] = s[f] + DOUBLES(h + f * stride + k) * v;
  }
  turn4(s, s + 1, s + 2, s + 3);
  turn4(s + 4, s + 5, s + 6, s + 7);
  const lanes4 low = (s[0] + s[1]) + (s[2] + s[3]), high = (s[4] + s[5]) + (s[6] + s[7]);
  DOUBLES(out) = low;
  DOUBLES(out + 4) = high;
  const lanes4 p = MAGNITUDE(low), q = MAGNITUDE(high);
  const lanes4 top = p > q ? p : q;
  const double u = top.x > top.y ? top.x : top.y, w = top.z > top.w ? top.z : top.w;
  return u > w ? u : w;
}
#undef WEIGHED
