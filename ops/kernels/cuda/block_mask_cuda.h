// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_BLOCK_MASK_CUDA_H_
#define OPS_KERNELS_CUDA_BLOCK_MASK_CUDA_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/block_grid.h"
#include "ops/kernels/block_pooling.h"
#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/status.h"

namespace tfmot {

// ops/kernels/block_mask.h on a GPU, with the same result bit by bit. How
// memory, stream and alignment are dealt with: magnitude_mask_cuda.h.
//
// The weights are read once; until the mask is written, its memory holds the
// keys of the blocks. A column of a block is the work of one thread, a block
// that of at most 32: few huge blocks leave most of a GPU idle.

// Bytes of scratch that BlockMaskCuda needs: one per block and what
// MagnitudeMaskCuda needs for as many keys; 4 or 8 more per block where blocks
// have fewer weights than a key has bytes.
// REQUIRES: CheckBlockGrid(grid) == kKernelOk, WeightCount(grid) < 2^50.
size_t BlockMaskCudaScratchBytes(FloatFormat format, BlockPooling pooling,
                                 const BlockGrid& grid);

// REQUIRES: as BlockMask and MagnitudeMaskCuda.
KernelStatus BlockMaskCuda(FloatFormat format, BlockPooling pooling,
                           const BlockGrid& grid, const void* weights,
                           int64_t keep, void* stream, void* scratch,
                           size_t scratch_bytes, uint8_t* mask,
                           void* threshold);

}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_BLOCK_MASK_CUDA_H_
