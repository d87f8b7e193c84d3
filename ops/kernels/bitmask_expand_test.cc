// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/bitmask_expand.h"

#include <stdint.h>
#include <string.h>

#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/expand_reference.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/parallel_for_testing.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::GuardedBuffer;
using testing::ReplayRng;

std::vector<float> Expand(const std::vector<uint8_t>& mask,
                          const std::vector<float>& values, int64_t count) {
  std::vector<float> out(static_cast<size_t>(count), -1);
  EXPECT_EQ(BitmaskExpand(kFloat32, mask.data(), values.data(),
                          static_cast<int64_t>(values.size()), count,
                          testing::SerialParallelFor(1), out.data()),
            kKernelOk);
  return out;
}

TEST(BitmaskExpandTest, LiteralMasks) {
  EXPECT_EQ(Expand({0x0a}, {5, -1}, 5), (std::vector<float>{0, 5, 0, -1, 0}));
  EXPECT_EQ(Expand({0x80, 0x01}, {2, 3}, 9),
            (std::vector<float>{0, 0, 0, 0, 0, 0, 0, 2, 3}));
  EXPECT_EQ(Expand({0x01}, {7}, 1), (std::vector<float>{7}));
  EXPECT_EQ(Expand({0x00}, {}, 1), (std::vector<float>{0}));
  EXPECT_EQ(Expand({}, {}, 0), (std::vector<float>{}));
}

// One random case.
void RunCase(ReplayRng* rng) {
  SCOPED_TRACE(rng->HowToReplay());
  const FloatFormat format = testing::kAllFormats[rng->Below(4)];
  const int64_t sizes[] = {rng->Below(20), rng->Below(200), rng->Below(3000),
                           64 * rng->Below(20) + rng->Below(3)};
  const int64_t count = sizes[rng->Below(4)];
  const int64_t densities[] = {0, 3, 10, 50, 97, 100};
  const int64_t density = densities[rng->Below(6)];
  std::vector<uint8_t> bits(static_cast<size_t>(BitmaskBytes(count)), 0);
  int64_t value_count = 0;
  for (int64_t i = 0; i < count; ++i) {
    if (rng->Below(100) >= density) continue;
    bits[static_cast<size_t>(i / 8)] |= static_cast<uint8_t>(1 << (i % 8));
    ++value_count;
  }
  const std::vector<uint8_t> bytes =
      testing::MakeWeights(format, testing::kRandomBits, value_count, rng);
  std::vector<uint64_t> patterns;
  for (int64_t i = 0; i < value_count; ++i) {
    patterns.push_back(testing::LoadBits(format, bytes.data(), i));
  }
  const std::vector<uint64_t> expected =
      ReferenceBitmaskExpand(bits, patterns, count);

  GuardedBuffer mask(bits.size(), rng->Bits() % 64);
  GuardedBuffer values(bytes.size(), rng->Bits() % 64);
  GuardedBuffer out(static_cast<size_t>(count) * FloatBytes(format),
                    rng->Bits() % 64);
  if (!bits.empty()) memcpy(mask.data(), bits.data(), bits.size());
  if (!bytes.empty()) memcpy(values.data(), bytes.data(), bytes.size());
  const int way = static_cast<int>(rng->Below(32) == 0 ? 2 : rng->Below(2));
  const ParallelFor parallel_for =
      testing::AnyParallelFor(way, 1 + static_cast<int>(rng->Below(7)));
  for (const int64_t wrong : {value_count + 1, value_count - 1}) {
    if (wrong < 0) continue;
    ASSERT_EQ(BitmaskExpand(format, mask.data(), values.data(), wrong, count,
                            parallel_for, out.data()),
              kKernelBadMask);
  }
  ASSERT_TRUE(out.IsUntouched());
  ASSERT_EQ(BitmaskExpand(format, mask.data(), values.data(), value_count,
                          count, parallel_for, out.data()),
            kKernelOk);
  ASSERT_TRUE(mask.IsIntact() && values.IsIntact() && out.IsIntact());
  for (int64_t i = 0; i < count; ++i) {
    ASSERT_EQ(testing::LoadBits(format, out.data(), i),
              expected[static_cast<size_t>(i)])
        << "element " << i << " of " << count;
  }
}

TEST(BitmaskExpandTest, AgreesWithTheReference) {
  testing::RunRandomSweep(2, [](ReplayRng* rng) {
    RunCase(rng);
    return !::testing::Test::HasFailure();
  });
}

TEST(BitmaskExpandTest, ManyThreads) {
  std::vector<uint8_t> mask(1000, 0x11);
  std::vector<uint16_t> values(2000);
  for (size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<uint16_t>(i + 1);
  }
  std::vector<uint16_t> out(8000, 9);
  ASSERT_EQ(BitmaskExpand(kFloat16, mask.data(), values.data(), 2000, 8000,
                          testing::SerialParallelFor(1000), out.data()),
            kKernelOk);
  for (size_t i = 0; i < out.size(); ++i) {
    ASSERT_EQ(out[i], i % 4 == 0 ? i / 4 + 1 : 0u);
  }
}

TEST(BitmaskExpandTest, RefusesBadArgumentsAndWritesNothing) {
  GuardedBuffer mask(1, 0);
  GuardedBuffer values(8, 0);
  GuardedBuffer out(20, 0);
  mask.data()[0] = 0x21;
  const auto run = [&](int format, int64_t value_count, int64_t count,
                       int threads) {
    return BitmaskExpand(static_cast<FloatFormat>(format), mask.data(),
                         values.data(), value_count, count,
                         testing::SerialParallelFor(threads), out.data());
  };
  EXPECT_EQ(run(9, 2, 8, 1), kKernelBadFormat);
  EXPECT_EQ(run(kFloat32, 2, -1, 1), kKernelBadCount);
  EXPECT_EQ(run(kFloat32, -2, 8, 1), kKernelBadCount);
  EXPECT_EQ(run(kFloat32, 2, 8, 0), kKernelBadThreads);
  // A bit is set after the fifth element.
  EXPECT_EQ(run(kFloat32, 2, 5, 1), kKernelBadMask);
  EXPECT_EQ(run(kFloat32, 1, 0, 1), kKernelBadMask);
  EXPECT_TRUE(out.IsUntouched());
  mask.data()[0] = 0x11;
  EXPECT_EQ(run(kFloat32, 2, 5, 1), kKernelOk);
}

}  // namespace
}  // namespace tfmot
