/* The loops of room_loops.h; included once for each build, with LOOP(name) naming it. */

static void LOOP(tank)(double *const *lines, long frames, const double *filter, double *state,
                       double level, double *left, double *right) {
  lanes4 z0 = AT(state, 0), z1 = AT(state, 1), z2 = AT(state, 2), z3 = AT(state, 3);
  const lanes4 g0 = AT(filter, 0), g1 = AT(filter, 1), g2 = AT(filter, 2), g3 = AT(filter, 3);
  const lanes4 b0 = AT(filter, 4), b1 = AT(filter, 5), b2 = AT(filter, 6), b3 = AT(filter, 7);
  long i = 0;
  for (; i + 4 <= frames; i += 4) {
    lanes4 t[16];
    for (long k = 0; k < 16; k++) t[k] = DOUBLES(lines[k] + i);
    for (long k = 0; k < 16; k += 4) turn4(t + k, t + k + 1, t + k + 2, t + k + 3);
    for (long f = 0; f < 4; f++) {
      t[f] = z0 = g0 * t[f] + b0 * z0;
      t[4 + f] = z1 = g1 * t[4 + f] + b1 * z1;
      t[8 + f] = z2 = g2 * t[8 + f] + b2 * z2;
      t[12 + f] = z3 = g3 * t[12 + f] + b3 * z3;
    }
    for (long k = 0; k < 16; k += 4) {
      turn4(t + k, t + k + 1, t + k + 2, t + k + 3);
      hadamard4(t + k, t + k + 1, t + k + 2, t + k + 3);
    }
    for (long k = 0; k < 4; k++) hadamard4(t + k, t + k + 4, t + k + 8, t + k + 12);
    const lanes4 l = DOUBLES(left + i), r = DOUBLES(right + i);
    for (long k = 0; k < 16; k++) {
      const lanes4 in = right_lines >> k & 1 ? r : l, v = 0.25 * t[k];
      DOUBLES(lines[k] + i) = turned_lines >> k & 1 ? v - in : v + in;
    }
    DOUBLES(left + i) = level * t[heard_left];
    DOUBLES(right + i) = level * t[heard_right];
  }
  for (; i < frames; i++) {
    lanes4 t[4] = {{lines[0][i], lines[1][i], lines[2][i], lines[3][i]},
                   {lines[4][i], lines[5][i], lines[6][i], lines[7][i]},
                   {lines[8][i], lines[9][i], lines[10][i], lines[11][i]},
                   {lines[12][i], lines[13][i], lines[14][i], lines[15][i]}};
    t[0] = z0 = g0 * t[0] + b0 * z0;
    t[1] = z1 = g1 * t[1] + b1 * z1;
    t[2] = z2 = g2 * t[2] + b2 * z2;
    t[3] = z3 = g3 * t[3] + b3 * z3;
    turn4(t, t + 1, t + 2, t + 3);
    hadamard4(t, t + 1, t + 2, t + 3);
    turn4(t, t + 1, t + 2, t + 3);
    hadamard4(t, t + 1, t + 2, t + 3);
    const double l = left[i], r = right[i];
    for (long k = 0; k < 16; k++) {
      const double in = right_lines >> k & 1 ? r : l;
      const double v = 0.25 * t[k / 4][k % 4];
      lines[k][i] = turned_lines >> k & 1 ? v - in : v + in;
    }
    left[i] = level * t[heard_left / 4][heard_left % 4];
    right[i] = level * t[heard_right / 4][heard_right % 4];
  }
  AT(state, 0) = z0;
  AT(state, 1) = z1;
  AT(state, 2) = z2;
  AT(state, 3) = z3;
}

static void LOOP(allpass)(double *line, double *samples, double gain, long frames) {
  long i = 0;
  for (; i + 4 <= frames; i += 4) {
    const lanes4 held = DOUBLES(line + i), v = DOUBLES(samples + i) + gain * held;
    DOUBLES(line + i) = v;
    DOUBLES(samples + i) = held - gain * v;
  }
  for (; i < frames; i++) {
    const double held = line[i], in = gain * held, v = samples[i] + in, out = gain * v;
    line[i] = v;
    samples[i] = held - out;
  }
}

static void LOOP(flush)(double *samples, double least, long count) {
  long i = 0;
  for (; i + 4 <= count; i += 4) {
    const lanes4 v = DOUBLES(samples + i);
    DOUBLES(samples + i) = MAGNITUDE(v) < least ? (lanes4)(0.0) : v;
  }
  for (; i < count; i++) samples[i] = __builtin_fabs(samples[i]) < least ? 0.0 : samples[i];
}
