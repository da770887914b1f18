#include "room_loops.h"

#include "lane_types.h"

#pragma STDC FP_CONTRACT OFF

/* The 4 x 4 Hadamard matrix, unscaled. */
INLINED void hadamard4(lanes4 *a, lanes4 *b, lanes4 *c, lanes4 *d) {
  const lanes4 p = *a + *b, q = *a - *b, r = *c + *d, s = *c - *d;
  *a = p + r;
  *b = q + s;
  *c = p - r;
  *d = q - s;
}

/* Rows of the matrix that are heard; which lines the right input feeds, and where the sign is turned,
   a bit a line. */
enum { heard_left = 6, heard_right = 9, right_lines = 0xA5A5, turned_lines = 0x6C35 };

#define LOOPS "rooms.h"
#include "both_builds.h"

void lanes_tank(double *const *lines, long frames, const double *filter, double *state, double level,
                double *left, double *right) {
  CHOSEN(tank)(lines, frames, filter, state, level, left, right);
}
void lanes_allpass(double *line, double *samples, double gain, long frames) {
  CHOSEN(allpass)(line, samples, gain, frames);
}
void lanes_flush(double *samples, double least, long count) {
  CHOSEN(flush)(samples, least, count);
}
