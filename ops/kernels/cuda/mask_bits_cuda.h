// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_MASK_BITS_CUDA_H_
#define OPS_KERNELS_CUDA_MASK_BITS_CUDA_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/host_device.h"
#include "ops/kernels/status.h"

namespace tfmot {

// Masks as bits on a GPU: flag i of a mask is bit i % 8 of byte i / 8, as in
// ops/kernels/flag_bits.h. Stream and memory: magnitude_mask_cuda.h.
//
//   flags 1 1 0 0 0 0 0 0  1  <->  bytes 0x03 0x01

// Bytes that hold the bits of so many flags.
inline int64_t MaskBitsBytes(int64_t count) {
  return count / 8 + (count % 8 != 0 ? 1 : 0);
}

// Eight flags of 0 or 1, the first in the lowest byte, as bits.
TFMOT_HOST_DEVICE inline uint8_t BitsOfFlags(uint64_t flags) {
  // Flag i, at bit 8 * i, moves to bit 56 + i; none of the other products of
  // the multiplication lands in the highest byte or carries into it.
  return static_cast<uint8_t>(flags * 0x0102040810204080ull >> 56);
}

// Eight bits as flags.
TFMOT_HOST_DEVICE inline uint64_t FlagsOfBits(uint8_t bits) {
  // Eight copies of the byte, of which copy i keeps bit i; adding 0x7f carries
  // into bit 7 of whatever is not 0.
  const uint64_t one_bit_each =
      bits * 0x0101010101010101ull & 0x8040201008040201ull;
  return (one_bit_each + 0x7f7f7f7f7f7f7f7full) >> 7 & 0x0101010101010101ull;
}

// Writes the bits of `count` flags of 0 or 1; the bits behind the last are 0.
// REQUIRES: count >= 0; both at multiples of 16 bytes, not overlapping.
KernelStatus PackMaskCuda(const uint8_t* mask, int64_t count, void* stream,
                          uint8_t* bits);

// Writes `count` flags of 0 or 1. REQUIRES: as PackMaskCuda.
KernelStatus UnpackMaskCuda(const uint8_t* bits, int64_t count, void* stream,
                            uint8_t* mask);

}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_MASK_BITS_CUDA_H_
