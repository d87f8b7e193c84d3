// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_MAGNITUDE_MASK_CUDA_H_
#define OPS_KERNELS_CUDA_MAGNITUDE_MASK_CUDA_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/status.h"

namespace tfmot {

// ops/kernels/magnitude_mask.h on a GPU, with the same result bit by bit. All
// pointers are memory of the current device. The work is put on `stream` (a
// cudaStream_t) and this function returns at once; it neither waits nor
// allocates, and the result does not depend on the order of threads.
//
// Weights are read twice, rarely more often (see magnitude_mask_kernels.h).

// Bytes of scratch that MagnitudeMaskCuda needs: 33 KB and 0.25 bytes per 100
// weights. REQUIRES: 0 <= count < 2^50.
size_t MagnitudeMaskCudaScratchBytes(int64_t count);

// REQUIRES:
//   1 <= keep <= count, or keep == 0 for count == 0 (see kept_count.h);
//   `weights` holds `count` numbers at a multiple of their size (at one of 16
//   bytes they are read faster), unchanged until the stream has done the work;
//   `mask` and `scratch` are at multiples of 16 bytes, `threshold` at one of
//   its size; none of them overlaps another.
KernelStatus MagnitudeMaskCuda(FloatFormat format, const void* weights,
                               int64_t count, int64_t keep, void* stream,
                               void* scratch, size_t scratch_bytes,
                               uint8_t* mask, void* threshold);

}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_MAGNITUDE_MASK_CUDA_H_
