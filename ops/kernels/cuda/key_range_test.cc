// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cuda/key_range.h"

#include <stdint.h>

#include <algorithm>
#include <functional>
#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::ReplayRng;

const uint64_t kMaxKeys[] = {0x7fff, 0x7fffffff, 0x7fffffffffffffff};

TEST(KeyRangeTest, LiteralBins) {
  const KeyRange all = CutRange(0, 0x7fffffff);
  EXPECT_EQ(all.shift, 20);
  EXPECT_EQ(BinOf(all, 0), 0);
  EXPECT_EQ(BinOf(all, 0xfffff), 0);
  EXPECT_EQ(BinOf(all, 0x100000), 1);
  EXPECT_EQ(BinOf(all, 0x7fffffff), 2047);
  const KeyRange narrow = CutRange(100, 2147);
  EXPECT_EQ(narrow.shift, 0);
  EXPECT_EQ(BinOf(narrow, 2147), 2047);
  EXPECT_EQ(CutRange(100, 2148).shift, 1);
  EXPECT_EQ(LastOfBin(CutRange(100, 2148), 1024), 2148u);
  EXPECT_EQ(CutRange(5, 5).shift, 0);
}

// Bins lie one beside the other and cover the range.
TEST(KeyRangeTest, BinsCoverTheRange) {
  ReplayRng rng(1);
  for (int turn = 0; turn < 3000; ++turn) {
    const uint64_t max_key = kMaxKeys[turn % 3];
    uint64_t low = rng.Bits() & max_key;
    uint64_t high = (rng.Bits() & max_key) >> rng.Below(50);
    if (low > high) std::swap(low, high);
    const KeyRange range = CutRange(low, high);
    const int last = BinOf(range, high);
    ASSERT_LT(last, kBins);
    EXPECT_EQ(FirstOfBin(range, 0), low);
    EXPECT_EQ(LastOfBin(range, last), high);
    const int bin = static_cast<int>(rng.Below(last + 1));
    EXPECT_EQ(BinOf(range, FirstOfBin(range, bin)), bin);
    EXPECT_EQ(BinOf(range, LastOfBin(range, bin)), bin);
    if (bin < last) {
      EXPECT_EQ(LastOfBin(range, bin) + 1, FirstOfBin(range, bin + 1));
    }
  }
}

// Plays the search on sorted keys and returns its rounds.
int Search(const std::vector<uint64_t>& keys, uint64_t k, uint64_t max_key,
           uint64_t low, uint64_t high, uint64_t capacity,
           SearchResult* result) {
  int rounds = 0;
  *result = ResultOf(low, high, keys.size(), k, 0);
  result->phase = kSearching;
  while (result->phase == kSearching) {
    ++rounds;
    const KeyRange range = CutRange(result->low, result->high);
    std::vector<uint64_t> bins(kBins, 0);
    RangeCount counted = {0, 0, -1, 0, 0};
    for (const uint64_t key : keys) {
      if (key > range.high) {
        ++counted.above;
      } else if (key >= range.low) {
        ++counted.inside;
        ++bins[BinOf(range, key)];
      }
    }
    if (k > counted.above && k <= counted.above + counted.inside) {
      counted.bin = kBins - 1;
      while (counted.above + counted.above_bin + bins[counted.bin] < k) {
        counted.above_bin += bins[counted.bin--];
      }
      counted.inside_bin = bins[counted.bin];
    }
    *result = Narrow(range, counted, keys.size(), k, max_key, capacity);
  }
  return rounds;
}

// Wherever the search starts, it ends in time with a range that holds the k-th
// largest key, and knows its place there.
TEST(KeyRangeTest, NarrowsToTheThreshold) {
  ReplayRng rng(2);
  for (int turn = 0; turn < 400; ++turn) {
    const uint64_t max_key = kMaxKeys[turn % 3];
    const int bits = turn % 3 == 0 ? 15 : turn % 3 == 1 ? 31 : 63;
    const int64_t count = 1 + rng.Below(300);
    std::vector<uint64_t> keys;
    for (int64_t i = 0; i < count; ++i) {
      keys.push_back(rng.Below(3) == 0
                         ? max_key / 3
                         : (rng.Bits() & max_key) >> rng.Below(40));
    }
    std::sort(keys.begin(), keys.end(), std::greater<uint64_t>());
    const uint64_t k = static_cast<uint64_t>(1 + rng.Below(count));
    const bool sampled = rng.Below(2) == 0;
    uint64_t low = sampled ? rng.Bits() & max_key : 0;
    uint64_t high = sampled ? rng.Bits() & max_key : max_key;
    if (low > high) std::swap(low, high);
    const uint64_t capacity = rng.Below(2) == 0 ? 0 : 5;
    SearchResult result;
    const int rounds = Search(keys, k, max_key, low, high, capacity, &result);
    EXPECT_LE(rounds, RoundsToOneKey(bits) + (sampled ? 1 : 0));
    EXPECT_LE(result.low, keys[k - 1]);
    EXPECT_GE(result.high, keys[k - 1]);
    uint64_t above = 0;
    uint64_t inside = 0;
    for (const uint64_t key : keys) {
      above += key > result.high;
      inside += key >= result.low && key <= result.high;
    }
    EXPECT_EQ(inside, result.inside);
    EXPECT_EQ(above + result.keep, k);
    EXPECT_EQ(result.phase == kFewLeft, inside <= capacity);
    EXPECT_TRUE(result.phase == kFewLeft || result.low == result.high);
  }
}

TEST(KeyRangeTest, SamplesAreSpreadOut) {
  for (const int64_t count : {kLeastSampledCount, int64_t{100003},
                              int64_t{1} << 33, (int64_t{1} << 50) - 1}) {
    for (int i = 0; i < kSampleSize; ++i) {
      const int64_t begin = count * i / kSampleSize;
      const int64_t end = count * (i + 1) / kSampleSize;
      ASSERT_GE(SamplePlace(i, count), begin) << i << " of " << count;
      ASSERT_LT(SamplePlace(i, count), end) << i << " of " << count;
    }
  }
}

TEST(KeyRangeTest, LiteralRanks) {
  // 20 % of 8192 are 1638; 3.5 deviations of sqrt(8192 * .2 * .8) = 36.2 are
  // 126.7.
  const SampleRanks ranks = RanksAround(100000000, 20000000);
  EXPECT_EQ(ranks.high, 1510);
  EXPECT_EQ(ranks.low, 1767);
  EXPECT_EQ(RanksAround(100000000, 1).high, 0);
  EXPECT_EQ(RanksAround(100000000, 100000000).low, kSampleSize + 1);
}

TEST(KeyRangeTest, RanksAreInOrder) {
  ReplayRng rng(3);
  for (int turn = 0; turn < 2000; ++turn) {
    const int64_t count =
        kLeastSampledCount +
        (static_cast<int64_t>(rng.Bits() >> 14) >> rng.Below(40)) %
            (int64_t{1} << 49);
    const int64_t k = 1 + rng.Below(count);
    const SampleRanks ranks = RanksAround(count, k);
    ASSERT_GE(ranks.high, 0);
    ASSERT_LT(ranks.high, ranks.low);
    ASSERT_LE(ranks.low, kSampleSize + 1);
  }
}

TEST(KeyRangeTest, Chunks) {
  EXPECT_EQ(ChunkCount(0), 0);
  EXPECT_EQ(ChunkCount(1), 1);
  EXPECT_EQ(ChunkCount(kChunkWeights), 1);
  EXPECT_EQ(ChunkCount(kChunkWeights + 1), 2);
  EXPECT_EQ(GridFor(0, 132), 1);
  EXPECT_EQ(GridFor(5, 132), 5);
  EXPECT_EQ(GridFor(int64_t{1} << 40, 132), 396);
  EXPECT_EQ(GridFor(10, 0), 1);
}

}  // namespace
}  // namespace tfmot
