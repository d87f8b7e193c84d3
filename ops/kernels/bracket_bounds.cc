// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/bracket_bounds.h"

#include <stdint.h>
#include <string.h>

#include "ops/kernels/key_sample.h"

namespace tfmot {
namespace {

const size_t kMaskAlignment = 64;

// A sample that has to decide on a hint may be so much smaller than one that
// has to find a bracket.
const int64_t kHintSamplePart = 2;

bool CanStream(const BracketTuning& tuning, const Bracketing& call) {
  if (call.count < tuning.stream_bytes) return false;
  for (int64_t i = 0; i < call.segments.size; ++i) {
    const void* mask = call.segments.list[i].mask;
    if (reinterpret_cast<uintptr_t>(mask) % kMaskAlignment != 0) return false;
  }
  return true;
}

// The chunk of the weight with this index; the number of chunks behind the
// last.
int64_t ChunkOf(const Bracketing& call, int64_t index) {
  if (index >= call.count) return call.num_chunks;
  const WeightSegment& segment =
      SegmentAt(call.segments, &WeightSegment::begin, index);
  return segment.first_chunk + (index - segment.begin) / call.chunk;
}

}  // namespace

void ChooseBounds(const BracketTuning& tuning, double width, Bracketing* call) {
  const int64_t room = call->capacity;
  const SampleBracket bracket =
      BracketOfRank(call->sample, call->keep, width, room - room / 4);
  KeyBounds* bounds = &call->bounds;
  memset(bounds, 0, sizeof(*bounds));
  bounds->stream = CanStream(tuning, *call);
  // More weights than this are counted instead of copied.
  const int64_t many = room / 8;
  const bool many_low = bracket.at_low > many;
  const bool many_high = bracket.at_high > many;
  bounds->candidate_from = bracket.low + (many_low ? 1 : 0);
  bounds->keep_from = bracket.high;
  if (!many_high && bracket.high < (uint64_t{1} << MagnitudeBits(call->format)))
    ++bounds->keep_from;
  // Zeros at the low end need no comparison: they are all that is left.
  const bool cut = many_low && bracket.low == bracket.high;
  call->rest_is_zero_ties = many_low && bracket.low == 0 && !cut && !many_high;
  bounds->count_ties = (many_low && !call->rest_is_zero_ties) || many_high;
  // A bound that no weight reaches has no ties.
  const uint64_t none = uint64_t{1} << MagnitudeBits(call->format);
  bounds->tie_low = many_low ? bracket.low : none;
  bounds->tie_high = many_high ? bracket.high : none;
  call->cut_chunk = 0;
  if (cut) {
    bounds->tie_high = none;
    bounds->keep_from = bounds->candidate_from = bracket.low + 1;
    call->cut_chunk =
        ChunkOf(*call, TieCutOfRank(call->sample, call->keep, bracket.low));
  }
}

bool ChooseBoundsFromHint(const BracketTuning& tuning, Bracketing* call) {
  const uint64_t none = uint64_t{1} << MagnitudeBits(call->format);
  if (tuning.hint == 0 || tuning.hint >= none) return false;
  const int kBits[] = {10, 7, 23, 52};  // of a significand, by format
  const int bits = kBits[call->format] - 8;
  const uint64_t distance = uint64_t{1} << (bits > 0 ? bits : 0);
  KeyBounds* bounds = &call->bounds;
  memset(bounds, 0, sizeof(*bounds));
  bounds->stream = CanStream(tuning, *call);
  bounds->candidate_from = tuning.hint > distance ? tuning.hint - distance : 1;
  bounds->keep_from = tuning.hint + distance + 1;
  if (bounds->keep_from > none) bounds->keep_from = none;
  bounds->tie_low = bounds->tie_high = none;
  call->cut_chunk = 0;

  KeySample sample = call->sample;
  sample.groups /= kHintSamplePart;
  if (sample.groups < 1) sample.groups = 1;
  DrawSample(sample, 0, sample.groups);
  if (EstimateBetween(sample, 1, bounds->keep_from) < call->capacity / 4) {
    bounds->candidate_from = 1;
  }
  call->rest_is_zero_ties = bounds->candidate_from == 1;
  uint64_t low = bounds->candidate_from;
  if (call->rest_is_zero_ties) low = bounds->tie_low = 0;
  return RankMayBeBetween(sample, call->keep, low, bounds->keep_from);
}

}  // namespace tfmot
