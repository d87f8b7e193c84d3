// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_KEPT_COUNT_H_
#define OPS_KERNELS_KEPT_COUNT_H_

#include <stdint.h>
#include <string.h>

namespace tfmot {

// True for 0 <= sparsity < 1; false for NaN. Decided on the bits, because a
// thread that reads denormals as zero would take -1e-310 for a valid sparsity.
inline bool IsValidSparsity(double sparsity) {
  const uint64_t kMinusZero = 0x8000000000000000ull;
  const uint64_t kOne = 0x3ff0000000000000ull;
  uint64_t bits;
  memcpy(&bits, &sparsity, sizeof(bits));
  return bits < kOne || bits == kMinusZero;
}

// How many of `count` items stay at the given sparsity:
//   max(1, round_half_even(count * (1 - sparsity))), in float64, at most count;
// 0 for count 0. Example: of 10 items, sparsity 0.75 keeps 2 (2.5 goes to the
// even neighbour), 0.65 keeps 4 (3.5 does too), 0.999 keeps 1.
//
// The rounding is spelled out with integers: it depends neither on the rounding
// mode of the calling thread nor on a math library.
//
// REQUIRES: count >= 0, IsValidSparsity(sparsity).
inline int64_t KeptCount(int64_t count, double sparsity) {
  if (count == 0) return 0;
  const double exact = static_cast<double>(count) * (1.0 - sparsity);
  // From 2^53 on every float64 is an integer already, and one near 2^63 would
  // not fit back into int64.
  if (exact >= 9007199254740992.0) {
    return exact < static_cast<double>(count) ? static_cast<int64_t>(exact)
                                              : count;
  }
  int64_t kept = static_cast<int64_t>(exact);  // towards zero; exact is >= 0
  const double rest = exact - static_cast<double>(kept);
  if (rest > 0.5 || (rest == 0.5 && kept % 2 == 1)) ++kept;
  if (kept < 1) kept = 1;
  return kept < count ? kept : count;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_KEPT_COUNT_H_
