/* The loops of lane_loops.h; included once for each build, with LOOP(name) naming it. */

#define SECTION(k)                                                                \
  const lanes4 b0_##k = AT(c, 5 * k), b1_##k = AT(c, 5 * k + 1), b2_##k = AT(c, 5 * k + 2), \
               a1_##k = AT(c, 5 * k + 3), a2_##k = AT(c, 5 * k + 4);              \
  lanes4 s1_##k = AT(s, 2 * k), s2_##k = AT(s, 2 * k + 1);
#define STEP(k)                                  \
  {                                              \
    const lanes4 y = b0_##k * v + s1_##k;        \
    s1_##k = (b1_##k * v + s2_##k) - a1_##k * y; \
    s2_##k = b2_##k * v - a2_##k * y;            \
    v = y;                                       \
  }
#define KEEP(k)         \
  AT(s, 2 * k) = s1_##k; \
  AT(s, 2 * k + 1) = s2_##k;
/* In one frame a section waits for the one before it; frames apart they run side by side. So where
   there are many the k-th works k frames behind the first one: w0 ... w3 hold what the next one takes
   up. The first frames enter one by one, and the last ones leave so. */
#define ENTER(i, steps, kept)      \
  {                                \
    lanes4 v = AT(x, i);           \
    steps kept = v;                \
  }
#define PASS(taken, steps, kept) \
  {                              \
    lanes4 v = taken;            \
    steps kept = v;              \
  }
/* Coefficients find no registers; with a vector among its variables a function has them at addresses
   that do not straddle cache lines. */
#define ALIGNED_STACK               \
  volatile lanes4 aligned = s1_0;   \
  (void)aligned;

/* Frame by frame: few sections, or fewer frames than sections. */
#define OVER_FRAMES(steps)            \
  for (long i = 0; i < frames; i++) { \
    lanes4 v = AT(x, i);              \
    steps AT(x, i) = v;               \
  }

static void LOOP(cascade1)(double *x, long frames, const double *c, double *s) {
  SECTION(0)
  OVER_FRAMES(STEP(0))
  KEEP(0)
}
static void LOOP(cascade2)(double *x, long frames, const double *c, double *s) {
  SECTION(0) SECTION(1)
  OVER_FRAMES(STEP(0) STEP(1))
  KEEP(0) KEEP(1)
}
static void LOOP(cascade3)(double *x, long frames, const double *c, double *s) {
  SECTION(0) SECTION(1) SECTION(2)
  ALIGNED_STACK
  if (frames < 3) {
    OVER_FRAMES(STEP(0) STEP(1) STEP(2))
  } else {
    lanes4 w0, w1;
    ENTER(0, STEP(0) STEP(1), w1)
    ENTER(1, STEP(0), w0)
    for (long i = 2; i < frames; i++) {
      PASS(w1, STEP(2), AT(x, i - 2))
      PASS(w0, STEP(1), w1)
      PASS(AT(x, i), STEP(0), w0)
    }
    PASS(w1, STEP(2), AT(x, frames - 2))
    PASS(w0, STEP(1) STEP(2), AT(x, frames - 1))
  }
  KEEP(0) KEEP(1) KEEP(2)
}
static void LOOP(cascade4)(double *x, long frames, const double *c, double *s) {
  SECTION(0) SECTION(1) SECTION(2) SECTION(3)
  ALIGNED_STACK
  if (frames < 4) {
    OVER_FRAMES(STEP(0) STEP(1) STEP(2) STEP(3))
  } else {
    lanes4 w0, w1, w2;
    ENTER(0, STEP(0) STEP(1) STEP(2), w2)
    ENTER(1, STEP(0) STEP(1), w1)
    ENTER(2, STEP(0), w0)
    for (long i = 3; i < frames; i++) {
      PASS(w2, STEP(3), AT(x, i - 3))
      PASS(w1, STEP(2), w2)
      PASS(w0, STEP(1), w1)
      PASS(AT(x, i), STEP(0), w0)
    }
    PASS(w2, STEP(3), AT(x, frames - 3))
    PASS(w1, STEP(2) STEP(3), AT(x, frames - 2))
    PASS(w0, STEP(1) STEP(2) STEP(3), AT(x, frames - 1))
  }
  KEEP(0) KEEP(1) KEEP(2) KEEP(3)
}
static void LOOP(cascade5)(double *x, long frames, const double *c, double *s) {
  SECTION(0) SECTION(1) SECTION(2) SECTION(3) SECTION(4)
  ALIGNED_STACK
  if (frames < 5) {
    OVER_FRAMES(STEP(0) STEP(1) STEP(2) STEP(3) STEP(4))
  } else {
    lanes4 w0, w1, w2, w3;
    ENTER(0, STEP(0) STEP(1) STEP(2) STEP(3), w3)
    ENTER(1, STEP(0) STEP(1) STEP(2), w2)
    ENTER(2, STEP(0) STEP(1), w1)
    ENTER(3, STEP(0), w0)
    for (long i = 4; i < frames; i++) {
      PASS(w3, STEP(4), AT(x, i - 4))
      PASS(w2, STEP(3), w3)
      PASS(w1, STEP(2), w2)
      PASS(w0, STEP(1), w1)
      PASS(AT(x, i), STEP(0), w0)
    }
    PASS(w3, STEP(4), AT(x, frames - 4))
    PASS(w2, STEP(3) STEP(4), AT(x, frames - 3))
    PASS(w1, STEP(2) STEP(3) STEP(4), AT(x, frames - 2))
    PASS(w0, STEP(1) STEP(2) STEP(3) STEP(4), AT(x, frames - 1))
  }
  KEEP(0) KEEP(1) KEEP(2) KEEP(3) KEEP(4)
}

static void LOOP(cascade)(double *x, long frames, long sections, const double *c, double *s) {
  switch (sections) {
    case 1: LOOP(cascade1)(x, frames, c, s); break;
    case 2: LOOP(cascade2)(x, frames, c, s); break;
    case 3: LOOP(cascade3)(x, frames, c, s); break;
    case 4: LOOP(cascade4)(x, frames, c, s); break;
    default: LOOP(cascade5)(x, frames, c, s); break;
  }
}

/* Work on a tile at a time, in stages: chains of dependent operations stay short enough for the
   processor to run several tiles' elements at once. */
#define TILE 16
#define HALF (TILE / 2)

/* Levels and the static curve are single precision, eight at a time: two frames of four streams, or
   eight neighbours. The level lies in whole octaves from the knee's lower end and a rest, so that
   little of it is rounded away. */
#define PAIRS (TILE / 2)
#define CURVE(p)                                                                              \
  const floats8 scale = TWICE(p, 0), whole = TWICE(p, 1), part = TWICE(p, 2);                 \
  const floats8 least = TWICE(p, 3), knee = TWICE(p, 4), half = TWICE(p, 5);                  \
  const floats8 slope = TWICE(p, 6), none = (floats8)(0.0f);                                  \
  floats8 exponent[PAIRS], ratio[PAIRS], level[PAIRS];
#define RATIO(k, x)                                                                           \
  {                                                                                           \
    floats8 v = (floats8)((ints8)(x) & (ints8)(0x7FFFFFFF));                                  \
    v = v > least ? v : least;                                                                \
    const ints8 shifted = (ints8)v + (ints8)(0x3F800000 - 0x3F3504F3);                        \
    exponent[k] = __builtin_convertvector(shifted >> 23, floats8);                            \
    const floats8 m = (floats8)((shifted & (ints8)(0x007FFFFF)) + (ints8)(0x3F3504F3));       \
    ratio[k] = (m - 1.0f) / (m + 1.0f);                                                       \
  }
#define LEVEL(k)                                               \
  {                                                            \
    const floats8 t = ratio[k] * ratio[k];                     \
    floats8 a = t * 0x1.32acb4p-1f + 0x1.ec45e6p-1f;           \
    a = a * t + 0x1.71548p+1f;                                 \
    level[k] = (exponent[k] + whole) + (ratio[k] * a + part);  \
  }
#define REDUCTION(k, y)                                   \
  {                                                       \
    const floats8 over = level[k] * scale;                \
    const floats8 positive = over > none ? over : none;   \
    const floats8 beyond = over - knee;                   \
    const floats8 excess = beyond > none ? beyond : none; \
    const floats8 bent = positive - excess;               \
    y = slope * (bent * bent * half + excess);            \
  }

/* `count` pairs of four; y may be x. */
static void LOOP(reduction_tile)(const double *x, floats8 *y, long count, const double *p) {
  CURVE(p)
  for (long k = 0; k < count; k++) RATIO(k, EIGHT(x, k))
  for (long k = 0; k < count; k++) LEVEL(k)
  for (long k = 0; k < count; k++) REDUCTION(k, y[k])
}

static void LOOP(reductions)(const double *x, double *y, long count, const double *p) {
  floats8 out[PAIRS];
  const long whole = count / 8;
  for (long i = 0; i < whole; i += PAIRS) {
    const long pairs = whole - i < PAIRS ? whole - i : PAIRS;
    LOOP(reduction_tile)(x + 8 * i, out, pairs, p);
    for (long k = 0; k < pairs; k++) {
      AT(y, 2 * (i + k)) = LOW_HALF(out[k]);
      AT(y, 2 * (i + k) + 1) = HIGH_HALF(out[k]);
    }
  }
  if (count % 8) {
    double rest[8] = {0};
    for (long k = 0; k < count % 8; k++) rest[k] = x[8 * whole + k];
    LOOP(reduction_tile)(rest, out, 1, p);
    for (long k = 0; k < count % 8; k++) y[8 * whole + k] = (double)out[0][k];
  }
}

#define POLES(p, s)                                                                 \
  const lanes4 attack = AT(p, 0), attacked = AT(p, 1), release = AT(p, 2), let = AT(p, 3); \
  lanes4 released = AT(s, 0), output = AT(s, 1);
#define SMOOTH(x, y)                                           \
  {                                                            \
    const lanes4 v = x, decayed = release * released + let * v; \
    released = decayed > v ? decayed : v;                      \
    output = attack * output + attacked * released;            \
    y = output;                                                \
  }
/* Half a tile, every step of all its frames before the next step of one. */
INLINED void LOOP(gain_half)(lanes4 *x, const double *p) {
  const lanes4 makeup = AT(p, 0), range = AT(p, 1);
  lanes4 whole[HALF], r[HALF], q[HALF];
  EACH(k, HALF) {
    lanes4 v = DOUBLES(x + k);
    v = v < range ? v : range;
    r[k] = (makeup - v) * 0.16609640474436812;
  }
  TOGETHER(r)
  EACH(k, HALF) whole[k] = r[k] + 0x1.8p52;
  TOGETHER(whole)
  EACH(k, HALF) r[k] = r[k] - (whole[k] - 0x1.8p52);
  TOGETHER(r)
  EACH(k, HALF) q[k] = r[k] * 0x1.fde5fd6d08c00p-17 + 0x1.445c84031b800p-13;
  TOGETHER(q)
  EACH(k, HALF) q[k] = q[k] * r[k] + 0x1.5d8a85ff217a0p-10;
  TOGETHER(q)
  EACH(k, HALF) q[k] = q[k] * r[k] + 0x1.3b29f39d4e030p-7;
  TOGETHER(q)
  EACH(k, HALF) q[k] = q[k] * r[k] + 0x1.c6b08ac06b8bcp-5;
  TOGETHER(q)
  EACH(k, HALF) q[k] = q[k] * r[k] + 0x1.ebfbe0778725bp-3;
  TOGETHER(q)
  EACH(k, HALF) q[k] = q[k] * r[k] + 0x1.62e42ff0e1921p-1;
  TOGETHER(q)
  EACH(k, HALF) q[k] = 1.0 + r[k] * q[k];
  TOGETHER(q)
  EACH(k, HALF) DOUBLES(x + k) = (lanes4)((words4)q[k] + ((words4)whole[k] << 52));
}

/* Reductions in dB become factors. */
INLINED void LOOP(gain_tile)(lanes4 *x, long count, const double *p) {
  for (long i = 0; i < count; i += HALF) {
    if (count - i >= HALF) {
      LOOP(gain_half)(x + i, p);
    } else {
      lanes4 rest[HALF] = {(lanes4)(0.0)};
      for (long k = 0; k < count - i; k++) rest[k] = DOUBLES(x + i + k);
      LOOP(gain_half)(rest, p);
      for (long k = 0; k < count - i; k++) DOUBLES(x + i + k) = rest[k];
    }
  }
}

static void LOOP(gains)(double *x, long count, const double *p) {
  const long whole = count / 4;
  long i = 0;
  for (; i + TILE <= whole; i += TILE) LOOP(gain_tile)((lanes4 *)(x + 4 * i), TILE, p);
  if (i < whole) LOOP(gain_tile)((lanes4 *)(x + 4 * i), whole - i, p);
  if (count % 4) {
    lanes4 rest = (lanes4)(0.0);
    for (long k = 0; k < count % 4; k++) rest[k] = x[4 * whole + k];
    LOOP(gain_tile)(&rest, 1, p);
    for (long k = 0; k < count % 4; k++) x[4 * whole + k] = rest[k];
  }
}

/* While one tile's recursion waits for itself, the next one's curve is computed: in steps of two
   pairs, between which a frame or two of the recursion stand, four in three steps. */
#define STEPS (PAIRS / 2)
#define SMOOTHED(step)                                                        \
  EACH(f, 4 * ((step) + 1) / 3 - 4 * (step) / 3) {                            \
    const long at = 4 * (step) / 3 + f;                                       \
    if (at % 2) SMOOTH(HIGH_HALF(reduction[at / 2]), out[at])                 \
    else SMOOTH(LOW_HALF(reduction[at / 2]), out[at])                         \
  }
static void LOOP(compress)(double *x, long frames, const double *curve, const double *poles,
                           const double *setting, double *state) {
  CURVE(curve)
  POLES(poles, state)
  floats8 reduction[PAIRS];
  lanes4 out[TILE];
  double last[8];
  long count = frames < TILE ? frames : TILE;
  LOOP(reduction_tile)(x, reduction, count / 2, curve);
  for (long left = frames; left > 0; left -= count, x += 4 * count) {
    count = left < TILE ? left : TILE;
    const double *next = x + 4 * TILE;
    if (left >= 2 * TILE) {
      floats8 later[PAIRS];
      EACH(k, STEPS) {
        RATIO(2 * k, EIGHT(next, 2 * k))
        RATIO(2 * k + 1, EIGHT(next, 2 * k + 1))
        SMOOTHED(k)
      }
      EACH(k, STEPS) {
        LEVEL(2 * k)
        LEVEL(2 * k + 1)
        SMOOTHED(STEPS + k)
      }
      EACH(k, STEPS) {
        REDUCTION(2 * k, later[2 * k])
        REDUCTION(2 * k + 1, later[2 * k + 1])
        SMOOTHED(2 * STEPS + k)
      }
      EACH(k, PAIRS) reduction[k] = later[k];
      LOOP(gain_half)(out, setting);
      LOOP(gain_half)(out + HALF, setting);
      EACH(k, TILE) AT(x, k) = AT(x, k) * out[k];
      continue;
    }
    for (long k = 0; k < count / 2; k++) {
      SMOOTH(LOW_HALF(reduction[k]), out[2 * k])
      SMOOTH(HIGH_HALF(reduction[k]), out[2 * k + 1])
    }
    if (count % 2) {
      AT(last, 0) = AT(last, 1) = AT(x, count - 1);
      LOOP(reduction_tile)(last, reduction, 1, curve);
      SMOOTH(LOW_HALF(reduction[0]), out[count - 1])
    }
    if (left > TILE) LOOP(reduction_tile)(next, reduction, (left - TILE) / 2, curve);
    LOOP(gain_tile)(out, count, setting);
    for (long k = 0; k < count; k++) AT(x, k) = AT(x, k) * out[k];
  }
  AT(state, 0) = released;
  AT(state, 1) = output;
}
#undef PAIRS
#undef STEPS
#undef SMOOTHED
#undef CURVE
#undef RATIO
#undef LEVEL
#undef REDUCTION
#undef POLES
#undef SMOOTH
#undef TILE
#undef HALF

static void LOOP(gather)(const double *a, const double *b, const double *c, const double *d,
                         double *out, long frames) {
  for (long i = 0; i < frames; i++) {
    const lanes4 v = {a[i], b[i], c[i], d[i]};
    AT(out, i) = v + 0.0;
  }
}

static inline int LOOP(left24)(const unsigned char *p) {
  unsigned u;
  __builtin_memcpy(&u, p - 1, 4);
  return (int)(u & 0xFFFFFF00u);
}

/* Four neighbours in the upper bytes; sixteen bytes are read. */
INLINED ints4 LOOP(four24)(const unsigned char *p) {
  const bytes16 v = *(const bytes_anywhere *)p, zero = (bytes16)(0);
  return (ints4)__builtin_shufflevector(zero, v, 0, 16, 17, 18, 0, 19, 20, 21, 0, 22, 23, 24, 0, 25, 26,
                                        27);
}

static void LOOP(gather_int24)(const unsigned char *a, const unsigned char *b,
                               const unsigned char *c, const unsigned char *d, double *out,
                               long frames) {
  long i = 0;
  for (; i + 6 <= frames; i += 4) {
    const ints4 p = LOOP(four24)(a + 3 * i), q = LOOP(four24)(b + 3 * i);
    const ints4 r = LOOP(four24)(c + 3 * i), s = LOOP(four24)(d + 3 * i);
    const ints4 pq = __builtin_shufflevector(p, q, 0, 4, 1, 5);
    const ints4 rs = __builtin_shufflevector(r, s, 0, 4, 1, 5);
    const ints4 pq2 = __builtin_shufflevector(p, q, 2, 6, 3, 7);
    const ints4 rs2 = __builtin_shufflevector(r, s, 2, 6, 3, 7);
    const ints4 frame[4] = {__builtin_shufflevector(pq, rs, 0, 1, 4, 5),
                            __builtin_shufflevector(pq, rs, 2, 3, 6, 7),
                            __builtin_shufflevector(pq2, rs2, 0, 1, 4, 5),
                            __builtin_shufflevector(pq2, rs2, 2, 3, 6, 7)};
    for (long k = 0; k < 4; k++)
      AT(out, i + k) = __builtin_convertvector(frame[k], lanes4) * 0x1p-31;
  }
  for (; i < frames; i++) {
    const ints4 v = {LOOP(left24)(a + 3 * i), LOOP(left24)(b + 3 * i), LOOP(left24)(c + 3 * i),
                     LOOP(left24)(d + 3 * i)};
    AT(out, i) = __builtin_convertvector(v, lanes4) * 0x1p-31;
  }
}

static void LOOP(scatter)(const double *x, double *a, double *b, double *c, double *d,
                          long frames) {
  for (long i = 0; i < frames; i++) {
    const lanes4 v = AT(x, i);
    a[i] = v.x;
    b[i] = v.y;
    c[i] = v.z;
    d[i] = v.w;
  }
}

static void LOOP(scatter_float)(const double *x, float *a, float *b, float *c, float *d,
                                long frames) {
  long i = 0;
  for (; i + 4 <= frames; i += 4) {
    if (i % 16 == 0) {
      /* What comes next goes there. */
      __builtin_prefetch(a + i + frames, 1);
      __builtin_prefetch(b + i + frames, 1);
      __builtin_prefetch(c + i + frames, 1);
      __builtin_prefetch(d + i + frames, 1);
    }
    const floats4 p = __builtin_convertvector(AT(x, i), floats4);
    const floats4 q = __builtin_convertvector(AT(x, i + 1), floats4);
    const floats4 r = __builtin_convertvector(AT(x, i + 2), floats4);
    const floats4 s = __builtin_convertvector(AT(x, i + 3), floats4);
    const floats4 pq = __builtin_shufflevector(p, q, 0, 4, 1, 5);
    const floats4 rs = __builtin_shufflevector(r, s, 0, 4, 1, 5);
    const floats4 pq2 = __builtin_shufflevector(p, q, 2, 6, 3, 7);
    const floats4 rs2 = __builtin_shufflevector(r, s, 2, 6, 3, 7);
    FLOATS(a + i) = __builtin_shufflevector(pq, rs, 0, 1, 4, 5);
    FLOATS(b + i) = __builtin_shufflevector(pq, rs, 2, 3, 6, 7);
    FLOATS(c + i) = __builtin_shufflevector(pq2, rs2, 0, 1, 4, 5);
    FLOATS(d + i) = __builtin_shufflevector(pq2, rs2, 2, 3, 6, 7);
  }
  for (; i < frames; i++) {
    a[i] = (float)x[4 * i];
    b[i] = (float)x[4 * i + 1];
    c[i] = (float)x[4 * i + 2];
    d[i] = (float)x[4 * i + 3];
  }
}

/* One term's four frames; `bits` takes up every bit that is set in any sample. */
#define TERM(k, f)                                       \
  {                                                      \
    const lanes4 v = __builtin_convertvector(f, lanes4); \
    bits |= (ints4)f;                                    \
    l += (v * gains[2 * k] + shift) - shift;             \
    r += (v * gains[2 * k + 1] + shift) - shift;         \
  }
#define FLOAT_TERM(k)                         \
  {                                           \
    const floats4 f = FLOATS(streams[k] + i); \
    TERM(k, f)                                \
  }
/* A term plus `shift` lies where Doubles are as far apart as the grid, so that their words count it:
   where there are many terms these are added as integers. */
#define COUNTED_TERM(k)                                                         \
  {                                                                             \
    const floats4 f = FLOATS(streams[k] + i);                                   \
    const lanes4 v = __builtin_convertvector(f, lanes4);                        \
    bits |= (ints4)f;                                                           \
    m += (bits4)(v * gains[2 * k] + shift);                                     \
    n += (bits4)(v * gains[2 * k + 1] + shift);                                 \
  }
/* Integers as Doubles: both halves with exponents of their own, 2^84 and 2^52. */
#define COUNTED(n)                                                                    \
  (((lanes4)(((n) >> 32) ^ (bits4)(0x4530000080000000ull)) -                    \
    (lanes4)(bits4)(0x4530000080100000ull)) +                                          \
   (lanes4)__builtin_shufflevector((ints8)(n), (ints8)(bits4)(0x4330000000000000ull),  \
                                   0, 9, 2, 11, 4, 13, 6, 15))
/* `from`: what stands in the sums before. */
#define SUM_RUN(from, terms_in_turn)                        \
  for (; i + 4 <= frames; i += 4) {                         \
    lanes4 l = from(left + i), r = from(right + i);         \
    terms_in_turn                                           \
    DOUBLES(left + i) = l;                                  \
    DOUBLES(right + i) = r;                                 \
  }
#define NOTHING(place) ((lanes4)(0.0))
#define FOUR_TERMS FLOAT_TERM(0) FLOAT_TERM(1) FLOAT_TERM(2) FLOAT_TERM(3)
#define EIGHT_TERMS                                                                   \
  bits4 m = none, n = none;                                                           \
  COUNTED_TERM(0) COUNTED_TERM(1) COUNTED_TERM(2) COUNTED_TERM(3)                     \
  COUNTED_TERM(4) COUNTED_TERM(5) COUNTED_TERM(6) COUNTED_TERM(7)                     \
  l += COUNTED(m) * 0x1p-44;                                                          \
  r += COUNTED(n) * 0x1p-44;
#define ALL_TERMS for (long k = 0; k < terms; k++) FLOAT_TERM(k)

static long LOOP(below)(const float *x, long frames, float limit) {
  ints4 good = (ints4)(-1);
  long i = 0;
  for (; i + 4 <= frames; i += 4) good &= FLOAT_MAGNITUDE(FLOATS(x + i)) < limit;
  for (; i < frames; i++) good &= (ints4)(-(int)(__builtin_fabsf(x[i]) < limit));
  return (good.x & good.y & good.z & good.w) != 0;
}

static long LOOP(sum_floats)(const float *const *restrict streams, long terms,
                             const double *restrict gains, const float *limits, long frames,
                             double shift, long anew, double *restrict left,
                             double *restrict right) {
  const bits4 none = (bits4)((lanes4)(shift)) * (bits4)(0ull - 8);
  ints4 bits = (ints4)(0);
  long i = 0;
  if (terms == 8 && anew) {
    SUM_RUN(NOTHING, EIGHT_TERMS)
  } else if (terms == 8) {
    SUM_RUN(DOUBLES, EIGHT_TERMS)
  } else if (terms == 4 && anew) {
    SUM_RUN(NOTHING, FOUR_TERMS)
  } else if (terms == 4) {
    SUM_RUN(DOUBLES, FOUR_TERMS)
  } else if (anew) {
    SUM_RUN(NOTHING, ALL_TERMS)
  } else {
    SUM_RUN(DOUBLES, ALL_TERMS)
  }
  if (i < frames) {
    const long rest = frames - i;
    lanes4 l = (lanes4)(0.0), r = (lanes4)(0.0);
    for (long j = 0; j < rest && !anew; j++) {
      l[j] = left[i + j];
      r[j] = right[i + j];
    }
    for (long k = 0; k < terms; k++) {
      floats4 f = (floats4)(0.0f);
      for (long j = 0; j < rest; j++) f[j] = streams[k][i + j];
      TERM(k, f)
    }
    for (long j = 0; j < rest; j++) {
      left[i + j] = l[j];
      right[i + j] = r[j];
    }
  }
  /* A number with all these bits is at least as large as any of the samples; only where that may be
     too large for a term they are looked at. */
  const floats4 most = FLOAT_MAGNITUDE((floats4)bits);
  long small = 1;
  for (long k = 0; k < terms; k++)
    for (long j = 0; j < 4; j++) small &= most[j] < limits[k];
  for (long k = 0; k < terms && !small; k++)
    if (!LOOP(below)(streams[k], frames, limits[k])) return 1;
  return 0;
}
#undef SUM_RUN
#undef NOTHING
#undef FOUR_TERMS
#undef EIGHT_TERMS
#undef ALL_TERMS
#undef TERM
#undef FLOAT_TERM
#undef COUNTED_TERM
#undef COUNTED

static double LOOP(dot)(const double *h, const double *x, long count) {
  lanes4 a = (lanes4)(0.0);
  for (long k = 0; k < count; k += 4) a = a + DOUBLES(h + k) * DOUBLES(x + k);
  return (a.x + a.y) + (a.z + a.w);
}

static void LOOP(dot_pair)(const double *h, const double *x, const double *y, long count,
                           double *out) {
  lanes4 a = (lanes4)(0.0), b = (lanes4)(0.0);
  for (long k = 0; k < count; k += 4) {
    const lanes4 tap = DOUBLES(h + k);
    a = a + tap * DOUBLES(x + k);
    b = b + tap * DOUBLES(y + k);
  }
  out[0] = (a.x + a.y) + (a.z + a.w);
  out[1] = (b.x + b.y) + (b.z + b.w);
}

static void LOOP(dots)(const double *h, const double *const *x, long count, double *out) {
  lanes4 a = (lanes4)(0.0), b = a, c = a, d = a, e = a, f = a, g = a, j = a;
  const double *x0 = x[0], *x1 = x[1], *x2 = x[2], *x3 = x[3], *x4 = x[4], *x5 = x[5], *x6 = x[6],
               *x7 = x[7];
  for (long k = 0; k < count; k += 4) {
    const lanes4 tap = DOUBLES(h + k);
    a = a + tap * DOUBLES(x0 + k);
    b = b + tap * DOUBLES(x1 + k);
    c = c + tap * DOUBLES(x2 + k);
    d = d + tap * DOUBLES(x3 + k);
    e = e + tap * DOUBLES(x4 + k);
    f = f + tap * DOUBLES(x5 + k);
    g = g + tap * DOUBLES(x6 + k);
    j = j + tap * DOUBLES(x7 + k);
  }
  turn4(&a, &b, &c, &d);
  turn4(&e, &f, &g, &j);
  DOUBLES(out) = (a + b) + (c + d);
  DOUBLES(out + 4) = (e + f) + (g + j);
}

static double LOOP(largest)(const double *x, long count) {
  lanes4 a = (lanes4)(0.0), b = a;
  long i = 0;
  for (; i + 8 <= count; i += 8) {
    const lanes4 u = MAGNITUDE(DOUBLES(x + i)), v = MAGNITUDE(DOUBLES(x + i + 4));
    a = u > a ? u : a;
    b = v > b ? v : b;
  }
  a = a > b ? a : b;
  double top = 0;
  for (long k = 0; k < 4; k++) top = a[k] > top ? a[k] : top;
  for (; i < count; i++) {
    const double v = __builtin_fabs(x[i]);
    top = v > top ? v : top;
  }
  return top;
}

static void LOOP(middles)(const double *x, const double *h, long count, double *out) {
  lanes4 a = (lanes4)(0.0), b = a, c = a, d = a;
  for (long r = 0; r < count; r++) {
    const double *near = x - r, *far = x + 1 + r;
    a = a + (DOUBLES(near) + DOUBLES(far)) * h[r];
    b = b + (DOUBLES(near + 4) + DOUBLES(far + 4)) * h[r];
    c = c + (DOUBLES(near + 8) + DOUBLES(far + 8)) * h[r];
    d = d + (DOUBLES(near + 12) + DOUBLES(far + 12)) * h[r];
  }
  DOUBLES(out) = a;
  DOUBLES(out + 4) = b;
  DOUBLES(out + 8) = c;
  DOUBLES(out + 12) = d;
}

static void LOOP(phases)(const double *x, const double *table, long taps, long bases,
                         double *out, long stride) {
  for (long i = 0; i < bases; i += 4) {
    lanes4 e1 = (lanes4)(0.0), e2 = e1, e3 = e1, e4 = e1, o1 = e1, o2 = e1, o3 = e1;
    for (long r = 0; r < taps; r++) {
      const lanes4 near = DOUBLES(x + i - r), far = DOUBLES(x + i + 1 + r);
      const lanes4 s = near + far, d = near - far;
      const double *c = table + 7 * r;
      e1 = e1 + s * c[0];
      e2 = e2 + s * c[1];
      e3 = e3 + s * c[2];
      e4 = e4 + s * c[3];
      o1 = o1 + d * c[4];
      o2 = o2 + d * c[5];
      o3 = o3 + d * c[6];
    }
    double *y = out + i;
    DOUBLES(y) = DOUBLES(x + i);
    DOUBLES(y + stride) = e1 + o1;
    DOUBLES(y + 2 * stride) = e2 + o2;
    DOUBLES(y + 3 * stride) = e3 + o3;
    DOUBLES(y + 4 * stride) = e4;
    DOUBLES(y + 5 * stride) = e3 - o3;
    DOUBLES(y + 6 * stride) = e2 - o2;
    DOUBLES(y + 7 * stride) = e1 - o1;
  }
}

static long LOOP(low)(const double *x, long bases, const double *h, const double *bounds,
                      double around, double threshold) {
  const lanes4 off = (lanes4)(bounds[1] * around), rest = (lanes4)(bounds[2] * around);
  for (long i = 0; i < bases; i += 4) {
    const words4 counts = (words4)((words4){0, 1, 2, 3} < (words4)((long long)(bases - i)));
    const lanes4 a = MAGNITUDE(DOUBLES(x + i)), b = MAGNITUDE(DOUBLES(x + i + 1));
    const lanes4 ends = a > b ? a : b;
    lanes4 middle = (lanes4)(0.0);
    long r = 0;
    for (; r < 8; r++) middle = middle + (DOUBLES(x + i - r) + DOUBLES(x + i + 1 + r)) * h[r];
    lanes4 top = MAGNITUDE(middle) + rest;
    top = top > ends ? top : ends;
    if (!ANY((words4)(top * bounds[0] + off > threshold) & counts)) continue;
    for (; r < 24; r++) middle = middle + (DOUBLES(x + i - r) + DOUBLES(x + i + 1 + r)) * h[r];
    top = MAGNITUDE(middle);
    top = top > ends ? top : ends;
    if (ANY((words4)(top * bounds[0] + off > threshold) & counts)) return 0;
  }
  return 1;
}

static void LOOP(heights)(const double *phases, long stride, long frames, double threshold,
                          double bound, double *out) {
  const lanes4 floor = (lanes4)(threshold);
  for (long i = 0; i < frames; i += 4) {
    /* Eighths of a frame from -5 to +5 around frame i + 1. */
    const lanes4 p[11] = {
        DOUBLES(phases + 3 * stride + i),     DOUBLES(phases + 4 * stride + i),
        DOUBLES(phases + 5 * stride + i),     DOUBLES(phases + 6 * stride + i),
        DOUBLES(phases + 7 * stride + i),     DOUBLES(phases + i + 1),
        DOUBLES(phases + stride + i + 1),     DOUBLES(phases + 2 * stride + i + 1),
        DOUBLES(phases + 3 * stride + i + 1), DOUBLES(phases + 4 * stride + i + 1),
        DOUBLES(phases + 5 * stride + i + 1)};
    lanes4 top = MAGNITUDE(p[5]);
    for (long k = 1; k < 10; k++) {
      const lanes4 m = MAGNITUDE(p[k]);
      top = m > top ? m : top;
    }
    lanes4 least = top > floor ? top : floor;
    if (ANY(top * bound > least)) {
      for (long k = 1; k < 10; k++) {
        const lanes4 b = MAGNITUDE(p[k]);
        const words4 summit = (words4)((b >= MAGNITUDE(p[k - 1])) & (b >= MAGNITUDE(p[k + 1])) &
                                       (b * bound > least));
        if (!ANY(summit)) continue;
        const words4 sign = (words4)p[k] & (words4)(1ull << 63);
        const lanes4 left = (lanes4)((words4)p[k - 1] ^ sign);
        const lanes4 right = (lanes4)((words4)p[k + 1] ^ sign);
        const lanes4 bend = (2.0 * b - left) - right, slant = left - right;
        const lanes4 raised = b + slant * slant / (8.0 * bend), limit = b * bound;
        lanes4 height = raised < limit ? raised : limit;
        height = bend > 0.0 ? height : b;
        top = (lanes4)((words4)height & summit) > top ? height : top;
        least = top > least ? top : least;
      }
    }
    DOUBLES(out + i) = top > floor ? top : MAGNITUDE(p[5]);
  }
}

#undef SECTION
#undef STEP
#undef KEEP
#undef OVER_FRAMES
#undef ENTER
#undef PASS
#undef ALIGNED_STACK
