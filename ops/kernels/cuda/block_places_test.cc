// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cuda/block_places.h"

#include <stdint.h>

#include <algorithm>

#include "gtest/gtest.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

BlockGrid AnyGrid(testing::ReplayRng* rng) {
  BlockGrid grid;
  grid.planes = 1 + rng->Below(3);
  grid.rows = 1 + rng->Below(20);
  grid.cols = 1 + rng->Below(30);
  grid.block_height = rng->Below(9) == 0 ? int64_t{1} << 60 : 1 + rng->Below(9);
  grid.block_width = rng->Below(9) == 0 ? int64_t{1} << 60 : 1 + rng->Below(9);
  return grid;
}

// Against PositionOfBlock, which the CPU uses, and counting along.
template <typename Index>
void CompareWithGrid() {
  testing::ReplayRng rng(1);
  for (int turn = 0; turn < 500; ++turn) {
    const BlockGrid grid = AnyGrid(&rng);
    const BlockPlan<Index> plan = PlanOf<Index>(grid);
    for (int64_t block = 0; block < BlockCount(grid); ++block) {
      const BlockPosition position = PositionOfBlock(grid, block);
      const BlockPlace<Index> place =
          PlaceOfBlock<Index>(plan, static_cast<Index>(block));
      const int64_t col =
          position.block_col * static_cast<int64_t>(plan.block_width);
      ASSERT_EQ(static_cast<int64_t>(place.first),
                position.first_row * grid.cols + col);
      ASSERT_EQ(static_cast<int64_t>(place.height), position.height);
      ASSERT_EQ(static_cast<int64_t>(place.width),
                std::min(grid.block_width, grid.cols - col));
    }
    const int64_t start = rng.Below(WeightCount(grid));
    BlockWalk<Index> walk(plan, static_cast<Index>(start));
    for (int64_t weight = start; weight < WeightCount(grid); ++weight) {
      const int64_t row = weight / grid.cols;
      const int64_t plane = row / grid.rows;
      const int64_t expected =
          (plane * BlockRows(grid) + row % grid.rows / grid.block_height) *
              BlockCols(grid) +
          weight % grid.cols / grid.block_width;
      ASSERT_EQ(static_cast<int64_t>(walk.block()), expected);
      if (weight + 1 < WeightCount(grid)) walk.Next();
    }
  }
}

TEST(BlockPlacesTest, ShortIndices) { CompareWithGrid<uint32_t>(); }

TEST(BlockPlacesTest, LongIndices) { CompareWithGrid<int64_t>(); }

TEST(BlockPlacesTest, MoreWeightsThanFitIntoShortIndices) {
  const BlockGrid grid = {3, 100000, 50000, 16, 1};
  const BlockPlan<int64_t> plan = PlanOf<int64_t>(grid);
  const BlockPlace<int64_t> last =
      PlaceOfBlock<int64_t>(plan, BlockCount(grid) - 1);
  EXPECT_EQ(last.first, (3 * 100000 - 16) * int64_t{50000} + 49999);
  EXPECT_EQ(last.height, 16);
  const BlockWalk<int64_t> walk(plan, WeightCount(grid) - 1);
  EXPECT_EQ(walk.block(), BlockCount(grid) - 1);
}

TEST(BlockPlacesTest, Powers) {
  EXPECT_EQ(PowerOfTwoFrom(1), 1);
  EXPECT_EQ(PowerOfTwoFrom(5), 8);
  EXPECT_EQ(PowerOfTwoFrom(8), 8);
  EXPECT_EQ(BitsOfPower(1), 0);
  EXPECT_EQ(BitsOfPower(8), 3);
  EXPECT_EQ(ReversedBits(0b0011, 4), 0b1100);
  EXPECT_EQ(ReversedBits(0b001, 3), 0b100);
  EXPECT_EQ(ReversedBits(5, 0), 0);
}

}  // namespace
}  // namespace tfmot
