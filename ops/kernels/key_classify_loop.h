// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_KEY_CLASSIFY_LOOP_H_
#define OPS_KERNELS_KEY_CLASSIFY_LOOP_H_

#include <stdint.h>
#include <string.h>

#include "ops/kernels/key_classify.h"

// The loop that all variants of a KeyClassifier share, over 64 weights at a
// time. A variant's source file defines TFMOT_TARGET, the attribute that
// switches its instructions on, and only then includes this file; everything
// here has internal linkage, so that no linker takes one variant's copy for
// another's.
#ifndef TFMOT_TARGET
#error "Define TFMOT_TARGET before including key_classify_loop.h."
#endif

namespace tfmot {
namespace {

// `Lanes` is the variant: its static functions
//   AtLeast(in, bounds[2], words[2]): bit i of words[b] says whether the
//     magnitude of weight i of 64 at `in`, any address, reaches bounds[b];
//   Expand(bits, out): writes 64 bytes, byte i is bit i;
//   ExpandStream(bits, out): the same around the caches, for aligned `out`;
//   EndStream(): makes what ExpandStream wrote visible to other threads;
//   Count(bits): how many are set.
template <typename Bits, typename Lanes>
TFMOT_TARGET inline __attribute__((always_inline)) void ClassifyWord(
    const char* in, const KeyBounds& bounds, uint64_t valid, uint64_t* kept,
    uint64_t* candidates, KeyCounts* counts) {
  const uint64_t limits[2] = {bounds.keep_from, bounds.candidate_from};
  uint64_t words[2];
  Lanes::template AtLeast<Bits>(in, limits, words);
  *kept = words[0] & valid;
  *candidates = words[1] & ~words[0] & valid;
  counts->kept += Lanes::Count(*kept);
  counts->candidates += Lanes::Count(*candidates);
  if (bounds.count_ties) {
    const uint64_t low[2] = {bounds.tie_low, bounds.tie_low + 1};
    Lanes::template AtLeast<Bits>(in, low, words);
    counts->ties_low += Lanes::Count(words[0] & ~words[1] & valid);
    const uint64_t high[2] = {bounds.tie_high, bounds.tie_high + 1};
    Lanes::template AtLeast<Bits>(in, high, words);
    counts->ties_high += Lanes::Count(words[0] & ~words[1] & valid);
  }
}

template <typename Bits, typename Lanes>
TFMOT_TARGET KeyCounts Classify(const void* weights, int count,
                                const KeyBounds& bounds, uint8_t* mask,
                                uint64_t* candidates) {
  const char* in = static_cast<const char*>(weights);
  KeyCounts counts = {0, 0, 0, 0};
  uint64_t kept;
  const int whole_words = count / 64;
  for (int word = 0; word < whole_words; ++word) {
    ClassifyWord<Bits, Lanes>(in + word * 64 * sizeof(Bits), bounds,
                              ~uint64_t{0}, &kept, &candidates[word], &counts);
    if (bounds.stream) {
      Lanes::ExpandStream(kept, mask + word * 64);
    } else {
      Lanes::Expand(kept, mask + word * 64);
    }
  }
  const int rest = count % 64;
  if (rest > 0) {
    Bits padded[64] = {0};
    uint8_t flags[64];
    memcpy(padded, in + whole_words * 64 * sizeof(Bits), rest * sizeof(Bits));
    ClassifyWord<Bits, Lanes>(reinterpret_cast<const char*>(padded), bounds,
                              (uint64_t{1} << rest) - 1, &kept,
                              &candidates[whole_words], &counts);
    Lanes::Expand(kept, flags);
    memcpy(mask + whole_words * 64, flags, static_cast<size_t>(rest));
  }
  if (bounds.stream) Lanes::EndStream();
  return counts;
}

}  // namespace
}  // namespace tfmot

#endif  // OPS_KERNELS_KEY_CLASSIFY_LOOP_H_
