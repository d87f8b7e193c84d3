// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_EXPAND_REFERENCE_H_
#define OPS_KERNELS_EXPAND_REFERENCE_H_

#include <stddef.h>
#include <stdint.h>

#include <vector>

namespace tfmot {

// What BitmaskExpand and CodebookExpand mean, bit by bit. For tests only; never
// to be made fast. Numbers are given as their bit patterns.

// Whether bit `bit` of packed bits is set.
inline bool ReferenceBit(const std::vector<uint8_t>& packed, int64_t bit) {
  return (packed[static_cast<size_t>(bit / 8)] >> (bit % 8) & 1) != 0;
}

inline std::vector<uint64_t> ReferenceBitmaskExpand(
    const std::vector<uint8_t>& mask, const std::vector<uint64_t>& values,
    int64_t count) {
  std::vector<uint64_t> out;
  size_t next = 0;
  for (int64_t i = 0; i < count; ++i) {
    out.push_back(ReferenceBit(mask, i) ? values[next++] : 0);
  }
  return out;
}

inline std::vector<uint64_t> ReferenceCodebookExpand(
    const std::vector<uint8_t>& packed, const std::vector<uint64_t>& codebook,
    int64_t count, int bits) {
  std::vector<uint64_t> out;
  for (int64_t i = 0; i < count; ++i) {
    size_t index = 0;
    for (int bit = 0; bit < bits; ++bit) {
      if (ReferenceBit(packed, i * bits + bit)) index |= size_t{1} << bit;
    }
    out.push_back(codebook[index]);
  }
  return out;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_EXPAND_REFERENCE_H_
