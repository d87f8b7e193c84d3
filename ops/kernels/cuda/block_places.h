// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_BLOCK_PLACES_H_
#define OPS_KERNELS_CUDA_BLOCK_PLACES_H_

#include <stdint.h>

#include "ops/kernels/block_grid.h"
#include "ops/kernels/host_device.h"

namespace tfmot {

// Where blocks lie in flat memory, and in which block a weight lies. `Index` is
// uint32_t where all weights can be counted with it, since a GPU divides 64-bit
// numbers slowly, and int64_t elsewhere.

template <typename Index>
struct BlockPlan {
  Index rows;  // of a plane
  Index cols;
  Index block_height;  // at most rows
  Index block_width;   // at most cols
  Index block_rows;    // of a plane
  Index block_cols;
};

// REQUIRES: CheckBlockGrid(grid) == kKernelOk, WeightCount(grid) > 0 and small
// enough for Index.
template <typename Index>
inline BlockPlan<Index> PlanOf(const BlockGrid& grid) {
  BlockPlan<Index> plan;
  plan.rows = static_cast<Index>(grid.rows);
  plan.cols = static_cast<Index>(grid.cols);
  plan.block_height = static_cast<Index>(
      grid.block_height < grid.rows ? grid.block_height : grid.rows);
  plan.block_width = static_cast<Index>(
      grid.block_width < grid.cols ? grid.block_width : grid.cols);
  plan.block_rows = static_cast<Index>(BlockRows(grid));
  plan.block_cols = static_cast<Index>(BlockCols(grid));
  return plan;
}

// A block's first weight and its real size.
template <typename Index>
struct BlockPlace {
  Index first;
  Index height;
  Index width;
};

template <typename Index>
TFMOT_HOST_DEVICE inline BlockPlace<Index> PlaceOfBlock(
    const BlockPlan<Index>& plan, Index block) {
  const Index block_row = block / plan.block_cols;  // over all planes
  const Index plane = block_row / plan.block_rows;
  const Index row = (block_row - plane * plan.block_rows) * plan.block_height;
  const Index col = (block - block_row * plan.block_cols) * plan.block_width;
  BlockPlace<Index> place;
  place.first = (plane * plan.rows + row) * plan.cols + col;
  place.height =
      plan.rows - row < plan.block_height ? plan.rows - row : plan.block_height;
  place.width =
      plan.cols - col < plan.block_width ? plan.cols - col : plan.block_width;
  return place;
}

// Goes from weight to weight and knows the block of each; divides only at the
// start and where a row ends.
template <typename Index>
class BlockWalk {
 public:
  TFMOT_HOST_DEVICE BlockWalk(const BlockPlan<Index>& plan, Index weight)
      : plan_(plan), row_(weight / plan.cols) {
    const Index col = weight - row_ * plan.cols;
    const Index block_col = col / plan.block_width;
    left_in_row_ = plan.cols - col;
    left_in_block_ = plan.block_width - (col - block_col * plan.block_width);
    block_ = FirstBlockOfRow() + block_col;
  }

  TFMOT_HOST_DEVICE Index block() const { return block_; }

  TFMOT_HOST_DEVICE void Next() {
    if (--left_in_row_ == 0) {
      ++row_;
      left_in_row_ = plan_.cols;
      left_in_block_ = plan_.block_width;
      block_ = FirstBlockOfRow();
    } else if (--left_in_block_ == 0) {
      left_in_block_ = plan_.block_width;
      ++block_;
    }
  }

 private:
  TFMOT_HOST_DEVICE Index FirstBlockOfRow() const {
    const Index plane = row_ / plan_.rows;
    const Index block_row = (row_ - plane * plan_.rows) / plan_.block_height;
    return (plane * plan_.block_rows + block_row) * plan_.block_cols;
  }

  const BlockPlan<Index> plan_;
  Index row_;  // over all planes
  Index left_in_row_;
  Index left_in_block_;
  Index block_;
};

// The smallest power of two that is at least `size`. REQUIRES: 1 <= size <
// 2^62.
TFMOT_HOST_DEVICE inline int64_t PowerOfTwoFrom(int64_t size) {
  int64_t power = 1;
  while (power < size) power *= 2;
  return power;
}

// b for 2^b.
TFMOT_HOST_DEVICE inline int BitsOfPower(int64_t power) {
  int bits = 0;
  while (int64_t{1} << bits < power) ++bits;
  return bits;
}

// The `bits` lowest bits of `number`, the other way around.
TFMOT_HOST_DEVICE inline int64_t ReversedBits(int64_t number, int bits) {
  int64_t reversed = 0;
  for (int i = 0; i < bits; ++i) {
    reversed = reversed * 2 + (number & 1);
    number /= 2;
  }
  return reversed;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_BLOCK_PLACES_H_
