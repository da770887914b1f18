#ifndef CCONTENT_HASH_H
#define CCONTENT_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct { uint64_t low, high; } content_hash_128;

/* XXH3's 128 bits of `length` bytes, in the fastest build that the processor runs. */
content_hash_128 content_hash(const void *data, size_t length);

/* The same of bytes that come in parts. NULL: there is no memory. */
typedef struct content_hash_parts content_hash_parts;
content_hash_parts *content_hash_begin(void);
void content_hash_add(content_hash_parts *parts, const void *data, size_t length);
/* The hash of what was added; `parts` is gone afterwards. */
content_hash_128 content_hash_end(content_hash_parts *parts);

#endif
