// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BITMASK_EXPAND_H_
#define OPS_KERNELS_BITMASK_EXPAND_H_

#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/parallel_for.h"
#include "ops/kernels/status.h"

namespace tfmot {

// Puts values where bits are set, in order, and zeros elsewhere. Bit i % 8, the
// lowest being 0, of byte i / 8 is element i. The bits of values are kept.
//
//   mask {0b01010}, values [5, -1], 5 elements  ->  [0, 5, 0, -1, 0]

// Bytes of a mask. REQUIRES: count >= 0.
inline int64_t BitmaskBytes(int64_t count) {
  return count / 8 + (count % 8 != 0 ? 1 : 0);
}

// Writes `count` numbers of the given format to `out`.
//
// Answers kKernelBadMask, and writes nothing, unless the mask has exactly
// `value_count` bits set, all of them before `count`.
//
// REQUIRES: `mask` has BitmaskBytes(count) bytes; `mask` and `values` at any
//   address, unchanged during the call; `out` overlaps neither.
KernelStatus BitmaskExpand(FloatFormat format, const uint8_t* mask,
                           const void* values, int64_t value_count,
                           int64_t count, const ParallelFor& parallel_for,
                           void* out);

}  // namespace tfmot

#endif  // OPS_KERNELS_BITMASK_EXPAND_H_
