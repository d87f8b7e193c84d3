// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// More than 2^34 keys in one shard, none of them in memory: even four counters
// of 32 bits that share the work would overflow. Takes about a minute, so it is
// tagged manual.

#include <stdint.h>

#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/key_select.h"
#include "ops/kernels/testing/parallel_for_testing.h"

namespace tfmot {
namespace {

const int64_t kCount = (int64_t{1} << 34) + 12345;

// Every key is 1, but the last is 0.
void ReadOnes(const void* /*context*/, int64_t begin, int count, void* keys) {
  for (int i = 0; i < count; ++i) {
    static_cast<uint32_t*>(keys)[i] = begin + i < kCount - 1;
  }
}

struct Kept {
  int64_t total;
  int64_t last;
};

void CountKept(void* context, int64_t begin, int count, const uint8_t* kept) {
  Kept* result = static_cast<Kept*>(context);
  int total = 0;
  for (int i = 0; i < count; ++i) total += kept[i];
  result->total += total;
  for (int i = count - 1; total > 0 && i >= 0; --i) {
    if (kept[i] != 0) {
      result->last = begin + i;
      break;
    }
  }
}

TEST(KeySelectHugeTest, CountsBeyond32Bits) {
  const KeyStream stream = {kCount, 1, ReadOnes, nullptr};
  Kept kept = {0, 0};
  const KeptSink sink = {CountKept, &kept};
  const ParallelFor parallel_for = testing::SerialParallelFor(1);
  std::vector<char> scratch(KeySelectScratchBytes(kCount, 1));
  const int64_t keep = kCount - 3;
  uint64_t threshold = 0;
  ASSERT_EQ(SelectLargestKeys(stream, keep, sink, parallel_for, scratch.data(),
                              scratch.size(), &threshold),
            kKernelOk);
  EXPECT_EQ(threshold, 1u);
  EXPECT_EQ(kept.total, keep);
  EXPECT_EQ(kept.last, keep - 1);
}

}  // namespace
}  // namespace tfmot
