#include "content_hash_avx2.h"

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
