#ifndef CLANES_LIMITER_LOOPS_H
#define CLANES_LIMITER_LOOPS_H

/* The loops of a limiter, as those of lane_loops.h.

   Of its gain: all numbers but peaks, gains and rates are
   whole ones: reductions in steps of 2^-40.

   needed = 1 - limit / peak, 0 where that is negative; the largest of the last `length` (a queue of
   those that may still become it, falling: `values` and the frames they came at, `times`; queue: the
   first's place, how many there are, the frame now); released falls towards it by the part rates[0] of
   the way, by 2^-30 at least; where rates[2] is below 1 a mean follows it by that part, and a second
   release falls towards the mean by rates[1]: the larger of both; then three means of the last `size`,
   rounded up. levels: released, mean, the second release; rings: three of `size`, all at `place`, with
   their sums. gains and peaks may be one memory. */
void lanes_limit(const double *peaks, double *gains, long frames, double limit, const double *rates,
                 double *levels, long long *values, long *times, long length, long *queue,
                 long long *rings, long size, long *place, long long *sums);

/* The largest magnitude of sixteen samples after sixteen. */
void lanes_tops(const double *samples, long sixteens, double *out);

/* Magnitudes; where merging, the larger of them and what `out` holds. */
void lanes_magnitudes(const double *samples, long count, long merging, double *out);

/* Each value, 0 or more, or the next larger one that Float has; in place if wanted. */
void lanes_raise_to_floats(const double *values, long count, double *out);

#endif
