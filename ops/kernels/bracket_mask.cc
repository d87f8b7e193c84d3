// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/bracket_mask.h"

#include <string.h>

#include "ops/kernels/bracket_bounds.h"
#include "ops/kernels/bracket_settle.h"
#include "ops/kernels/key_classify.h"
#include "ops/kernels/key_rank.h"
#include "ops/kernels/key_sample.h"

namespace tfmot {
namespace {

const size_t kAlignment = 64;
const int kMaxShards = 64;

// Room beside what grows with the weights, so that small tensors, whose bracket
// is wide, fit as well.
const size_t kFixedBytes = 1 << 16;

const int64_t kMostCandidates = 0xffffffff;

size_t RoundUp(size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

int NumShards(int64_t num_chunks, int num_threads) {
  if (num_threads > kMaxShards) num_threads = kMaxShards;
  return num_chunks < num_threads ? static_cast<int>(num_chunks) : num_threads;
}

size_t RegionBytes(FloatFormat format, int64_t count) {
  return RoundUp(static_cast<size_t>(count) * FloatBytes(format) / 60 +
                 kFixedBytes);
}

// The second term leaves room for the small chunks of tests.
size_t ChunkBytes(int64_t count, int64_t num_segments) {
  return RoundUp(sizeof(ChunkCounts) *
                 static_cast<size_t>(count / kClassifyChunk + num_segments +
                                     kLeastBracketCount / kLeastChunk));
}

void DrawShard(void* context, int shard) {
  const Bracketing& call = *static_cast<const Bracketing*>(context);
  const ShardRange range = ShardOf(call.sample.groups, call.num_shards, shard);
  DrawSample(call.sample, range.begin, range.end);
}

// Copies the candidates of a chunk.
template <typename Format>
void CopyCandidates(const char* weights, const uint64_t* words, int num_words,
                    typename Format::Bits* keys, uint16_t* offsets) {
  for (int word = 0; word < num_words; ++word) {
    for (uint64_t bits = words[word]; bits != 0; bits &= bits - 1) {
      const int offset = word * 64 + __builtin_ctzll(bits);
      *keys++ = static_cast<typename Format::Bits>(
          LoadMagnitude<Format>(weights, offset));
      *offsets++ = static_cast<uint16_t>(offset);
    }
  }
}

// Shard body of the pass over all weights.
template <typename Format>
void ClassifyShard(void* context, int shard) {
  typedef typename Format::Bits Bits;
  Bracketing& call = *static_cast<Bracketing*>(context);
  const ShardRange range = ShardOf(call.num_chunks, call.num_shards, shard);
  ShardTotals totals;
  memset(&totals, 0, sizeof(totals));
  uint64_t words[kClassifyWords];
  KeyBounds bounds = call.bounds;
  for (int64_t chunk = range.begin; chunk < range.end; ++chunk) {
    const WeightPiece weights = WeightsOfChunk(call, chunk);
    const int count = static_cast<int>(weights.count);
    if (chunk < call.cut_chunk) {
      bounds.keep_from = bounds.candidate_from = bounds.tie_low;
    } else {
      bounds.keep_from = call.bounds.keep_from;
      bounds.candidate_from = call.bounds.candidate_from;
    }
    KeyCounts counts =
        call.classify(weights.weights, count, bounds, weights.mask, words);
    // What is below the candidates is zero, so it need not be compared.
    if (call.rest_is_zero_ties) {
      counts.ties_low = count - counts.kept - counts.candidates;
    }
    if (counts.candidates > 0) {
      const int64_t first = __atomic_fetch_add(
          &call.num_candidates, counts.candidates, __ATOMIC_RELAXED);
      if (first + counts.candidates > call.capacity) {
        totals.overflowed = true;
        break;
      }
      CopyCandidates<Format>(weights.weights, words, (count + 63) / 64,
                             CandidateKeys<Bits>(call) + first,
                             CandidateOffsets<Bits>(call) + first);
      call.chunks[chunk].first_candidate = first;
    }
    call.chunks[chunk].candidates = static_cast<uint16_t>(counts.candidates);
    call.chunks[chunk].ties_low = static_cast<uint16_t>(counts.ties_low);
    call.chunks[chunk].ties_high = static_cast<uint16_t>(counts.ties_high);
    totals.kept += counts.kept;
    if (chunk < call.cut_chunk) totals.kept -= counts.ties_low;
    totals.ties_low += counts.ties_low;
    totals.ties_high += counts.ties_high;
  }
  call.totals[shard] = totals;
}

// Hands out `quota` ties: the first shards hold the lowest indices.
void ShareQuota(Bracketing* call, int shard, int64_t ties, int64_t* quota) {
  ShardTotals* totals = &call->totals[shard];
  totals->tie_quota = ties < *quota ? ties : *quota;
  *quota -= totals->tie_quota;
}

// Finds the threshold among the candidates, of which `rank` come before it.
template <typename Format>
void SelectCandidate(Bracketing* call, int64_t rank) {
  typedef typename Format::Bits Bits;
  typedef typename Format::Key Key;
  const Bits* keys = CandidateKeys<Bits>(*call);
  const uint64_t base = call->bounds.candidate_from;
  int key_bits = 1;
  while ((call->bounds.keep_from - base - 1) >> key_bits != 0) ++key_bits;
  const RankFinder<Bits, Key> finder(keys, call->num_candidates, base,
                                     key_bits);
  call->threshold = finder.KeyOfRank(rank);
  const Bits threshold = static_cast<Bits>(call->threshold);
  int64_t above = 0;
  for (int64_t i = 0; i < call->num_candidates; ++i) {
    above += keys[i] > threshold;
  }
  int64_t quota = rank + 1 - above;
  for (int shard = 0; shard < call->num_shards; ++shard) {
    const ShardRange range = ShardOf(call->num_chunks, call->num_shards, shard);
    int64_t ties = 0;
    // Behind the last tie that is kept, it does not matter how many there are.
    for (int64_t chunk = range.begin; chunk < range.end && quota > 0; ++chunk) {
      const ChunkCounts& counts = call->chunks[chunk];
      for (int i = 0; i < counts.candidates; ++i) {
        ties += keys[counts.first_candidate + i] == threshold;
      }
    }
    ShareQuota(call, shard, ties, &quota);
  }
}

// Finds the threshold from what the pass has counted.
template <typename Format>
void FindThreshold(Bracketing* call) {
  int64_t kept = 0;
  int64_t ties_low = 0;
  int64_t ties_high = 0;
  call->place = kMissed;
  for (int shard = 0; shard < call->num_shards; ++shard) {
    const ShardTotals& totals = call->totals[shard];
    if (totals.overflowed) return;
    kept += totals.kept;
    ties_low += totals.ties_low;
    ties_high += totals.ties_high;
  }
  int64_t rank = call->keep - (kept - ties_high);  // 1 is the first tie_high
  if (rank < 1) return;
  if (rank <= ties_high) {
    call->place = kAtHigh;
    call->threshold = call->bounds.tie_high;
    for (int shard = 0; shard < call->num_shards; ++shard) {
      ShareQuota(call, shard, call->totals[shard].ties_high, &rank);
    }
    return;
  }
  rank -= ties_high;
  if (rank <= call->num_candidates) {
    call->place = kAmongCandidates;
    return SelectCandidate<Format>(call, rank - 1);
  }
  rank -= call->num_candidates;
  if (rank > ties_low) return;
  call->place = kAtLow;
  call->threshold = call->bounds.tie_low;
  for (int shard = 0; shard < call->num_shards; ++shard) {
    ShareQuota(call, shard, call->totals[shard].ties_low, &rank);
  }
}

// The pass and what follows, for the bounds that are set. Returns whether the
// threshold was inside.
template <typename Format>
bool TryBounds(const ParallelFor& parallel_for, Bracketing* call) {
  call->num_candidates = 0;
  parallel_for.run(parallel_for.context, call->num_shards,
                   ClassifyShard<Format>, call);
  FindThreshold<Format>(call);
  if (call->place == kMissed) return false;
  parallel_for.run(parallel_for.context, call->num_shards, SettleShard<Format>,
                   call);
  return true;
}

// All brackets, one after the other.
template <typename Format>
bool TryAll(const BracketTuning& tuning, const ParallelFor& parallel_for,
            Bracketing* call) {
  if (ChooseBoundsFromHint(tuning, call) &&
      TryBounds<Format>(parallel_for, call)) {
    return true;
  }
  // The second sample is as good as certain to bracket whatever one can.
  const double widths[2] = {tuning.width, 2.5 * tuning.width};
  for (int attempt = 0; attempt < 2; ++attempt) {
    call->sample.seed = static_cast<uint64_t>(attempt) << 32;
    parallel_for.run(parallel_for.context, call->num_shards, DrawShard, call);
    ChooseBounds(tuning, widths[attempt], call);
    if (TryBounds<Format>(parallel_for, call)) return true;
  }
  return false;
}

// Whether the pass has counted no more weights that are not zero than are kept.
bool RestIsZero(const Bracketing& call) {
  if (call.bounds.candidate_from > 1) return false;
  int64_t not_zero = call.num_candidates;
  for (int shard = 0; shard < call.num_shards; ++shard) {
    not_zero += call.totals[shard].kept;
  }
  return not_zero <= call.keep;
}

// `count` to the 2/3, rounded down to a square.
int64_t TwoThirdsPower(int64_t count) {
  int64_t root = 1;
  int64_t step = 1 << 20;
  for (; step > 0; step /= 2) {
    const int64_t next = root + step;
    if (next <= count / next / next) root = next;
  }
  return root * root;
}

}  // namespace

BracketTuning DefaultBracketTuning() {
  BracketTuning tuning;
  tuning.variant = ChosenCpuVariant();
  tuning.chunk = kClassifyChunk;
  tuning.sample = 2.4;
  tuning.width = 3.2;
  tuning.stream_bytes = int64_t{1} << 25;
  tuning.hint = 0;
  return tuning;
}

size_t BracketMaskScratchBytes(FloatFormat format, int64_t count,
                               int num_threads, int64_t num_segments) {
  return kAlignment + ChunkBytes(count, num_segments) +
         sizeof(ShardTotals) *
             static_cast<size_t>(NumShards(num_threads, num_threads)) +
         RegionBytes(format, count);
}

bool BracketMask(FloatFormat format, const WeightSegments& segments,
                 int64_t keep, const BracketTuning& tuning,
                 const ParallelFor& parallel_for, void* scratch,
                 uint64_t* threshold, bool* rest_is_zero) {
  Bracketing call;
  memset(&call, 0, sizeof(call));
  call.format = format;
  call.segments = segments;
  call.num_chunks = PlaceSegments(segments, tuning.chunk);
  const WeightSegment& last = segments.list[segments.size - 1];
  const int64_t count = last.begin + last.count;
  call.count = count;
  call.keep = keep;
  call.classify = KeyClassifierFor(tuning.variant, format);
  call.chunk = tuning.chunk;
  call.num_shards = NumShards(call.num_chunks, parallel_for.num_threads);
  const uintptr_t address = reinterpret_cast<uintptr_t>(scratch);
  char* memory = static_cast<char*>(scratch) +
                 (kAlignment - address % kAlignment) % kAlignment;
  call.totals = reinterpret_cast<ShardTotals*>(memory);
  memory += sizeof(ShardTotals) * static_cast<size_t>(call.num_shards);
  call.region = memory;
  call.region_bytes = RegionBytes(format, count);
  call.chunks = reinterpret_cast<ChunkCounts*>(memory + call.region_bytes);
  call.capacity = static_cast<int64_t>(call.region_bytes /
                                       (FloatBytes(format) + sizeof(uint16_t)));
  // RankFinder counts in 32 bits.
  if (call.capacity > kMostCandidates) call.capacity = kMostCandidates;

  const size_t sample_key_bytes = format == kFloat64 ? 8 : 4;
  int64_t sampled = static_cast<int64_t>(
      tuning.sample * static_cast<double>(TwoThirdsPower(count)));
  const int64_t most =
      static_cast<int64_t>(call.region_bytes / sample_key_bytes);
  if (sampled > most) sampled = most;
  if (sampled > count) sampled = count;
  call.sample.format = format;
  call.sample.segments = segments;
  call.sample.count = count;
  call.sample.groups = sampled / kSampleGroup > 0 ? sampled / kSampleGroup : 1;
  call.sample.keys = call.region;
  const int64_t drawn = call.sample.groups * kSampleGroup;
  call.sample.spare = call.region + drawn * sample_key_bytes;
  call.sample.spare_count = most - drawn;

  const bool found =
      format == kFloat64   ? TryAll<Float64Format>(tuning, parallel_for, &call)
      : format == kFloat32 ? TryAll<Float32Format>(tuning, parallel_for, &call)
                           : TryAll<Float16Format>(tuning, parallel_for, &call);
  if (!found) return false;
  *threshold = call.threshold;
  *rest_is_zero = RestIsZero(call);
  return true;
}

}  // namespace tfmot
