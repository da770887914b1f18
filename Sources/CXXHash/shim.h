#define XXH_INLINE_ALL
#include <xxhash.h>

/* The header renames its functions by macros that Swift cannot see. */
typedef struct { uint64_t low, high; } cxxhash_128;

static inline cxxhash_128 cxxhash_xxh3_128(const void *data, size_t length) {
  XXH128_hash_t hash = XXH3_128bits(data, length);
  cxxhash_128 result = { hash.low64, hash.high64 };
  return result;
}
