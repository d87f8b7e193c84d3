// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_mask.h"

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/block_mask_reference.h"
#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask_reference.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/parallel_for_testing.h"
#include "ops/kernels/testing/replay_rng.h"
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace tfmot {
namespace {

using testing::Distribution;
using testing::GuardedBuffer;
using testing::kAllFormats;
using testing::ReplayRng;

const BlockPooling kBothPoolings[] = {kPoolAverage, kPoolMax};

struct Case {
  FloatFormat format;
  BlockPooling pooling;
  BlockGrid grid;
  std::vector<uint8_t> weights;
  std::vector<uint64_t> keys;
  std::vector<int64_t> order;
};

Case MakeCase(FloatFormat format, BlockPooling pooling, const BlockGrid& grid,
              std::vector<uint8_t> weights) {
  Case c;
  c.format = format;
  c.pooling = pooling;
  c.grid = grid;
  c.weights = std::move(weights);
  c.keys = ReferenceKeys(format, pooling, grid, c.weights.data());
  c.order = KeepingOrder(c.keys);
  return c;
}

std::string Describe(const Case& c, Distribution distribution) {
  return std::string(testing::DistributionName(distribution)) + " " +
         testing::FormatName(c.format) + " weights [" +
         std::to_string(c.grid.planes) + ", " + std::to_string(c.grid.rows) +
         ", " + std::to_string(c.grid.cols) + "], blocks " +
         std::to_string(c.grid.block_height) + " x " +
         std::to_string(c.grid.block_width) +
         (c.pooling == kPoolMax ? " MAX" : " AVG");
}

uint64_t ReferenceThreshold(const Case& c, int64_t keep) {
  const uint64_t key = SmallestKept(c.keys, c.order, keep);
  if (c.pooling == kPoolAverage && FloatBytes(c.format) == 2) {
    return key == 0 ? 0 : ReferenceNarrow(c.format, static_cast<uint32_t>(key));
  }
  return key;
}

// Runs one variant between red zones and compares it with the reference.
::testing::AssertionResult VariantAgrees(CpuVariant variant, const Case& c,
                                         int64_t keep,
                                         const ParallelFor& parallel_for,
                                         size_t misalignment) {
  GuardedBuffer weights(c.weights.size(), misalignment);
  GuardedBuffer mask(static_cast<size_t>(WeightCount(c.grid)),
                     misalignment * 3 + 1);
  GuardedBuffer threshold(FloatBytes(c.format), misalignment + 5);
  GuardedBuffer scratch(BlockMaskScratchBytes(c.format, c.pooling, c.grid,
                                              parallel_for.num_threads),
                        misalignment + 7);
  if (!c.weights.empty()) {
    memcpy(weights.data(), c.weights.data(), c.weights.size());
  }
  const KernelStatus status = BlockMaskOfVariant(
      variant, c.format, c.pooling, c.grid, weights.data(), keep, parallel_for,
      scratch.data(), scratch.bytes(), mask.data(), threshold.data());
  if (status != kKernelOk) {
    return ::testing::AssertionFailure() << "status " << status;
  }
  if (!weights.IsIntact() || !mask.IsIntact() || !threshold.IsIntact() ||
      !scratch.IsIntact()) {
    return ::testing::AssertionFailure() << "wrote out of bounds";
  }
  const std::vector<uint8_t> expected =
      ReferenceExpand(c.grid, FirstInOrder(c.order, keep));
  for (size_t i = 0; i < expected.size(); ++i) {
    if (mask.data()[i] != expected[i]) {
      return ::testing::AssertionFailure()
             << "keep " << keep << " of " << c.keys.size() << ", "
             << parallel_for.num_threads << " threads: mask[" << i << "] is "
             << int{mask.data()[i]} << ", expected " << int{expected[i]};
    }
  }
  const uint64_t actual = testing::LoadBits(c.format, threshold.data(), 0);
  if (actual != ReferenceThreshold(c, keep)) {
    return ::testing::AssertionFailure()
           << "keep " << keep << " of " << c.keys.size()
           << ": threshold bits are " << actual << ", expected "
           << ReferenceThreshold(c, keep);
  }
  return ::testing::AssertionSuccess();
}

// All variants that this CPU has.
::testing::AssertionResult Agrees(const Case& c, int64_t keep,
                                  const ParallelFor& parallel_for,
                                  size_t misalignment) {
  for (int v = 0; v < kNumCpuVariants; ++v) {
    const CpuVariant variant = static_cast<CpuVariant>(v);
    if (!CpuVariantIsSupported(variant)) continue;
    const ::testing::AssertionResult agrees =
        VariantAgrees(variant, c, keep, parallel_for, misalignment);
    if (!agrees) {
      return ::testing::AssertionFailure()
             << CpuVariantName(variant) << ": " << agrees.message();
    }
  }
  return ::testing::AssertionSuccess();
}

// Some sparsities for one set of weights, taking turns at threads and
// addresses.
void SweepSparsities(FloatFormat format, BlockPooling pooling,
                     const BlockGrid& grid, Distribution distribution,
                     int* turn, ReplayRng* rng) {
  const Case c = MakeCase(
      format, pooling, grid,
      testing::MakeWeights(format, distribution, WeightCount(grid), rng));
  for (const double sparsity : {0.0, 0.3, 0.65, 0.999}) {
    const ParallelFor parallel_for =
        testing::AnyParallelFor(*turn, 1 + *turn % 7);
    const size_t misalignment = static_cast<size_t>(*turn) * 11 % 64;
    ++*turn;
    ASSERT_TRUE(Agrees(c, KeptCount(BlockCount(grid), sparsity), parallel_for,
                       misalignment))
        << Describe(c, distribution);
  }
}

std::vector<uint8_t> MaskOf(const BlockGrid& grid, BlockPooling pooling,
                            const std::vector<float>& weights, int64_t keep,
                            float* threshold) {
  std::vector<char> scratch(BlockMaskScratchBytes(kFloat32, pooling, grid, 2));
  std::vector<uint8_t> mask(weights.size());
  EXPECT_EQ(BlockMask(kFloat32, pooling, grid, weights.data(), keep,
                      testing::SerialParallelFor(2), scratch.data(),
                      scratch.size(), mask.data(), threshold),
            kKernelOk);
  return mask;
}

// The block at the edge averages over the one weight that it has, not over 4.
TEST(BlockMaskTest, RaggedRow) {
  const BlockGrid grid = {1, 1, 5, 1, 4};
  float threshold;
  EXPECT_EQ(MaskOf(grid, kPoolAverage, {.1f, .1f, .1f, 9, .1f}, 1, &threshold),
            (std::vector<uint8_t>{1, 1, 1, 1, 0}));
  EXPECT_NEAR(threshold, 2.325, 1e-6);
  EXPECT_EQ(MaskOf(grid, kPoolMax, {.1f, .1f, .1f, 9, .1f}, 1, &threshold),
            (std::vector<uint8_t>{1, 1, 1, 1, 0}));
  EXPECT_EQ(threshold, 9);
  EXPECT_EQ(MaskOf(grid, kPoolAverage, {1, 1, 1, 1, -2}, 1, &threshold),
            (std::vector<uint8_t>{0, 0, 0, 0, 1}));
  EXPECT_EQ(threshold, 2);
}

TEST(BlockMaskTest, AverageAndMaxDiffer) {
  const BlockGrid grid = {1, 2, 4, 2, 2};
  const std::vector<float> weights = {3, 3, 9, 0,  //
                                      3, 3, 0, 0};
  float threshold;
  EXPECT_EQ(MaskOf(grid, kPoolAverage, weights, 1, &threshold),
            (std::vector<uint8_t>{1, 1, 0, 0, 1, 1, 0, 0}));
  EXPECT_EQ(threshold, 3);
  EXPECT_EQ(MaskOf(grid, kPoolMax, weights, 1, &threshold),
            (std::vector<uint8_t>{0, 0, 1, 1, 0, 0, 1, 1}));
  EXPECT_EQ(threshold, 9);
}

// Blocks never reach into the next plane, and ties go by block number.
TEST(BlockMaskTest, PlanesAndTies) {
  const BlockGrid grid = {2, 3, 1, 2, 1};
  float threshold;
  EXPECT_EQ(MaskOf(grid, kPoolAverage, {1, 1, 1, 1, 1, 1}, 3, &threshold),
            (std::vector<uint8_t>{1, 1, 1, 1, 1, 0}));
  EXPECT_EQ(MaskOf(grid, kPoolMax, {1, 1, 1, 1, 1, 5}, 2, &threshold),
            (std::vector<uint8_t>{1, 1, 0, 0, 0, 1}));
  EXPECT_EQ(threshold, 1);
}

// With blocks of one weight, MAX is the unstructured mask; AVG is, too, but for
// denormals, which count as zero.
TEST(BlockMaskTest, BlocksOfOneWeight) {
  const BlockGrid grid = {1, 1, 4, 1, 1};
  const std::vector<float> weights = {1e-40f, 2e-40f, 0, 1};
  float threshold;
  EXPECT_EQ(MaskOf(grid, kPoolMax, weights, 2, &threshold),
            (std::vector<uint8_t>{0, 1, 0, 1}));
  EXPECT_EQ(MaskOf(grid, kPoolAverage, weights, 2, &threshold),
            (std::vector<uint8_t>{1, 0, 0, 1}));
  EXPECT_EQ(threshold, 0);
}

double AverageOfOneBlock(const BlockGrid& grid, const double* weights) {
  std::vector<char> scratch(
      BlockMaskScratchBytes(kFloat64, kPoolAverage, grid, 1));
  std::vector<uint8_t> mask(static_cast<size_t>(WeightCount(grid)));
  double threshold = -1;
  EXPECT_EQ(BlockMask(kFloat64, kPoolAverage, grid, weights, 1,
                      testing::SerialParallelFor(1), scratch.data(),
                      scratch.size(), mask.data(), &threshold),
            kKernelOk);
  return threshold;
}

// Next to 1e16 a float64 cannot tell 1 from 0, but it can tell 2: whether two
// ones are added to each other or one by one to 1e16 shows in the result.
TEST(BlockMaskTest, OrderOfAdditions) {
  // Rows are halved: (a + c) + (b + d).
  const double ones_meet[] = {1e16, 1, 0, 1};
  EXPECT_EQ(AverageOfOneBlock({1, 1, 4, 1, 4}, ones_meet), (1e16 + 2) / 4);
  const double ones_apart[] = {1e16, 0, 1, 1};
  EXPECT_EQ(AverageOfOneBlock({1, 1, 4, 1, 4}, ones_apart), 1e16 / 4);
  // Columns are added from the top to the bottom: ((a + b) + c) + d.
  const double large_first[] = {1e16, 1, 1, 1};
  EXPECT_EQ(AverageOfOneBlock({1, 4, 1, 4, 1}, large_first), 1e16 / 4);
  const double large_last[] = {1, 0, 1, 1e16};
  EXPECT_EQ(AverageOfOneBlock({1, 4, 1, 4, 1}, large_last), (1e16 + 2) / 4);
  // Three columns are padded to four: (a + c) + (b + 0).
  const double three[] = {1, 1e16, 1};
  EXPECT_EQ(AverageOfOneBlock({1, 1, 3, 1, 3}, three), (1e16 + 2) / 3);
}

TEST(BlockMaskTest, NoWeights) {
  for (const BlockGrid& grid :
       {BlockGrid{0, 3, 3, 2, 2}, BlockGrid{3, 0, 3, 2, 2},
        BlockGrid{3, 3, 0, 2, 2}}) {
    for (const BlockPooling pooling : kBothPoolings) {
      const Case c = MakeCase(kFloat32, pooling, grid, {});
      EXPECT_EQ(BlockCount(grid), 0);
      EXPECT_TRUE(Agrees(c, 0, testing::SerialParallelFor(3), 0));
    }
  }
}

TEST(BlockMaskTest, AllFormatsDistributionsAndBlocks) {
  const BlockGrid grids[] = {
      {1, 1, 1, 1, 1},    {1, 1, 1, 7, 9},      {1, 16, 16, 4, 4},
      {2, 17, 31, 4, 4},  {1, 33, 64, 16, 1},   {3, 8, 100, 1, 16},
      {1, 29, 7, 3, 2},   {2, 5, 63, 2, 3},     {1, 3, 130, 2, 64},
      {1, 2, 200, 1, 65}, {1, 3, 1000, 2, 300}, {1, 50, 3, 100, 100},
  };
  ReplayRng rng(7);
  int turn = 0;
  for (const FloatFormat format : kAllFormats) {
    for (const BlockPooling pooling : kBothPoolings) {
      for (const BlockGrid& grid : grids) {
        for (int d = 0; d < testing::kNumDistributions; ++d) {
          SweepSparsities(format, pooling, grid, static_cast<Distribution>(d),
                          &turn, &rng);
          if (HasFatalFailure()) return;
        }
      }
    }
  }
}

// Block widths on both sides of everything that the pooling distinguishes.
TEST(BlockMaskTest, EveryBlockWidth) {
  ReplayRng rng(8);
  int turn = 0;
  for (int64_t width = 1; width <= 140; ++width) {
    const BlockGrid grid = {1, 3, 2 * width + 1, 2, width};
    for (const FloatFormat format : {kFloat32, kFloat64}) {
      SweepSparsities(format, kPoolAverage, grid, testing::kHeavyTail, &turn,
                      &rng);
      if (HasFatalFailure()) return;
    }
  }
  for (const int64_t width : {255, 256, 257, 1023, 1025, 5000}) {
    const BlockGrid grid = {1, 2, width + 700, 2, width};
    SweepSparsities(kFloat64, kPoolAverage, grid, testing::kHeavyTail, &turn,
                    &rng);
    if (HasFatalFailure()) return;
  }
}

TEST(BlockMaskTest, LargeTensors) {
  ReplayRng rng(9);
  int turn = 0;
  for (const BlockPooling pooling : kBothPoolings) {
    SweepSparsities(kFloat32, pooling, {1, 1025, 1030, 4, 4}, testing::kNormal,
                    &turn, &rng);
    SweepSparsities(kBfloat16, pooling, {3, 300, 701, 1, 2},
                    testing::kFewValues, &turn, &rng);
    if (HasFatalFailure()) return;
  }
}

// A block larger than any tensor, for which no arithmetic may overflow.
TEST(BlockMaskTest, HugeBlocks) {
  const int64_t huge = INT64_MAX;
  ReplayRng rng(10);
  for (const FloatFormat format : kAllFormats) {
    const std::vector<uint8_t> weights =
        testing::MakeWeights(format, testing::kNormal, 2 * 3 * 5, &rng);
    for (const BlockPooling pooling : kBothPoolings) {
      // The reference pads to the width of the block, so it gets one that is
      // just large enough: more zeros add nothing.
      Case c = MakeCase(format, pooling, {2, 3, 5, 3, 5}, weights);
      c.grid.block_height = huge;
      c.grid.block_width = huge;
      EXPECT_TRUE(Agrees(c, 1, testing::SerialParallelFor(2), 0));
    }
  }
}

// The average of one smallest normal number and zeros is below the smallest
// normal number, so it ranks as 0. Next to that limit, dividing first and
// comparing then gives different answers with and without flush-to-zero.
TEST(BlockMaskTest, AveragesNearTheSmallestNormal) {
  const double just_below_two[] = {2 * DBL_MIN * (1 - DBL_EPSILON / 2), 0};
  EXPECT_EQ(AverageOfOneBlock({1, 1, 2, 1, 2}, just_below_two), 0);
  const double two[] = {2 * DBL_MIN, 0};
  EXPECT_EQ(AverageOfOneBlock({1, 1, 2, 1, 2}, two), DBL_MIN);
}

// A third of the weights a little above the denormals, so that many averages
// are denormals; those rank as 0.
std::vector<uint8_t> NearlyDenormalWeights(FloatFormat format, int64_t count,
                                           ReplayRng* rng) {
  std::vector<uint8_t> weights =
      testing::MakeWeights(format, testing::kDenormals, count, rng);
  for (int64_t i = 0; i < count; i += 3) {
    const uint64_t bits = testing::LoadBits(format, weights.data(), i);
    const uint64_t exponent = 1 + bits % 3;
    testing::StoreBits(format,
                       bits + (exponent << testing::SignificandBits(format)),
                       weights.data(), i);
  }
  return weights;
}

// TensorFlow runs its threads so that denormals are flushed and read as zero.
TEST(BlockMaskTest, DenormalAveragesWithAndWithoutFlushToZero) {
  ReplayRng rng(11);
  for (const FloatFormat format : kAllFormats) {
    for (const BlockPooling pooling : kBothPoolings) {
      const BlockGrid grid = {1, 40, 30, 2, 3};
      const Case c =
          MakeCase(format, pooling, grid,
                   NearlyDenormalWeights(format, WeightCount(grid), &rng));
      for (const int64_t keep : {20, 100, 180}) {
        EXPECT_TRUE(Agrees(c, keep, testing::SerialParallelFor(3), 0))
            << Describe(c, testing::kDenormals);
#if defined(__SSE2__)
        const unsigned mode = _mm_getcsr();
        _mm_setcsr(mode | 0x8040);  // flush to zero, denormals are zeros
        const ::testing::AssertionResult agrees =
            Agrees(c, keep, testing::ThreadedParallelFor(3), 0);
        _mm_setcsr(mode);
        EXPECT_TRUE(agrees) << "flushed, " << Describe(c, testing::kDenormals);
#endif
      }
    }
  }
}

TEST(BlockMaskTest, RefusesBadArgumentsAndWritesNothing) {
  GuardedBuffer weights(24, 0);
  GuardedBuffer mask(6, 0);
  GuardedBuffer threshold(4, 0);
  const BlockGrid good = {1, 2, 3, 1, 2};  // 4 blocks
  GuardedBuffer scratch(BlockMaskScratchBytes(kFloat32, kPoolMax, good, 1), 0);
  const auto run = [&](const BlockGrid& grid, int64_t keep, int threads,
                       size_t bytes) {
    return BlockMask(kFloat32, kPoolMax, grid, weights.data(), keep,
                     testing::SerialParallelFor(threads), scratch.data(), bytes,
                     mask.data(), threshold.data());
  };
  const size_t bytes = scratch.bytes();
  EXPECT_EQ(run(good, 0, 1, bytes), kKernelBadKeep);
  EXPECT_EQ(run(good, 5, 1, bytes), kKernelBadKeep);
  EXPECT_EQ(run(good, 1, 0, bytes), kKernelBadThreads);
  EXPECT_EQ(run(good, 1, 1, bytes - 1), kKernelBadScratch);
  EXPECT_EQ(run({1, 2, 3, 0, 2}, 1, 1, bytes), kKernelBadBlock);
  EXPECT_EQ(run({1, 2, 3, 1, -2}, 1, 1, bytes), kKernelBadBlock);
  EXPECT_EQ(run({1, -2, 3, 1, 2}, 1, 1, bytes), kKernelBadCount);
  EXPECT_TRUE(mask.IsUntouched());
  EXPECT_TRUE(threshold.IsUntouched());
  EXPECT_TRUE(scratch.IsUntouched());
  EXPECT_EQ(run(good, 1, 1, bytes), kKernelOk);
}

TEST(BlockMaskTest, ScratchIsTwoPercentOfTheWeightsForBlocksOfSixteen) {
  const int64_t size = 4096;
  const size_t weight_bytes = size * size * 4;
  for (const BlockPooling pooling : kBothPoolings) {
    for (const int64_t height : {1, 4, 16}) {
      const BlockGrid grid = {1, size, size, height, 16 / height};
      EXPECT_LE(BlockMaskScratchBytes(kFloat32, pooling, grid, 4),
                weight_bytes / 50);
    }
  }
}

TEST(BlockMaskTest, ScratchOfSmallBlocksHoldsTheirKeys) {
  for (const FloatFormat format : kAllFormats) {
    for (const BlockPooling pooling : kBothPoolings) {
      for (int64_t height = 1; height <= 3; ++height) {
        const BlockGrid grid = {1, 999, 1000, height, 1};
        const size_t blocks = static_cast<size_t>(BlockCount(grid));
        EXPECT_LE(BlockMaskScratchBytes(format, pooling, grid, 4),
                  blocks * 10 + 300000);
      }
    }
  }
}

TEST(BlockMaskTest, RandomSweep) {
  testing::RunRandomSweep(1.5, [](ReplayRng* rng) {
    const FloatFormat format = kAllFormats[rng->Below(4)];
    const BlockPooling pooling = kBothPoolings[rng->Below(2)];
    const Distribution distribution =
        static_cast<Distribution>(rng->Below(testing::kNumDistributions));
    const int64_t widest = rng->Below(4) == 0 ? 200 : 20;
    const BlockGrid grid = {1 + rng->Below(3), 1 + rng->Below(40),
                            1 + rng->Below(2 * widest), 1 + rng->Below(12),
                            1 + rng->Below(widest)};
    const Case c = MakeCase(
        format, pooling, grid,
        testing::MakeWeights(format, distribution, WeightCount(grid), rng));
    const ParallelFor parallel_for = testing::AnyParallelFor(
        static_cast<int>(rng->Below(3)), 1 + static_cast<int>(rng->Below(7)));
    const ::testing::AssertionResult agrees =
        Agrees(c, KeptCount(BlockCount(grid), rng->Uniform()), parallel_for,
               rng->Bits() % 64);
    EXPECT_TRUE(agrees) << Describe(c, distribution) << ". "
                        << rng->HowToReplay();
    return static_cast<bool>(agrees);
  });
}

}  // namespace
}  // namespace tfmot
