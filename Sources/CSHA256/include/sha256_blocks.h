#ifndef CSHA256_BLOCKS_H
#define CSHA256_BLOCKS_H

#include <stdint.h>

/* Takes `count` blocks of 64 bytes into a SHA-256 state of eight words, by the processor's own
   instructions. Returns 0, and has done nothing, where the processor has none. */
int sha256_blocks(uint32_t *state, const uint8_t *blocks, long count);

#endif
