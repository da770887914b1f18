#include "content_hash_avx2.h"

/* The header is made to be compiled for one kind of processor at a time: hence a file of its own. */
#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define XXH_VECTOR 2 /* AVX2 */
#define XXH_PREFETCH_DIST CONTENT_HASH_PREFETCH
#define XXH_INLINE_ALL
#include <xxhash.h>

content_hash_128 content_hash_avx2(const void *data, size_t length) {
  const XXH128_hash_t hash = XXH3_128bits(data, length);
  const content_hash_128 result = {hash.low64, hash.high64};
  return result;
}

void content_hash_add_avx2(content_hash_parts *parts, const void *data, size_t length) {
  XXH3_128bits_update((XXH3_state_t *)parts, data, length);
}
#pragma clang attribute pop
#endif
