// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CODEBOOK_EXPAND_H_
#define OPS_KERNELS_CODEBOOK_EXPAND_H_

#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/parallel_for.h"
#include "ops/kernels/status.h"

namespace tfmot {

// Gives each packed index the entry of the codebook that it stands for. Index i
// takes the bits from i * bits on, the lowest first, where bit b is bit b % 8
// of byte b / 8.
//
//   2 bits, indices {0b10010100}, codebook [-1, 0, 4]  ->  [-1, 0, 0, 4]

const int kMaxIndexBits = 16;

// `count` indices of `bits` bits each.
struct PackedIndices {
  const uint8_t* packed;
  int64_t count;
  int bits;
};

// Bytes of packed indices; -1 of more than any memory holds.
// REQUIRES: 1 <= bits <= kMaxIndexBits, count >= 0.
inline int64_t PackedIndexBytes(int64_t count, int bits) {
  if (count > int64_t{1} << 58) return -1;
  return (count * bits + 7) / 8;
}

// Writes `indices.count` numbers of the given format to `out`. Bits after the
// last index do not count.
//
// Answers kKernelBadIndex, and writes nothing, if an index is not less than
// `entries`.
//
// REQUIRES: `indices.packed` has PackedIndexBytes bytes; it and `codebook` at
//   any address, unchanged during the call; `out` overlaps neither.
KernelStatus CodebookExpand(FloatFormat format, const PackedIndices& indices,
                            const void* codebook, int64_t entries,
                            const ParallelFor& parallel_for, void* out);

}  // namespace tfmot

#endif  // OPS_KERNELS_CODEBOOK_EXPAND_H_
