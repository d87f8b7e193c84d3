// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// The kernels of the GPU on the emulator, against the reference.

#include "ops/kernels/cuda/magnitude_mask_cuda.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/cuda/key_range.h"
#include "ops/kernels/cuda/testing/emulated_sweep.h"
#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask_reference.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::Distribution;
using testing::GuardedBuffer;
using testing::kAllFormats;
using testing::ReplayRng;

// Runs the kernels between red zones and compares them with the reference.
::testing::AssertionResult Agrees(FloatFormat format,
                                  const std::vector<uint8_t>& bytes,
                                  int64_t keep, size_t misaligned_by) {
  const int64_t count = static_cast<int64_t>(bytes.size() / FloatBytes(format));
  std::vector<uint64_t> keys;
  for (int64_t i = 0; i < count; ++i) {
    keys.push_back(testing::LoadBits(format, bytes.data(), i) &
                   ~testing::SignBit(format));
  }
  GuardedBuffer weights(bytes.size(), misaligned_by * FloatBytes(format));
  GuardedBuffer mask(keys.size(), 16 * misaligned_by);
  GuardedBuffer threshold(FloatBytes(format),
                          FloatBytes(format) * (1 + misaligned_by));
  GuardedBuffer scratch(MagnitudeMaskCudaScratchBytes(count), 48);
  if (count > 0) memcpy(weights.data(), bytes.data(), bytes.size());
  const KernelStatus status = MagnitudeMaskCuda(
      format, weights.data(), count, keep, nullptr, scratch.data(),
      scratch.bytes(), mask.data(), threshold.data());
  if (status != kKernelOk) {
    return ::testing::AssertionFailure() << "status " << status;
  }
  if (!weights.IsIntact() || !mask.IsIntact() || !threshold.IsIntact() ||
      !scratch.IsIntact()) {
    return ::testing::AssertionFailure() << "wrote out of bounds";
  }
  const std::vector<int64_t> order = KeepingOrder(keys);
  const std::vector<uint8_t> expected = FirstInOrder(order, keep);
  for (int64_t i = 0; i < count; ++i) {
    if (mask.data()[i] != expected[i]) {
      return ::testing::AssertionFailure()
             << "mask[" << i << "] is " << int{mask.data()[i]} << ", expected "
             << int{expected[i]} << "; its magnitude bits are " << keys[i]
             << " and the threshold's " << SmallestKept(keys, order, keep);
    }
  }
  const uint64_t actual = testing::LoadBits(format, threshold.data(), 0);
  if (actual != SmallestKept(keys, order, keep)) {
    return ::testing::AssertionFailure()
           << "threshold bits are " << actual << ", expected "
           << SmallestKept(keys, order, keep);
  }
  return ::testing::AssertionSuccess();
}

std::string Describe(int64_t count, Distribution distribution,
                     FloatFormat format, int64_t keep) {
  return std::to_string(count) + " " + testing::DistributionName(distribution) +
         " " + testing::FormatName(format) + " weights, of which " +
         std::to_string(keep) + " are kept";
}

std::vector<uint8_t> MaskOf(const std::vector<float>& weights, int64_t keep,
                            float* threshold) {
  const int64_t count = static_cast<int64_t>(weights.size());
  GuardedBuffer mask(weights.size(), 0);
  GuardedBuffer scratch(MagnitudeMaskCudaScratchBytes(count), 0);
  EXPECT_EQ(MagnitudeMaskCuda(kFloat32, weights.data(), count, keep, nullptr,
                              scratch.data(), scratch.bytes(), mask.data(),
                              threshold),
            kKernelOk);
  return std::vector<uint8_t>(mask.data(), mask.data() + weights.size());
}

TEST(MagnitudeMaskCudaTest, LiteralMasks) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::EmulateTurn(0, 1);
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
  EXPECT_EQ(MaskOf({NAN, HUGE_VALF, 3e38f}, 1, &threshold),
            (std::vector<uint8_t>{1, 0, 0}));
}

TEST(MagnitudeMaskCudaTest, NoWeights) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::EmulateTurn(0, 1);
  float threshold = -1;
  EXPECT_EQ(MaskOf({}, 0, &threshold), std::vector<uint8_t>());
  EXPECT_EQ(threshold, 0);
}

// Around chunks, around the number of which each is looked at, and around the
// least number of which a sample is taken.
TEST(MagnitudeMaskCudaTest, AgreesWithReference) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  ReplayRng rng(7);
  int turn = 0;
  for (const int64_t count :
       {1, 2, 3, 31, 1023, 1024, 1025, 8191, 8192, 8193, 20000}) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      const FloatFormat format = kAllFormats[turn % 4];
      const auto distribution = static_cast<Distribution>(d);
      const std::vector<uint8_t> weights =
          testing::MakeWeights(format, distribution, count, &rng);
      const double sparsities[] = {0, .5, .65, .8, .99};
      const int64_t keep = KeptCount(count, sparsities[turn % 5]);
      testing::EmulateTurn(turn, rng.Bits());
      ASSERT_TRUE(Agrees(format, weights, keep, turn % 7 == 0 ? 1 : 0))
          << Describe(count, distribution, format, keep);
      ++turn;
    }
  }
}

TEST(MagnitudeMaskCudaTest, AgreesWithReferenceOnSamples) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  ReplayRng rng(8);
  int turn = 0;
  for (const int64_t count : {65535, 65536, 70000, 100001}) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      const FloatFormat format = kAllFormats[turn % 4];
      const auto distribution = static_cast<Distribution>(d);
      const std::vector<uint8_t> weights =
          testing::MakeWeights(format, distribution, count, &rng);
      const int64_t keeps[] = {1, KeptCount(count, .8), KeptCount(count, .5),
                               count - 1, count};
      const int64_t keep = keeps[turn % 5];
      testing::EmulateTurn(turn, rng.Bits());
      ASSERT_TRUE(Agrees(format, weights, keep, turn % 7 == 0 ? 1 : 0))
          << Describe(count, distribution, format, keep);
      ++turn;
    }
  }
}

// Weights whose sample says something else than they do: every place that is
// sampled holds one value, and all others another.
TEST(MagnitudeMaskCudaTest, ASampleThatMisleads) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  const int64_t count = 66000;
  ReplayRng rng(9);
  for (const FloatFormat format : kAllFormats) {
    for (const double sampled : {0.0, 1000.0}) {
      std::vector<uint8_t> weights =
          testing::MakeWeights(format, testing::kNormal, count, &rng);
      for (int i = 0; i < kSampleSize; ++i) {
        testing::StoreBits(format, testing::BitsOfValue(format, sampled),
                           weights.data(), SamplePlace(i, count));
      }
      for (const double sparsity : {.1, .5, .8}) {
        testing::EmulateTurn(1, rng.Bits());
        ASSERT_TRUE(Agrees(format, weights, KeptCount(count, sparsity), 0))
            << testing::FormatName(format) << ", " << sampled << ", "
            << sparsity;
      }
    }
  }
}

// The last kept tie at every place of a chunk that is an end of something.
TEST(MagnitudeMaskCudaTest, WhereTiesRunOut) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  const int64_t count = 3 * kChunkWeights + 100;
  const std::vector<float> weights(count, -0.5f);
  int turn = 0;
  for (const int64_t keep : {int64_t{1}, int64_t{15}, int64_t{16}, int64_t{17},
                             int64_t{kChunkWeights - 1}, int64_t{kChunkWeights},
                             int64_t{kChunkWeights + 1},
                             int64_t{3 * kChunkWeights}, count - 1, count}) {
    testing::EmulateTurn(turn++, 1);
    float threshold = 0;
    const std::vector<uint8_t> mask = MaskOf(weights, keep, &threshold);
    EXPECT_EQ(threshold, 0.5f);
    for (int64_t i = 0; i < count; ++i) {
      ASSERT_EQ(mask[i], i < keep) << i << " of " << keep;
    }
  }
}

TEST(MagnitudeMaskCudaTest, RandomSweep) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::RunRandomSweep(4.0, [](ReplayRng* rng) {
    const FloatFormat format = kAllFormats[rng->Below(4)];
    const auto distribution =
        static_cast<Distribution>(rng->Below(testing::kNumDistributions));
    const int64_t count = 1 + rng->Below(int64_t{1} << rng->Below(18));
    const int64_t keep = KeptCount(count, rng->Uniform());
    const std::vector<uint8_t> weights =
        testing::MakeWeights(format, distribution, count, rng);
    testing::EmulateTurn(static_cast<int>(rng->Below(12)), rng->Bits());
    EXPECT_TRUE(
        Agrees(format, weights, keep, static_cast<size_t>(rng->Below(3))))
        << Describe(count, distribution, format, keep) << "\n"
        << rng->HowToReplay();
    return !::testing::Test::HasFailure();
  });
}

TEST(MagnitudeMaskCudaTest, RefusesBadArgumentsAndTouchesNothing) {
  const int64_t count = 5;
  GuardedBuffer weights(4 * count, 0);
  GuardedBuffer mask(64, 0);
  GuardedBuffer threshold(16, 0);
  GuardedBuffer scratch(MagnitudeMaskCudaScratchBytes(count), 0);
  const auto run = [&](int format, int64_t n, int64_t keep, int weights_at,
                       int mask_at, int threshold_at, int scratch_at,
                       size_t scratch_bytes) {
    return MagnitudeMaskCuda(
        static_cast<FloatFormat>(format), weights.data() + weights_at, n, keep,
        nullptr, scratch.data() + scratch_at, scratch_bytes,
        mask.data() + mask_at, threshold.data() + threshold_at);
  };
  const size_t bytes = scratch.bytes();
  EXPECT_EQ(run(9, 5, 2, 0, 0, 0, 0, bytes), kKernelBadFormat);
  EXPECT_EQ(run(2, -1, 0, 0, 0, 0, 0, bytes), kKernelBadCount);
  EXPECT_EQ(run(2, 5, 0, 0, 0, 0, 0, bytes), kKernelBadKeep);
  EXPECT_EQ(run(2, 5, 6, 0, 0, 0, 0, bytes), kKernelBadKeep);
  EXPECT_EQ(run(2, 0, 1, 0, 0, 0, 0, bytes), kKernelBadKeep);
  EXPECT_EQ(run(2, 5, 2, 0, 0, 0, 0, bytes - 1), kKernelBadScratch);
  EXPECT_EQ(run(2, 5, 2, 2, 0, 0, 0, bytes), kKernelBadAlignment);
  EXPECT_EQ(run(2, 5, 2, 0, 8, 0, 0, bytes), kKernelBadAlignment);
  EXPECT_EQ(run(2, 5, 2, 0, 0, 2, 0, bytes), kKernelBadAlignment);
  EXPECT_EQ(run(2, 5, 2, 0, 0, 0, 8, bytes), kKernelBadAlignment);
  EXPECT_EQ(MagnitudeMaskCuda(kFloat32, weights.data(), 5, 2, nullptr, nullptr,
                              bytes, mask.data(), threshold.data()),
            kKernelBadScratch);
  EXPECT_TRUE(mask.IsUntouched());
  EXPECT_TRUE(threshold.IsUntouched());
  EXPECT_TRUE(scratch.IsUntouched());
}

// Every launch is looked at, and after one that fails there is none.
TEST(MagnitudeMaskCudaTest, ALaunchThatFails) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  const std::vector<float> weights(70000, 1.0f);
  GuardedBuffer mask(weights.size(), 0);
  GuardedBuffer scratch(MagnitudeMaskCudaScratchBytes(70000), 0);
  float threshold;
  const auto run = [&] {
    return MagnitudeMaskCuda(kFloat32, weights.data(), 70000, 7, nullptr,
                             scratch.data(), scratch.bytes(), mask.data(),
                             &threshold);
  };
  testing::EmulateTurn(0, 1);
  EXPECT_EQ(run(), kKernelOk);
  // One sample, four counts, ties, mask, settle.
  EXPECT_EQ(device::EmulatedLaunches(), 8);
  for (int i = 0; i < 8; ++i) {
    testing::RefuseLaunch(i);
    EXPECT_EQ(run(), kKernelLaunchFailed);
    EXPECT_EQ(device::EmulatedLaunches(), i + 1);
  }
}

TEST(MagnitudeMaskCudaTest, ScratchIsLessThanAHundredthOfTheWeights) {
  for (const int64_t count : {1000000, 10000000, 100000000, 2000000000}) {
    EXPECT_LT(MagnitudeMaskCudaScratchBytes(count),
              static_cast<size_t>(count) * 4 / 100);
  }
}

}  // namespace
}  // namespace tfmot
