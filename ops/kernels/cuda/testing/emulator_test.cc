// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// What the emulator finds out, and what it computes.

#include "ops/kernels/cuda/testing/emulator.h"

#include <stdint.h>

#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/cuda/testing/emulated_sweep.h"

namespace tfmot {
namespace device {
namespace {

struct Shared {
  int values[64];
};

// Each thread hands its number to the one opposite.
TFMOT_KERNEL void Reverse(int* out, bool waits) {
  TFMOT_SHARED(Shared, shared);
  shared.values[ThreadIndex()] = ThreadIndex();
  if (waits) Barrier();
  out[BlockIndex() * 64 + ThreadIndex()] = shared.values[63 - ThreadIndex()];
}

bool Reverses(bool waits) {
  std::vector<int> out(128, -1);
  Launch(Reverse, 2, 64, nullptr, out.data(), waits);
  for (int i = 0; i < 128; ++i) {
    if (out[i] != 63 - i % 64) return false;
  }
  return true;
}

TEST(EmulatorTest, FindsAMissingBarrierInEveryOrder) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  for (int turn = 0; turn < 3; ++turn) {
    testing::EmulateTurn(turn, 5);
    EXPECT_TRUE(Reverses(true));
    EXPECT_FALSE(Reverses(false));
  }
}

TFMOT_KERNEL void Shuffle(uint64_t* up, uint64_t* down) {
  const uint64_t self = static_cast<uint64_t>(ThreadIndex());
  up[ThreadIndex()] = ShuffleUp(self, 3);
  down[ThreadIndex()] = ShuffleDown(self, 16);
}

TEST(EmulatorTest, ShufflesStayInTheWarp) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::EmulateTurn(2, 5);
  uint64_t up[64];
  uint64_t down[64];
  Launch(Shuffle, 1, 64, nullptr, up, down);
  EXPECT_EQ(up[2], 2u);
  EXPECT_EQ(up[3], 0u);
  EXPECT_EQ(up[34], 34u);
  EXPECT_EQ(down[0], 16u);
  EXPECT_EQ(down[16], 16u);
  EXPECT_EQ(down[47], 63u);
}

TFMOT_KERNEL void WaitInHalfOfTheBlock() {
  if (ThreadIndex() < 32) Barrier();
}

TEST(EmulatorDeathTest, ABarrierThatNotAllReach) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::EmulateTurn(0, 5);
  EXPECT_DEATH(Launch(WaitInHalfOfTheBlock, 1, 64, nullptr), "wait for others");
}

TFMOT_KERNEL void CountUp(uint32_t* sum) { AtomicAdd(sum, uint32_t{1}); }

TEST(EmulatorTest, RefusesTheLaunchThatItIsTold) {
  TFMOT_SKIP_WITHOUT_FIBERS();
  testing::RefuseLaunch(1);
  uint32_t sum = 0;
  EXPECT_TRUE(Launch(CountUp, 3, 32, nullptr, &sum));
  EXPECT_FALSE(Launch(CountUp, 3, 32, nullptr, &sum));
  EXPECT_EQ(sum, 96u);
  EXPECT_EQ(EmulatedLaunches(), 2);
}

}  // namespace
}  // namespace device
}  // namespace tfmot
