// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// The kernels of the GPU on the emulator, against the reference.

#include "ops/kernels/cuda/m_by_n_mask_cuda.h"

#include <stdint.h>
#include <string.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/cuda/testing/emulated_sweep.h"
#include "ops/kernels/m_by_n_mask_reference.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::Distribution;
using testing::GuardedBuffer;
using testing::kAllFormats;
using testing::ReplayRng;

int64_t WeightCount(const ColumnGroups& groups) {
  return groups.planes * groups.rows * groups.cols;
}

::testing::AssertionResult Agrees(FloatFormat format,
                                  const ColumnGroups& groups,
                                  const std::vector<uint8_t>& bytes,
                                  size_t misaligned_by) {
  const int64_t count = WeightCount(groups);
  std::vector<uint64_t> keys;
  for (int64_t i = 0; i < count; ++i) {
    keys.push_back(testing::LoadBits(format, bytes.data(), i) &
                   ~testing::SignBit(format));
  }
  GuardedBuffer weights(bytes.size(), misaligned_by * FloatBytes(format));
  GuardedBuffer mask(keys.size(), 16);
  GuardedBuffer threshold(FloatBytes(format), FloatBytes(format));
  GuardedBuffer scratch(MByNMaskCudaScratchBytes(), 0);
  if (count > 0) memcpy(weights.data(), bytes.data(), bytes.size());
  const KernelStatus status =
      MByNMaskCuda(format, groups, weights.data(), nullptr, scratch.data(),
                   scratch.bytes(), mask.data(), threshold.data());
  if (status != kKernelOk) {
    return ::testing::AssertionFailure() << "status " << status;
  }
  if (!weights.IsIntact() || !mask.IsIntact() || !threshold.IsIntact() ||
      !scratch.IsIntact()) {
    return ::testing::AssertionFailure() << "wrote out of bounds";
  }
  const MByNReference expected = ReferenceMByN(groups, keys);
  for (int64_t i = 0; i < count; ++i) {
    if (mask.data()[i] != expected.mask[i]) {
      return ::testing::AssertionFailure()
             << "mask[" << i << "] is " << int{mask.data()[i]} << ", expected "
             << int{expected.mask[i]};
    }
  }
  const uint64_t actual = testing::LoadBits(format, threshold.data(), 0);
  if (actual != expected.threshold) {
    return ::testing::AssertionFailure() << "threshold bits are " << actual
                                         << ", expected " << expected.threshold;
  }
  return ::testing::AssertionSuccess();
}

std::string Describe(FloatFormat format, const ColumnGroups& groups,
                     Distribution distribution) {
  return std::to_string(groups.planes) + " x " + std::to_string(groups.rows) +
         " x " + std::to_string(groups.cols) + ", " +
         std::to_string(groups.keep) + " kept of " +
         std::to_string(groups.group_size) + ", " +
         testing::FormatName(format) + " " +
         testing::DistributionName(distribution);
}

TEST(MByNMaskCudaTest, LiteralMask) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::EmulateTurn(0, 1);
  const float weights[] = {1, -4, 3, 2};
  GuardedBuffer mask(4, 0);
  GuardedBuffer scratch(MByNMaskCudaScratchBytes(), 0);
  float threshold = -1;
  EXPECT_EQ(
      MByNMaskCuda(kFloat32, ColumnGroups{1, 4, 1, 4, 2}, weights, nullptr,
                   scratch.data(), scratch.bytes(), mask.data(), &threshold),
      kKernelOk);
  EXPECT_EQ(std::vector<uint8_t>(mask.data(), mask.data() + 4),
            (std::vector<uint8_t>{0, 1, 1, 0}));
  EXPECT_EQ(threshold, 3);
}

TEST(MByNMaskCudaTest, NoWeights) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::EmulateTurn(0, 1);
  EXPECT_TRUE(Agrees(kFloat32, ColumnGroups{2, 0, 3, 4, 2}, {}, 0));
}

TEST(MByNMaskCudaTest, AgreesWithReference) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  const ColumnGroups shapes[] = {{1, 1, 1, 4, 2},   {2, 16, 12, 4, 2},
                                 {1, 15, 8, 2, 1},  {3, 21, 5, 8, 3},
                                 {1, 24, 36, 8, 8}, {2, 10, 7, 5, 2},
                                 {1, 7, 600, 4, 1}, {1, 9, 16, 100, 3}};
  ReplayRng rng(5);
  int turn = 0;
  for (const ColumnGroups& groups : shapes) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      for (const FloatFormat format : kAllFormats) {
        const auto distribution = static_cast<Distribution>(d);
        const std::vector<uint8_t> weights = testing::MakeWeights(
            format, distribution, WeightCount(groups), &rng);
        testing::EmulateTurn(turn, rng.Bits());
        ASSERT_TRUE(Agrees(format, groups, weights, turn % 5 == 0 ? 1 : 0))
            << Describe(format, groups, distribution);
        ++turn;
      }
    }
  }
}

TEST(MByNMaskCudaTest, RandomSweep) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::RunRandomSweep(2.0, [](ReplayRng* rng) {
    const FloatFormat format = kAllFormats[rng->Below(4)];
    const auto distribution =
        static_cast<Distribution>(rng->Below(testing::kNumDistributions));
    ColumnGroups groups;
    groups.planes = 1 + rng->Below(3);
    groups.rows = 1 + rng->Below(60);
    groups.cols = 1 + rng->Below(200);
    groups.group_size =
        rng->Below(2) == 0 ? 2 << rng->Below(3) : 1 + rng->Below(20);
    groups.keep = 1 + rng->Below(groups.group_size);
    const std::vector<uint8_t> weights =
        testing::MakeWeights(format, distribution, WeightCount(groups), rng);
    testing::EmulateTurn(static_cast<int>(rng->Below(12)), rng->Bits());
    EXPECT_TRUE(
        Agrees(format, groups, weights, static_cast<size_t>(rng->Below(3))))
        << Describe(format, groups, distribution) << "\n"
        << rng->HowToReplay();
    return !::testing::Test::HasFailure();
  });
}

TEST(MByNMaskCudaTest, RefusesBadArgumentsAndTouchesNothing) {
  GuardedBuffer weights(64, 0);
  GuardedBuffer mask(64, 0);
  GuardedBuffer threshold(16, 0);
  GuardedBuffer scratch(MByNMaskCudaScratchBytes(), 0);
  const auto run = [&](int format, const ColumnGroups& groups, int mask_at,
                       size_t scratch_bytes) {
    return MByNMaskCuda(static_cast<FloatFormat>(format), groups,
                        weights.data(), nullptr, scratch.data(), scratch_bytes,
                        mask.data() + mask_at, threshold.data());
  };
  const size_t bytes = scratch.bytes();
  EXPECT_EQ(run(5, {1, 4, 4, 4, 2}, 0, bytes), kKernelBadFormat);
  EXPECT_EQ(run(2, {1, 4, -4, 4, 2}, 0, bytes), kKernelBadCount);
  EXPECT_EQ(run(2, {1, 4, 4, 0, 2}, 0, bytes), kKernelBadBlock);
  EXPECT_EQ(run(2, {1, 4, 4, 4, 0}, 0, bytes), kKernelBadKeep);
  EXPECT_EQ(run(2, {1, 4, 4, 4, 5}, 0, bytes), kKernelBadKeep);
  EXPECT_EQ(run(2, {1, 4, 4, 4, 2}, 0, bytes - 1), kKernelBadScratch);
  EXPECT_EQ(run(2, {1, 4, 4, 4, 2}, 4, bytes), kKernelBadAlignment);
  EXPECT_TRUE(mask.IsUntouched());
  EXPECT_TRUE(threshold.IsUntouched());
  EXPECT_TRUE(scratch.IsUntouched());
  for (int i = 0; i < 2; ++i) {
    testing::RefuseLaunch(i);
    EXPECT_EQ(run(2, {1, 4, 4, 4, 2}, 0, bytes), kKernelLaunchFailed);
    EXPECT_EQ(device::EmulatedLaunches(), i + 1);
  }
}

}  // namespace
}  // namespace tfmot
