#ifndef CLANES_H
#define CLANES_H

/* One operation on two Doubles at once. Swift imports the type as SIMD2<Double> and inlines the
   calls into vector instructions. No expression holds a product and a sum, so nothing can be
   contracted; the pragma says it again. */

#pragma STDC FP_CONTRACT OFF

typedef double lanes2 __attribute__((ext_vector_type(2)));

#define LANES_OPERATION(count, name, operation)                              \
  static inline __attribute__((always_inline)) lanes##count                  \
      lanes##count##_##name(lanes##count a, lanes##count b) {                \
    return a operation b;                                                    \
  }

LANES_OPERATION(2, add, +)
LANES_OPERATION(2, subtract, -)
LANES_OPERATION(2, multiply, *)

#undef LANES_OPERATION

#endif
