#include "content_hash.h"

/* Bytes ahead that are asked of memory: 384, the header's own choice, read 8.5 GB/s where 2048 read 10. */
#define CONTENT_HASH_PREFETCH 2048

/* The same for processors that have AVX2. */
content_hash_128 content_hash_avx2(const void *data, size_t length);
void content_hash_add_avx2(content_hash_parts *parts, const void *data, size_t length);
