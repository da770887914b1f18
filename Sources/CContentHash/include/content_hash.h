#ifndef CCONTENT_HASH_H
#define CCONTENT_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct { uint64_t low, high; } content_hash_128;

/* XXH3's 128 bits of `length` bytes, in the fastest build that the processor runs. */
content_hash_128 content_hash(const void *data, size_t length);

#endif
