#ifndef CLANES_RESAMPLE_LOOPS_H
#define CLANES_RESAMPLE_LOOPS_H

/* The loops of rate conversion, as those of lane_loops.h, on eight streams side by side: frame by
   frame, the eight streams' samples next to each other. */

/* Eight streams into lanes; behind its count a stream is silent. */
void lanes_eight_in(const double *const *streams, const long *counts, long frames, double *out);

/* Lanes to eight streams, not more than its count into each. */
void lanes_eight_out(const double *lanes, double *const *streams, const long *counts, long frames);

/* Two filters over one window: even = sum of x[k] rows[2 k], odd = sum of x[k] rows[2 k + 1], k below
   `width`, an even number; the sums over even and odd k ascend and are added at last. Row after row
   of `up` from `row` on, the first one behind the last; behind each the window moves by steps[row]
   frames. */
void lanes_twice(const double *lanes, const double *rows, const long *steps, long width, long up,
                 long row, long count, double *even, double *odd);

/* even[i] = even[i] / 2 + the sum over r of (odd[i + pairs - 1 - r] + odd[i + pairs + r]) taps[r],
   ascending. Frames are made two at a time: an odd number writes one more. */
void lanes_halve(const double *odd, const double *taps, long pairs, long frames, double *even);

#endif
