// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/m_by_n_mask.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/m_by_n_mask_reference.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/parallel_for_testing.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::GuardedBuffer;
using testing::kAllFormats;
using testing::ReplayRng;

// So many per format and variant.
const int kCases = 10000;

class MByNMaskTest : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (!CpuVariantIsSupported(variant())) {
      GTEST_SKIP() << "this CPU cannot run " << CpuVariantName(variant());
    }
  }
  CpuVariant variant() const { return static_cast<CpuVariant>(GetParam()); }

  std::vector<uint8_t> MaskOf(const ColumnGroups& groups,
                              const std::vector<float>& weights,
                              float* threshold) {
    std::vector<uint8_t> mask(weights.size());
    EXPECT_EQ(MByNMaskOfVariant(variant(), kFloat32, groups, weights.data(),
                                testing::SerialParallelFor(2), mask.data(),
                                threshold),
              kKernelOk);
    return mask;
  }
};

INSTANTIATE_TEST_SUITE_P(AllVariants, MByNMaskTest,
                         ::testing::Range(0, kNumCpuVariants),
                         [](const ::testing::TestParamInfo<int>& info) {
                           return CpuVariantName(
                               static_cast<CpuVariant>(info.param));
                         });

TEST_P(MByNMaskTest, LiteralMasks) {
  float threshold = -1;
  EXPECT_EQ(MaskOf({1, 4, 1, 4, 2}, {1, -4, 3, 2}, &threshold),
            (std::vector<uint8_t>{0, 1, 1, 0}));
  EXPECT_EQ(threshold, 3);
  // Ties go to the lowest row.
  EXPECT_EQ(MaskOf({1, 8, 1, 4, 2}, {1, 1, 1, 1, -1, -1, 1, 1}, &threshold),
            (std::vector<uint8_t>{1, 1, 0, 0, 1, 1, 0, 0}));
  // A shorter last group is held to the same bound.
  EXPECT_EQ(MaskOf({1, 7, 1, 4, 2}, {1, 2, 3, 4, 5, 6, 7}, &threshold),
            (std::vector<uint8_t>{0, 0, 1, 1, 0, 1, 1}));
  EXPECT_EQ(MaskOf({1, 2, 1, 4, 3}, {0, 5}, &threshold),
            (std::vector<uint8_t>{1, 1}));
  EXPECT_EQ(threshold, 0);
  EXPECT_EQ(MaskOf({1, 2, 1, 2, 1}, {HUGE_VALF, NAN}, &threshold),
            (std::vector<uint8_t>{0, 1}));
  EXPECT_TRUE(isnan(threshold));
}

TEST_P(MByNMaskTest, ColumnsAndPlanesAreGroupedApart) {
  float threshold = -1;
  EXPECT_EQ(MaskOf({2, 2, 2, 2, 1}, {1, 2, 3, 1, 9, 5, 8, 6}, &threshold),
            (std::vector<uint8_t>{0, 1, 1, 0, 1, 0, 0, 1}));
  EXPECT_EQ(threshold, 2);
}

TEST_P(MByNMaskTest, NoWeights) {
  for (const ColumnGroups& groups :
       {ColumnGroups{0, 3, 3, 2, 1}, ColumnGroups{3, 0, 3, 2, 1},
        ColumnGroups{3, 3, 0, 2, 1}}) {
    float threshold = -1;
    EXPECT_EQ(MaskOf(groups, {}, &threshold), std::vector<uint8_t>());
    EXPECT_EQ(threshold, 0);
  }
}

TEST_P(MByNMaskTest, AgreesWithSortingEachGroup) {
  for (const FloatFormat format : kAllFormats) {
    for (int i = 0; i < kCases; ++i) {
      ReplayRng rng(static_cast<uint64_t>(i));
      const int64_t sizes[] = {2, 4, 4, 8, 1 + rng.Below(20)};
      ColumnGroups groups;
      groups.group_size = sizes[rng.Below(5)];
      groups.keep = 1 + rng.Below(groups.group_size);
      groups.planes = 1 + rng.Below(3);
      groups.rows = 1 + rng.Below(3 * groups.group_size);
      groups.cols = 1 + rng.Below(i % 50 == 0 ? 300 : 20);
      const int64_t count = groups.planes * groups.rows * groups.cols;
      const std::vector<uint8_t> bytes = testing::MakeWeights(
          format,
          static_cast<testing::Distribution>(i % testing::kNumDistributions),
          count, &rng);
      std::vector<uint64_t> keys;
      for (int64_t j = 0; j < count; ++j) {
        keys.push_back(testing::LoadBits(format, bytes.data(), j) &
                       ~testing::SignBit(format));
      }
      GuardedBuffer weights(bytes.size(), rng.Bits() % 64);
      GuardedBuffer mask(keys.size(), rng.Bits() % 64);
      GuardedBuffer threshold(FloatBytes(format), 1);
      memcpy(weights.data(), bytes.data(), bytes.size());
      const int way = i % 32 == 0 ? 2 : i % 2;
      ASSERT_EQ(MByNMaskOfVariant(variant(), format, groups, weights.data(),
                                  testing::AnyParallelFor(
                                      way, 1 + static_cast<int>(rng.Below(5))),
                                  mask.data(), threshold.data()),
                kKernelOk);
      ASSERT_TRUE(weights.IsIntact() && mask.IsIntact() &&
                  threshold.IsIntact());
      const MByNReference expected = ReferenceMByN(groups, keys);
      ASSERT_EQ(memcmp(mask.data(), expected.mask.data(), keys.size()), 0)
          << "case " << i << ", " << testing::FormatName(format) << " ["
          << groups.planes << ", " << groups.rows << ", " << groups.cols
          << "], keep " << groups.keep << " of " << groups.group_size;
      ASSERT_EQ(testing::LoadBits(format, threshold.data(), 0),
                expected.threshold)
          << "case " << i;
    }
  }
}

TEST(MByNMaskArgumentsTest, RefusesBadArgumentsAndWritesNothing) {
  GuardedBuffer weights(24, 0);
  GuardedBuffer mask(6, 0);
  GuardedBuffer threshold(4, 0);
  const auto run = [&](int format, const ColumnGroups& groups, int threads) {
    return MByNMask(static_cast<FloatFormat>(format), groups, weights.data(),
                    testing::SerialParallelFor(threads), mask.data(),
                    threshold.data());
  };
  EXPECT_EQ(run(9, {1, 2, 3, 2, 1}, 1), kKernelBadFormat);
  EXPECT_EQ(run(kFloat32, {-1, 2, 3, 2, 1}, 1), kKernelBadCount);
  EXPECT_EQ(run(kFloat32, {1, -2, 3, 2, 1}, 1), kKernelBadCount);
  EXPECT_EQ(run(kFloat32, {1, 2, -3, 2, 1}, 1), kKernelBadCount);
  EXPECT_EQ(run(kFloat32, {1, 2, 3, 0, 0}, 1), kKernelBadBlock);
  EXPECT_EQ(run(kFloat32, {1, 2, 3, 2, 0}, 1), kKernelBadKeep);
  EXPECT_EQ(run(kFloat32, {1, 2, 3, 2, 3}, 1), kKernelBadKeep);
  EXPECT_EQ(run(kFloat32, {1, 2, 3, 2, 1}, 0), kKernelBadThreads);
  EXPECT_TRUE(mask.IsUntouched());
  EXPECT_TRUE(threshold.IsUntouched());
  EXPECT_EQ(run(kFloat32, {1, 2, 3, 2, 1}, 1), kKernelOk);
}

}  // namespace
}  // namespace tfmot
