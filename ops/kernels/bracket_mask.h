// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BRACKET_MASK_H_
#define OPS_KERNELS_BRACKET_MASK_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/cpu_variant.h"
#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/parallel_for.h"
#include "ops/kernels/weight_segments.h"

namespace tfmot {

// The mask of MagnitudeMask in one pass over the weights.
//
//   1. A sample brackets the threshold: two magnitudes between which it lies,
//      as nearly always do 0.5 to 3 % of the weights.
//   2. One pass marks what is above the bracket, and copies the candidates
//      inside with their places.
//   3. The threshold is selected among the candidates, exactly, and their marks
//      are set.
//
// A magnitude that many weights share at an end of the bracket (the zeros of a
// layer that is already pruned) is counted instead of copied; once it is the
// threshold, only the chunks at which its weights run out are read again.
//
// The threshold never rests on the sample: counts show whether the bracket was
// right. If not, a wider one is tried, and then the caller's turn has come.

// What a test may change; it never changes a result.
struct BracketTuning {
  CpuVariant variant;
  // Weights per chunk: a multiple of kLeastChunk up to kClassifyChunk; less
  // than that only for up to kLeastBracketCount weights.
  int chunk;
  double sample;  // keys in the sample, over the number of weights to the 2/3
  double width;   // of the bracket, standard deviations on each side
  // From so many bytes on, the mask is written around the caches.
  int64_t stream_bytes;
  // Magnitude bits of a threshold that is likely about right, such as that of
  // the mask before, or 0. A right one saves most of the sample; of those that
  // are wrong a small sample finds nearly all, and what is left costs a pass.
  uint64_t hint;
};

BracketTuning DefaultBracketTuning();

// Fewer weights are not worth a sample.
const int64_t kLeastBracketCount = 1 << 14;
const int kLeastChunk = 64;

// Bytes of scratch: about 1.9 % of the weights and 64 KB.
// REQUIRES: count >= 0, num_threads >= 1, num_segments >= 1.
size_t BracketMaskScratchBytes(FloatFormat format, int64_t count,
                               int num_threads, int64_t num_segments = 1);

// Writes the masks, and sets *threshold to the magnitude bits of the smallest
// kept weight and *rest_is_zero to whether the counts show that every weight
// that is not kept is zero. (False where it is not known.) Returns false if
// both brackets missed: the masks then hold anything.
//
// REQUIRES: what GlobalMagnitudeMask requires; at least 64 weights.
bool BracketMask(FloatFormat format, const WeightSegments& segments,
                 int64_t keep, const BracketTuning& tuning,
                 const ParallelFor& parallel_for, void* scratch,
                 uint64_t* threshold, bool* rest_is_zero);

}  // namespace tfmot

#endif  // OPS_KERNELS_BRACKET_MASK_H_
