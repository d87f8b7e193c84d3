// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/magnitude_mask.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
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

const double kSparsities[] = {0, .05, .25, .5, .65, .75, .8, .99, .999};

// Weights with what the reference says about them.
struct Case {
  FloatFormat format;
  std::vector<uint8_t> weights;
  std::vector<uint64_t> keys;
  std::vector<int64_t> order;
};

Case MakeCase(FloatFormat format, std::vector<uint8_t> weights) {
  Case c;
  c.format = format;
  c.weights = std::move(weights);
  const int64_t count =
      static_cast<int64_t>(c.weights.size() / FloatBytes(format));
  for (int64_t i = 0; i < count; ++i) {
    c.keys.push_back(testing::LoadBits(format, c.weights.data(), i) &
                     ~testing::SignBit(format));
  }
  c.order = KeepingOrder(c.keys);
  return c;
}

// Runs the kernel between red zones and compares it with the reference; with
// the magnitude bits of a hint, if that is not negative.
::testing::AssertionResult Agrees(const Case& c, int64_t keep,
                                  const ParallelFor& parallel_for,
                                  size_t misalignment, int64_t hint = -1) {
  const int64_t count = static_cast<int64_t>(c.keys.size());
  GuardedBuffer weights(c.weights.size(), misalignment);
  GuardedBuffer mask(c.keys.size(), misalignment * 3 + 1);
  GuardedBuffer threshold(FloatBytes(c.format), misalignment + 5);
  GuardedBuffer scratch(
      MagnitudeMaskScratchBytes(c.format, count, parallel_for.num_threads),
      misalignment + 7);
  if (count > 0) memcpy(weights.data(), c.weights.data(), c.weights.size());
  uint8_t hint_bytes[8] = {0};
  if (hint >= 0) {
    testing::StoreBits(c.format, static_cast<uint64_t>(hint), hint_bytes, 0);
  }
  bool zeroed = false;
  const KernelStatus status = UpdatedMagnitudeMask(
      c.format, weights.data(), count, keep, hint < 0 ? nullptr : hint_bytes,
      parallel_for, scratch.data(), scratch.bytes(), mask.data(),
      threshold.data(), &zeroed);
  if (status != kKernelOk) {
    return ::testing::AssertionFailure() << "status " << status;
  }
  if (!weights.IsIntact() || !mask.IsIntact() || !threshold.IsIntact() ||
      !scratch.IsIntact()) {
    return ::testing::AssertionFailure() << "wrote out of bounds";
  }
  const std::vector<uint8_t> expected = FirstInOrder(c.order, keep);
  for (int64_t i = 0; i < count; ++i) {
    if (mask.data()[i] != expected[i]) {
      return ::testing::AssertionFailure()
             << "mask[" << i << "] is " << int{mask.data()[i]} << ", expected "
             << int{expected[i]} << "; its magnitude bits are " << c.keys[i]
             << " and the threshold's " << SmallestKept(c.keys, c.order, keep);
    }
  }
  const bool rest_is_zero =
      keep == count || c.keys[static_cast<size_t>(c.order[keep])] == 0;
  if (zeroed != rest_is_zero) {
    return ::testing::AssertionFailure()
           << "zeroed is " << zeroed << ", expected " << rest_is_zero;
  }
  const uint64_t actual = testing::LoadBits(c.format, threshold.data(), 0);
  if (actual != SmallestKept(c.keys, c.order, keep)) {
    return ::testing::AssertionFailure()
           << "threshold bits are " << actual << ", expected "
           << SmallestKept(c.keys, c.order, keep);
  }
  return ::testing::AssertionSuccess();
}

std::string Describe(const Case& c, Distribution distribution, double sparsity,
                     const ParallelFor& parallel_for) {
  return std::to_string(c.keys.size()) + " " +
         testing::DistributionName(distribution) + " " +
         testing::FormatName(c.format) + " weights, sparsity " +
         std::to_string(sparsity) + ", " +
         std::to_string(parallel_for.num_threads) + " threads";
}

// All sparsities for one set of weights, taking turns at threads and addresses.
void SweepSparsities(FloatFormat format, Distribution distribution,
                     int64_t count, int* turn, ReplayRng* rng) {
  const Case c =
      MakeCase(format, testing::MakeWeights(format, distribution, count, rng));
  for (const double sparsity : kSparsities) {
    const ParallelFor parallel_for =
        testing::AnyParallelFor(*turn, 1 + *turn % 7);
    const size_t misalignment = static_cast<size_t>(*turn) * 11 % 64;
    ++*turn;
    ASSERT_TRUE(
        Agrees(c, KeptCount(count, sparsity), parallel_for, misalignment))
        << Describe(c, distribution, sparsity, parallel_for);
  }
}

std::vector<uint8_t> MaskOf(const std::vector<float>& weights, int64_t keep,
                            float* threshold) {
  std::vector<char> scratch(
      MagnitudeMaskScratchBytes(kFloat32, weights.size(), 2));
  std::vector<uint8_t> mask(weights.size());
  EXPECT_EQ(MagnitudeMask(kFloat32, weights.data(),
                          static_cast<int64_t>(weights.size()), keep,
                          testing::SerialParallelFor(2), scratch.data(),
                          scratch.size(), mask.data(), threshold),
            kKernelOk);
  return mask;
}

TEST(MagnitudeMaskTest, LiteralMasks) {
  float threshold = -1;
  EXPECT_EQ(MaskOf({.1f, -3, 2, -2, 0}, 2, &threshold),
            (std::vector<uint8_t>{0, 1, 1, 0, 0}));
  EXPECT_EQ(threshold, 2);
  EXPECT_EQ(MaskOf({1, 1, 1, 1}, 2, &threshold),
            (std::vector<uint8_t>{1, 1, 0, 0}));
  EXPECT_EQ(threshold, 1);
  EXPECT_EQ(MaskOf({0, -0.f, 0, 5}, 3, &threshold),
            (std::vector<uint8_t>{1, 1, 0, 1}));
  EXPECT_EQ(threshold, 0);
  EXPECT_FALSE(signbit(threshold));
  EXPECT_EQ(MaskOf({-7}, 1, &threshold), (std::vector<uint8_t>{1}));
  EXPECT_EQ(threshold, 7);
}

TEST(MagnitudeMaskTest, OrderOfSpecialNumbers) {
  const float denormal = 1e-40f;
  const std::vector<float> ascending = {0, denormal, 2 * denormal, 1e-38f,
                                        1, 3e38f,    HUGE_VALF,    NAN};
  for (size_t keep = 1; keep <= ascending.size(); ++keep) {
    std::vector<uint8_t> expected(ascending.size(), 0);
    for (size_t i = ascending.size() - keep; i < ascending.size(); ++i) {
      expected[i] = 1;
    }
    float threshold;
    EXPECT_EQ(MaskOf(ascending, static_cast<int64_t>(keep), &threshold),
              expected);
  }
}

// What issue and README promise, with a number of weights to count on fingers.
TEST(MagnitudeMaskTest, KeepsExactlyWhatTheSparsityAsksFor) {
  const struct {
    int count;
    double sparsity;
    int kept;
  } cases[] = {{10, .75, 2}, {10, .65, 4},  {5, .5, 2},
               {7, .5, 4},   {10, .05, 10}, {10, .999, 1}};
  for (const auto& c : cases) {
    float threshold;
    const std::vector<uint8_t> mask =
        MaskOf(std::vector<float>(c.count, 0.5f),
               KeptCount(c.count, c.sparsity), &threshold);
    for (int i = 0; i < c.count; ++i) EXPECT_EQ(mask[i], i < c.kept);
  }
}

TEST(MagnitudeMaskTest, NoWeights) {
  const Case c = MakeCase(kFloat32, {});
  EXPECT_TRUE(Agrees(c, 0, testing::SerialParallelFor(3), 0));
}

TEST(MagnitudeMaskTest, AllFormatsDistributionsAndSparsities) {
  ReplayRng rng(7);
  int turn = 0;
  for (const FloatFormat format : kAllFormats) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      for (const int64_t count :
           {1,  2,  3,  7,   8,   9,   15,   16,   17,   31,   33,
            63, 64, 65, 127, 255, 257, 1000, 1023, 1024, 1025, 2049}) {
        SweepSparsities(format, static_cast<Distribution>(d), count, &turn,
                        &rng);
        if (HasFatalFailure()) return;
      }
    }
  }
}

TEST(MagnitudeMaskTest, LargeTensors) {
  ReplayRng rng(8);
  int turn = 0;
  for (const FloatFormat format : kAllFormats) {
    for (const Distribution distribution :
         {testing::kNormal, testing::kMostlyZero, testing::kTwoValued}) {
      SweepSparsities(format, distribution, (1 << 16) + 1, &turn, &rng);
      if (HasFatalFailure()) return;
    }
  }
  SweepSparsities(kFloat32, testing::kNormal, 1500001, &turn, &rng);
  SweepSparsities(kBfloat16, testing::kFewValues, (1 << 20) - 1, &turn, &rng);
}

TEST(MagnitudeMaskTest, AnyThreadsInAnyOrder) {
  ReplayRng rng(9);
  for (const int64_t count : {1, 5, 13, 5000}) {
    for (const Distribution distribution :
         {testing::kFewValues, testing::kConstant}) {
      const Case c = MakeCase(
          kFloat32, testing::MakeWeights(kFloat32, distribution, count, &rng));
      for (int threads = 1; threads <= 7; ++threads) {
        for (int way = 0; way < 3; ++way) {
          for (const double sparsity : {.25, .8}) {
            const ParallelFor parallel_for =
                testing::AnyParallelFor(way, threads);
            ASSERT_TRUE(Agrees(c, KeptCount(count, sparsity), parallel_for, 4))
                << Describe(c, distribution, sparsity, parallel_for);
          }
        }
      }
    }
  }
}

// Thresholds of other masks, and every number that a variable may hold.
TEST(MagnitudeMaskTest, NoHintChangesTheResult) {
  ReplayRng rng(12);
  for (const FloatFormat format : kAllFormats) {
    const int64_t infinity = format == kFloat16    ? 0x7c00
                             : format == kBfloat16 ? 0x7f80
                             : format == kFloat32  ? 0x7f800000
                                                   : 0x7ff0000000000000;
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      const int64_t count = 20000 + rng.Below(9000);
      const Case c = MakeCase(
          format, testing::MakeWeights(format, static_cast<Distribution>(d),
                                       count, &rng));
      const int64_t keep = KeptCount(count, .8);
      const auto smallest = [&](int64_t kept) {
        return static_cast<int64_t>(SmallestKept(c.keys, c.order, kept));
      };
      const int64_t sign = static_cast<int64_t>(testing::SignBit(format) - 1);
      for (const int64_t hint :
           {smallest(keep), smallest(keep + 1), smallest(keep / 2),
            smallest(2 * keep), smallest(count), int64_t{0}, int64_t{1},
            infinity, infinity + 1, sign}) {
        ASSERT_TRUE(Agrees(c, keep, testing::AnyParallelFor(d, 3), 4, hint))
            << testing::FormatName(format) << " hint " << hint << " "
            << testing::DistributionName(static_cast<Distribution>(d));
      }
    }
  }
}

TEST(MagnitudeMaskTest, TheSignOfAHintDoesNotCount) {
  std::vector<float> weights(20000);
  for (size_t i = 0; i < weights.size(); ++i) weights[i] = i * 1.f;
  std::vector<char> scratch(
      MagnitudeMaskScratchBytes(kFloat32, weights.size(), 1));
  std::vector<uint8_t> mask(weights.size());
  for (const float hint : {-16000.f, -1.f, -0.f, -HUGE_VALF, -NAN}) {
    float threshold = -1;
    bool zeroed = true;
    EXPECT_EQ(
        UpdatedMagnitudeMask(kFloat32, weights.data(), 20000, 4000, &hint,
                             testing::SerialParallelFor(1), scratch.data(),
                             scratch.size(), mask.data(), &threshold, &zeroed),
        kKernelOk);
    EXPECT_EQ(threshold, 16000);
    EXPECT_EQ(mask[15999], 0);
    EXPECT_EQ(mask[16000], 1);
    EXPECT_FALSE(zeroed);
  }
}

// A layer between two updates of a training: what was pruned is zero, and the
// rest has moved.
TEST(MagnitudeMaskTest, WeightsThatArePrunedAlready) {
  ReplayRng rng(13);
  const int64_t count = 100000;
  for (const double step : {0., 1e-3, 1.}) {
    std::vector<float> weights(count, 0.f);
    for (int64_t i = 0; i < count; i += 5) {
      weights[static_cast<size_t>(i)] =
          static_cast<float>(2 + rng.Uniform() + step * rng.Normal());
    }
    std::vector<uint8_t> bytes(weights.size() * sizeof(float));
    memcpy(bytes.data(), weights.data(), bytes.size());
    const Case c = MakeCase(kFloat32, bytes);
    const float before = 2;
    uint32_t hint;
    memcpy(&hint, &before, sizeof(hint));
    for (const int64_t keep : {count / 5 - 1, count / 5, count / 5 + 1}) {
      for (const int64_t bits : {int64_t{-1}, int64_t{hint}}) {
        EXPECT_TRUE(Agrees(c, keep, testing::ThreadedParallelFor(3), 0, bits))
            << step << " " << keep << " " << bits;
      }
    }
  }
}

TEST(MagnitudeMaskTest, AnyAddress) {
  ReplayRng rng(10);
  for (const FloatFormat format : kAllFormats) {
    const Case c = MakeCase(
        format, testing::MakeWeights(format, testing::kNormal, 300, &rng));
    for (size_t misalignment = 0; misalignment < 64; ++misalignment) {
      ASSERT_TRUE(Agrees(c, 77, testing::SerialParallelFor(2), misalignment))
          << testing::FormatName(format) << " at address " << misalignment
          << " modulo 64";
    }
  }
}

// TensorFlow runs its threads so that denormals are flushed and read as zero.
TEST(MagnitudeMaskTest, FlushToZeroChangesNothing) {
#if defined(__SSE2__)
  ReplayRng rng(11);
  for (const FloatFormat format : kAllFormats) {
    const Case c = MakeCase(
        format, testing::MakeWeights(format, testing::kDenormals, 999, &rng));
    const unsigned mode = _mm_getcsr();
    _mm_setcsr(mode | 0x8040);  // flush to zero, and denormals are zeros
    const ::testing::AssertionResult agrees =
        Agrees(c, 400, testing::ThreadedParallelFor(3), 0);
    _mm_setcsr(mode);
    EXPECT_TRUE(agrees) << testing::FormatName(format);
  }
#else
  GTEST_SKIP() << "only the x86 flush-to-zero mode is known here";
#endif
}

TEST(MagnitudeMaskTest, RefusesBadArgumentsAndWritesNothing) {
  GuardedBuffer weights(12, 0);
  GuardedBuffer mask(3, 0);
  GuardedBuffer threshold(4, 0);
  GuardedBuffer scratch(MagnitudeMaskScratchBytes(kFloat32, 3, 1), 0);
  const auto run = [&](int format, int64_t count, int64_t keep, int threads,
                       size_t bytes) {
    return MagnitudeMask(static_cast<FloatFormat>(format), weights.data(),
                         count, keep, testing::SerialParallelFor(threads),
                         scratch.data(), bytes, mask.data(), threshold.data());
  };
  const size_t bytes = scratch.bytes();
  EXPECT_EQ(run(kFloat32, 3, 0, 1, bytes), kKernelBadKeep);
  EXPECT_EQ(run(kFloat32, 3, 4, 1, bytes), kKernelBadKeep);
  EXPECT_EQ(run(kFloat32, -1, 0, 1, bytes), kKernelBadCount);
  EXPECT_EQ(run(kFloat32, 3, 1, 0, bytes), kKernelBadThreads);
  EXPECT_EQ(run(kFloat32, 3, 1, 1, bytes - 1), kKernelBadScratch);
  EXPECT_TRUE(mask.IsUntouched());
  EXPECT_TRUE(threshold.IsUntouched());
  EXPECT_TRUE(scratch.IsUntouched());
  EXPECT_EQ(run(kFloat32, 3, 1, 1, bytes), kKernelOk);
}

TEST(MagnitudeMaskTest, ScratchIsTwoPercentOfTheWeightsAtMost) {
  for (const FloatFormat format : kAllFormats) {
    const int64_t count = 50000000;
    const size_t bytes = MagnitudeMaskScratchBytes(format, count, 4);
    EXPECT_LE(bytes, static_cast<size_t>(count) * FloatBytes(format) / 50);
    // Enough for any format.
    EXPECT_GE(MagnitudeMaskScratchBytes(count, 4), bytes);
  }
  EXPECT_LT(MagnitudeMaskScratchBytes(kFloat32, 1000, 4), 4u * 64 * 1024);
}

// A sparse row of peaks in a period that a sample may or may not meet: whatever
// the bracket says, the mask must be right.
TEST(MagnitudeMaskTest, PeaksThatASampleMayMiss) {
  std::vector<float> weights(100000, 0.25f);
  for (size_t i = 5; i < weights.size(); i += 1000) {
    weights[i] = static_cast<float>(i);
  }
  for (const int64_t keep : {1, 99, 100, 101}) {
    float threshold = -1;
    const std::vector<uint8_t> mask = MaskOf(weights, keep, &threshold);
    EXPECT_EQ(threshold, keep == 1    ? 99005
                         : keep == 99 ? 1005
                         : keep < 101 ? 5
                                      : 0.25f);
    int64_t kept = 0;
    for (const uint8_t flag : mask) kept += flag;
    EXPECT_EQ(kept, keep);
    EXPECT_EQ(mask[0], keep == 101 ? 1 : 0);
  }
}

// Mostly small, for many cases; in a long sweep a few up to 2^25 + 1.
int64_t RandomCount(ReplayRng* rng) {
  if (testing::LongSweepCases() > 0) {
    if (rng->Below(4096) == 0) return rng->Below((1 << 25) + 2);
    if (rng->Below(256) == 0) return rng->Below(1 << 19);
  }
  return rng->Below(rng->Below(8) == 0 ? 40000 : 600);
}

class MagnitudeMaskSweepTest : public ::testing::TestWithParam<FloatFormat> {};

TEST_P(MagnitudeMaskSweepTest, RandomSweep) {
  testing::RunRandomSweep(0.4, [](ReplayRng* rng) {
    const FloatFormat format = GetParam();
    const Distribution distribution =
        static_cast<Distribution>(rng->Below(testing::kNumDistributions));
    const int64_t count = RandomCount(rng);
    const Case c = MakeCase(
        format, testing::MakeWeights(format, distribution, count, rng));
    const double sparsity = rng->Uniform();
    const ParallelFor parallel_for = testing::AnyParallelFor(
        static_cast<int>(rng->Below(3)), 1 + static_cast<int>(rng->Below(7)));
    const ::testing::AssertionResult agrees =
        Agrees(c, KeptCount(count, sparsity), parallel_for, rng->Bits() % 64);
    EXPECT_TRUE(agrees) << Describe(c, distribution, sparsity, parallel_for)
                        << ". " << rng->HowToReplay();
    return static_cast<bool>(agrees);
  });
}

INSTANTIATE_TEST_SUITE_P(Formats, MagnitudeMaskSweepTest,
                         ::testing::ValuesIn(kAllFormats));

}  // namespace
}  // namespace tfmot
