/* The loops of the file LOOPS, built for any processor and, where there may be one, for AVX2. CHOSEN
   picks one of them at run time; both give the same bits. */
#define LOOP(name) name##_anywhere
#include LOOPS
#undef LOOP

#if defined(__x86_64__)
/* AVX2 alone: without FMA there is nothing to contract into. */
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define LOOP(name) name##_avx2
#include LOOPS
#undef LOOP
#pragma clang attribute pop
#endif
