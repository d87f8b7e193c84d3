// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_M_BY_N_MASK_CUDA_H_
#define OPS_KERNELS_CUDA_M_BY_N_MASK_CUDA_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/m_by_n_mask.h"
#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/status.h"

namespace tfmot {

// ops/kernels/m_by_n_mask.h on a GPU, with the same result bit by bit. How
// memory, stream and alignment are dealt with: magnitude_mask_cuda.h.
//
// Weights are read once; in groups of other sizes than 2, 4 and 8 again for
// each row of the group, mostly from caches.

// Bytes of scratch that MByNMaskCuda needs.
size_t MByNMaskCudaScratchBytes();

// REQUIRES: as MByNMask and MagnitudeMaskCuda.
KernelStatus MByNMaskCuda(FloatFormat format, const ColumnGroups& groups,
                          const void* weights, void* stream, void* scratch,
                          size_t scratch_bytes, uint8_t* mask, void* threshold);

}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_M_BY_N_MASK_CUDA_H_
