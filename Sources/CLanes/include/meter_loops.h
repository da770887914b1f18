#ifndef CLANES_METER_LOOPS_H
#define CLANES_METER_LOOPS_H

/* The loops of meters, as those of lane_loops.h. */

/* Two second-order sections on a pair of channels, and what is in the samples v and in the filtered z.
   filter: b0, b1, b2, a1, a2 of the first section; g, a1, a2 of the second, a high-pass whose b are g,
   -2 g and g; state: s1, s2 of each, two channels each; sums: z^2, v, v^2 and the largest |v|, two
   channels each, and the product of both channels. */
void lanes_weigh(const double *left, const double *right, long frames, const double *filter,
                 double *state, double *sums);

/* The same, and two second-order sections on four lanes: left + right and left - right through
   low-passes, then both through high-passes. sections: g, a1, a2 of each, four lanes, whose b are g,
   2 g and g, or g, -2 g and g; memory: s1, s2 likewise; energies: the sums of the squares. */
void lanes_weigh_and_fold(const double *left, const double *right, long frames,
                          const double *filter, double *state, double *sums,
                          const double *sections, double *memory, double *energies);

/* lanes_weigh, without the product, of the pair times factors[0] and gains, and of the pair times
   factors[1] and others: (v factor) gain. Four lanes in place of two, the first pair's before the other's. */
void lanes_weigh_pair(const double *left, const double *right, const double *gains,
                      const double *others, long frames, const double *factors,
                      const double *filter, double *state, double *sums);

/* The frames i where t = max(|x[i]|, |x[i + 1]|, |middle between them|) times bounds[2] may exceed
   `limit`, and at least t; gives how many there are. A middle is the sum over r < 24 of (x[i - r] +
   x[i + 1 + r]) taps[r]; one that cannot make t large enough may be left out of it. Where t falls
   short of the limit by less than 2e-6 of bounds[0] times the largest sample around, the frame may be
   among them too. bounds[0] and bounds[1]: how many times that sample what is looked for can be, and
   the sum of the taps from r = 8 on. 24 frames before and 40 behind are read; there is room for 16
   results more than frames. */
long lanes_risers(const double *samples, long frames, const double *taps, const double *bounds,
                  double limit, long *places, double *tops);

/* The largest magnitude of four phases of twelve taps, x[i - 11] ... x[i] times taps[4 k + phase],
   ascending k, or `peak` where that is larger. bounds: how many times the largest sample around it a
   phase can be, and the sum of the magnitudes of the taps but the middle four. 16 frames before and
   behind are read. */
double lanes_table_peak(const double *samples, long frames, const double *taps, const double *bounds,
                        double peak);

/* lanes_dot for one stream and eight filters, `stride` Doubles apart; gives the largest magnitude. */
double lanes_bank(const double *taps, long stride, const double *samples, long count, double *out);

#endif
