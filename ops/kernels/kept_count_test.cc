// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/kept_count.h"

#include <math.h>
#include <stdint.h>

#include <algorithm>
#include <limits>

#include "gtest/gtest.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

TEST(KeptCountTest, RoundsHalfToEven) {
  EXPECT_EQ(KeptCount(10, 0.75), 2);   // 2.5
  EXPECT_EQ(KeptCount(10, 0.65), 4);   // 3.5
  EXPECT_EQ(KeptCount(5, 0.5), 2);     // 2.5
  EXPECT_EQ(KeptCount(7, 0.5), 4);     // 3.5
  EXPECT_EQ(KeptCount(10, 0.05), 10);  // 9.5
}

TEST(KeptCountTest, KeepsAtLeastOne) {
  EXPECT_EQ(KeptCount(10, 0.999), 1);
  EXPECT_EQ(KeptCount(1, 0.999999), 1);
  EXPECT_EQ(KeptCount(2, 0.75), 1);  // 0.5 would round to 0
}

TEST(KeptCountTest, KeepsAllAtSparsityZero) {
  for (const int64_t count : {1, 2, 3, 1000, 16777217}) {
    EXPECT_EQ(KeptCount(count, 0.0), count);
    EXPECT_EQ(KeptCount(count, -0.0), count);
  }
}

TEST(KeptCountTest, KeepsNothingOfNothing) {
  EXPECT_EQ(KeptCount(0, 0.0), 0);
  EXPECT_EQ(KeptCount(0, 0.9), 0);
}

// A float32 cannot count above 2^24: it would say 16777216 for the first.
TEST(KeptCountTest, IsExactAboveTwoToThe24) {
  EXPECT_EQ(KeptCount(33554434, 0.5), 16777217);
  EXPECT_EQ(KeptCount((int64_t{1} << 40) + 4, 0.75), (int64_t{1} << 38) + 1);
}

TEST(KeptCountTest, NeverKeepsMoreThanThereAre) {
  const int64_t largest = std::numeric_limits<int64_t>::max();
  EXPECT_EQ(KeptCount(largest, 0.0), largest);
  EXPECT_EQ(KeptCount(largest, 0.5), int64_t{1} << 62);
}

TEST(KeptCountTest, AgreesWithTheMathLibrary) {
  testing::RunRandomSweep(0.2, [](testing::ReplayRng* rng) {
    const int64_t count = 1 + rng->Below(int64_t{1} << (1 + rng->Below(50)));
    // Multiples of 1/64 make many halves.
    const double sparsity = rng->Below(2) == 0
                                ? rng->Uniform()
                                : static_cast<double>(rng->Below(64)) / 64;
    const double exact = static_cast<double>(count) * (1.0 - sparsity);
    const int64_t expected = std::min<int64_t>(
        count, std::max<int64_t>(1, static_cast<int64_t>(nearbyint(exact))));
    EXPECT_EQ(KeptCount(count, sparsity), expected)
        << "count " << count << ", sparsity " << sparsity << ". "
        << rng->HowToReplay();
    return !::testing::Test::HasFailure();
  });
}

TEST(IsValidSparsityTest, IsTheHalfOpenUnitInterval) {
  EXPECT_TRUE(IsValidSparsity(0.0));
  EXPECT_TRUE(IsValidSparsity(-0.0));
  EXPECT_TRUE(IsValidSparsity(5e-324));
  EXPECT_TRUE(IsValidSparsity(0.5));
  EXPECT_TRUE(IsValidSparsity(nextafter(1.0, 0.0)));
  EXPECT_FALSE(IsValidSparsity(1.0));
  EXPECT_FALSE(IsValidSparsity(-5e-324));
  EXPECT_FALSE(IsValidSparsity(-0.5));
  EXPECT_FALSE(IsValidSparsity(80.0));
  EXPECT_FALSE(IsValidSparsity(HUGE_VAL));
  EXPECT_FALSE(IsValidSparsity(-HUGE_VAL));
  EXPECT_FALSE(IsValidSparsity(NAN));
  EXPECT_FALSE(IsValidSparsity(-NAN));
}

}  // namespace
}  // namespace tfmot
