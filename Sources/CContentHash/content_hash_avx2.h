#include "content_hash.h"

/* The same for processors that have AVX2. */
content_hash_128 content_hash_avx2(const void *data, size_t length);
void content_hash_add_avx2(content_hash_parts *parts, const void *data, size_t length);
