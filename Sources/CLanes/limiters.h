/* The loops of limiter_loops.h; included once for each build, with LOOP(name) naming it. */

#define LARGER(a, b) ((a) > (b) ? (a) : (b))
#define SMALLER(a, b) ((a) < (b) ? (a) : (b))
/* `value` at once up to `target`, or down towards it. */
#define FALLING(value, target, rate) \
  LARGER(target, value - LARGER(step, __builtin_floor((value - (target)) * rate)))
/* The mean of the last `size` values, rounded up. */
#define AVERAGE(ring, sum)                                                         \
  {                                                                                \
    sum += (long long)v - ring[at];                                                \
    ring[at] = (long long)v;                                                       \
    const unsigned long long all = (unsigned long long)sum + count - 1;            \
    v = inverse ? (unsigned long long)((unsigned __int128)inverse * all >> 64) : all / count; \
    v = sum == 0 ? 0 : v;                                                          \
  }

static void LOOP(limit)(const double *peaks, double *gains, long frames, double limit,
                        const double *rates, double *levels, long long *values, long *times,
                        long length, long *queue, long long *rings, long size, long *place,
                        long long *sums) {
  const double one = 0x1p40, step = 0x1p10;
  const double fast = rates[0], slow = rates[1], average = rates[2];
  /* 2^64 / size, rounded up: a product's upper half is then the quotient, exactly, for numerators under
     2^64 / size; they stay under (2^40 + 1) size. */
  const unsigned long long count = (unsigned long long)size;
  const unsigned long long inverse = size < 4096 ? ~0ull / count + 1 : 0;
  double released = levels[0], mean = levels[1], slowly = levels[2];
  long first = queue[0], held = queue[1], now = queue[2], at = *place;
  long long *ring0 = rings, *ring1 = rings + size, *ring2 = rings + 2 * size;
  long long sum0 = sums[0], sum1 = sums[1], sum2 = sums[2];
  for (long i = 0; i < frames; i++) {
    const double peak = peaks[i];
    now += 1;
    if (held > 0 && times[first] + length <= now) {
      first = first + 1 < length ? first + 1 : 0;
      held -= 1;
    }
    if (peak > limit) {
      const long long needed =
          (long long)one - (long long)__builtin_floor((limit / peak) * one);
      long end = first + held;
      end = end < length ? end : end - length;
      while (held > 0) {
        const long before = end > 0 ? end - 1 : length - 1;
        if (values[before] > needed) break;
        end = before;
        held -= 1;
      }
      if (needed > 0) {
        values[end] = needed;
        times[end] = now;
        held += 1;
      }
    }
    const double target = held > 0 ? (double)values[first] : 0.0;
    released = FALLING(released, target, fast);
    double most = released;
    if (average < 1) {
      const double way = target - mean, far = __builtin_fabs(way);
      const double moved = LARGER(step, __builtin_floor(far * average)), near = SMALLER(moved, far);
      mean = way < 0 ? mean - near : mean + near;
      slowly = FALLING(slowly, mean, slow);
      most = LARGER(released, slowly);
    }
    unsigned long long v = (unsigned long long)(long long)most;
    AVERAGE(ring0, sum0)
    AVERAGE(ring1, sum1)
    AVERAGE(ring2, sum2)
    at = at + 1 < size ? at + 1 : 0;
    gains[i] = (one - (double)(long long)v) * 0x1p-40;
  }
  levels[0] = released, levels[1] = mean, levels[2] = slowly;
  queue[0] = first, queue[1] = held, queue[2] = now, *place = at;
  sums[0] = sum0, sums[1] = sum1, sums[2] = sum2;
}
#undef LARGER
#undef SMALLER
#undef FALLING
#undef AVERAGE
