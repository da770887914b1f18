#include "content_hash_avx2.h"

#define XXH_PREFETCH_DIST CONTENT_HASH_PREFETCH
#define XXH_INLINE_ALL
#include <xxhash.h>

content_hash_128 content_hash(const void *data, size_t length) {
#if defined(__x86_64__)
  if (length > 1024 && __builtin_cpu_supports("avx2")) return content_hash_avx2(data, length);
#endif
  const XXH128_hash_t hash = XXH3_128bits(data, length);
  const content_hash_128 result = {hash.low64, hash.high64};
  return result;
}

content_hash_parts *content_hash_begin(void) {
  XXH3_state_t *state = XXH3_createState();
  if (state) XXH3_128bits_reset(state);
  return (content_hash_parts *)state;
}

void content_hash_add(content_hash_parts *parts, const void *data, size_t length) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) {
    content_hash_add_avx2(parts, data, length);
    return;
  }
#endif
  XXH3_128bits_update((XXH3_state_t *)parts, data, length);
}

content_hash_128 content_hash_end(content_hash_parts *parts) {
  const XXH128_hash_t hash = XXH3_128bits_digest((XXH3_state_t *)parts);
  XXH3_freeState((XXH3_state_t *)parts);
  const content_hash_128 result = {hash.low64, hash.high64};
  return result;
}
