// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_MAGNITUDE_BITS_H_
#define OPS_KERNELS_MAGNITUDE_BITS_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "ops/kernels/host_device.h"

namespace tfmot {

// The magnitude of a floating point number is its bit pattern with the sign bit
// cleared, read as an unsigned integer. That is a total order which agrees with
// |a| < |b| wherever the latter is defined, and in which
//   -0 equals +0, denormals are distinct, every finite number is below infinity
//   and infinity is below every NaN (NaNs are ordered by payload).
// Comparing integers also keeps the result independent of the flush-to-zero
// mode in which TensorFlow runs its threads.

enum FloatFormat {
  kFloat16 = 0,   // IEEE binary16, TensorFlow's "half"
  kBfloat16 = 1,  // the upper half of a binary32
  kFloat32 = 2,
  kFloat64 = 3,
};

TFMOT_HOST_DEVICE inline bool IsFloatFormat(int format) {
  return format >= kFloat16 && format <= kFloat64;
}

// Bytes of one number.
TFMOT_HOST_DEVICE inline size_t FloatBytes(FloatFormat format) {
  return format == kFloat64 ? 8 : format == kFloat32 ? 4 : 2;
}

// Bits of a magnitude: all but the sign.
TFMOT_HOST_DEVICE inline int MagnitudeBits(FloatFormat format) {
  return static_cast<int>(8 * FloatBytes(format)) - 1;
}

// Stores a magnitude as a number of the given format, sign positive.
TFMOT_HOST_DEVICE inline void StoreMagnitude(FloatFormat format,
                                             uint64_t magnitude, void* number) {
  // Copied from a variable of the right width, so that the byte order of the
  // machine does not matter.
  if (format == kFloat64) {
    memcpy(number, &magnitude, sizeof(magnitude));
  } else if (format == kFloat32) {
    const uint32_t bits = static_cast<uint32_t>(magnitude);
    memcpy(number, &bits, sizeof(bits));
  } else {
    const uint16_t bits = static_cast<uint16_t>(magnitude);
    memcpy(number, &bits, sizeof(bits));
  }
}

// The four formats as types, so that one template serves all of them. `Bits` is
// the stored pattern, `Key` the integer in which its magnitude is ranked.
// `Load` reads from any address: weights may be misaligned.

struct Float16Format {
  typedef uint16_t Bits;
  typedef uint32_t Key;
  static const FloatFormat kFormat = kFloat16;
  static const Bits kMagnitudeMask = 0x7fff;
};

struct Bfloat16Format {
  typedef uint16_t Bits;
  typedef uint32_t Key;
  static const FloatFormat kFormat = kBfloat16;
  static const Bits kMagnitudeMask = 0x7fff;
};

struct Float32Format {
  typedef uint32_t Bits;
  typedef uint32_t Key;
  static const FloatFormat kFormat = kFloat32;
  static const Bits kMagnitudeMask = 0x7fffffffu;
};

struct Float64Format {
  typedef uint64_t Bits;
  typedef uint64_t Key;
  static const FloatFormat kFormat = kFloat64;
  static const Bits kMagnitudeMask = 0x7fffffffffffffffull;
};

// The magnitude of element `index` of the array at `weights`.
template <typename Format>
TFMOT_HOST_DEVICE inline typename Format::Key LoadMagnitude(const void* weights,
                                                            int64_t index) {
  typename Format::Bits bits;
  memcpy(&bits,
         static_cast<const char*>(weights) +
             index * static_cast<int64_t>(sizeof(bits)),
         sizeof(bits));
  return static_cast<typename Format::Key>(bits & Format::kMagnitudeMask);
}

}  // namespace tfmot

#endif  // OPS_KERNELS_MAGNITUDE_BITS_H_
