// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_KEY_CLASSIFY_H_
#define OPS_KERNELS_KEY_CLASSIFY_H_

#include <stdint.h>

#include "ops/kernels/cpu_variant.h"
#include "ops/kernels/magnitude_bits.h"

namespace tfmot {

// The inner loop of BracketMask: says of every weight whether its magnitude is
// above, inside or below a bracket, writes the mask for the first and the last,
// and finds those inside.

// Weights per call, at most; candidates of a call have 16-bit offsets.
const int kClassifyChunk = 4096;
const int kClassifyWords = kClassifyChunk / 64;

// Magnitudes, as integers; at most 2^(magnitude bits), which none reaches.
struct KeyBounds {
  uint64_t keep_from;       // From here on a weight is marked 1, others 0.
  uint64_t candidate_from;  // From here on up to keep_from it is a candidate.
  // Magnitudes to count, where count_ties is true.
  bool count_ties;
  uint64_t tie_low;
  uint64_t tie_high;
  // Whether the mask goes around the caches. REQUIRES: it starts at a multiple
  // of 64 bytes.
  bool stream;
};

struct KeyCounts {
  int kept;
  int candidates;
  int ties_low;
  int ties_high;
};

// Classifies `count` weights; weight i is a candidate where bit i % 64 of
// candidates[i / 64] is set. Bits after the last weight are 0.
//
// REQUIRES: 1 <= count <= kClassifyChunk; `candidates` has kClassifyWords.
typedef KeyCounts (*KeyClassifier)(const void* weights, int count,
                                   const KeyBounds& bounds, uint8_t* mask,
                                   uint64_t* candidates);

// The classifier of weights of 2, 4 or 8 bytes (both 16-bit formats share one).
// REQUIRES: CpuVariantIsSupported(variant).
KeyClassifier KeyClassifierFor(CpuVariant variant, FloatFormat format);

// What KeyClassifierFor chooses from, by weights of 2, 4 and 8 bytes. Null
// where the compiler's target has no such instructions.
struct KeyClassifiers {
  KeyClassifier of_16_bits;
  KeyClassifier of_32_bits;
  KeyClassifier of_64_bits;
};
extern const KeyClassifiers kPortableClassifiers;
extern const KeyClassifiers kAvx2Classifiers;
extern const KeyClassifiers kAvx512Classifiers;

}  // namespace tfmot

#endif  // OPS_KERNELS_KEY_CLASSIFY_H_
