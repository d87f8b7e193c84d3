// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// The kernels of the GPU on the emulator, against the reference.

#include "ops/kernels/cuda/block_mask_cuda.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/block_mask_reference.h"
#include "ops/kernels/cuda/testing/emulated_sweep.h"
#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask_reference.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::Distribution;
using testing::GuardedBuffer;
using testing::kAllFormats;
using testing::ReplayRng;

uint64_t ExpectedThreshold(FloatFormat format, BlockPooling pooling,
                           uint64_t key) {
  const bool narrows =
      pooling == kPoolAverage && (format == kFloat16 || format == kBfloat16);
  return narrows ? ReferenceNarrow(format, static_cast<uint32_t>(key)) : key;
}

::testing::AssertionResult Agrees(FloatFormat format, BlockPooling pooling,
                                  const BlockGrid& grid,
                                  const std::vector<uint8_t>& bytes,
                                  double sparsity, size_t misaligned_by) {
  const int64_t keep = KeptCount(BlockCount(grid), sparsity);
  GuardedBuffer weights(bytes.size(), misaligned_by * FloatBytes(format));
  GuardedBuffer mask(static_cast<size_t>(WeightCount(grid)), 16);
  GuardedBuffer threshold(FloatBytes(format), FloatBytes(format));
  GuardedBuffer scratch(BlockMaskCudaScratchBytes(format, pooling, grid), 0);
  if (!bytes.empty()) memcpy(weights.data(), bytes.data(), bytes.size());
  const KernelStatus status = BlockMaskCuda(
      format, pooling, grid, weights.data(), keep, nullptr, scratch.data(),
      scratch.bytes(), mask.data(), threshold.data());
  if (status != kKernelOk) {
    return ::testing::AssertionFailure() << "status " << status;
  }
  if (!weights.IsIntact() || !mask.IsIntact() || !threshold.IsIntact() ||
      !scratch.IsIntact()) {
    return ::testing::AssertionFailure() << "wrote out of bounds";
  }
  const std::vector<uint64_t> keys =
      ReferenceKeys(format, pooling, grid, bytes.data());
  const std::vector<int64_t> order = KeepingOrder(keys);
  const std::vector<uint8_t> expected =
      ReferenceExpand(grid, FirstInOrder(order, keep));
  for (size_t i = 0; i < expected.size(); ++i) {
    if (mask.data()[i] != expected[i]) {
      return ::testing::AssertionFailure()
             << "mask[" << i << "] is " << int{mask.data()[i]} << ", expected "
             << int{expected[i]};
    }
  }
  const uint64_t expected_threshold =
      ExpectedThreshold(format, pooling, SmallestKept(keys, order, keep));
  const uint64_t actual = testing::LoadBits(format, threshold.data(), 0);
  if (actual != expected_threshold) {
    return ::testing::AssertionFailure() << "threshold bits are " << actual
                                         << ", expected " << expected_threshold;
  }
  return ::testing::AssertionSuccess();
}

std::string Describe(FloatFormat format, BlockPooling pooling,
                     const BlockGrid& grid, Distribution distribution) {
  return std::to_string(grid.planes) + " x " + std::to_string(grid.rows) +
         " x " + std::to_string(grid.cols) + " in blocks of " +
         std::to_string(grid.block_height) + " x " +
         std::to_string(grid.block_width) +
         (pooling == kPoolMax ? " MAX, " : " AVG, ") +
         testing::FormatName(format) + " " +
         testing::DistributionName(distribution);
}

TEST(BlockMaskCudaTest, LiteralMask) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::EmulateTurn(0, 1);
  const std::vector<float> weights = {.1f, .1f, .1f, 9, .1f};
  const BlockGrid grid = {1, 1, 5, 1, 4};
  GuardedBuffer mask(5, 0);
  GuardedBuffer scratch(BlockMaskCudaScratchBytes(kFloat32, kPoolAverage, grid),
                        0);
  float threshold = -1;
  EXPECT_EQ(
      BlockMaskCuda(kFloat32, kPoolAverage, grid, weights.data(), 1, nullptr,
                    scratch.data(), scratch.bytes(), mask.data(), &threshold),
      kKernelOk);
  EXPECT_EQ(std::vector<uint8_t>(mask.data(), mask.data() + 5),
            (std::vector<uint8_t>{1, 1, 1, 1, 0}));
  EXPECT_FLOAT_EQ(threshold, 2.325f);
}

TEST(BlockMaskCudaTest, NoWeights) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::EmulateTurn(0, 1);
  EXPECT_TRUE(Agrees(kFloat32, kPoolMax, BlockGrid{3, 0, 5, 2, 2}, {}, .5, 0));
}

// Sums that come out otherwise in any other order of additions: rows first,
// columns from the left, or not padded to a power of two.
TEST(BlockMaskCudaTest, AddsInTheOneOrder) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  ReplayRng rng(3);
  int turn = 0;
  for (const int64_t width : {2, 3, 5, 7, 16, 31, 32, 33, 64, 65, 100, 300}) {
    for (const int64_t height : {1, 2, 5}) {
      const BlockGrid grid = {1, 3 * height, 4 * width, height, width};
      for (const FloatFormat format : {kFloat32, kFloat64}) {
        const std::vector<uint8_t> weights = testing::MakeWeights(
            format, testing::kHeavyTail, WeightCount(grid), &rng);
        testing::EmulateTurn(turn++, rng.Bits());
        ASSERT_TRUE(Agrees(format, kPoolAverage, grid, weights, .5, 0))
            << Describe(format, kPoolAverage, grid, testing::kHeavyTail);
      }
    }
  }
}

TEST(BlockMaskCudaTest, AgreesWithReference) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  const BlockGrid grids[] = {
      {1, 1, 1, 1, 1},     {1, 5, 7, 2, 3},        {2, 64, 48, 4, 4},
      {3, 17, 19, 16, 1},  {1, 40, 100, 1, 16},    {2, 33, 130, 8, 40},
      {1, 9, 200, 3, 200}, {1, 9, 20, 1000, 1000}, {1, 130, 31, 1, 2}};
  ReplayRng rng(4);
  int turn = 0;
  for (const BlockGrid& grid : grids) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      const FloatFormat format = kAllFormats[turn % 4];
      const BlockPooling pooling = turn % 3 == 0 ? kPoolMax : kPoolAverage;
      const auto distribution = static_cast<Distribution>(d);
      const std::vector<uint8_t> weights =
          testing::MakeWeights(format, distribution, WeightCount(grid), &rng);
      testing::EmulateTurn(turn, rng.Bits());
      ASSERT_TRUE(Agrees(format, pooling, grid, weights,
                         turn % 2 == 0 ? .5 : .8, turn % 5 == 0 ? 1 : 0))
          << Describe(format, pooling, grid, distribution);
      ++turn;
    }
  }
}

TEST(BlockMaskCudaTest, RandomSweep) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::RunRandomSweep(4.0, [](ReplayRng* rng) {
    const FloatFormat format = kAllFormats[rng->Below(4)];
    const BlockPooling pooling = rng->Below(3) == 0 ? kPoolMax : kPoolAverage;
    const auto distribution =
        static_cast<Distribution>(rng->Below(testing::kNumDistributions));
    BlockGrid grid;
    grid.planes = 1 + rng->Below(3);
    grid.rows = 1 + rng->Below(80);
    grid.cols = 1 + rng->Below(300);
    grid.block_height = 1 + rng->Below(1 << rng->Below(8));
    grid.block_width = 1 + rng->Below(1 << rng->Below(10));
    const std::vector<uint8_t> weights =
        testing::MakeWeights(format, distribution, WeightCount(grid), rng);
    testing::EmulateTurn(static_cast<int>(rng->Below(12)), rng->Bits());
    EXPECT_TRUE(Agrees(format, pooling, grid, weights, rng->Uniform(),
                       static_cast<size_t>(rng->Below(3))))
        << Describe(format, pooling, grid, distribution) << "\n"
        << rng->HowToReplay();
    return !::testing::Test::HasFailure();
  });
}

TEST(BlockMaskCudaTest, RefusesBadArgumentsAndTouchesNothing) {
  const BlockGrid good = {1, 2, 5, 1, 4};
  GuardedBuffer weights(40, 0);
  GuardedBuffer mask(64, 0);
  GuardedBuffer threshold(16, 0);
  GuardedBuffer scratch(BlockMaskCudaScratchBytes(kFloat32, kPoolMax, good), 0);
  const auto run = [&](int format, int pooling, BlockGrid grid, int64_t keep,
                       int mask_at, size_t scratch_bytes) {
    return BlockMaskCuda(
        static_cast<FloatFormat>(format), static_cast<BlockPooling>(pooling),
        grid, weights.data(), keep, nullptr, scratch.data(), scratch_bytes,
        mask.data() + mask_at, threshold.data());
  };
  const size_t bytes = scratch.bytes();
  EXPECT_EQ(run(7, 1, good, 1, 0, bytes), kKernelBadFormat);
  EXPECT_EQ(run(2, 2, good, 1, 0, bytes), kKernelBadFormat);
  EXPECT_EQ(run(2, 1, BlockGrid{1, -2, 5, 1, 4}, 1, 0, bytes), kKernelBadCount);
  EXPECT_EQ(run(2, 1, BlockGrid{1, 2, 5, 0, 4}, 1, 0, bytes), kKernelBadBlock);
  EXPECT_EQ(run(2, 1, good, 0, 0, bytes), kKernelBadKeep);
  EXPECT_EQ(run(2, 1, good, 5, 0, bytes), kKernelBadKeep);
  EXPECT_EQ(run(2, 1, good, 1, 0, bytes - 1), kKernelBadScratch);
  EXPECT_EQ(run(2, 1, good, 1, 1, bytes), kKernelBadAlignment);
  EXPECT_TRUE(mask.IsUntouched());
  EXPECT_TRUE(threshold.IsUntouched());
  EXPECT_TRUE(scratch.IsUntouched());
}

TEST(BlockMaskCudaTest, ALaunchThatFails) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  const BlockGrid grid = {1, 64, 64, 1, 1};
  const std::vector<float> weights(64 * 64, 1.0f);
  GuardedBuffer mask(weights.size(), 0);
  GuardedBuffer scratch(BlockMaskCudaScratchBytes(kFloat32, kPoolMax, grid), 0);
  float threshold;
  const auto run = [&] {
    return BlockMaskCuda(kFloat32, kPoolMax, grid, weights.data(), 7, nullptr,
                         scratch.data(), scratch.bytes(), mask.data(),
                         &threshold);
  };
  testing::EmulateTurn(0, 1);
  EXPECT_EQ(run(), kKernelOk);
  const int launches = device::EmulatedLaunches();
  EXPECT_EQ(launches, 10);
  for (int i = 0; i < launches; ++i) {
    testing::RefuseLaunch(i);
    EXPECT_EQ(run(), kKernelLaunchFailed);
    EXPECT_EQ(device::EmulatedLaunches(), i + 1);
  }
}

}  // namespace
}  // namespace tfmot
