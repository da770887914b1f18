/* The loops of limiter_loops.h; included once for each build, with LOOP(name) naming it. */

#define SMALLER(a, b) ((a) < (b) ? (a) : (b))
#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define RARELY(condition) __builtin_expect(condition, 0)
/* A reduction of 1. */
#define ONE 0x1p40
/* The least that a level moves in a frame: 2^-30. */
#define STEP 1024ll
#define NEVER 0x7FFFFFFFFFFFFFFFl
/* Frames that go through one loop after the other. */
#define ONCE 512

/* row: the largest of what each of the last `length` peaks needs. */
static void LOOP(hold)(const double *peaks, long long *row, long frames, double limit,
                       long long *values, long *times, long length, long *queue) {
  long first = queue[0], held = queue[1], now = queue[2];
  long long top = held > 0 ? values[first] : 0;
  long leaves = held > 0 ? times[first] + length : NEVER;
  for (long i = 0; i < frames; i++) {
    const double peak = peaks[i];
    now += 1;
    if (leaves <= now) {
      first = first + 1 < length ? first + 1 : 0;
      held -= 1;
      top = held > 0 ? values[first] : 0;
      leaves = held > 0 ? times[first] + length : NEVER;
    }
    const long long needed = peak > limit ? (long long)ONE - (long long)(limit / peak * ONE) : 0;
    if (needed > 0) {
      if (needed >= top) held = 0, top = needed, leaves = now + length;
      long end = first + held;
      end = end < length ? end : end - length;
      while (held > 0) {
        const long before = end > 0 ? end - 1 : length - 1;
        if (values[before] > needed) break;
        end = before;
        held -= 1;
      }
      values[end] = needed;
      times[end] = now;
      held += 1;
    }
    row[i] = top;
  }
  queue[0] = first, queue[1] = held, queue[2] = now;
}

/* A part of a way, in three forms: as it is; in steps of 2^-64; and the shortest way of which it is
   STEP or more, shorter ones being gone by STEP. */
typedef struct {
  double rate;
  unsigned long long steps;
  long long brink;
} LOOP(Part);

INLINED LOOP(Part) LOOP(part)(double rate) {
  LOOP(Part) part = {rate, rate < 1 ? (unsigned long long)(rate * 0x1p64) : ~0ull,
                     (long long)SMALLER(STEP / rate, 0x1p52) - 1};
  part.brink += (long long)((double)part.brink * rate) < STEP;
  part.brink += (long long)((double)part.brink * rate) < STEP;
  return part;
}

/* The whole part of way * rate, as that product is in Double: the upper half of one of whole numbers.
   Double rounds it by 2^-14 at most, the steps make it less by under 2^-24: only where the lower half
   is nearer than 2^-12 to the next whole number may it be that one. */
INLINED long long LOOP(moved)(long long way, const LOOP(Part) part) {
  const unsigned __int128 product = (unsigned __int128)(unsigned long long)way * part.steps;
  if (RARELY((unsigned long long)product >= -(1ull << 52))) return (long long)((double)way * part.rate);
  return (long long)(product >> 64);
}

/* `value` at once up to `target`, or down towards it. */
INLINED long long LOOP(fallen)(long long value, long long target, const LOOP(Part) part) {
  const long long way = value - target;
  if (RARELY(way < part.brink)) return way < STEP ? target : value - STEP;
  return value - LOOP(moved)(way, part);
}

/* `value` towards `target`, up or down. */
INLINED long long LOOP(followed)(long long value, long long target, const LOOP(Part) part) {
  const long long way = target - value, far = way < 0 ? -way : way;
  long long near;
  if (RARELY(far < part.brink)) {
    near = SMALLER(STEP, far);
  } else {
    near = LOOP(moved)(far, part);
  }
  return way < 0 ? value - near : value + near;
}

/* row: from what is needed to what is released. */
static void LOOP(release)(long long *row, long frames, const double *rates, double *levels) {
  const LOOP(Part) fast = LOOP(part)(rates[0]);
  long long released = (long long)levels[0];
  if (rates[2] < 1) {
    const LOOP(Part) slow = LOOP(part)(rates[1]), average = LOOP(part)(rates[2]);
    long long mean = (long long)levels[1], slowly = (long long)levels[2];
    for (long i = 0; i < frames; i++) {
      const long long target = row[i];
      released = LOOP(fallen)(released, target, fast);
      mean = LOOP(followed)(mean, target, average);
      slowly = LOOP(fallen)(slowly, mean, slow);
      row[i] = LARGER(released, slowly);
    }
    levels[1] = (double)mean, levels[2] = (double)slowly;
  } else {
    for (long i = 0; i < frames; i++) {
      released = LOOP(fallen)(released, row[i], fast);
      row[i] = released;
    }
  }
  levels[0] = (double)released;
}

/* The mean of the last `size` values, rounded up; `sum` is theirs and size - 1. */
#define AVERAGED(ring, sum)                                                                   \
  sum += v - ring[i];                                                                         \
  ring[i] = v;                                                                                \
  v = inverse ? (unsigned long long)((unsigned __int128)inverse * sum >> 64) : sum / count;

/* Frames for which the rings do not end. */
static void LOOP(average)(const long long *row, double *gains, long frames, long long *rings,
                          long size, long long *sums) {
  /* 2^64 / size, rounded up: a product's upper half is then the quotient, exactly, for numerators under
     2^64 / size; they stay under (2^40 + 1) size. */
  const unsigned long long count = (unsigned long long)size, more = count - 1;
  const unsigned long long inverse = size < 4096 ? ~0ull / count + 1 : 0;
  unsigned long long *ring0 = (unsigned long long *)rings, *ring1 = ring0 + size, *ring2 = ring1 + size;
  unsigned long long sum0 = (unsigned long long)sums[0] + more;
  unsigned long long sum1 = (unsigned long long)sums[1] + more;
  unsigned long long sum2 = (unsigned long long)sums[2] + more;
  for (long i = 0; i < frames; i++) {
    unsigned long long v = (unsigned long long)row[i];
    AVERAGED(ring0, sum0)
    AVERAGED(ring1, sum1)
    AVERAGED(ring2, sum2)
    gains[i] = (ONE - (double)(long long)v) * 0x1p-40;
  }
  sums[0] = (long long)(sum0 - more);
  sums[1] = (long long)(sum1 - more);
  sums[2] = (long long)(sum2 - more);
}

static void LOOP(limit)(const double *peaks, double *gains, long frames, double limit,
                        const double *rates, double *levels, long long *values, long *times,
                        long length, long *queue, long long *rings, long size, long *place,
                        long long *sums) {
  long long row[ONCE];
  long at = *place;
  for (long begin = 0; begin < frames; begin += ONCE) {
    const long count = SMALLER(frames - begin, ONCE);
    LOOP(hold)(peaks + begin, row, count, limit, values, times, length, queue);
    LOOP(release)(row, count, rates, levels);
    for (long done = 0; done < count;) {
      const long some = SMALLER(count - done, size - at);
      LOOP(average)(row + done, gains + begin + done, some, rings + at, size, sums);
      done += some;
      at = at + some < size ? at + some : 0;
    }
  }
  *place = at;
}

/* The largest magnitude of sixteen after sixteen. */
static void LOOP(tops)(const double *x, long sixteens, double *out) {
  for (long i = 0; i < sixteens; i++) {
    const lanes4 a = MAGNITUDE(DOUBLES(x + 16 * i)), b = MAGNITUDE(DOUBLES(x + 16 * i + 4));
    const lanes4 c = MAGNITUDE(DOUBLES(x + 16 * i + 8)), d = MAGNITUDE(DOUBLES(x + 16 * i + 12));
    const lanes4 ab = a > b ? a : b, cd = c > d ? c : d, top = ab > cd ? ab : cd;
    out[i] = LARGER(LARGER(top.x, top.y), LARGER(top.z, top.w));
  }
}

static void LOOP(magnitudes)(const double *x, long count, long merging, double *out) {
  for (long i = 0; i < count; i++) {
    const double m = __builtin_fabs(x[i]);
    out[i] = merging && out[i] > m ? out[i] : m;
  }
}

static void LOOP(raise_to_floats)(const double *x, long count, double *out) {
  long i = 0;
  for (; i + 4 <= count; i += 4) {
    const lanes4 v = DOUBLES(x + i);
    const floats4 near = __builtin_convertvector(v, floats4);
    const lanes4 back = __builtin_convertvector(near, lanes4);
    const floats4 up = (floats4)((ints4)near + 1);
    DOUBLES(out + i) = back < v ? __builtin_convertvector(up, lanes4) : back;
  }
  for (; i < count; i++) {
    union { float value; int bits; } near = {(float)x[i]};
    near.bits += (double)near.value < x[i];
    out[i] = (double)near.value;
  }
}
#undef SMALLER
#undef LARGER
#undef RARELY
#undef ONE
#undef STEP
#undef NEVER
#undef ONCE
#undef AVERAGED
