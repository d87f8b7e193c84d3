// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/codebook_expand.h"

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

std::vector<float> Expand(const std::vector<uint8_t>& packed, int bits,
                          const std::vector<float>& codebook, int64_t count) {
  std::vector<float> out(static_cast<size_t>(count), -1);
  EXPECT_EQ(
      CodebookExpand(kFloat32, {packed.data(), count, bits}, codebook.data(),
                     static_cast<int64_t>(codebook.size()),
                     testing::SerialParallelFor(1), out.data()),
      kKernelOk);
  return out;
}

TEST(CodebookExpandTest, LiteralIndices) {
  EXPECT_EQ(Expand({0x94}, 2, {-1, 0, 4}, 4),
            (std::vector<float>{-1, 0, 0, 4}));
  EXPECT_EQ(Expand({0x05}, 1, {6, 7}, 3), (std::vector<float>{7, 6, 7}));
  // 3, 1, 4 of three bits each: 100 001 011.
  EXPECT_EQ(Expand({0x0b, 0x01}, 3, {0, 10, 20, 30, 40}, 3),
            (std::vector<float>{30, 10, 40}));
  EXPECT_EQ(Expand({0x00, 0x01}, 16, std::vector<float>(257, 5), 1),
            (std::vector<float>{5}));
  EXPECT_EQ(Expand({}, 4, {}, 0), (std::vector<float>{}));
}

TEST(CodebookExpandTest, BitsAfterTheLastIndexDoNotCount) {
  EXPECT_EQ(Expand({0xf1}, 4, {8, 9}, 1), (std::vector<float>{9}));
}

TEST(CodebookExpandTest, Bytes) {
  EXPECT_EQ(PackedIndexBytes(0, 4), 0);
  EXPECT_EQ(PackedIndexBytes(3, 4), 2);
  EXPECT_EQ(PackedIndexBytes(3, 16), 6);
  EXPECT_EQ(PackedIndexBytes(INT64_MAX, 16), -1);
}

void RunCase(ReplayRng* rng) {
  SCOPED_TRACE(rng->HowToReplay());
  const FloatFormat format = testing::kAllFormats[rng->Below(4)];
  const int bits = 1 + static_cast<int>(rng->Below(kMaxIndexBits));
  const int64_t count = rng->Below(rng->Below(4) == 0 ? 2000 : 60);
  const int64_t all = int64_t{1} << bits;
  const int64_t entries = rng->Below(2) == 0 ? all : 1 + rng->Below(all);
  std::vector<uint8_t> bytes(static_cast<size_t>(PackedIndexBytes(count, bits)),
                             0);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t index = rng->Below(entries);
    for (int64_t bit = 0; bit < bits; ++bit) {
      const int64_t place = i * bits + bit;
      bytes[static_cast<size_t>(place / 8)] |=
          static_cast<uint8_t>((index >> bit & 1) << (place % 8));
    }
  }
  const std::vector<uint8_t> values =
      testing::MakeWeights(format, testing::kRandomBits, entries, rng);
  std::vector<uint64_t> patterns;
  for (int64_t i = 0; i < entries; ++i) {
    patterns.push_back(testing::LoadBits(format, values.data(), i));
  }
  const std::vector<uint64_t> expected =
      ReferenceCodebookExpand(bytes, patterns, count, bits);

  GuardedBuffer packed(bytes.size(), rng->Bits() % 64);
  GuardedBuffer codebook(values.size(), rng->Bits() % 64);
  GuardedBuffer out(static_cast<size_t>(count) * FloatBytes(format),
                    rng->Bits() % 64);
  if (!bytes.empty()) memcpy(packed.data(), bytes.data(), bytes.size());
  memcpy(codebook.data(), values.data(), values.size());
  const int way = static_cast<int>(rng->Below(32) == 0 ? 2 : rng->Below(2));
  ASSERT_EQ(
      CodebookExpand(
          format, {packed.data(), count, bits}, codebook.data(), entries,
          testing::AnyParallelFor(way, 1 + static_cast<int>(rng->Below(7))),
          out.data()),
      kKernelOk);
  ASSERT_TRUE(packed.IsIntact() && codebook.IsIntact() && out.IsIntact());
  for (int64_t i = 0; i < count; ++i) {
    ASSERT_EQ(testing::LoadBits(format, out.data(), i),
              expected[static_cast<size_t>(i)])
        << "element " << i << " of " << count << ", " << bits << " bits";
  }
}

TEST(CodebookExpandTest, AgreesWithTheReference) {
  testing::RunRandomSweep(2, [](ReplayRng* rng) {
    RunCase(rng);
    return !::testing::Test::HasFailure();
  });
}

// Wherever the one bad index is, nothing is written.
TEST(CodebookExpandTest, RefusesIndicesOutsideOfTheCodebook) {
  for (const int threads : {1, 3}) {
    for (int64_t bad = 0; bad < 21; ++bad) {
      GuardedBuffer packed(21, 3);
      GuardedBuffer codebook(4 * 200, 0);
      GuardedBuffer out(4 * 21, 0);
      memset(packed.data(), 199, 21);
      packed.data()[bad] = 200;
      const auto run = [&] {
        return CodebookExpand(kFloat32, {packed.data(), 21, 8}, codebook.data(),
                              200, testing::SerialParallelFor(threads),
                              out.data());
      };
      ASSERT_EQ(run(), kKernelBadIndex) << bad;
      ASSERT_TRUE(out.IsUntouched());
      packed.data()[bad] = 0;
      ASSERT_EQ(run(), kKernelOk);
    }
  }
}

TEST(CodebookExpandTest, RefusesBadArgumentsAndWritesNothing) {
  GuardedBuffer packed(2, 0);
  GuardedBuffer codebook(8, 0);
  GuardedBuffer out(16, 0);
  memset(packed.data(), 0, 2);
  const auto run = [&](int format, int64_t count, int bits, int64_t entries,
                       int threads) {
    return CodebookExpand(static_cast<FloatFormat>(format),
                          {packed.data(), count, bits}, codebook.data(),
                          entries, testing::SerialParallelFor(threads),
                          out.data());
  };
  EXPECT_EQ(run(9, 4, 4, 2, 1), kKernelBadFormat);
  EXPECT_EQ(run(kFloat32, -4, 4, 2, 1), kKernelBadCount);
  EXPECT_EQ(run(kFloat32, 4, 4, -1, 1), kKernelBadCount);
  EXPECT_EQ(run(kFloat32, 4, 0, 2, 1), kKernelBadBits);
  EXPECT_EQ(run(kFloat32, 4, 17, 2, 1), kKernelBadBits);
  EXPECT_EQ(run(kFloat32, 4, 4, 2, 0), kKernelBadThreads);
  EXPECT_EQ(run(kFloat32, 4, 4, 0, 1), kKernelBadIndex);
  EXPECT_TRUE(out.IsUntouched());
  EXPECT_EQ(run(kFloat32, 4, 4, 2, 1), kKernelOk);
}

}  // namespace
}  // namespace tfmot
