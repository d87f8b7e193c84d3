// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/bracket_mask.h"

#include <stdint.h>
#include <string.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/kept_count.h"
#include "ops/kernels/key_classify.h"
#include "ops/kernels/magnitude_mask_reference.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/parallel_for_testing.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::GuardedBuffer;
using testing::kAllFormats;
using testing::ReplayRng;

// More than the 10,000 per format and variant that a change must survive.
const int kSmallCases = 12000;

struct Weights {
  FloatFormat format;
  std::vector<uint8_t> bytes;
  std::vector<uint64_t> keys;
  std::vector<int64_t> order;
};

Weights Describe(FloatFormat format, std::vector<uint8_t> bytes) {
  Weights weights;
  weights.format = format;
  weights.bytes = std::move(bytes);
  const int64_t count =
      static_cast<int64_t>(weights.bytes.size() / FloatBytes(format));
  for (int64_t i = 0; i < count; ++i) {
    weights.keys.push_back(testing::LoadBits(format, weights.bytes.data(), i) &
                           ~testing::SignBit(format));
  }
  weights.order = KeepingOrder(weights.keys);
  return weights;
}

// Runs the kernel between red zones. *found is whether it says that it has the
// mask; if so, it is compared with the reference.
::testing::AssertionResult Agrees(const Weights& weights, int64_t keep,
                                  const BracketTuning& tuning,
                                  const ParallelFor& parallel_for,
                                  size_t misalignment, bool* found) {
  const int64_t count = static_cast<int64_t>(weights.keys.size());
  GuardedBuffer input(weights.bytes.size(), misalignment);
  GuardedBuffer mask(weights.keys.size(), misalignment * 5 % 64);
  GuardedBuffer scratch(
      BracketMaskScratchBytes(weights.format, count, parallel_for.num_threads),
      misalignment + 7);
  memcpy(input.data(), weights.bytes.data(), weights.bytes.size());
  uint64_t threshold = 0;
  bool rest_is_zero = false;
  WeightSegment segment = {input.data(), mask.data(), count, 0, 0};
  *found =
      BracketMask(weights.format, WeightSegments{&segment, 1}, keep, tuning,
                  parallel_for, scratch.data(), &threshold, &rest_is_zero);
  if (!input.IsIntact() || !mask.IsIntact() || !scratch.IsIntact()) {
    return ::testing::AssertionFailure() << "wrote out of bounds";
  }
  if (!*found) return ::testing::AssertionSuccess();
  if (threshold != SmallestKept(weights.keys, weights.order, keep)) {
    return ::testing::AssertionFailure()
           << "threshold " << threshold << ", expected "
           << SmallestKept(weights.keys, weights.order, keep);
  }
  if (rest_is_zero && keep < count &&
      weights.keys[static_cast<size_t>(weights.order[keep])] != 0) {
    return ::testing::AssertionFailure() << "the rest is not zero";
  }
  const std::vector<uint8_t> expected = FirstInOrder(weights.order, keep);
  for (int64_t i = 0; i < count; ++i) {
    if (mask.data()[i] != expected[i]) {
      return ::testing::AssertionFailure()
             << "mask[" << i << "] is " << int{mask.data()[i]} << ", expected "
             << int{expected[i]};
    }
  }
  return ::testing::AssertionSuccess();
}

class BracketMaskTest : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (!CpuVariantIsSupported(variant())) {
      GTEST_SKIP() << "this CPU cannot run " << CpuVariantName(variant());
    }
  }
  CpuVariant variant() const { return static_cast<CpuVariant>(GetParam()); }
  BracketTuning tuning() const {
    BracketTuning tuning = DefaultBracketTuning();
    tuning.variant = variant();
    return tuning;
  }
};

INSTANTIATE_TEST_SUITE_P(AllVariants, BracketMaskTest,
                         ::testing::Range(0, kNumCpuVariants),
                         [](const ::testing::TestParamInfo<int>& info) {
                           return CpuVariantName(
                               static_cast<CpuVariant>(info.param));
                         });

TEST_P(BracketMaskTest, SmallCases) {
  const double kWidths[] = {0.02, 1, 3.2, 3.2, 8};
  const int kChunks[] = {64, 128, 320, kClassifyChunk};
  for (const FloatFormat format : kAllFormats) {
    int found_cases = 0;
    for (int i = 0; i < kSmallCases; ++i) {
      ReplayRng rng(static_cast<uint64_t>(i));
      const testing::Distribution distribution =
          static_cast<testing::Distribution>(i % testing::kNumDistributions);
      const int64_t count = 64 + rng.Below(i % 16 == 0 ? 2000 : 300);
      const Weights weights = Describe(
          format, testing::MakeWeights(format, distribution, count, &rng));
      BracketTuning small = tuning();
      small.chunk = kChunks[rng.Below(4)];
      small.sample = 0.2 + 4 * rng.Uniform();
      small.width = kWidths[rng.Below(5)];
      small.stream_bytes = rng.Below(2) == 0 ? 0 : count + 1;
      const int64_t keep = KeptCount(count, rng.Uniform());
      // No hint, one that may be right, or any number at all.
      const int64_t hint = rng.Below(4);
      if (hint == 1) {
        small.hint = weights.keys[rng.Below(count)];
      } else if (hint == 2) {
        small.hint = SmallestKept(weights.keys, weights.order, keep);
      } else if (hint == 3) {
        small.hint = rng.Bits();
      }
      bool found;
      // Threads cost most of the time here, so they are rare.
      const int way = i % 32 == 0 ? 2 : i % 2;
      ASSERT_TRUE(Agrees(
          weights, keep, small,
          testing::AnyParallelFor(way, 1 + static_cast<int>(rng.Below(5))),
          rng.Bits() % 64, &found))
          << "case " << i << ": keep " << keep << " of " << count << " "
          << testing::DistributionName(distribution) << " "
          << testing::FormatName(format);
      found_cases += found;
    }
    // Otherwise the comparison above would have had nothing to compare.
    EXPECT_GT(found_cases, kSmallCases * 9 / 10);
  }
}

TEST_P(BracketMaskTest, LargeCases) {
  ReplayRng rng(3);
  for (const FloatFormat format : kAllFormats) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      const int64_t count = 60000 + rng.Below(40000);
      const Weights weights = Describe(
          format,
          testing::MakeWeights(format, static_cast<testing::Distribution>(d),
                               count, &rng));
      for (const double sparsity : {0.0, 0.001, 0.5, 0.8, 0.9, 0.99999}) {
        bool found;
        ASSERT_TRUE(
            Agrees(weights, KeptCount(count, sparsity), tuning(),
                   testing::AnyParallelFor(static_cast<int>(rng.Below(3)),
                                           1 + static_cast<int>(rng.Below(4))),
                   rng.Bits() % 64, &found))
            << testing::FormatName(format) << " "
            << testing::DistributionName(static_cast<testing::Distribution>(d))
            << " " << sparsity;
        EXPECT_TRUE(found) << testing::FormatName(format) << " "
                           << testing::DistributionName(
                                  static_cast<testing::Distribution>(d))
                           << " " << sparsity;
      }
    }
  }
}

// Weights whose neighbours are alike, and ties that lie in one place: what
// makes a sample err, and marks near the end of the ties dear.
TEST_P(BracketMaskTest, WeightsInBlocksAndTiesInOnePlace) {
  ReplayRng rng(4);
  const int64_t count = 200000;
  std::vector<float> blocky(count);
  float scale = 1;
  for (int64_t i = 0; i < count; ++i) {
    if (i % 256 == 0) scale = static_cast<float>(rng.Uniform());
    blocky[i] = scale * (1 + 0.1f * static_cast<float>(rng.Normal()));
  }
  for (const int64_t ties_end : {count / 10, count * 4 / 5, count}) {
    for (const float tie : {0.f, 2.f}) {
      std::vector<float> values = blocky;
      for (int64_t i = ties_end - count / 10; i < ties_end; ++i)
        values[i] = tie;
      std::vector<uint8_t> bytes(values.size() * sizeof(float));
      memcpy(bytes.data(), values.data(), bytes.size());
      const Weights weights = Describe(kFloat32, bytes);
      for (const double sparsity : {0.02, 0.05, 0.1, 0.5, 0.9, 0.95, 0.98}) {
        bool found;
        ASSERT_TRUE(Agrees(weights, KeptCount(count, sparsity), tuning(),
                           testing::ThreadedParallelFor(3), 0, &found))
            << ties_end << " " << tie << " " << sparsity;
        EXPECT_TRUE(found) << ties_end << " " << tie << " " << sparsity;
      }
    }
  }
}

TEST_P(BracketMaskTest, ARightHintNeedsNoSample) {
  ReplayRng rng(7);
  for (const FloatFormat format : kAllFormats) {
    const Weights weights = Describe(
        format, testing::MakeWeights(format, testing::kNormal, 50000, &rng));
    const int64_t keep = 10000;
    BracketTuning blind = tuning();
    blind.sample = 0;
    blind.width = 0;
    bool found;
    blind.hint = SmallestKept(weights.keys, weights.order, keep);
    EXPECT_TRUE(Agrees(weights, keep, blind, testing::ThreadedParallelFor(2), 0,
                       &found));
    EXPECT_TRUE(found) << testing::FormatName(format);
    // A wrong one costs time only.
    BracketTuning misled = tuning();
    misled.hint = SmallestKept(weights.keys, weights.order, 2 * keep);
    EXPECT_TRUE(Agrees(weights, keep, misled, testing::ThreadedParallelFor(2),
                       0, &found));
    EXPECT_TRUE(found) << testing::FormatName(format);
  }
}

TEST_P(BracketMaskTest, MoreThreadsThanItUses) {
  ReplayRng rng(5);
  const Weights weights = Describe(
      kFloat32, testing::MakeWeights(kFloat32, testing::kNormal, 16384, &rng));
  BracketTuning small = tuning();
  small.chunk = 64;
  bool found;
  EXPECT_TRUE(
      Agrees(weights, 3000, small, testing::SerialParallelFor(200), 0, &found));
  EXPECT_TRUE(found);
}

TEST_P(BracketMaskTest, SaysSoWhenNoBracketFits) {
  // A sample of one group in which nothing is like the rest.
  BracketTuning blind = tuning();
  blind.sample = 0;
  blind.width = 0;
  ReplayRng rng(6);
  const Weights weights = Describe(
      kFloat64, testing::MakeWeights(kFloat64, testing::kNormal, 16384, &rng));
  bool found;
  EXPECT_TRUE(
      Agrees(weights, 3000, blind, testing::SerialParallelFor(2), 0, &found));
  EXPECT_FALSE(found);
}

TEST(BracketMaskScratchTest, StaysBelowTwoPercentOfTheWeights) {
  for (const FloatFormat format : kAllFormats) {
    const int64_t count = 50000000;
    EXPECT_LT(BracketMaskScratchBytes(format, count, 8),
              static_cast<size_t>(count) * FloatBytes(format) / 50);
  }
}

}  // namespace
}  // namespace tfmot
