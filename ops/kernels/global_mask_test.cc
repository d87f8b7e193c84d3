// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// GlobalMagnitudeMask of magnitude_mask.h: a ranking of several tensors is that
// of their concatenation.

#include <stdint.h>
#include <string.h>

#include <memory>
#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask.h"
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

// Cuts weights into segments of these sizes, each between red zones of its own,
// and compares with the reference for all of them.
::testing::AssertionResult Agrees(FloatFormat format,
                                  const std::vector<uint8_t>& bytes,
                                  const std::vector<int64_t>& sizes,
                                  int64_t keep, uint64_t hint,
                                  const ParallelFor& parallel_for,
                                  size_t misalignment) {
  std::vector<std::unique_ptr<GuardedBuffer>> buffers;
  std::vector<WeightSegment> list;
  std::vector<uint64_t> keys;
  const uint8_t* from = bytes.data();
  for (const int64_t size : sizes) {
    const size_t size_bytes = static_cast<size_t>(size) * FloatBytes(format);
    buffers.emplace_back(new GuardedBuffer(size_bytes, misalignment));
    void* weights = buffers.back()->data();
    if (size > 0) memcpy(weights, from, size_bytes);
    from += size_bytes;
    for (int64_t i = 0; i < size; ++i) {
      keys.push_back(testing::LoadBits(format, weights, i) &
                     ~testing::SignBit(format));
    }
    buffers.emplace_back(
        new GuardedBuffer(static_cast<size_t>(size), misalignment * 3));
    list.push_back(WeightSegment{weights, buffers.back()->data(), size, 0, 0});
  }
  const int64_t count = static_cast<int64_t>(keys.size());
  const int64_t num_segments = static_cast<int64_t>(list.size());
  GuardedBuffer scratch(
      MagnitudeMaskScratchBytes(format, count, parallel_for.num_threads,
                                num_segments),
      misalignment + 3);
  GuardedBuffer threshold(FloatBytes(format), 1);
  uint8_t hint_bytes[8];
  testing::StoreBits(format, hint, hint_bytes, 0);
  bool zeroed = false;
  const KernelStatus status = GlobalMagnitudeMask(
      format, WeightSegments{list.data(), num_segments}, keep, hint_bytes,
      parallel_for, scratch.data(), scratch.bytes(), threshold.data(), &zeroed);
  if (status != kKernelOk) {
    return ::testing::AssertionFailure() << "status " << status;
  }
  for (const auto& buffer : buffers) {
    if (!buffer->IsIntact()) {
      return ::testing::AssertionFailure() << "wrote out of bounds";
    }
  }
  if (!scratch.IsIntact() || !threshold.IsIntact()) {
    return ::testing::AssertionFailure() << "wrote out of bounds";
  }
  const std::vector<int64_t> order = KeepingOrder(keys);
  const std::vector<uint8_t> expected = FirstInOrder(order, keep);
  int64_t place = 0;
  for (size_t s = 0; s < list.size(); ++s) {
    for (int64_t i = 0; i < list[s].count; ++i, ++place) {
      if (list[s].mask[i] != expected[static_cast<size_t>(place)]) {
        return ::testing::AssertionFailure()
               << "mask " << s << " [" << i << "] of " << list[s].count
               << " is " << int{list[s].mask[i]};
      }
    }
  }
  if (testing::LoadBits(format, threshold.data(), 0) !=
      SmallestKept(keys, order, keep)) {
    return ::testing::AssertionFailure() << "wrong threshold";
  }
  const bool rest_is_zero =
      keep == count ||
      keys[static_cast<size_t>(order[static_cast<size_t>(keep)])] == 0;
  if (zeroed != rest_is_zero) {
    return ::testing::AssertionFailure() << "zeroed is " << zeroed;
  }
  return ::testing::AssertionSuccess();
}

std::vector<uint8_t> BytesOf(const std::vector<float>& values) {
  std::vector<uint8_t> bytes(values.size() * sizeof(float));
  memcpy(bytes.data(), values.data(), bytes.size());
  return bytes;
}

TEST(GlobalMaskTest, LiteralMasks) {
  const float first[] = {.1f, -3};
  const float second[] = {2, -2, 0};
  uint8_t masks[5];
  WeightSegment list[] = {{first, masks, 2, 0, 0},
                          {second, masks + 2, 3, 0, 0}};
  std::vector<char> scratch(MagnitudeMaskScratchBytes(kFloat32, 5, 1, 2));
  float threshold = -1;
  EXPECT_EQ(GlobalMagnitudeMask(kFloat32, WeightSegments{list, 2}, 2, nullptr,
                                testing::SerialParallelFor(1), scratch.data(),
                                scratch.size(), &threshold, nullptr),
            kKernelOk);
  EXPECT_EQ(std::vector<uint8_t>(masks, masks + 5),
            (std::vector<uint8_t>{0, 1, 1, 0, 0}));
  EXPECT_EQ(threshold, 2);
}

TEST(GlobalMaskTest, RefusesBadArgumentsAndWritesNothing) {
  const float weights[] = {1, 2, 3};
  GuardedBuffer mask(3, 0);
  GuardedBuffer threshold(4, 0);
  GuardedBuffer scratch(MagnitudeMaskScratchBytes(kFloat32, 3, 1, 2), 0);
  const auto run = [&](int64_t first_count, int64_t keep, size_t bytes) {
    WeightSegment list[] = {{weights, mask.data(), first_count, 0, 0},
                            {weights + 1, mask.data() + 1, 2, 0, 0}};
    return GlobalMagnitudeMask(kFloat32, WeightSegments{list, 2}, keep, nullptr,
                               testing::SerialParallelFor(1), scratch.data(),
                               bytes, threshold.data(), nullptr);
  };
  EXPECT_EQ(run(-1, 1, scratch.bytes()), kKernelBadCount);
  EXPECT_EQ(run(1, 0, scratch.bytes()), kKernelBadKeep);
  EXPECT_EQ(run(1, 4, scratch.bytes()), kKernelBadKeep);
  EXPECT_EQ(run(1, 2, scratch.bytes() - 1), kKernelBadScratch);
  EXPECT_TRUE(mask.IsUntouched());
  EXPECT_TRUE(threshold.IsUntouched());
  EXPECT_EQ(run(1, 2, scratch.bytes()), kKernelOk);
}

// Constant weights: the first of equals are kept, whatever the segments.
TEST(GlobalMaskTest, TiesGoToTheFirstSegments) {
  const std::vector<int64_t> sizes = {1, 0, 30000, 4096, 4095, 17, 0, 61791};
  for (const float value : {0.f, 2.f}) {
    const std::vector<uint8_t> bytes =
        BytesOf(std::vector<float>(100000, value));
    for (const int64_t keep : {1, 2, 30001, 34096, 34097, 40000, 100000}) {
      for (const uint64_t hint : {0x0u, 0x40000000u, 0x3f800000u}) {
        EXPECT_TRUE(Agrees(kFloat32, bytes, sizes, keep, hint,
                           testing::ThreadedParallelFor(3), 0))
            << value << " keep " << keep << " hint " << hint;
      }
    }
  }
}

TEST(GlobalMaskTest, RandomSegmentsOfAllFormatsAndDistributions) {
  ReplayRng rng(21);
  int turn = 0;
  for (const FloatFormat format : kAllFormats) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      for (const int64_t count : {1, 300, 20000, 70000}) {
        const std::vector<uint8_t> bytes = testing::MakeWeights(
            format, static_cast<testing::Distribution>(d), count, &rng);
        // Many small ones, where a group of the sample has several, or few.
        const int64_t most = rng.Below(2) == 0 ? 40 : 1 + count / 2;
        std::vector<int64_t> sizes;
        for (int64_t left = count; left > 0; left -= sizes.back()) {
          const int64_t size = rng.Below(most + 1);
          sizes.push_back(size < left ? size : left);
        }
        if (turn % 3 == 0) sizes.push_back(0);
        const double sparsity = turn % 4 == 0 ? .8 : rng.Uniform();
        const int64_t keep = KeptCount(count, sparsity);
        uint64_t hint = 0;
        if (turn % 2 == 0) {
          hint = testing::LoadBits(format, bytes.data(), rng.Below(count));
        }
        ASSERT_TRUE(Agrees(format, bytes, sizes, keep, hint,
                           testing::AnyParallelFor(turn, 1 + turn % 5),
                           rng.Bits() % 64))
            << count << " "
            << testing::DistributionName(static_cast<testing::Distribution>(d))
            << " " << testing::FormatName(format) << " weights in "
            << sizes.size() << " segments, keep " << keep << ", hint " << hint;
        ++turn;
      }
    }
  }
}

}  // namespace
}  // namespace tfmot
