#ifndef CLANES_TYPES_H
#define CLANES_TYPES_H

/* What the loops' sources share. */

#pragma STDC FP_CONTRACT OFF

typedef double lanes2 __attribute__((ext_vector_type(2)));
typedef double lanes4 __attribute__((ext_vector_type(4)));
typedef float floats4 __attribute__((ext_vector_type(4)));
typedef int ints4 __attribute__((ext_vector_type(4)));
typedef long long words2 __attribute__((ext_vector_type(2)));
typedef long long words4 __attribute__((ext_vector_type(4)));
typedef unsigned long long bits2 __attribute__((ext_vector_type(2)));
typedef unsigned long long bits4 __attribute__((ext_vector_type(4)));
/* In memory, at any place. */
typedef double pair_anywhere __attribute__((ext_vector_type(2), aligned(8)));
typedef double doubles_anywhere __attribute__((ext_vector_type(4), aligned(8)));
typedef float floats_anywhere __attribute__((ext_vector_type(4), aligned(4)));
typedef unsigned char bytes16 __attribute__((ext_vector_type(16)));
typedef unsigned char bytes_anywhere __attribute__((ext_vector_type(16), aligned(1)));
typedef int ints8 __attribute__((ext_vector_type(8)));
typedef float floats8 __attribute__((ext_vector_type(8)));

typedef float eight_anywhere __attribute__((ext_vector_type(8), aligned(4)));

#define DOUBLES(place) (*(doubles_anywhere *)(place))
#define FLOATS(place) (*(floats_anywhere *)(place))
#define NEIGHBOURS(place) (*(eight_anywhere *)(place))
#define TWO(base, index) (((pair_anywhere *)(base))[index])
#define AT(base, index) (((doubles_anywhere *)(base))[index])
#define MAGNITUDE(value) ((lanes4)((words4)(value) & (words4)(0x7FFFFFFFFFFFFFFF)))

/* Two fours rounded to single precision, side by side: neighbours in memory, or one twice. */
#define JOINED(a, b)                                                                          \
  __builtin_shufflevector(__builtin_convertvector(a, floats4),                                \
                          __builtin_convertvector(b, floats4), 0, 1, 2, 3, 4, 5, 6, 7)
#define EIGHT(base, index) JOINED(AT(base, 2 * (index)), AT(base, 2 * (index) + 1))
#define TWICE(base, index) JOINED(AT(base, index), AT(base, index))
#define LOW_HALF(value) __builtin_convertvector((value).lo, lanes4)
#define HIGH_HALF(value) __builtin_convertvector((value).hi, lanes4)

#define MAGNITUDES(value) ((floats8)((ints8)(value) & (ints8)(0x7FFFFFFF)))
#define FLOAT_MAGNITUDE(value) ((floats4)((ints4)(value) & (ints4)(0x7FFFFFFF)))

/* Whether any lane of a comparison holds. */
#define ANY(mask) (__builtin_reduce_or(mask) != 0)

/* A loop of a constant number of turns, written out. */
#define EACH(index, turns) _Pragma("unroll") for (long index = 0; index < (turns); index++)

#define INLINED static inline __attribute__((always_inline))

/* Four by four numbers, rows and columns exchanged. */
INLINED void turn4(lanes4 *a, lanes4 *b, lanes4 *c, lanes4 *d) {
  const lanes4 ab = __builtin_shufflevector(*a, *b, 0, 4, 2, 6);
  const lanes4 ab2 = __builtin_shufflevector(*a, *b, 1, 5, 3, 7);
  const lanes4 cd = __builtin_shufflevector(*c, *d, 0, 4, 2, 6);
  const lanes4 cd2 = __builtin_shufflevector(*c, *d, 1, 5, 3, 7);
  *a = __builtin_shufflevector(ab, cd, 0, 1, 4, 5);
  *b = __builtin_shufflevector(ab2, cd2, 0, 1, 4, 5);
  *c = __builtin_shufflevector(ab, cd, 2, 3, 6, 7);
  *d = __builtin_shufflevector(ab2, cd2, 2, 3, 6, 7);
}

/* Which build of a loop to call. */
#if defined(__x86_64__)
#define CHOSEN(name) (__builtin_cpu_supports("avx2") ? name##_avx2 : name##_anywhere)
#else
#define CHOSEN(name) name##_anywhere
#endif

#endif
