// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/key_select.h"

#include <string.h>

namespace tfmot {
namespace {

// Radix selection from the top: a counting pass finds out in which bin of the
// next 11 bits the keep-th largest key lies, and the following pass looks only
// at the keys of that bin. 2^11 bins of 4 lanes are 32 KB: they fit a level 1
// cache, and 31 bits (a float32 magnitude) take three passes.
const int kDigitBits = 11;
const int kBins = 1 << kDigitBits;

// Every bin is counted in 4 lanes, used in turn. Weights that are alike hit one
// bin again and again, and an increment that has to wait for the one before it
// costs several cycles; with lanes it does not wait. The lanes of a bin share a
// cache line, so that they cost no more cache than one.
const int kLanes = 4;

// Flags are looked at this many at a time, as one integer.
const int kFlagsPerWord = 8;

// Lanes are 32 bits wide, and emptied before they could overflow.
const int64_t kKeysPerSpan = int64_t{1} << 30;

// What one shard needs; lies in the scratch of the caller.
struct ShardState {
  uint64_t counts[kBins];
  uint32_t lanes[kLanes * kBins];
  // Of the keys equal to the threshold, how many this shard keeps.
  int64_t kept_ties;
  uint64_t smallest_kept;
};

const size_t kAlignment = 64;

// A selection under way, shared by all shards. While counting, the leading bits
// of the threshold that are known are `prefix`, and `shift` bits lie below the
// digit that is being counted.
struct Selection {
  const KeyStream* stream;
  const KeptSink* sink;
  ShardState* shards;
  int num_shards;
  uint64_t prefix;
  int shift;
  int digit_bits;
  bool whole_stream;  // No prefix yet: every key counts.
  // For the last pass: keys above the threshold are kept, and some or all of
  // those equal to it. An inexact threshold is a lower bound of the kept keys.
  uint64_t threshold;
  bool threshold_is_exact;
  bool keep_all_ties;
};

int NumShards(int64_t count, int num_threads) {
  return count < num_threads ? static_cast<int>(count < 1 ? 1 : count)
                             : num_threads;
}

// Counts the digits of `keys` into the lanes.
template <typename Key>
void CountDigits(const Key* keys, int count, int shift, Key digit_mask,
                 uint32_t* lanes) {
  int i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    ++lanes[kLanes * ((keys[i] >> shift) & digit_mask)];
    ++lanes[kLanes * ((keys[i + 1] >> shift) & digit_mask) + 1];
    ++lanes[kLanes * ((keys[i + 2] >> shift) & digit_mask) + 2];
    ++lanes[kLanes * ((keys[i + 3] >> shift) & digit_mask) + 3];
  }
  for (; i < count; ++i) {
    ++lanes[kLanes * ((keys[i] >> shift) & digit_mask)];
  }
}

// Moves the keys that start with `prefix` to the front, in place, and returns
// their number. No branch depends on a single key, so that the time does not
// depend on how predictable the keys are.
template <typename Key>
int CompactUnderPrefix(Key* keys, int count, int prefix_shift, Key prefix) {
  uint8_t flags[kKeyChunk];
  for (int i = 0; i < count; ++i) {
    flags[i] = (keys[i] >> prefix_shift) == prefix;
  }
  int found = 0;
  int i = 0;
  for (; i + kFlagsPerWord <= count; i += kFlagsPerWord) {
    // Late passes find next to nothing, and go no further than this.
    uint64_t word;
    memcpy(&word, flags + i, sizeof(word));
    if (word == 0) continue;
    for (int j = i; j < i + kFlagsPerWord; ++j) {
      keys[found] = keys[j];
      found += flags[j];
    }
  }
  for (; i < count; ++i) {
    keys[found] = keys[i];
    found += flags[i];
  }
  return found;
}

// Shard body of a counting pass.
template <typename Key>
void CountShard(void* context, int shard) {
  const Selection& selection = *static_cast<const Selection*>(context);
  const KeyStream& stream = *selection.stream;
  ShardState* state = &selection.shards[shard];
  const ShardRange range = ShardOf(stream.count, selection.num_shards, shard);
  const int bins = 1 << selection.digit_bits;
  memset(state->counts, 0, sizeof(state->counts[0]) * bins);
  Key keys[kKeyChunk];
  for (int64_t span = range.begin; span < range.end; span += kKeysPerSpan) {
    const int64_t span_end =
        range.end - span < kKeysPerSpan ? range.end : span + kKeysPerSpan;
    memset(state->lanes, 0, sizeof(state->lanes[0]) * kLanes * bins);
    for (int64_t begin = span; begin < span_end; begin += kKeyChunk) {
      const int count = static_cast<int>(
          span_end - begin < kKeyChunk ? span_end - begin : kKeyChunk);
      stream.read(stream.context, begin, count, keys);
      const int candidates =
          selection.whole_stream
              ? count
              : CompactUnderPrefix<Key>(keys, count,
                                        selection.shift + selection.digit_bits,
                                        static_cast<Key>(selection.prefix));
      CountDigits<Key>(keys, candidates, selection.shift,
                       static_cast<Key>(bins - 1), state->lanes);
    }
    for (int bin = 0; bin < bins; ++bin) {
      for (int lane = 0; lane < kLanes; ++lane) {
        state->counts[bin] += state->lanes[kLanes * bin + lane];
      }
    }
  }
}

// kept[i] = keys[i] > bound. Keys leave the sign bit of their type free, and
// vector units of old compare signed integers only.
template <typename Key, typename SignedKey>
void FlagAbove(const Key* keys, int count, SignedKey bound, uint8_t* kept) {
  for (int i = 0; i < count; ++i) {
    kept[i] = static_cast<SignedKey>(keys[i]) > bound;
  }
}

template <typename Key>
int CountEqual(const Key* keys, int count, Key value) {
  int equal = 0;
  for (int i = 0; i < count; ++i) equal += keys[i] == value;
  return equal;
}

// Flags the keys above the threshold and the first `ties_left` of those equal
// to it. Returns how many ties are left after this chunk.
template <typename Key, typename SignedKey>
int64_t FlagKept(const Key* keys, int count, SignedKey threshold,
                 int64_t ties_left, uint8_t* kept) {
  const int ties =
      ties_left > 0 ? CountEqual(keys, count, static_cast<Key>(threshold)) : 0;
  if (ties > 0 && ties <= ties_left) {
    FlagAbove<Key, SignedKey>(keys, count, threshold - 1, kept);
    return ties_left - ties;
  }
  FlagAbove<Key, SignedKey>(keys, count, threshold, kept);
  if (ties == 0) return ties_left;
  // At most one chunk of a shard runs out of ties, so this may be slow.
  for (int i = 0; ties_left > 0; ++i) {
    if (static_cast<SignedKey>(keys[i]) == threshold) {
      kept[i] = 1;
      --ties_left;
    }
  }
  return 0;
}

// The smallest of the keys that reach `bound`; the largest key there can be
// where none does.
template <typename Key, typename SignedKey>
uint64_t SmallestFrom(const Key* keys, int count, SignedKey bound) {
  const SignedKey largest = static_cast<SignedKey>(~Key{0} >> 1);
  SignedKey smallest = largest;
  for (int i = 0; i < count; ++i) {
    const SignedKey key = static_cast<SignedKey>(keys[i]);
    const SignedKey below = -static_cast<SignedKey>(key < bound);  // all ones
    const SignedKey candidate = key | (below & largest);
    smallest = candidate < smallest ? candidate : smallest;
  }
  return static_cast<uint64_t>(smallest);
}

// Shard body of the last pass.
template <typename Key, typename SignedKey>
void WriteShard(void* context, int shard) {
  const Selection& selection = *static_cast<const Selection*>(context);
  const KeyStream& stream = *selection.stream;
  const KeptSink& sink = *selection.sink;
  ShardState* state = &selection.shards[shard];
  const ShardRange range = ShardOf(stream.count, selection.num_shards, shard);
  const SignedKey threshold = static_cast<SignedKey>(selection.threshold);
  int64_t ties_left = state->kept_ties;
  uint64_t smallest_kept = ~uint64_t{0};
  Key keys[kKeyChunk];
  uint8_t kept[kKeyChunk];
  for (int64_t begin = range.begin; begin < range.end; begin += kKeyChunk) {
    const int count = static_cast<int>(
        range.end - begin < kKeyChunk ? range.end - begin : kKeyChunk);
    stream.read(stream.context, begin, count, keys);
    if (selection.keep_all_ties) {
      FlagAbove<Key, SignedKey>(keys, count, threshold - 1, kept);
      if (!selection.threshold_is_exact) {
        const uint64_t smallest =
            SmallestFrom<Key, SignedKey>(keys, count, threshold);
        if (smallest < smallest_kept) smallest_kept = smallest;
      }
    } else {
      ties_left =
          FlagKept<Key, SignedKey>(keys, count, threshold, ties_left, kept);
    }
    sink.write(sink.context, begin, count, kept);
  }
  state->smallest_kept = smallest_kept;
}

// Moves the selection to the bin of the digit just counted that holds the
// `keep`-th largest key of those counted. Returns how many of the keys in that
// bin are kept, and their number in *bin_count.
int64_t DescendIntoBin(int64_t keep, Selection* selection, int64_t* bin_count) {
  int64_t above = 0;
  int bin = 1 << selection->digit_bits;
  int64_t in_bin = 0;
  do {
    above += in_bin;
    --bin;
    in_bin = 0;
    for (int shard = 0; shard < selection->num_shards; ++shard) {
      in_bin += static_cast<int64_t>(selection->shards[shard].counts[bin]);
    }
  } while (above + in_bin < keep && bin > 0);
  selection->prefix =
      (selection->prefix << selection->digit_bits) | static_cast<uint64_t>(bin);
  selection->whole_stream = false;
  *bin_count = in_bin;
  return keep - above;
}

// Hands out `kept_ties` among the shards: the first shards hold the lowest
// indices. The last digit counted was the lowest one, so its bin of the
// threshold holds exactly the ties.
void ShareTies(int64_t kept_ties, Selection* selection) {
  const uint64_t bin =
      selection->threshold & ((uint64_t{1} << selection->digit_bits) - 1);
  for (int shard = 0; shard < selection->num_shards; ++shard) {
    ShardState* state = &selection->shards[shard];
    const int64_t ties = static_cast<int64_t>(state->counts[bin]);
    state->kept_ties = ties < kept_ties ? ties : kept_ties;
    kept_ties -= state->kept_ties;
  }
}

template <typename Key, typename SignedKey>
void Select(int64_t keep, const ParallelFor& parallel_for,
            Selection* selection) {
  const KeyStream& stream = *selection->stream;
  int64_t bin_count = stream.count;
  int bits_left = stream.key_bits;
  while (bits_left > 0 && keep < bin_count) {
    selection->digit_bits = bits_left < kDigitBits ? bits_left : kDigitBits;
    bits_left -= selection->digit_bits;
    selection->shift = bits_left;
    parallel_for.run(parallel_for.context, selection->num_shards,
                     CountShard<Key>, selection);
    keep = DescendIntoBin(keep, selection, &bin_count);
  }
  selection->threshold = selection->prefix << bits_left;
  selection->threshold_is_exact = bits_left == 0;
  selection->keep_all_ties = keep == bin_count;
  if (!selection->keep_all_ties) ShareTies(keep, selection);
  parallel_for.run(parallel_for.context, selection->num_shards,
                   WriteShard<Key, SignedKey>, selection);
  if (selection->threshold_is_exact) return;
  uint64_t smallest_kept = ~uint64_t{0};
  for (int shard = 0; shard < selection->num_shards; ++shard) {
    const uint64_t smallest = selection->shards[shard].smallest_kept;
    if (smallest < smallest_kept) smallest_kept = smallest;
  }
  selection->threshold = smallest_kept;
}

}  // namespace

size_t KeySelectScratchBytes(int64_t count, int num_threads) {
  return kAlignment + sizeof(ShardState) *
                          static_cast<size_t>(NumShards(count, num_threads));
}

KernelStatus SelectLargestKeys(const KeyStream& stream, int64_t keep,
                               const KeptSink& sink,
                               const ParallelFor& parallel_for, void* scratch,
                               size_t scratch_bytes, uint64_t* threshold) {
  if (stream.count < 0) return kKernelBadCount;
  if (stream.key_bits < 1 || stream.key_bits > 63) return kKernelBadFormat;
  if (parallel_for.num_threads < 1) return kKernelBadThreads;
  if (keep > stream.count || keep < (stream.count > 0 ? 1 : 0)) {
    return kKernelBadKeep;
  }
  if (scratch == nullptr ||
      scratch_bytes <
          KeySelectScratchBytes(stream.count, parallel_for.num_threads)) {
    return kKernelBadScratch;
  }
  if (stream.count == 0) {
    *threshold = 0;
    return kKernelOk;
  }
  const uintptr_t address = reinterpret_cast<uintptr_t>(scratch);
  const size_t skip = (kAlignment - address % kAlignment) % kAlignment;
  Selection selection;
  memset(&selection, 0, sizeof(selection));
  selection.stream = &stream;
  selection.sink = &sink;
  selection.shards =
      reinterpret_cast<ShardState*>(static_cast<char*>(scratch) + skip);
  selection.num_shards = NumShards(stream.count, parallel_for.num_threads);
  selection.whole_stream = true;
  if (stream.key_bits <= 31) {
    Select<uint32_t, int32_t>(keep, parallel_for, &selection);
  } else {
    Select<uint64_t, int64_t>(keep, parallel_for, &selection);
  }
  *threshold = selection.threshold;
  return kKernelOk;
}

}  // namespace tfmot
