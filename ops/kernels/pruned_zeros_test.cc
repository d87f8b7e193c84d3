// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/pruned_zeros.h"

#include <stdint.h>
#include <string.h>

#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"

namespace tfmot {
namespace {

bool AreZero(const std::vector<float>& weights,
             const std::vector<uint8_t>& mask) {
  return PrunedAreZero(kFloat32, weights.data(),
                       static_cast<int64_t>(weights.size()), mask.data());
}

TEST(PrunedZerosTest, LiteralAnswers) {
  EXPECT_TRUE(AreZero({0, -3, -0.f}, {0, 1, 0}));
  EXPECT_FALSE(AreZero({0, -3, .1f}, {0, 1, 0}));
  EXPECT_FALSE(AreZero({0, -3, 1e-45f}, {0, 1, 0}));
  EXPECT_TRUE(AreZero({0, 0, 5}, {1, 0, 1}));
  EXPECT_TRUE(AreZero({1, 2}, {1, 1}));
  EXPECT_TRUE(AreZero({}, {}));
}

// One weight that is left over, at each place of weights at any address.
TEST(PrunedZerosTest, FindsEachInEveryFormat) {
  for (const FloatFormat format : testing::kAllFormats) {
    for (const int64_t count : {1, 2, 63, 1023, 1024, 1025, 2500}) {
      const size_t misalignment = static_cast<size_t>(count) % 7;
      const size_t bytes = static_cast<size_t>(count) * FloatBytes(format);
      testing::GuardedBuffer weights(bytes, misalignment);
      std::vector<uint8_t> mask(static_cast<size_t>(count), 0);
      memset(weights.data(), 0, bytes);
      EXPECT_TRUE(PrunedAreZero(format, weights.data(), count, mask.data()));
      for (int64_t i = 0; i < count; i += i < 1020 && i > 5 ? 97 : 1) {
        // The sign alone is zero still; the smallest denormal is not.
        testing::StoreBits(format, testing::SignBit(format), weights.data(), i);
        EXPECT_TRUE(PrunedAreZero(format, weights.data(), count, mask.data()));
        testing::StoreBits(format, 1, weights.data(), i);
        EXPECT_FALSE(PrunedAreZero(format, weights.data(), count, mask.data()))
            << testing::FormatName(format) << " " << i << " of " << count;
        mask[static_cast<size_t>(i)] = 1;
        EXPECT_TRUE(PrunedAreZero(format, weights.data(), count, mask.data()));
        mask[static_cast<size_t>(i)] = 0;
        testing::StoreBits(format, 0, weights.data(), i);
      }
      EXPECT_TRUE(weights.IsIntact());
    }
  }
}

}  // namespace
}  // namespace tfmot
