// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cuda/mask_bits_cuda.h"

#include <stdint.h>

#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/cuda/testing/emulated_sweep.h"
#include "ops/kernels/flag_bits.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::GuardedBuffer;

TEST(MaskBitsCudaTest, EveryByte) {
  for (int byte = 0; byte < 256; ++byte) {
    uint64_t flags = 0;
    for (int i = 0; i < 8; ++i) {
      flags |= uint64_t{static_cast<unsigned>(byte) >> i & 1} << (8 * i);
    }
    EXPECT_EQ(FlagsOfBits(static_cast<uint8_t>(byte)), flags);
    EXPECT_EQ(BitsOfFlags(flags), byte);
  }
}

TEST(MaskBitsCudaTest, LiteralBits) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::EmulateTurn(0, 1);
  const std::vector<uint8_t> flags = {1, 1, 0, 0, 0, 0, 0, 0, 1};
  GuardedBuffer mask(9, 0);
  GuardedBuffer bits(2, 0);
  for (int i = 0; i < 9; ++i) mask.data()[i] = flags[i];
  EXPECT_EQ(PackMaskCuda(mask.data(), 9, nullptr, bits.data()), kKernelOk);
  EXPECT_EQ(bits.data()[0], 0x03);
  EXPECT_EQ(bits.data()[1], 0x01);
}

TEST(MaskBitsCudaTest, ThereAndBack) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::ReplayRng rng(6);
  int turn = 0;
  for (const int64_t count : {1, 7, 8, 31, 32, 33, 63, 64, 16383, 40000}) {
    GuardedBuffer mask(static_cast<size_t>(count), 0);
    GuardedBuffer bits(static_cast<size_t>(MaskBitsBytes(count)), 16);
    GuardedBuffer back(static_cast<size_t>(count), 32);
    for (int64_t i = 0; i < count; ++i) {
      mask.data()[i] = static_cast<uint8_t>(rng.Below(2));
    }
    testing::EmulateTurn(turn++, 1);
    ASSERT_EQ(PackMaskCuda(mask.data(), count, nullptr, bits.data()),
              kKernelOk);
    ASSERT_EQ(UnpackMaskCuda(bits.data(), count, nullptr, back.data()),
              kKernelOk);
    EXPECT_TRUE(mask.IsIntact() && bits.IsIntact() && back.IsIntact());
    for (int64_t i = 0; i < count; ++i) {
      ASSERT_EQ(back.data()[i], mask.data()[i]) << i << " of " << count;
    }
    for (int64_t i = count; i < 8 * MaskBitsBytes(count); ++i) {
      EXPECT_EQ(bits.data()[i / 8] >> (i % 8) & 1, 0);
    }
    // The CPU's expansion agrees on which bit is which flag.
    for (int64_t i = 0; i + 64 <= count; i += 64) {
      uint64_t word = 0;
      for (int j = 7; j >= 0; --j) word = word << 8 | bits.data()[i / 8 + j];
      uint8_t flags[64];
      ExpandBits(word, flags);
      for (int j = 0; j < 64; ++j) ASSERT_EQ(flags[j], mask.data()[i + j]);
    }
  }
}

TEST(MaskBitsCudaTest, RefusesBadArgumentsAndTouchesNothing) {
  GuardedBuffer mask(64, 0);
  GuardedBuffer bits(64, 0);
  testing::EmulateTurn(0, 1);
  EXPECT_EQ(PackMaskCuda(mask.data(), -1, nullptr, bits.data()),
            kKernelBadCount);
  EXPECT_EQ(UnpackMaskCuda(bits.data(), -1, nullptr, mask.data()),
            kKernelBadCount);
  EXPECT_EQ(PackMaskCuda(mask.data() + 8, 8, nullptr, bits.data()),
            kKernelBadAlignment);
  EXPECT_EQ(UnpackMaskCuda(bits.data(), 8, nullptr, mask.data() + 8),
            kKernelBadAlignment);
  EXPECT_EQ(PackMaskCuda(mask.data(), 0, nullptr, bits.data()), kKernelOk);
  EXPECT_EQ(device::EmulatedLaunches(), 0);
  testing::RefuseLaunch(0);
  EXPECT_EQ(PackMaskCuda(mask.data(), 8, nullptr, bits.data()),
            kKernelLaunchFailed);
  testing::RefuseLaunch(0);
  EXPECT_EQ(UnpackMaskCuda(bits.data(), 8, nullptr, mask.data()),
            kKernelLaunchFailed);
  EXPECT_TRUE(mask.IsUntouched());
  EXPECT_TRUE(bits.IsUntouched());
}

}  // namespace
}  // namespace tfmot
