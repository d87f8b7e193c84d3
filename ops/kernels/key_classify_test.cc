// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/key_classify.h"

#include <stdint.h>
#include <string.h>

#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::GuardedBuffer;
using testing::ReplayRng;

// One call between red zones, compared with the definition, weight by weight.
void ExpectIsRight(CpuVariant variant, FloatFormat format, int count,
                   const std::vector<uint8_t>& bytes, const KeyBounds& bounds,
                   size_t misalignment) {
  GuardedBuffer weights(bytes.size(), misalignment);
  GuardedBuffer mask(static_cast<size_t>(count),
                     bounds.stream ? 0 : misalignment + 9);
  memcpy(weights.data(), bytes.data(), bytes.size());
  uint64_t words[kClassifyWords];
  const KeyCounts counts = KeyClassifierFor(variant, format)(
      weights.data(), count, bounds, mask.data(), words);
  EXPECT_TRUE(weights.IsIntact());
  EXPECT_TRUE(mask.IsIntact());
  KeyCounts expected = {0, 0, 0, 0};
  for (int i = 0; i < count; ++i) {
    const uint64_t key =
        testing::LoadBits(format, bytes.data(), i) & ~testing::SignBit(format);
    const bool kept = key >= bounds.keep_from;
    const bool candidate = !kept && key >= bounds.candidate_from;
    ASSERT_EQ(mask.data()[i], kept ? 1 : 0) << i;
    ASSERT_EQ(words[i / 64] >> (i % 64) & 1, candidate ? 1u : 0u) << i;
    expected.kept += kept;
    expected.candidates += candidate;
    expected.ties_low += bounds.count_ties && key == bounds.tie_low;
    expected.ties_high += bounds.count_ties && key == bounds.tie_high;
  }
  if (count % 64 != 0) {
    EXPECT_EQ(words[count / 64] >> (count % 64), 0u);
  }
  EXPECT_EQ(counts.kept, expected.kept);
  EXPECT_EQ(counts.candidates, expected.candidates);
  EXPECT_EQ(counts.ties_low, expected.ties_low);
  EXPECT_EQ(counts.ties_high, expected.ties_high);
}

class KeyClassifyTest : public ::testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    if (!CpuVariantIsSupported(variant())) {
      GTEST_SKIP() << "this CPU cannot run " << CpuVariantName(variant());
    }
  }
  CpuVariant variant() const { return static_cast<CpuVariant>(GetParam()); }
};

INSTANTIATE_TEST_SUITE_P(AllVariants, KeyClassifyTest,
                         ::testing::Range(0, kNumCpuVariants),
                         [](const ::testing::TestParamInfo<int>& info) {
                           return CpuVariantName(
                               static_cast<CpuVariant>(info.param));
                         });

TEST_P(KeyClassifyTest, FiveWeights) {
  const float weights[] = {-1, 2, 0.5f, -3, 2};
  const uint64_t kTwo = 0x40000000, kOne = 0x3f800000;
  const KeyBounds bounds = {kTwo + 1, kOne, true, kOne, kTwo, false};
  uint8_t mask[5];
  uint64_t words[kClassifyWords];
  const KeyCounts counts =
      KeyClassifierFor(variant(), kFloat32)(weights, 5, bounds, mask, words);
  const uint8_t expected[] = {0, 0, 0, 1, 0};
  EXPECT_EQ(memcmp(mask, expected, 5), 0);
  EXPECT_EQ(words[0], 0x13u);
  EXPECT_EQ(counts.kept, 1);
  EXPECT_EQ(counts.candidates, 3);
  EXPECT_EQ(counts.ties_low, 1);
  EXPECT_EQ(counts.ties_high, 2);
}

TEST_P(KeyClassifyTest, AnyWeightsBoundsAndAddress) {
  testing::RunRandomSweep(1.0, [&](ReplayRng* rng) {
    const FloatFormat format = testing::kAllFormats[rng->Below(4)];
    const int count = static_cast<int>(
        1 + rng->Below(rng->Below(9) == 0 ? kClassifyChunk : 200));
    const std::vector<uint8_t> bytes =
        testing::MakeWeights(format,
                             static_cast<testing::Distribution>(
                                 rng->Below(testing::kNumDistributions)),
                             count, rng);
    const uint64_t unreached = testing::SignBit(format);
    // A bound that is one of the keys, or next to one, or at an end.
    const auto bound = [&] {
      if (rng->Below(8) == 0)
        return rng->Below(2) == 0 ? uint64_t{0} : unreached;
      const uint64_t key =
          testing::LoadBits(format, bytes.data(), rng->Below(count)) &
          (unreached - 1);
      return key + static_cast<uint64_t>(rng->Below(2));
    };
    KeyBounds bounds;
    bounds.keep_from = bound();
    bounds.candidate_from = bound();
    if (bounds.candidate_from > bounds.keep_from) {
      bounds.candidate_from = bounds.keep_from;
    }
    bounds.count_ties = rng->Below(2) == 0;
    bounds.tie_low = bound();
    bounds.tie_high = bound();
    bounds.stream = rng->Below(2) == 0;
    ExpectIsRight(variant(), format, count, bytes, bounds, rng->Bits() % 64);
    if (HasFailure()) ADD_FAILURE() << rng->HowToReplay();
    return !HasFailure();
  });
}

}  // namespace
}  // namespace tfmot
