// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/key_sample.h"

#include <string.h>

#include "ops/kernels/key_rank.h"

namespace tfmot {
namespace {

// Start of stratum `index` of `strata`. The product is split because count *
// strata may not fit.
int64_t StratumBegin(int64_t count, int64_t strata, int64_t index) {
  return count / strata * index + count % strata * index / strata;
}

// A well mixed number for each stratum.
uint64_t Hash(uint64_t value) {
  value *= 0x9e3779b97f4a7c15ull;
  value ^= value >> 32;
  value *= 0xd6e8feb86659fd93ull;
  return value ^ (value >> 32);
}

// Where the group of a stratum begins.
int64_t PlaceOfGroup(const KeySample& sample, int64_t group) {
  const int64_t first = StratumBegin(sample.count, sample.groups, group);
  const int64_t size =
      StratumBegin(sample.count, sample.groups, group + 1) - first;
  // 24 bits times the size of a stratum stay below 2^63.
  return first + static_cast<int64_t>(
                     ((Hash(sample.seed + static_cast<uint64_t>(group)) >> 40) *
                      static_cast<uint64_t>(size - kSampleGroup + 1)) >>
                     24);
}

// Reads a group that begins in one segment and ends in another.
template <typename Format>
void LoadAcross(const KeySample& sample, int64_t place,
                typename Format::Key* keys) {
  for (int i = 0; i < kSampleGroup; ++i) {
    keys[i] = LoadMagnitude<Format>(
        PieceFrom(sample.segments, Format::kFormat, place + i).weights, 0);
  }
}

template <typename Format>
void Draw(const KeySample& sample, int64_t begin, int64_t end) {
  typename Format::Key* keys =
      static_cast<typename Format::Key*>(sample.keys) + begin * kSampleGroup;
  // The groups to come, whose weights are on their way already.
  const int kAhead = 16;
  WeightPiece ahead[kAhead];
  for (int64_t group = begin; group < end + kAhead; ++group) {
    WeightPiece* piece = &ahead[(group - begin) % kAhead];
    if (group >= begin + kAhead) {
      if (piece->count < kSampleGroup) {
        LoadAcross<Format>(sample, PlaceOfGroup(sample, group - kAhead), keys);
      } else {
        for (int i = 0; i < kSampleGroup; ++i) {
          keys[i] = LoadMagnitude<Format>(piece->weights, i);
        }
      }
      keys += kSampleGroup;
    }
    if (group < end) {
      *piece = PieceFrom(sample.segments, Format::kFormat,
                         PlaceOfGroup(sample, group));
      __builtin_prefetch(piece->weights);
    }
  }
}

// By how much neighbours in a group being alike multiplies the variance of the
// number of keys that reach `bound`; 1 for independent keys. Groups are
// compared with the next one, because strata take care of slower changes.
template <typename Key>
double DesignEffect(const Key* keys, int64_t groups, Key bound) {
  int64_t reached = 0;
  int64_t squares = 0;
  int previous = -1;
  for (int64_t group = 0; group < groups; ++group) {
    int in_group = 0;
    for (int i = 0; i < kSampleGroup; ++i) {
      in_group += keys[group * kSampleGroup + i] >= bound;
    }
    reached += in_group;
    if (previous >= 0) {
      squares += (in_group - previous) * (in_group - previous);
    }
    previous = in_group;
  }
  const int64_t count = groups * kSampleGroup;
  if (groups < 2 || reached == 0 || reached == count) return 1;
  const double share =
      static_cast<double>(reached) / static_cast<double>(count);
  const double variance =
      static_cast<double>(squares) / (2.0 * static_cast<double>(groups - 1));
  const double effect = variance / (kSampleGroup * share * (1 - share));
  // Next to no difference between groups may be luck.
  return effect < 0.25 ? 0.25 : effect;
}

// Square root by Newton's method: the kernels link no mathematics library.
double SquareRoot(double square) {
  if (!(square > 0)) return 0;
  double root = square > 1 ? square : 1;
  for (int i = 0; i < 64; ++i) {
    const double next = 0.5 * (root + square / root);
    if (next >= root) break;
    root = next;
  }
  return root;
}

template <typename Key>
int64_t CountEqual(const Key* keys, int64_t count, uint64_t value) {
  const Key key = static_cast<Key>(value);
  Key equal = 0;
  for (int64_t i = 0; i < count; ++i) equal += keys[i] == key;
  return static_cast<int64_t>(equal);
}

template <typename Key>
SampleBracket FindBracket(const KeySample& sample, int64_t keep, double width,
                          int64_t most_inside) {
  const Key* keys = static_cast<const Key*>(sample.keys);
  const int64_t drawn = sample.groups * kSampleGroup;
  const double per_key =
      static_cast<double>(sample.count) / static_cast<double>(drawn);
  const int key_bits = MagnitudeBits(sample.format);
  RankFinder<Key, Key> finder(keys, drawn, 0, key_bits);

  // The rank in the sample, and its standard deviation; never less than that
  // of a rank one further from both ends, so that next to an end it stays sane.
  const double rank = static_cast<double>(keep) / per_key;
  const double share = (rank + 1) / (static_cast<double>(drawn) + 2);
  const double effect = DesignEffect<Key>(
      keys, sample.groups,
      static_cast<Key>(finder.FirstDigitFloor(static_cast<int64_t>(
          rank < static_cast<double>(drawn) ? rank : drawn - 1))));
  const double deviation =
      SquareRoot(effect * static_cast<double>(drawn) * share * (1 - share)) + 1;
  double half = width * deviation;
  const double most_half = 0.5 * static_cast<double>(most_inside) / per_key - 1;
  if (half > most_half) half = most_half > 1 ? most_half : 1;

  SampleBracket bracket;
  const double above = rank - half;
  const double below = rank + half;
  // Ranks count from 0, the largest.
  const int64_t high_rank = above < 1 ? -1 : static_cast<int64_t>(above) - 1;
  const int64_t low_rank = below + 1 > static_cast<double>(drawn)
                               ? drawn
                               : static_cast<int64_t>(below);
  finder.Narrow(high_rank < 0 ? 0 : high_rank,
                low_rank < drawn ? low_rank : drawn - 1,
                static_cast<Key*>(sample.spare), sample.spare_count);
  bracket.high =
      high_rank < 0 ? uint64_t{1} << key_bits : finder.KeyOfRank(high_rank);
  bracket.low = low_rank >= drawn ? 0 : finder.KeyOfRank(low_rank);
  bracket.inside =
      static_cast<int64_t>(static_cast<double>(low_rank - high_rank) * per_key);
  bracket.at_low = static_cast<int64_t>(
      static_cast<double>(CountEqual<Key>(keys, drawn, bracket.low)) * per_key);
  bracket.at_high = static_cast<int64_t>(
      static_cast<double>(CountEqual<Key>(keys, drawn, bracket.high)) *
      per_key);
  return bracket;
}

template <typename Key>
int64_t FindTieCut(const KeySample& sample, int64_t keep, uint64_t tie) {
  const Key* keys = static_cast<const Key*>(sample.keys);
  const int64_t drawn = sample.groups * kSampleGroup;
  int64_t above = 0;
  for (int64_t i = 0; i < drawn; ++i) above += keys[i] > tie;
  const double rank = static_cast<double>(keep) * static_cast<double>(drawn) /
                      static_cast<double>(sample.count);
  double left = rank - static_cast<double>(above);
  for (int64_t group = 0; group < sample.groups; ++group) {
    left -= static_cast<double>(
        CountEqual<Key>(keys + group * kSampleGroup, kSampleGroup, tie));
    if (left < 0) return StratumBegin(sample.count, sample.groups, group);
  }
  return sample.count;
}

template <typename Key>
int64_t CountFromBound(const void* keys, int64_t count, uint64_t value) {
  const Key bound = static_cast<Key>(value);
  Key reached = 0;
  for (int64_t i = 0; i < count; ++i) {
    reached += static_cast<const Key*>(keys)[i] >= bound;
  }
  return static_cast<int64_t>(reached);
}

// How many keys of the sample reach `bound`.
int64_t CountFrom(const KeySample& sample, uint64_t bound) {
  const int64_t drawn = sample.groups * kSampleGroup;
  return sample.format == kFloat64
             ? CountFromBound<uint64_t>(sample.keys, drawn, bound)
             : CountFromBound<uint32_t>(sample.keys, drawn, bound);
}

}  // namespace

void DrawSample(const KeySample& sample, int64_t begin, int64_t end) {
  switch (sample.format) {
    case kFloat16:
      return Draw<Float16Format>(sample, begin, end);
    case kBfloat16:
      return Draw<Bfloat16Format>(sample, begin, end);
    case kFloat32:
      return Draw<Float32Format>(sample, begin, end);
    case kFloat64:
      return Draw<Float64Format>(sample, begin, end);
  }
}

SampleBracket BracketOfRank(const KeySample& sample, int64_t keep, double width,
                            int64_t most_inside) {
  return sample.format == kFloat64
             ? FindBracket<uint64_t>(sample, keep, width, most_inside)
             : FindBracket<uint32_t>(sample, keep, width, most_inside);
}

int64_t TieCutOfRank(const KeySample& sample, int64_t keep, uint64_t tie) {
  return sample.format == kFloat64 ? FindTieCut<uint64_t>(sample, keep, tie)
                                   : FindTieCut<uint32_t>(sample, keep, tie);
}

int64_t EstimateBetween(const KeySample& sample, uint64_t low, uint64_t high) {
  const int64_t between = CountFrom(sample, low) - CountFrom(sample, high);
  return static_cast<int64_t>(
      static_cast<double>(between) * static_cast<double>(sample.count) /
      static_cast<double>(sample.groups * kSampleGroup));
}

bool RankMayBeBetween(const KeySample& sample, int64_t keep, uint64_t low,
                      uint64_t high) {
  const double drawn = static_cast<double>(sample.groups * kSampleGroup);
  const double share =
      static_cast<double>(keep) / static_cast<double>(sample.count);
  const double rank = share * drawn;
  const double error = 1.5 * SquareRoot(rank * (1 - share)) + 1;
  return static_cast<double>(CountFrom(sample, high)) <= rank + error &&
         static_cast<double>(CountFrom(sample, low)) >= rank - error;
}

}  // namespace tfmot
