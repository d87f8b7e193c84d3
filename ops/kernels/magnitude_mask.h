// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_MAGNITUDE_MASK_H_
#define OPS_KERNELS_MAGNITUDE_MASK_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/parallel_for.h"
#include "ops/kernels/status.h"
#include "ops/kernels/weight_segments.h"

namespace tfmot {

// Unstructured magnitude mask: the same as sorting the weights by descending
// magnitude, ties by ascending index, and marking the first `keep` of them, but
// in linear time and without the sort. ops/README.md, "Semantics", defines the
// order; magnitude_mask_reference.h is that definition as code.
//
//   weights [0.1, -3, 2, -2, 0], keep 2  ->  mask [0, 1, 1, 0, 0], threshold 2

// Bytes of scratch that MagnitudeMask needs: about 50 KB per thread, or 64 KB
// and 1.9 % of the weights if that is more. REQUIRES: count >= 0, num_threads
// >= 1, num_segments >= 1.
size_t MagnitudeMaskScratchBytes(FloatFormat format, int64_t count,
                                 int num_threads, int64_t num_segments = 1);

// The same for a caller that does not know the format: enough for any.
size_t MagnitudeMaskScratchBytes(int64_t count, int num_threads);

// Writes `count` bytes of 0 or 1 to `mask`, exactly `keep` of them 1, and to
// `threshold` one number of the given format: the smallest kept magnitude (0
// where count is 0).
//
// REQUIRES:
//   1 <= keep <= count, or keep == 0 for count == 0 (see kept_count.h);
//   `weights` holds `count` numbers, at any address, unchanged during the call;
//   `mask`, `threshold` and `scratch` overlap neither each other nor `weights`;
//   `scratch` has MagnitudeMaskScratchBytes(format, count,
//   parallel_for.num_threads) bytes, at any address.
KernelStatus MagnitudeMask(FloatFormat format, const void* weights,
                           int64_t count, int64_t keep,
                           const ParallelFor& parallel_for, void* scratch,
                           size_t scratch_bytes, uint8_t* mask,
                           void* threshold);

// The same for a mask that is computed again and again while the weights change
// a little.
//
// `hint` is null or one number of the format, any number: a magnitude that is
// likely about the threshold, such as the threshold of the mask before. It
// changes the time and never the result. 0 is none.
// `zeroed` becomes whether every weight that is not kept is zero (or -0)
// already.
KernelStatus UpdatedMagnitudeMask(FloatFormat format, const void* weights,
                                  int64_t count, int64_t keep, const void* hint,
                                  const ParallelFor& parallel_for,
                                  void* scratch, size_t scratch_bytes,
                                  uint8_t* mask, void* threshold, bool* zeroed);

// One ranking of several tensors: what UpdatedMagnitudeMask gives for their
// concatenation, without making it.
//
//   weights [0.1, -3], [2, -2, 0], keep 2  ->  masks [0, 1], [1, 0, 0]
//
// `zeroed` may be null. REQUIRES: the same, of each segment; none overlaps
// another; scratch for all weights together and for so many segments.
KernelStatus GlobalMagnitudeMask(FloatFormat format,
                                 const WeightSegments& segments, int64_t keep,
                                 const void* hint,
                                 const ParallelFor& parallel_for, void* scratch,
                                 size_t scratch_bytes, void* threshold,
                                 bool* zeroed);

}  // namespace tfmot

#endif  // OPS_KERNELS_MAGNITUDE_MASK_H_
