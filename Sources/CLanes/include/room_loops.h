#ifndef CLANES_ROOM_LOOPS_H
#define CLANES_ROOM_LOOPS_H

/* The loops of reverbs, as those of lane_loops.h. */

/* Sixteen delay lines through their absorption and a Hadamard matrix, in place: what is read at
   lines[k] is the oldest, what is written there is the newest. z = filter[k] x + filter[16 + k] z, z in
   state[k]; then the matrix, whose rows 6 and 9 times `level` replace the inputs; a quarter of each
   row, and one of the inputs with its sign, goes back into the line. */
void lanes_tank(double *const *lines, long frames, const double *filter, double *state, double level,
                double *left, double *right);

/* v = x + gain line, y = line - gain v; v into the line, y for x. */
void lanes_allpass(double *line, double *samples, double gain, long frames);

/* What is smaller in magnitude than `least` becomes 0. */
void lanes_flush(double *samples, double least, long count);

#endif
