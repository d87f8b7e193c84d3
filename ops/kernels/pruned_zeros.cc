// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/pruned_zeros.h"

namespace tfmot {
namespace {

// Weights between two looks at whether one was found: a loop that the compiler
// makes vectors of has no way out.
const int64_t kStep = 1024;

template <typename Format>
bool ArePrunedZero(const void* weights, int64_t count, const uint8_t* mask) {
  typedef typename Format::Bits Bits;
  for (int64_t begin = 0; begin < count; begin += kStep) {
    const int64_t end = begin + kStep < count ? begin + kStep : count;
    Bits left = 0;
    for (int64_t i = begin; i < end; ++i) {
      // All ones for a weight that is pruned.
      const Bits pruned = static_cast<Bits>(static_cast<Bits>(mask[i]) - 1);
      left = static_cast<Bits>(
          left |
          (static_cast<Bits>(LoadMagnitude<Format>(weights, i)) & pruned));
    }
    if (left != 0) return false;
  }
  return true;
}

}  // namespace

bool PrunedAreZero(FloatFormat format, const void* weights, int64_t count,
                   const uint8_t* mask) {
  switch (FloatBytes(format)) {
    case 2:
      return ArePrunedZero<Float16Format>(weights, count, mask);
    case 4:
      return ArePrunedZero<Float32Format>(weights, count, mask);
    default:
      return ArePrunedZero<Float64Format>(weights, count, mask);
  }
}

}  // namespace tfmot
