// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_M_BY_N_MASK_VECTORS_H_
#define OPS_KERNELS_M_BY_N_MASK_VECTORS_H_

#include <stdint.h>

#include "ops/kernels/m_by_n_mask_loop.h"

namespace tfmot {
namespace {

// Groups of kRows rows on vectors. `Vectors` has a type Vector of kLanes
// numbers as wide as the weights, and these static functions:
//   Load(weights): their magnitudes; All(number): the same in every lane;
//   Beat(later, earlier, &later_rank, &earlier_rank): where the later key is
//     larger, takes 1 from the first rank and adds 1 to the second;
//   Keep(rank, keep, key, &smallest): bit i says whether rank i is below keep;
//     lowers smallest to the keys of those lanes;
//   Smallest(vector): the smallest of its numbers;
//   Expand(bits, out): writes 64 bytes, byte i is bit i.
template <typename Format, typename Vectors, int kRows>
struct VectorGroup {
  typedef typename Vectors::Vector Vector;
  static const int kColumns = 64;

  // 64 columns. The ranks start as if all earlier rows stood before a row.
  TFMOT_TARGET static Vector MaskColumns(const char* weights, int64_t cols,
                                         Vector keep, Vector smallest,
                                         uint8_t* mask) {
    const int64_t stride =
        cols * static_cast<int64_t>(sizeof(typename Format::Bits));
    uint64_t kept[kRows] = {0};
    for (int lane = 0; lane < kColumns; lane += Vectors::kLanes) {
      const char* in = weights + lane * sizeof(typename Format::Bits);
      Vector keys[kRows];
      Vector ranks[kRows];
      for (int row = 0; row < kRows; ++row) {
        keys[row] = Vectors::Load(in + row * stride);
        ranks[row] = Vectors::All(static_cast<uint64_t>(row));
      }
      for (int row = 0; row < kRows; ++row) {
        for (int later = row + 1; later < kRows; ++later) {
          Vectors::Beat(keys[later], keys[row], &ranks[later], &ranks[row]);
        }
      }
      for (int row = 0; row < kRows; ++row) {
        kept[row] |= Vectors::Keep(ranks[row], keep, keys[row], &smallest)
                     << lane;
      }
    }
    for (int row = 0; row < kRows; ++row) {
      Vectors::Expand(kept[row], mask + row * cols);
    }
    return smallest;
  }

  TFMOT_TARGET static uint64_t Mask(const void* weights, int64_t cols,
                                    int64_t keep, uint8_t* mask) {
    const char* in = static_cast<const char*>(weights);
    const Vector all_keep =
        Vectors::All(static_cast<uint64_t>(keep < kRows ? keep : kRows));
    // The largest magnitude: something is kept in every group.
    Vector smallest = Vectors::All(Format::kMagnitudeMask);
    int64_t col = 0;
    for (; col + kColumns <= cols; col += kColumns) {
      smallest = MaskColumns(in + col * sizeof(typename Format::Bits), cols,
                             all_keep, smallest, mask + col);
    }
    uint64_t result = Vectors::Smallest(smallest);
    if (col < cols) {
      const uint64_t rest = MaskShortGroup<Format, kRows>(
          in + col * sizeof(typename Format::Bits), cols, cols - col, keep,
          mask + col);
      if (col == 0 || rest < result) result = rest;
    }
    return result;
  }
};

// The GroupMasker.
template <typename Format, typename Vectors>
TFMOT_TARGET uint64_t MaskVectorGroup(const void* weights, int64_t rows,
                                      int64_t cols, int64_t keep,
                                      uint8_t* mask) {
  switch (rows) {
    case 2:
      return VectorGroup<Format, Vectors, 2>::Mask(weights, cols, keep, mask);
    case 4:
      return VectorGroup<Format, Vectors, 4>::Mask(weights, cols, keep, mask);
    case 8:
      return VectorGroup<Format, Vectors, 8>::Mask(weights, cols, keep, mask);
    default:
      return MaskGroup<Format>(weights, rows, cols, keep, mask);
  }
}

}  // namespace
}  // namespace tfmot

#endif  // OPS_KERNELS_M_BY_N_MASK_VECTORS_H_
