// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_KEY_RANGE_H_
#define OPS_KERNELS_CUDA_KEY_RANGE_H_

#include <stdint.h>

#include "ops/kernels/host_device.h"

namespace tfmot {

// The arithmetic by which GPU kernels search the k-th largest key, apart from
// them, so that tests on any machine reach each of its corners.

// A range of keys is cut into at most this many bins, each as wide.
const int kBinBits = 11;
const int kBins = 1 << kBinBits;

// Keys from `low` to `high`, both included; a bin has 2^shift of them.
struct KeyRange {
  uint64_t low;
  uint64_t high;
  int shift;
};

// REQUIRES: low <= high.
TFMOT_HOST_DEVICE inline KeyRange CutRange(uint64_t low, uint64_t high) {
  KeyRange range;
  range.low = low;
  range.high = high;
  range.shift = 0;
  while ((high - low) >> range.shift >= static_cast<uint64_t>(kBins)) {
    ++range.shift;
  }
  return range;
}

// REQUIRES: low <= key <= high.
TFMOT_HOST_DEVICE inline int BinOf(const KeyRange& range, uint64_t key) {
  return static_cast<int>((key - range.low) >> range.shift);
}

TFMOT_HOST_DEVICE inline uint64_t FirstOfBin(const KeyRange& range, int bin) {
  return range.low + (static_cast<uint64_t>(bin) << range.shift);
}

TFMOT_HOST_DEVICE inline uint64_t LastOfBin(const KeyRange& range, int bin) {
  const uint64_t last =
      FirstOfBin(range, bin) + ((uint64_t{1} << range.shift) - 1);
  return last < range.high ? last : range.high;
}

// How often all keys of so many bits have to be counted until the bin that is
// left holds one key.
TFMOT_HOST_DEVICE inline int RoundsToOneKey(int key_bits) {
  return (key_bits + kBinBits - 1) / kBinBits;
}

// --- Where the search stands -------------------------------------------------

enum SearchPhase {
  kSearching = 0,
  kFewLeft = 1,     // so few keys in the range that each is looked at
  kOneKeyLeft = 2,  // the range is one key, which many weights share
};

// The range that holds the k-th largest key.
struct SearchResult {
  uint64_t low;
  uint64_t high;
  uint64_t inside;  // weights in it
  uint64_t keep;    // how many of these are kept; above it all are
  SearchPhase phase;
};

TFMOT_HOST_DEVICE inline SearchResult ResultOf(uint64_t low, uint64_t high,
                                               uint64_t inside, uint64_t keep,
                                               uint64_t capacity) {
  SearchResult result;
  result.low = low;
  result.high = high;
  result.inside = inside;
  result.keep = keep;
  result.phase = inside <= capacity ? kFewLeft
                 : low == high      ? kOneKeyLeft
                                    : kSearching;
  return result;
}

// What one count of all keys found: how many are above the range, and the bin
// of the k-th largest, if it is in the range.
struct RangeCount {
  uint64_t above;
  uint64_t inside;
  int bin;             // -1: the k-th largest is not in the range
  uint64_t above_bin;  // in the range, but above the bin
  uint64_t inside_bin;
};

// The next, smaller range. REQUIRES: 1 <= k <= count, `max_key` is the largest
// key that there is.
TFMOT_HOST_DEVICE inline SearchResult Narrow(const KeyRange& range,
                                             const RangeCount& counted,
                                             uint64_t count, uint64_t k,
                                             uint64_t max_key,
                                             uint64_t capacity) {
  if (k <= counted.above) {
    return ResultOf(range.high + 1, max_key, counted.above, k, capacity);
  }
  const uint64_t seen = counted.above + counted.inside;
  if (k > seen) {
    return ResultOf(0, range.low - 1, count - seen, k - seen, capacity);
  }
  return ResultOf(FirstOfBin(range, counted.bin), LastOfBin(range, counted.bin),
                  counted.inside_bin, k - counted.above - counted.above_bin,
                  capacity);
}

// --- The sample that says where to look first --------------------------------

const int kSampleSize = 8192;
// Of fewer weights no sample is taken.
const int64_t kLeastSampledCount = 8 * kSampleSize;

// The place of sample `i`: somewhere in the i-th of kSampleSize equal parts,
// but at no fixed distance from the one before. REQUIRES: 0 <= i < kSampleSize,
// kLeastSampledCount <= count < 2^50.
TFMOT_HOST_DEVICE inline int64_t SamplePlace(int i, int64_t count) {
  const int64_t begin = count * i / kSampleSize;
  const int64_t end = count * (i + 1) / kSampleSize;
  uint64_t hash = (static_cast<uint64_t>(i) + 1) * 0x9e3779b97f4a7c15ull;
  hash ^= hash >> 32;
  return begin +
         static_cast<int64_t>(
             (hash & 0xffffffffu) * static_cast<uint64_t>(end - begin) >> 32);
}

// Ranks in the sample, 1 for its largest, between whose keys the k-th largest
// of all keys almost surely is. `high` is 0 where it may be above all samples,
// `low` kSampleSize + 1 where it may be below all.
struct SampleRanks {
  int high;
  int low;
};

inline SampleRanks RanksAround(int64_t count, int64_t k) {
  const double share =
      (static_cast<double>(k) - 0.5) / static_cast<double>(count);
  const double middle = share * kSampleSize;
  // 3.5 standard deviations: it misses 1 in 2000. The square root by Newton's
  // method, since this file uses no library.
  const double variance = middle * (1.0 - share);
  double deviation = 1.0 + variance / 2;
  for (int i = 0; i < 40; ++i) {
    deviation = 0.5 * (deviation + variance / deviation);
  }
  const double margin = 3.5 * deviation + 1.0;
  SampleRanks ranks;
  ranks.high = middle - margin < 1.0 ? 0 : static_cast<int>(middle - margin);
  ranks.low = middle + margin > kSampleSize
                  ? kSampleSize + 1
                  : static_cast<int>(middle + margin) + 1;
  return ranks;
}

// --- Chunks: how the weights are shared among blocks of threads --------------

const int kThreads = 512;
const int kWeightsPerThread = 16;
const int kChunkWeights = kThreads * kWeightsPerThread;

TFMOT_HOST_DEVICE inline int64_t ChunkCount(int64_t count) {
  return (count + kChunkWeights - 1) / kChunkWeights;
}

// Blocks of threads for `work` pieces that blocks take in turn.
inline int GridFor(int64_t work, int multiprocessors) {
  const int kBlocksPerMultiprocessor = 3;
  const int64_t most =
      static_cast<int64_t>(multiprocessors) * kBlocksPerMultiprocessor;
  const int64_t blocks = work < most ? work : most;
  return blocks < 1 ? 1 : static_cast<int>(blocks);
}

// Of so many weights or fewer each is looked at: as many as a bin at the
// threshold has, and some more.
TFMOT_HOST_DEVICE inline int64_t FewWeights(int64_t count) {
  const int64_t few = count / 8192;
  return few < 1024 ? 1024 : few > 65536 ? 65536 : few;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_KEY_RANGE_H_
