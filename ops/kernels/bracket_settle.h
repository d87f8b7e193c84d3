// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BRACKET_SETTLE_H_
#define OPS_KERNELS_BRACKET_SETTLE_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/key_classify.h"
#include "ops/kernels/key_sample.h"
#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/parallel_for.h"
#include "ops/kernels/weight_segments.h"

namespace tfmot {

// The second half of BracketMask: makes the mask final once the threshold is
// known. And what both halves share.

struct ChunkCounts {
  int64_t first_candidate;  // where those of this chunk begin
  uint16_t candidates;
  uint16_t ties_low;
  uint16_t ties_high;
};

// What a shard counted; alone on its cache line.
struct ShardTotals {
  int64_t kept;
  int64_t ties_low;
  int64_t ties_high;
  int64_t tie_quota;  // for the pass that settles: how many ties are kept here
  bool overflowed;
  char padding[31];
};

// Which weights are equal to the threshold.
enum ThresholdPlace {
  kMissed,
  kAmongCandidates,
  kAtLow,   // tie_low
  kAtHigh,  // tie_high
};

// One call under way, shared by all shards.
struct Bracketing {
  FloatFormat format;
  WeightSegments segments;
  int64_t count;  // of all of them
  int64_t keep;
  KeyClassifier classify;
  int chunk;
  int64_t num_chunks;
  int num_shards;
  ChunkCounts* chunks;
  ShardTotals* totals;
  char* region;  // the sample; then the candidates
  size_t region_bytes;
  int64_t capacity;        // candidates that fit
  int64_t num_candidates;  // so far; shards take room for one chunk at a time
  KeySample sample;

  KeyBounds bounds;
  // Up to this chunk the pass keeps weights equal to tie_low, which is then the
  // only guess. 0 where the bracket has two ends.
  int64_t cut_chunk;
  // Whether all weights below the candidates are zero, and tie_low as well.
  bool rest_is_zero_ties;

  ThresholdPlace place;
  uint64_t threshold;
};

inline WeightPiece WeightsOfChunk(const Bracketing& call, int64_t chunk) {
  const WeightSegment& segment =
      SegmentAt(call.segments, &WeightSegment::first_chunk, chunk);
  const int64_t offset = (chunk - segment.first_chunk) * call.chunk;
  WeightPiece piece;
  piece.weights = static_cast<const char*>(segment.weights) +
                  offset * static_cast<int64_t>(FloatBytes(call.format));
  piece.mask = segment.mask + offset;
  piece.count = segment.count - offset;
  if (piece.count > call.chunk) piece.count = call.chunk;
  return piece;
}

template <typename Bits>
inline Bits* CandidateKeys(const Bracketing& call) {
  return reinterpret_cast<Bits*>(call.region);
}

// Their places in their chunks.
template <typename Bits>
inline uint16_t* CandidateOffsets(const Bracketing& call) {
  return reinterpret_cast<uint16_t*>(CandidateKeys<Bits>(call) + call.capacity);
}

// A ShardBody, by format (both 16-bit ones share one): `context` is a
// Bracketing whose threshold, place and tie quotas are set.
template <typename Format>
void SettleShard(void* context, int shard);
extern template void SettleShard<Float16Format>(void* context, int shard);
extern template void SettleShard<Float32Format>(void* context, int shard);
extern template void SettleShard<Float64Format>(void* context, int shard);

}  // namespace tfmot

#endif  // OPS_KERNELS_BRACKET_SETTLE_H_
