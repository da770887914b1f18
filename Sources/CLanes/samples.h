/* The loops of sample_loops.h; included once for each build, with LOOP(name) naming it. */

#define LOW(v) ((v) & (bits4)(0xFFFFFFFFull))
#define ROUND(c)                                                              \
  {                                                                           \
    const bits4 p = LOW(c##0) * 0xD2511F53ull, q = LOW(c##2) * 0xCD9E8D57ull; \
    c##0 = (q >> 32) ^ c##1 ^ k0;                                             \
    c##1 = q;                                                                 \
    c##2 = (p >> 32) ^ c##3 ^ k1;                                             \
    c##3 = p;                                                                 \
  }
/* The sum is in the low bits of a double of 2^52. */
#define TRIANGLE(a, b) \
  (((lanes4)((LOW(a) + LOW(b) + 1ull) | 0x4330000000000000ull) - 0x1p52) * 0x1p-32 - 1.0)
#define PAIRS(c, place)                                                   \
  {                                                                       \
    const lanes4 even = TRIANGLE(c##0, c##1), odd = TRIANGLE(c##2, c##3); \
    DOUBLES(place) = __builtin_shufflevector(even, odd, 0, 4, 1, 5);      \
    DOUBLES(place + 4) = __builtin_shufflevector(even, odd, 2, 6, 3, 7);  \
  }
static void LOOP(triangular)(unsigned long long pair, unsigned channel, unsigned purpose,
                             unsigned long long seed, long eights, double *out) {
  for (long i = 0; i < eights; i++, pair += 8, out += 16) {
    const bits4 n = (bits4)(pair) + (bits4){0, 1, 2, 3}, m = (bits4)(pair) + (bits4){4, 5, 6, 7};
    bits4 a0 = n, a1 = n >> 32, a2 = (bits4)((unsigned long long)channel),
          a3 = (bits4)((unsigned long long)purpose);
    bits4 b0 = m, b1 = m >> 32, b2 = a2, b3 = a3;
    unsigned first = (unsigned)seed, second = (unsigned)(seed >> 32);
    for (int r = 0; r < 10; r++, first += 0x9E3779B9u, second += 0xBB67AE85u) {
      const bits4 k0 = (bits4)((unsigned long long)first), k1 = (bits4)((unsigned long long)second);
      ROUND(a)
      ROUND(b)
    }
    PAIRS(a, out)
    PAIRS(b, (out + 8))
  }
}
#undef LOW
#undef ROUND
#undef TRIANGLE
#undef PAIRS

static void LOOP(split_int24)(const unsigned char *bytes, double *left, double *right,
                              long frames) {
  long i = 0;
  for (; i + 6 <= frames; i += 4, bytes += 24) {
    const bytes16 a = *(const bytes_anywhere *)bytes, b = *(const bytes_anywhere *)(bytes + 12);
    const bytes16 zero = (bytes16)(0);
    const ints4 p = (ints4)__builtin_shufflevector(zero, a, 0, 16, 17, 18, 0, 19, 20, 21, 0, 22, 23,
                                                   24, 0, 25, 26, 27);
    const ints4 q = (ints4)__builtin_shufflevector(zero, b, 0, 16, 17, 18, 0, 19, 20, 21, 0, 22, 23,
                                                   24, 0, 25, 26, 27);
    const ints4 l = __builtin_shufflevector(p, q, 0, 2, 4, 6);
    const ints4 r = __builtin_shufflevector(p, q, 1, 3, 5, 7);
    DOUBLES(left + i) = __builtin_convertvector(l, lanes4) * 0x1p-31;
    DOUBLES(right + i) = __builtin_convertvector(r, lanes4) * 0x1p-31;
  }
  for (; i < frames; i++, bytes += 6) {
    const unsigned l = (unsigned)bytes[0] << 8 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 24;
    const unsigned r = (unsigned)bytes[3] << 8 | (unsigned)bytes[4] << 16 | (unsigned)bytes[5] << 24;
    left[i] = (double)(int)l * 0x1p-31;
    right[i] = (double)(int)r * 0x1p-31;
  }
}

static void LOOP(widen_int24)(const unsigned char *bytes, double *out, long count) {
  long i = 0;
  for (; i + 6 <= count; i += 4, bytes += 12) {
    const bytes16 a = *(const bytes_anywhere *)bytes;
    const bytes16 zero = (bytes16)(0);
    const ints4 p = (ints4)__builtin_shufflevector(zero, a, 0, 16, 17, 18, 0, 19, 20, 21, 0, 22, 23,
                                                   24, 0, 25, 26, 27);
    DOUBLES(out + i) = __builtin_convertvector(p, lanes4) * 0x1p-31;
  }
  for (; i < count; i++, bytes += 3) {
    const unsigned v = (unsigned)bytes[0] << 8 | (unsigned)bytes[1] << 16 | (unsigned)bytes[2] << 24;
    out[i] = (double)(int)v * 0x1p-31;
  }
}

#define CLAMPED(v) ((v) < -0x1p23 ? (lanes4)(-0x1p23) : ((v) > 8388607.0 ? (lanes4)(8388607.0) : (v)))
static void LOOP(join_int24)(const double *left, const double *right, unsigned char *bytes,
                             long frames) {
  long i = 0;
  for (; i + 6 <= frames; i += 4, bytes += 24) {
    const lanes4 u = DOUBLES(left + i) * 0x1p23, v = DOUBLES(right + i) * 0x1p23;
    const ints8 l = (ints8)(CLAMPED(u) + 0x1.8p52), r = (ints8)(CLAMPED(v) + 0x1.8p52);
    const bytes16 a = (bytes16)__builtin_shufflevector(l, r, 0, 8, 2, 10);
    const bytes16 b = (bytes16)__builtin_shufflevector(l, r, 4, 12, 6, 14);
    /* Four bytes too many are written; the next ones, or the rest, overwrite them. */
    *(bytes_anywhere *)bytes = __builtin_shufflevector(a, a, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14,
                                                       0, 0, 0, 0);
    *(bytes_anywhere *)(bytes + 12) = __builtin_shufflevector(b, b, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12,
                                                              13, 14, 0, 0, 0, 0);
  }
  for (; i < frames; i++)
    for (int side = 0; side < 2; side++, bytes += 3) {
      const double v = (side ? right[i] : left[i]) * 0x1p23;
      union { double d; unsigned long long u; } word;
      word.d = (v < -0x1p23 ? -0x1p23 : (v > 8388607.0 ? 8388607.0 : v)) + 0x1.8p52;
      bytes[0] = (unsigned char)word.u;
      bytes[1] = (unsigned char)(word.u >> 8);
      bytes[2] = (unsigned char)(word.u >> 16);
    }
}
#undef CLAMPED

/* Where a whole number added to 1.5 2^52 stands in its lowest bits. */
#define WHOLE_SHIFT 0x1.8p52
static long LOOP(pack48)(const double *x, unsigned char *bytes, long count) {
  bits4 wrong = (bits4)(0ull);
  long i = 0;
  for (; i + 6 <= count; i += 4, bytes += 24) {
    const lanes4 v = DOUBLES(x + i) * 0x1p44, whole = v + WHOLE_SHIFT;
    wrong |= (bits4)(whole - WHOLE_SHIFT) ^ (bits4)v;
    wrong |= (bits4)~(words4)(MAGNITUDE(v) < 0x1p47);
    const bytes16 a = (bytes16)__builtin_shufflevector((words4)whole, (words4)whole, 0, 1);
    const bytes16 b = (bytes16)__builtin_shufflevector((words4)whole, (words4)whole, 2, 3);
    /* Four bytes too many are written; the next ones, or the rest, overwrite them. */
    *(bytes_anywhere *)bytes = __builtin_shufflevector(a, a, 0, 1, 2, 3, 4, 5, 8, 9, 10, 11, 12, 13,
                                                       0, 0, 0, 0);
    *(bytes_anywhere *)(bytes + 12) = __builtin_shufflevector(b, b, 0, 1, 2, 3, 4, 5, 8, 9, 10, 11,
                                                              12, 13, 0, 0, 0, 0);
  }
  long bad = ANY(wrong);
  for (; i < count; i++, bytes += 6) {
    union { double d; unsigned long long u; } v, whole, back;
    v.d = x[i] * 0x1p44;
    whole.d = v.d + WHOLE_SHIFT;
    back.d = whole.d - WHOLE_SHIFT;
    bad |= back.u != v.u || !(__builtin_fabs(v.d) < 0x1p47);
    for (int k = 0; k < 6; k++) bytes[k] = (unsigned char)(whole.u >> (8 * k));
  }
  return !bad;
}
#undef WHOLE_SHIFT

/* From the last to the first: the numbers may begin where the bytes do. */
static void LOOP(unpack48)(const unsigned char *bytes, double *out, long count) {
  /* 2^52 and a number without a sign, whose highest bit stands for 2^47. */
  const unsigned long long high = 0x4330000000000000ull ^ (1ull << 47);
  const double offset = 0x1p52 + 0x1p47;
  long i = count;
  for (; i % 4 != 0 || i == count; i--) {
    if (i == 0) return;
    unsigned long long n = 0;
    __builtin_memcpy(&n, bytes + 6 * (i - 1), 6);
    union { double d; unsigned long long u; } word;
    word.u = n ^ high;
    out[i - 1] = (word.d - offset) * 0x1p-44;
  }
  const bytes16 zero = (bytes16)(0);
  for (; i >= 4; i -= 4) {
    const unsigned char *p = bytes + 6 * (i - 4);
    const bytes16 a = *(const bytes_anywhere *)p, b = *(const bytes_anywhere *)(p + 12);
    const bits4 n = __builtin_shufflevector(
        (bits2)__builtin_shufflevector(a, zero, 0, 1, 2, 3, 4, 5, 16, 16, 6, 7, 8, 9, 10, 11, 16, 16),
        (bits2)__builtin_shufflevector(b, zero, 0, 1, 2, 3, 4, 5, 16, 16, 6, 7, 8, 9, 10, 11, 16, 16),
        0, 1, 2, 3);
    DOUBLES(out + i - 4) = ((lanes4)(n ^ (bits4)(high)) - offset) * 0x1p-44;
  }
}

static void LOOP(quantise)(double *x, const double *noise, double scale, long count) {
  const double step = 1 / scale;
  const lanes4 low = (lanes4)(-scale), high = (lanes4)(scale - 1);
  long i = 0;
  for (; i + 4 <= count; i += 4) {
    const lanes4 sum = (DOUBLES(x + i) * scale + DOUBLES(noise + i)) + 0.5;
    lanes4 y = __builtin_elementwise_floor(sum);
    y = y < low ? low : y;
    y = y > high ? high : y;
    DOUBLES(x + i) = y * step;
  }
  for (; i < count; i++) {
    const double scaled = x[i] * scale, sum = (scaled + noise[i]) + 0.5;
    double y = __builtin_floor(sum);
    y = y < -scale ? -scale : y;
    y = y > scale - 1 ? scale - 1 : y;
    x[i] = y * step;
  }
}

static void LOOP(bend)(const double *x, double *roots, double *out, long count) {
  for (long i = 0; i < count; i += 4) {
    const lanes4 v = DOUBLES(x + i);
    DOUBLES(roots + i) = __builtin_elementwise_sqrt(1.0 + v * v);
  }
  for (long i = 0; i < count; i += 4)
    DOUBLES(out + i) =
        (DOUBLES(x + i) + DOUBLES(x + i - 1)) / (DOUBLES(roots + i) + DOUBLES(roots + i - 1));
}

static void LOOP(split_floats)(const float *frames, double *left, double *right, long count) {
  long i = 0;
  for (; i + 4 <= count; i += 4) {
    const floats4 a = FLOATS(frames + 2 * i), b = FLOATS(frames + 2 * i + 4);
    DOUBLES(left + i) = __builtin_convertvector(__builtin_shufflevector(a, b, 0, 2, 4, 6), lanes4);
    DOUBLES(right + i) = __builtin_convertvector(__builtin_shufflevector(a, b, 1, 3, 5, 7), lanes4);
  }
  for (; i < count; i++) {
    left[i] = frames[2 * i];
    right[i] = frames[2 * i + 1];
  }
}

static void LOOP(join_floats)(const double *left, const double *right, float *frames, long count) {
  long i = 0;
  for (; i + 4 <= count; i += 4) {
    const floats4 l = __builtin_convertvector(DOUBLES(left + i), floats4);
    const floats4 r = __builtin_convertvector(DOUBLES(right + i), floats4);
    FLOATS(frames + 2 * i) = __builtin_shufflevector(l, r, 0, 4, 1, 5);
    FLOATS(frames + 2 * i + 4) = __builtin_shufflevector(l, r, 2, 6, 3, 7);
  }
  for (; i < count; i++) {
    frames[2 * i] = (float)left[i];
    frames[2 * i + 1] = (float)right[i];
  }
}

static void LOOP(widen_floats)(const float *x, double *out, long count) {
  long i = 0;
  for (; i + 4 <= count; i += 4) DOUBLES(out + i) = __builtin_convertvector(FLOATS(x + i), lanes4);
  for (; i < count; i++) out[i] = x[i];
}

static void LOOP(narrow)(const double *x, float *out, long count) {
  long i = 0;
  for (; i + 4 <= count; i += 4) FLOATS(out + i) = __builtin_convertvector(DOUBLES(x + i), floats4);
  for (; i < count; i++) out[i] = (float)x[i];
}

static void LOOP(round_to_floats)(double *x, long count) {
  long i = 0;
  for (; i + 4 <= count; i += 4)
    DOUBLES(x + i) =
        __builtin_convertvector(__builtin_convertvector(DOUBLES(x + i), floats4), lanes4);
  for (; i < count; i++) x[i] = (double)(float)x[i];
}

static long LOOP(add_term)(const double *x, double gain, long count, double shift, double limit,
                           double *sum) {
  words4 good = (words4)(0);
  long i = 0;
  for (; i + 4 <= count; i += 4) {
    const lanes4 t = DOUBLES(x + i) * gain;
    good += (words4)(MAGNITUDE(t) < limit);
    DOUBLES(sum + i) = DOUBLES(sum + i) + ((t + shift) - shift);
  }
  long bad = i + (good.x + good.y + good.z + good.w);
  for (; i < count; i++) {
    const double t = x[i] * gain;
    bad += !(__builtin_fabs(t) < limit);
    sum[i] = sum[i] + ((t + shift) - shift);
  }
  return bad;
}

static long LOOP(beyond)(const double *x, long count, double scale, double low, double high) {
  words4 found = (words4)(0);
  long i = 0;
  for (; i + 4 <= count; i += 4) {
    const lanes4 v = DOUBLES(x + i) * scale;
    found -= (words4)((v < low) | (v >= high));
  }
  long sum = found.x + found.y + found.z + found.w;
  for (; i < count; i++) {
    const double v = x[i] * scale;
    sum += v < low || v >= high;
  }
  return sum;
}

static long LOOP(finite)(const double *x, long count) {
  words4 bad = (words4)(0);
  long i = 0;
  for (; i + 4 <= count; i += 4) bad |= ~(words4)(MAGNITUDE(DOUBLES(x + i)) <= __DBL_MAX__);
  long rest = 0;
  for (; i < count; i++) rest |= !(__builtin_fabs(x[i]) <= __DBL_MAX__);
  return !ANY(bad) && !rest;
}
