/* The loops of the file LOOPS, built for any processor and, where there may be one, for AVX2. CHOSEN
   picks one of them at run time; both give the same bits. */
#define LOOP(name) name##_anywhere
/* All eight of an array are computed before what follows: a compiler that takes one chain of
   operations to its end before it begins the next one leaves the processor waiting. */
#define TOGETHER(values)
#include LOOPS
#undef LOOP
#undef TOGETHER

#if defined(__x86_64__)
/* AVX2 alone: without FMA there is nothing to contract into. */
#pragma clang attribute push(__attribute__((target("avx2"))), apply_to = function)
#define LOOP(name) name##_avx2
#define TOGETHER(v)                                                                       \
  __asm__("" : "+x"((v)[0]), "+x"((v)[1]), "+x"((v)[2]), "+x"((v)[3]), "+x"((v)[4]),      \
          "+x"((v)[5]), "+x"((v)[6]), "+x"((v)[7]));
#include LOOPS
#undef LOOP
#undef TOGETHER
#pragma clang attribute pop
#endif
