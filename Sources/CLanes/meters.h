/* The loops of meter_loops.h; included once for each build, with LOOP(name) naming it. */

INLINED void LOOP(levels)(const double *left, const double *right, long frames, const double *k,
                          double *ks, double *sums, const int folds, const double *f, double *fs,
                          double *bands) {
  const double b0 = k[0], b1 = k[1], b2 = k[2], a1 = k[3], a2 = k[4];
  const double g = k[5], twice = k[6], c1 = k[7], c2 = k[8];
  lanes2 s1 = TWO(ks, 0), s2 = TWO(ks, 1), h1 = TWO(ks, 2), h2 = TWO(ks, 3);
  lanes2 weighted = TWO(sums, 0), sum = TWO(sums, 1), squares = TWO(sums, 2), peak = TWO(sums, 3);
  double product = sums[8];
  const bits4 sides = {0, 1ull << 63, 0, 1ull << 63};
  lanes4 p0, p1, p2, p3, p4, q0, q1, q2, q3, q4, t1, t2, u1, u2, energy;
  if (folds) {
    p0 = AT(f, 0), p1 = AT(f, 1), p2 = AT(f, 2), p3 = AT(f, 3), p4 = AT(f, 4);
    q0 = AT(f, 5), q1 = AT(f, 6), q2 = AT(f, 7), q3 = AT(f, 8), q4 = AT(f, 9);
    t1 = AT(fs, 0), t2 = AT(fs, 1), u1 = AT(fs, 2), u2 = AT(fs, 3);
    energy = AT(bands, 0);
  }
  for (long i = 0; i < frames; i++) {
    const lanes2 v = {left[i], right[i]};
    const lanes2 w = v * b0 + s1;
    s1 = (v * b1 - w * a1) + s2;
    s2 = v * b2 - w * a2;
    const lanes2 z = w * g + h1;
    h1 = (w * twice - z * c1) + h2;
    h2 = w * g - z * c2;
    weighted = weighted + z * z;
    sum = sum + v;
    squares = squares + v * v;
    product = product + v.x * v.y;
    const lanes2 m = (lanes2)((words2)v & (words2)(0x7FFFFFFFFFFFFFFF));
    peak = m > peak ? m : peak;
    if (folds) {
      /* Middle and side, twice. */
      const lanes4 x =
          ((lanes4)(left[i]) + (lanes4)((bits4)((lanes4)(right[i])) ^ sides)) * 0.5;
      const lanes4 a = x * p0 + t1;
      t1 = (x * p1 + t2) - a * p3;
      t2 = x * p2 - a * p4;
      const lanes4 b = a * q0 + u1;
      u1 = (a * q1 + u2) - b * q3;
      u2 = a * q2 - b * q4;
      energy = energy + b * b;
    }
  }
  TWO(ks, 0) = s1, TWO(ks, 1) = s2, TWO(ks, 2) = h1, TWO(ks, 3) = h2;
  TWO(sums, 0) = weighted, TWO(sums, 1) = sum, TWO(sums, 2) = squares, TWO(sums, 3) = peak;
  sums[8] = product;
  if (folds) {
    AT(fs, 0) = t1, AT(fs, 1) = t2, AT(fs, 2) = u1, AT(fs, 3) = u2;
    AT(bands, 0) = energy;
  }
}

static void LOOP(weigh)(const double *left, const double *right, long frames, const double *k,
                        double *ks, double *sums) {
  LOOP(levels)(left, right, frames, k, ks, sums, 0, 0, 0, 0);
}
static void LOOP(weigh_and_fold)(const double *left, const double *right, long frames,
                                 const double *k, double *ks, double *sums, const double *f,
                                 double *fs, double *bands) {
  LOOP(levels)(left, right, frames, k, ks, sums, 1, f, fs, bands);
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

#define MIDDLE_TERMS(from, to)                                              \
  for (long r = from; r < to; r++) {                                        \
    const double *near = x - r, *far = x + 1 + r;                           \
    for (long k = 0; k < 4; k++)                                            \
      y[k] = y[k] + (DOUBLES(near + 4 * k) + DOUBLES(far + 4 * k)) * h[r];  \
  }

/* The largest of each pair of samples and of `y` between them: over all, and frame by frame. */
static long LOOP(risers)(const double *samples, long frames, const double *h, const double *bounds,
                         double limit, long *places, double *tops) {
  const double any = bounds[0], rest = bounds[1], middle = bounds[2];
  const lanes4 zero = (lanes4)(0.0);
  long found = 0;
  double first = LOOP(top16)(samples - 24), second = LOOP(top16)(samples - 8),
         third = LOOP(top16)(samples + 8);
  for (long at = 0; at < frames; at += 16) {
    const double *x = samples + at;
    const double fourth = LOOP(top16)(x + 24);
    const double early = first > second ? first : second, late = third > fourth ? third : fourth;
    const double around = early > late ? early : late;
    first = second, second = third, third = fourth;
    if (!(around * any > limit)) continue;
    lanes4 y[4] = {zero, zero, zero, zero};
    MIDDLE_TERMS(0, 8)
    /* What the other terms can add. */
    const lanes4 more = (lanes4)(rest * around);
    words4 high = (words4)(zero);
    for (long k = 0; k < 4; k++) high |= (words4)((MAGNITUDE(y[k]) + more) * middle > limit);
    if (ANY(high)) {
      MIDDLE_TERMS(8, 24)
    } else {
      y[0] = y[1] = y[2] = y[3] = zero;
    }
    lanes4 top[4];
    words4 raised = (words4)(zero);
    for (long k = 0; k < 4; k++) {
      const lanes4 a = MAGNITUDE(DOUBLES(x + 4 * k)), b = MAGNITUDE(DOUBLES(x + 4 * k + 1));
      const lanes4 c = MAGNITUDE(y[k]);
      top[k] = a > b ? a : b;
      top[k] = top[k] > c ? top[k] : c;
      raised |= (words4)(top[k] * middle > limit);
    }
    if (!ANY(raised)) continue;
    const long count = frames - at < 16 ? frames - at : 16;
    for (long i = 0; i < count; i++) {
      const double value = top[i / 4][i % 4];
      places[found] = at + i;
      tops[found] = value;
      found += value * middle > limit;
    }
  }
  return found;
}
#undef MIDDLE_TERMS

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
