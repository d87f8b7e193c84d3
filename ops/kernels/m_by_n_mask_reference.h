// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_M_BY_N_MASK_REFERENCE_H_
#define OPS_KERNELS_M_BY_N_MASK_REFERENCE_H_

#include <stdint.h>

#include <algorithm>
#include <vector>

#include "ops/kernels/m_by_n_mask.h"
#include "ops/kernels/magnitude_mask_reference.h"

namespace tfmot {

// What MByNMask means, in the plainest way: sort each group, and keep the
// first. For tests only; never to be made fast.
struct MByNReference {
  std::vector<uint8_t> mask;
  uint64_t threshold;
};

// `keys` are the magnitudes of the weights.
inline MByNReference ReferenceMByN(const ColumnGroups& groups,
                                   const std::vector<uint64_t>& keys) {
  MByNReference result;
  result.mask.assign(keys.size(), 0);
  std::vector<uint64_t> kept;
  for (int64_t plane = 0; plane < groups.planes; ++plane) {
    for (int64_t col = 0; col < groups.cols; ++col) {
      for (int64_t row = 0; row < groups.rows; row += groups.group_size) {
        std::vector<int64_t> places;
        std::vector<uint64_t> group;
        for (int64_t i = row;
             i < std::min(groups.rows, row + groups.group_size); ++i) {
          places.push_back((plane * groups.rows + i) * groups.cols + col);
          group.push_back(keys[places.back()]);
        }
        const std::vector<int64_t> order = KeepingOrder(group);
        for (size_t i = 0; i < order.size(); ++i) {
          if (static_cast<int64_t>(i) == groups.keep) break;
          result.mask[places[order[i]]] = 1;
          kept.push_back(group[order[i]]);
        }
      }
    }
  }
  result.threshold =
      kept.empty() ? 0 : *std::min_element(kept.begin(), kept.end());
  return result;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_M_BY_N_MASK_REFERENCE_H_
