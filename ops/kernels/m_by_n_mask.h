// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_M_BY_N_MASK_H_
#define OPS_KERNELS_M_BY_N_MASK_H_

#include <stdint.h>

#include "ops/kernels/cpu_variant.h"
#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/parallel_for.h"
#include "ops/kernels/status.h"

namespace tfmot {

// m:n magnitude mask: of every `group_size` weights that follow each other down
// a column, marks the `keep` of largest magnitude, ties by lowest row. Groups
// start at row 0 of each plane; a shorter last group keeps as many, if it has
// them. ops/README.md, "Semantics", defines the order of magnitudes.
//
//   one column [1, -4, 3, 2], groups of 4, keep 2  ->  mask [0, 1, 1, 0],
//   threshold 3

// Weights [planes, rows, cols], stored row by row, and how they are grouped.
struct ColumnGroups {
  int64_t planes;
  int64_t rows;
  int64_t cols;
  int64_t group_size;
  int64_t keep;
};

// Writes planes * rows * cols bytes of 0 or 1 to `mask`, and to `threshold` one
// number of the given format: the smallest kept magnitude (0 without weights).
// Reads the weights once. Time grows with the square of group_size but for
// groups of 2, 4 and 8.
//
// REQUIRES: sizes >= 0; 1 <= keep <= group_size; `weights` at any address,
//   unchanged during the call; `mask` and `threshold` overlap neither each
//   other nor `weights`.
KernelStatus MByNMask(FloatFormat format, const ColumnGroups& groups,
                      const void* weights, const ParallelFor& parallel_for,
                      uint8_t* mask, void* threshold);

// The same with loops chosen by the caller, for tests and benchmarks.
// REQUIRES: CpuVariantIsSupported(variant).
KernelStatus MByNMaskOfVariant(CpuVariant variant, FloatFormat format,
                               const ColumnGroups& groups, const void* weights,
                               const ParallelFor& parallel_for, uint8_t* mask,
                               void* threshold);

// The inner loop: `groups` groups of `rows` rows of `cols` weights, at most
// group_size of them, all below each other. Returns the smallest kept
// magnitude. REQUIRES: groups, rows, cols >= 1.
typedef uint64_t (*GroupMasker)(const void* weights, int64_t groups,
                                int64_t rows, int64_t cols, int64_t keep,
                                uint8_t* mask);

// By format.
struct GroupMaskers {
  GroupMasker of[4];
};
extern const GroupMaskers kPortableGroupMaskers;
extern const GroupMaskers kAvx2GroupMaskers;

}  // namespace tfmot

#endif  // OPS_KERNELS_M_BY_N_MASK_H_
