// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/bracket_settle.h"

#include <string.h>

namespace tfmot {
namespace {

// Sets the marks of the candidates of a chunk; `quota` of those equal to the
// threshold are kept. Returns what is left of it.
template <typename Bits>
int64_t MarkCandidates(const Bits* keys, const uint16_t* offsets, int count,
                       Bits threshold, int64_t quota, uint8_t* mask) {
  // The pass has left marks of 0, so only those of 1 are worth a cache line.
  // They are gathered first, because which they are cannot be predicted.
  uint16_t kept[kClassifyChunk];
  int num_kept = 0;
  for (int i = 0; i < count; ++i) {
    const bool kept_tie = keys[i] == threshold && quota > 0;
    quota -= kept_tie;
    kept[num_kept] = offsets[i];
    num_kept += keys[i] > threshold || kept_tie;
  }
  for (int i = 0; i < num_kept; ++i) mask[kept[i]] = 1;
  return quota;
}

// Marks the weights of a chunk from `bound` on.
void MarkFrom(const Bracketing& call, const WeightPiece& weights,
              uint64_t bound) {
  KeyBounds bounds;
  memset(&bounds, 0, sizeof(bounds));
  bounds.keep_from = bounds.candidate_from = bound;
  uint64_t words[kClassifyWords];
  call.classify(weights.weights, static_cast<int>(weights.count), bounds,
                weights.mask, words);
}

// Marks the first `quota` weights of a chunk that are equal to the threshold.
template <typename Format>
void MarkFirstTies(const Bracketing& call, const WeightPiece& weights,
                   int64_t quota) {
  for (int64_t i = 0; quota > 0; ++i) {
    if (LoadMagnitude<Format>(weights.weights, i) == call.threshold) {
      weights.mask[i] = 1;
      --quota;
    }
  }
}

// Shard body that makes the mask final where the threshold is a tie at an end.
template <typename Format>
void SettleTies(const Bracketing& call, int shard) {
  typedef typename Format::Bits Bits;
  const ShardRange range = ShardOf(call.num_chunks, call.num_shards, shard);
  int64_t quota = call.totals[shard].tie_quota;
  for (int64_t chunk = range.begin; chunk < range.end; ++chunk) {
    const ChunkCounts& counts = call.chunks[chunk];
    const WeightPiece weights = WeightsOfChunk(call, chunk);
    const int ties = call.place == kAtLow ? counts.ties_low : counts.ties_high;
    const bool ties_are_marked =
        call.place == kAtHigh || chunk < call.cut_chunk;
    if (ties > 0 && (quota < ties) == ties_are_marked) {
      MarkFrom(call, weights, call.threshold + (quota < ties ? 1 : 0));
    } else if (call.place == kAtLow && counts.candidates > 0) {
      const uint16_t* offsets =
          CandidateOffsets<Bits>(call) + counts.first_candidate;
      for (int i = 0; i < counts.candidates; ++i) {
        weights.mask[offsets[i]] = 1;
      }
    }
    if (quota < ties) {
      MarkFirstTies<Format>(call, weights, quota);
      quota = 0;
    } else {
      quota -= ties;
    }
  }
}

}  // namespace

template <typename Format>
void SettleShard(void* context, int shard) {
  typedef typename Format::Bits Bits;
  const Bracketing& call = *static_cast<const Bracketing*>(context);
  if (call.place != kAmongCandidates) return SettleTies<Format>(call, shard);
  const ShardRange range = ShardOf(call.num_chunks, call.num_shards, shard);
  int64_t quota = call.totals[shard].tie_quota;
  for (int64_t chunk = range.begin; chunk < range.end; ++chunk) {
    const ChunkCounts& counts = call.chunks[chunk];
    if (counts.candidates == 0) continue;
    quota = MarkCandidates<Bits>(
        CandidateKeys<Bits>(call) + counts.first_candidate,
        CandidateOffsets<Bits>(call) + counts.first_candidate,
        counts.candidates, static_cast<Bits>(call.threshold), quota,
        WeightsOfChunk(call, chunk).mask);
  }
}

template void SettleShard<Float16Format>(void* context, int shard);
template void SettleShard<Float32Format>(void* context, int shard);
template void SettleShard<Float64Format>(void* context, int shard);

}  // namespace tfmot
