// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_MAGNITUDE_MASK_REFERENCE_H_
#define OPS_KERNELS_MAGNITUDE_MASK_REFERENCE_H_

#include <stdint.h>

#include <algorithm>
#include <numeric>
#include <vector>

namespace tfmot {

// What MagnitudeMask means, in the plainest way: sort, and keep the first. For
// tests only; never to be made fast.

// The indices of `keys` in the order in which they are kept: by descending key,
// and where keys are equal by ascending index.
inline std::vector<int64_t> KeepingOrder(const std::vector<uint64_t>& keys) {
  std::vector<int64_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](int64_t a, int64_t b) { return keys[a] > keys[b]; });
  return order;
}

// 1 for the first `keep` of the order, 0 for the others.
inline std::vector<uint8_t> FirstInOrder(const std::vector<int64_t>& order,
                                         int64_t keep) {
  std::vector<uint8_t> kept(order.size(), 0);
  for (int64_t i = 0; i < keep; ++i) kept[order[i]] = 1;
  return kept;
}

// The smallest kept key; 0 where nothing is kept.
inline uint64_t SmallestKept(const std::vector<uint64_t>& keys,
                             const std::vector<int64_t>& order, int64_t keep) {
  return keep == 0 ? 0 : keys[order[keep - 1]];
}

}  // namespace tfmot

#endif  // OPS_KERNELS_MAGNITUDE_MASK_REFERENCE_H_
