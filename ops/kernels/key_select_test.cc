// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/key_select.h"

#include <stdint.h>
#include <string.h>

#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/magnitude_mask_reference.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/parallel_for_testing.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::GuardedBuffer;
using testing::ReplayRng;
using testing::SerialParallelFor;

// A stream over keys in memory.
template <typename Key>
void ReadKeys(const void* context, int64_t begin, int count, void* out) {
  ASSERT_GE(count, 1);
  ASSERT_LE(count, kKeyChunk);
  const std::vector<uint64_t>& keys =
      *static_cast<const std::vector<uint64_t>*>(context);
  for (int i = 0; i < count; ++i) {
    static_cast<Key*>(out)[i] = static_cast<Key>(keys[begin + i]);
  }
}

KeyStream StreamOf(const std::vector<uint64_t>& keys, int key_bits) {
  KeyStream stream;
  stream.count = static_cast<int64_t>(keys.size());
  stream.key_bits = key_bits;
  stream.read = key_bits <= 31 ? ReadKeys<uint32_t> : ReadKeys<uint64_t>;
  stream.context = &keys;
  return stream;
}

// A sink that counts how often each key is passed to it, in case it is not
// once: 2 is added every time.
void AddKept(void* context, int64_t begin, int count, const uint8_t* kept) {
  std::vector<uint8_t>& flags = *static_cast<std::vector<uint8_t>*>(context);
  for (int i = 0; i < count; ++i) flags[begin + i] += 2 + kept[i];
}

struct Result {
  KernelStatus status;
  std::vector<uint8_t> kept;
  uint64_t threshold;
};

Result Select(const std::vector<uint64_t>& keys, int key_bits, int64_t keep,
              const ParallelFor& parallel_for, size_t misalignment = 0) {
  Result result;
  result.kept.assign(keys.size(), 0);
  result.threshold = 12345;
  KeptSink sink;
  sink.write = AddKept;
  sink.context = &result.kept;
  GuardedBuffer scratch(KeySelectScratchBytes(static_cast<int64_t>(keys.size()),
                                              parallel_for.num_threads),
                        misalignment);
  result.status =
      SelectLargestKeys(StreamOf(keys, key_bits), keep, sink, parallel_for,
                        scratch.data(), scratch.bytes(), &result.threshold);
  EXPECT_TRUE(scratch.IsIntact());
  for (uint8_t& flag : result.kept) {
    EXPECT_TRUE(flag == 2 || flag == 3) << "not passed exactly once";
    flag &= 1;
  }
  return result;
}

TEST(KeySelectTest, KeepsTheLargestAndTheFirstOfEquals) {
  const std::vector<uint64_t> keys = {5, 9, 5, 1, 5, 7};
  const Result result = Select(keys, 4, 4, SerialParallelFor(1));
  EXPECT_EQ(result.status, kKernelOk);
  EXPECT_EQ(result.kept, (std::vector<uint8_t>{1, 1, 1, 0, 0, 1}));
  EXPECT_EQ(result.threshold, 5u);
}

TEST(KeySelectTest, TiesGoToTheFirstShards) {
  const std::vector<uint64_t> keys(10, 3);
  for (int threads = 1; threads <= 12; ++threads) {
    const Result result =
        Select(keys, 31, 4, testing::ReversedParallelFor(threads));
    EXPECT_EQ(result.kept, (std::vector<uint8_t>{1, 1, 1, 1, 0, 0, 0, 0, 0, 0}))
        << threads << " threads";
  }
}

TEST(KeySelectTest, ThresholdIsExactWhenCountingEndsEarly) {
  // Two keys share the upper bits and both are kept, so that no lower bit has
  // to be looked at; the threshold is the smaller one all the same.
  const std::vector<uint64_t> keys = {1, 0x40000123, 2, 0x40000122};
  EXPECT_EQ(Select(keys, 31, 2, SerialParallelFor(2)).threshold, 0x40000122u);
  EXPECT_EQ(Select(keys, 31, 4, SerialParallelFor(1)).threshold, 1u);
  EXPECT_EQ(Select(keys, 63, 4, SerialParallelFor(3)).threshold, 1u);
}

TEST(KeySelectTest, TheLargestPossibleKeys) {
  for (const int bits : {1, 11, 22, 31, 32, 63}) {
    const uint64_t largest = (uint64_t{1} << bits) - 1;
    const std::vector<uint64_t> keys = {0, largest, largest, largest, 0};
    for (int64_t keep = 1; keep <= 5; ++keep) {
      const Result result = Select(keys, bits, keep, SerialParallelFor(2));
      EXPECT_EQ(result.threshold, keep <= 3 ? largest : 0) << bits;
      EXPECT_EQ(result.kept, FirstInOrder(KeepingOrder(keys), keep));
    }
  }
}

TEST(KeySelectTest, NothingToSelectFrom) {
  const Result result = Select({}, 31, 0, SerialParallelFor(4));
  EXPECT_EQ(result.status, kKernelOk);
  EXPECT_EQ(result.threshold, 0u);
}

TEST(KeySelectTest, RefusesBadArguments) {
  const std::vector<uint64_t> keys = {1, 2, 3};
  std::vector<uint8_t> flags(3, 0);
  const KeptSink sink = {AddKept, &flags};
  std::vector<char> scratch(KeySelectScratchBytes(3, 2));
  uint64_t threshold = 77;
  const KeyStream good = StreamOf(keys, 31);
  const auto select = [&](const KeyStream& stream, int64_t keep, int threads,
                          void* memory, size_t bytes) {
    return SelectLargestKeys(stream, keep, sink, SerialParallelFor(threads),
                             memory, bytes, &threshold);
  };
  void* memory = scratch.data();
  const size_t bytes = scratch.size();
  EXPECT_EQ(select(good, 0, 2, memory, bytes), kKernelBadKeep);
  EXPECT_EQ(select(good, 4, 2, memory, bytes), kKernelBadKeep);
  EXPECT_EQ(select(good, -1, 2, memory, bytes), kKernelBadKeep);
  EXPECT_EQ(select(good, 1, 0, memory, bytes), kKernelBadThreads);
  EXPECT_EQ(select(good, 1, 2, nullptr, bytes), kKernelBadScratch);
  EXPECT_EQ(select(good, 1, 2, memory, bytes - 1), kKernelBadScratch);
  KeyStream stream = good;
  stream.count = -1;
  EXPECT_EQ(select(stream, 1, 2, memory, bytes), kKernelBadCount);
  stream.count = 0;
  EXPECT_EQ(select(stream, 1, 2, memory, bytes), kKernelBadKeep);
  for (const int key_bits : {0, 64}) {
    stream = good;
    stream.key_bits = key_bits;
    EXPECT_EQ(select(stream, 1, 2, memory, bytes), kKernelBadFormat);
  }
  EXPECT_EQ(flags, std::vector<uint8_t>(3, 0));
  EXPECT_EQ(threshold, 77u);
}

TEST(KeySelectTest, RandomSweep) {
  testing::RunRandomSweep(1.0, [](ReplayRng* rng) {
    const int bits = 1 + static_cast<int>(rng->Below(63));
    const int64_t count = 1 + rng->Below(rng->Below(4) == 0 ? 9000 : 300);
    // Masked bits make groups of ties, on high and on low bits.
    const uint64_t mask =
        rng->Below(2) == 0 ? ~uint64_t{0} : rng->Bits() & rng->Bits();
    std::vector<uint64_t> keys(count);
    for (uint64_t& key : keys) {
      key = rng->Bits() & mask & ((uint64_t{1} << bits) - 1);
    }
    const int64_t keep = 1 + rng->Below(count);
    const ParallelFor parallel_for = testing::AnyParallelFor(
        static_cast<int>(rng->Below(3)), 1 + static_cast<int>(rng->Below(7)));
    const Result result =
        Select(keys, bits, keep, parallel_for, rng->Bits() % 64);
    const std::vector<int64_t> order = KeepingOrder(keys);
    EXPECT_EQ(result.status, kKernelOk);
    EXPECT_EQ(result.threshold, SmallestKept(keys, order, keep));
    EXPECT_TRUE(result.kept == FirstInOrder(order, keep));
    if (::testing::Test::HasFailure()) {
      ADD_FAILURE() << bits << " bits, keep " << keep << " of " << count << ", "
                    << parallel_for.num_threads << " threads. "
                    << rng->HowToReplay();
      return false;
    }
    return true;
  });
}

}  // namespace
}  // namespace tfmot
