// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_FLOAT_CONVERT_H_
#define OPS_KERNELS_FLOAT_CONVERT_H_

#include <stdint.h>
#include <string.h>

#include "ops/kernels/host_device.h"
#include "ops/kernels/magnitude_bits.h"

namespace tfmot {

// Conversions between the four formats on bit patterns. They give the same
// result in a thread that flushes denormals and in one that does not.

// Magnitude bits as a float64, a denormal as 0. Exact for every other value; a
// NaN stays a NaN.
TFMOT_HOST_DEVICE inline double MagnitudeToDouble(Float32Format,
                                                  uint32_t magnitude) {
  const uint32_t bits = magnitude < 0x00800000u ? 0u : magnitude;
  float value;
  memcpy(&value, &bits, sizeof(value));
  return static_cast<double>(value);
}

TFMOT_HOST_DEVICE inline double MagnitudeToDouble(Float64Format,
                                                  uint64_t magnitude) {
  const uint64_t bits = magnitude < 0x0010000000000000ull ? 0u : magnitude;
  double value;
  memcpy(&value, &bits, sizeof(value));
  return value;
}

TFMOT_HOST_DEVICE inline double MagnitudeToDouble(Bfloat16Format,
                                                  uint32_t magnitude) {
  return MagnitudeToDouble(Float32Format(), magnitude << 16);
}

TFMOT_HOST_DEVICE inline double MagnitudeToDouble(Float16Format,
                                                  uint32_t magnitude) {
  // The exponent moves from bias 15 to bias 127; the one that means infinity or
  // NaN moves as far again, to the top of its new range.
  const uint32_t kRebias = (127u - 15u) << 23;
  const uint32_t special = magnitude >= 0x7c00u ? kRebias : 0u;
  const uint32_t bits =
      magnitude < 0x0400u ? 0u : (magnitude << 13) + kRebias + special;
  return MagnitudeToDouble(Float32Format(), bits);
}

// Magnitude bits of the binary16 nearest to a float32 magnitude, ties to even;
// values from 65520 become infinity, any NaN becomes 0x7e00.
TFMOT_HOST_DEVICE inline uint32_t Float32ToFloat16(uint32_t magnitude) {
  if (magnitude > 0x7f800000u) return 0x7e00u;
  if (magnitude >= 0x477ff000u) return 0x7c00u;
  const uint32_t exponent = magnitude >> 23;
  if (exponent >= 113u) {  // 2^-14, the smallest normal binary16
    const uint32_t rebiased = magnitude - ((127u - 15u) << 23);
    return (rebiased + 0x0fffu + ((rebiased >> 13) & 1u)) >> 13;
  }
  if (exponent < 102u) return 0u;  // below half of the smallest denormal
  const uint32_t significand = (magnitude & 0x007fffffu) | 0x00800000u;
  const uint32_t shift = 126u - exponent;
  const uint32_t quotient = significand >> shift;
  const uint32_t rest = significand & ((1u << shift) - 1u);
  const uint32_t half = 1u << (shift - 1u);
  const bool up = rest > half || (rest == half && (quotient & 1u) != 0u);
  return quotient + (up ? 1u : 0u);
}

// Magnitude bits of the bfloat16 nearest to a float32 magnitude, ties to even;
// any NaN becomes 0x7fc0.
TFMOT_HOST_DEVICE inline uint32_t Float32ToBfloat16(uint32_t magnitude) {
  if (magnitude > 0x7f800000u) return 0x7fc0u;
  return (magnitude + 0x7fffu + ((magnitude >> 16) & 1u)) >> 16;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_FLOAT_CONVERT_H_
