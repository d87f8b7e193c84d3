// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_KEY_SAMPLE_H_
#define OPS_KERNELS_KEY_SAMPLE_H_

#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/weight_segments.h"

namespace tfmot {

// Guesses from a sample between which two magnitudes the keep-th largest lies.
//
// The weights are cut into strata of equal size, and from each one group of
// neighbours is drawn at a place that a hash decides: the same call always
// draws the same. Neighbours cost one cache miss instead of one each.

// A cache line of float32 weights.
const int kSampleGroup = 16;

struct KeySample {
  FloatFormat format;
  WeightSegments segments;  // placed
  int64_t count;            // of all of them
  int64_t groups;           // 1 <= groups * kSampleGroup <= count
  uint64_t seed;
  // groups * kSampleGroup keys of 4 bytes, or 8 for kFloat64.
  void* keys;
  // Room for more of them: with some, a rank is found faster.
  void* spare;
  int64_t spare_count;
};

// Draws the groups [begin, end). Disjoint ranges may be drawn by several
// threads at once.
void DrawSample(const KeySample& sample, int64_t begin, int64_t end);

struct SampleBracket {
  // The keep-th largest magnitude is thought to be in [low, high]. high is at
  // most 2^(magnitude bits), which no weight reaches.
  uint64_t low;
  uint64_t high;
  // How many weights there are thought to be between low and high, both
  // included, and equal to low or high.
  int64_t inside;
  int64_t at_low;
  int64_t at_high;
};

// Finds the bracket of `width` standard deviations on each side of the rank
// `keep`, narrowed until no more than `most_inside` weights are thought to lie
// strictly between its ends. Groups say how alike neighbours are, so that
// weights in blocks of similar size get a wider bracket, sorted ones a
// narrower.
//
// REQUIRES: all groups are drawn; 1 <= keep <= count.
SampleBracket BracketOfRank(const KeySample& sample, int64_t keep, double width,
                            int64_t most_inside);

// Where weights equal to `tie` run out when of all weights the `keep` largest
// are kept, the first of equals first: an index in [0, count] before which
// (about) all those ties are kept, and behind it none.
int64_t TieCutOfRank(const KeySample& sample, int64_t keep, uint64_t tie);

// About how many weights have a magnitude in [low, high), bounds of at most
// 2^(magnitude bits).
//
// REQUIRES: all groups are drawn.
int64_t EstimateBetween(const KeySample& sample, uint64_t low, uint64_t high);

// Whether the keep-th largest magnitude may well be in [low, high): false if
// that is more than 1.5 standard deviations of (independent) keys off.
//
// REQUIRES: the same; 1 <= keep <= count.
bool RankMayBeBetween(const KeySample& sample, int64_t keep, uint64_t low,
                      uint64_t high);

}  // namespace tfmot

#endif  // OPS_KERNELS_KEY_SAMPLE_H_
