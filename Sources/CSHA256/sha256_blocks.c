/* FIPS 180-4 by the SHA instructions of x86-64: two rounds an instruction, the message four words
   at a time. */
#include "sha256_blocks.h"

#if defined(__x86_64__)
#include <immintrin.h>

static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

__attribute__((target("sha,sse4.1"))) static void run(uint32_t *state, const uint8_t *blocks,
                                                      long count) {
  const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
  /* The instructions want the words a, b, e, f in one register and c, d, g, h in the other. */
  const __m128i dcba = _mm_loadu_si128((const __m128i *)state);
  const __m128i hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
  const __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
  const __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
  __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
  for (long block = 0; block < count; block++, blocks += 64) {
    const __m128i abefBefore = abef, cdghBefore = cdgh;
    __m128i words[4];
    for (int k = 0; k < 4; k++)
      words[k] =
          _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks + 16 * k)), swap);
#pragma clang loop unroll(full)
    for (int k = 0; k < 16; k++) {
      const __m128i now = words[k % 4];
      const __m128i sum =
          _mm_add_epi32(now, _mm_load_si128((const __m128i *)(constants + 4 * k)));
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
      if (k < 12) {
        const __m128i second = words[(k + 1) % 4], third = words[(k + 2) % 4],
                      last = words[(k + 3) % 4];
        const __m128i early = _mm_add_epi32(_mm_sha256msg1_epu32(now, second),
                                            _mm_alignr_epi8(last, third, 4));
        words[k % 4] = _mm_sha256msg2_epu32(early, last);
      }
    }
    abef = _mm_add_epi32(abef, abefBefore);
    cdgh = _mm_add_epi32(cdgh, cdghBefore);
  }
  const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
  const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

/* cpuid directly: the compiler's own question does not know every name on every version. */
static int have_instructions(void) {
  static int known = 0;
  const int before = __atomic_load_n(&known, __ATOMIC_RELAXED);
  if (before) return before - 1;
  unsigned a = 7, b = 0, c = 0, d = 0;
  __asm__("cpuid" : "+a"(a), "=b"(b), "+c"(c), "=d"(d));
  const int has = ((b >> 29) & 1) && __builtin_cpu_supports("sse4.1");
  __atomic_store_n(&known, has + 1, __ATOMIC_RELAXED);
  return has;
}

int sha256_blocks(uint32_t *state, const uint8_t *blocks, long count) {
  if (!have_instructions()) return 0;
  run(state, blocks, count);
  return 1;
}

#else

int sha256_blocks(uint32_t *state, const uint8_t *blocks, long count) {
  (void)state;
  (void)blocks;
  (void)count;
  return 0;
}

#endif
