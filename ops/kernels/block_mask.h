// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BLOCK_MASK_H_
#define OPS_KERNELS_BLOCK_MASK_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/block_grid.h"
#include "ops/kernels/block_pooling.h"
#include "ops/kernels/cpu_variant.h"
#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/parallel_for.h"
#include "ops/kernels/status.h"

namespace tfmot {

// Block-structured magnitude mask: pools the magnitudes of every block into one
// key, keeps the `keep` blocks with the largest keys (ties by lowest block
// number) and marks every weight of a kept block. ops/README.md, "Semantics",
// defines the pooling bit by bit; block_mask_reference.h is that as code.
//
//   one row [.1 .1 .1 9 .1], blocks of 1 x 4, keep 1  ->  mask [1 1 1 1 0]

// The weights are read once. Until the mask is written, its memory holds the
// keys of the blocks.

// Bytes of scratch that BlockMask needs: one per block and what MagnitudeMask
// needs for as many keys; 4 or 8 more per block where the mask has no room for
// the keys, because blocks have fewer weights than a key has bytes.
// REQUIRES: CheckBlockGrid(grid) == kKernelOk, num_threads >= 1.
size_t BlockMaskScratchBytes(FloatFormat format, BlockPooling pooling,
                             const BlockGrid& grid, int num_threads);

// Writes WeightCount(grid) bytes of 0 or 1 to `mask`, and to `threshold` one
// number of the given format: the smallest kept key, or 0 without any weight.
//
// Threads share the work by blocks: a grid of few huge blocks uses few threads.
//
// REQUIRES:
//   1 <= keep <= BlockCount(grid), or keep == 0 for no blocks;
//   `weights` holds WeightCount(grid) numbers, at any address, unchanged during
//   the call; `mask`, `threshold` and `scratch` overlap neither each other nor
//   `weights`; `scratch` has at least the bytes asked for, at any address.
KernelStatus BlockMask(FloatFormat format, BlockPooling pooling,
                       const BlockGrid& grid, const void* weights, int64_t keep,
                       const ParallelFor& parallel_for, void* scratch,
                       size_t scratch_bytes, uint8_t* mask, void* threshold);

// The same with pooling loops chosen by the caller, for tests and benchmarks.
// REQUIRES: CpuVariantIsSupported(variant).
KernelStatus BlockMaskOfVariant(CpuVariant variant, FloatFormat format,
                                BlockPooling pooling, const BlockGrid& grid,
                                const void* weights, int64_t keep,
                                const ParallelFor& parallel_for, void* scratch,
                                size_t scratch_bytes, uint8_t* mask,
                                void* threshold);

}  // namespace tfmot

#endif  // OPS_KERNELS_BLOCK_MASK_H_
