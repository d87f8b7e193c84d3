// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/magnitude_mask.h"

#include <string.h>

#include "ops/kernels/bracket_mask.h"
#include "ops/kernels/key_classify.h"
#include "ops/kernels/key_select.h"
#include "ops/kernels/pruned_zeros.h"

namespace tfmot {
namespace {

// KeyStream::read: the keys are the magnitudes themselves.
template <typename Format>
void ReadMagnitudes(const void* segments, int64_t begin, int count,
                    void* keys) {
  typename Format::Key* out = static_cast<typename Format::Key*>(keys);
  while (count > 0) {
    const WeightPiece piece = PieceFrom(
        *static_cast<const WeightSegments*>(segments), Format::kFormat, begin);
    const int here =
        piece.count < count ? static_cast<int>(piece.count) : count;
    for (int i = 0; i < here; ++i) {
      *out++ = LoadMagnitude<Format>(piece.weights, i);
    }
    begin += here;
    count -= here;
  }
}

// KeptSink::write: the flags are the mask itself.
void WriteMask(void* segments, int64_t begin, int count, const uint8_t* kept) {
  while (count > 0) {
    // Of any format: a mask has a byte for each weight.
    const WeightPiece piece = PieceFrom(
        *static_cast<const WeightSegments*>(segments), kFloat32, begin);
    const int here =
        piece.count < count ? static_cast<int>(piece.count) : count;
    memcpy(piece.mask, kept, static_cast<size_t>(here));
    kept += here;
    begin += here;
    count -= here;
  }
}

int64_t CountOf(const WeightSegments& segments) {
  int64_t count = 0;
  for (int64_t i = 0; i < segments.size; ++i) count += segments.list[i].count;
  return count;
}

// The whole work by counting digits in several passes.
KernelStatus RadixMask(FloatFormat format, WeightSegments segments,
                       int64_t keep, const ParallelFor& parallel_for,
                       void* scratch, size_t scratch_bytes,
                       uint64_t* threshold) {
  PlaceSegments(segments, kClassifyChunk);
  KeyStream stream;
  stream.count = CountOf(segments);
  stream.key_bits = MagnitudeBits(format);
  stream.read = format == kFloat16    ? ReadMagnitudes<Float16Format>
                : format == kBfloat16 ? ReadMagnitudes<Bfloat16Format>
                : format == kFloat32  ? ReadMagnitudes<Float32Format>
                                      : ReadMagnitudes<Float64Format>;
  stream.context = &segments;
  KeptSink sink;
  sink.write = WriteMask;
  sink.context = &segments;
  return SelectLargestKeys(stream, keep, sink, parallel_for, scratch,
                           scratch_bytes, threshold);
}

bool RestIsZero(FloatFormat format, const WeightSegments& segments) {
  for (int64_t i = 0; i < segments.size; ++i) {
    const WeightSegment& segment = segments.list[i];
    if (!PrunedAreZero(format, segment.weights, segment.count, segment.mask)) {
      return false;
    }
  }
  return true;
}

uint64_t MagnitudeOf(FloatFormat format, const void* number) {
  switch (FloatBytes(format)) {
    case 2:
      return LoadMagnitude<Float16Format>(number, 0);
    case 4:
      return LoadMagnitude<Float32Format>(number, 0);
    default:
      return LoadMagnitude<Float64Format>(number, 0);
  }
}

}  // namespace

size_t MagnitudeMaskScratchBytes(FloatFormat format, int64_t count,
                                 int num_threads, int64_t num_segments) {
  const size_t radix_bytes = KeySelectScratchBytes(count, num_threads);
  if (count < kLeastBracketCount) return radix_bytes;
  const size_t bracket_bytes =
      BracketMaskScratchBytes(format, count, num_threads, num_segments);
  return bracket_bytes > radix_bytes ? bracket_bytes : radix_bytes;
}

size_t MagnitudeMaskScratchBytes(int64_t count, int num_threads) {
  return MagnitudeMaskScratchBytes(kFloat64, count, num_threads);
}

KernelStatus MagnitudeMask(FloatFormat format, const void* weights,
                           int64_t count, int64_t keep,
                           const ParallelFor& parallel_for, void* scratch,
                           size_t scratch_bytes, uint8_t* mask,
                           void* threshold) {
  return UpdatedMagnitudeMask(format, weights, count, keep, nullptr,
                              parallel_for, scratch, scratch_bytes, mask,
                              threshold, nullptr);
}

KernelStatus UpdatedMagnitudeMask(FloatFormat format, const void* weights,
                                  int64_t count, int64_t keep, const void* hint,
                                  const ParallelFor& parallel_for,
                                  void* scratch, size_t scratch_bytes,
                                  uint8_t* mask, void* threshold,
                                  bool* zeroed) {
  WeightSegment segment = {weights, mask, count, 0, 0};
  return GlobalMagnitudeMask(format, WeightSegments{&segment, 1}, keep, hint,
                             parallel_for, scratch, scratch_bytes, threshold,
                             zeroed);
}

KernelStatus GlobalMagnitudeMask(FloatFormat format,
                                 const WeightSegments& segments, int64_t keep,
                                 const void* hint,
                                 const ParallelFor& parallel_for, void* scratch,
                                 size_t scratch_bytes, void* threshold,
                                 bool* zeroed) {
  if (!IsFloatFormat(format)) return kKernelBadFormat;
  for (int64_t i = 0; i < segments.size; ++i) {
    if (segments.list[i].count < 0) return kKernelBadCount;
  }
  const int64_t count = CountOf(segments);
  if (parallel_for.num_threads < 1) return kKernelBadThreads;
  if (keep > count || keep < (count > 0 ? 1 : 0)) return kKernelBadKeep;
  if (scratch == nullptr ||
      scratch_bytes < MagnitudeMaskScratchBytes(format, count,
                                                parallel_for.num_threads,
                                                segments.size)) {
    return kKernelBadScratch;
  }
  BracketTuning tuning = DefaultBracketTuning();
  if (hint != nullptr) tuning.hint = MagnitudeOf(format, hint);
  uint64_t smallest_kept = 0;
  bool rest_is_zero = false;
  if (count < kLeastBracketCount ||
      !BracketMask(format, segments, keep, tuning, parallel_for, scratch,
                   &smallest_kept, &rest_is_zero)) {
    const KernelStatus status =
        RadixMask(format, segments, keep, parallel_for, scratch, scratch_bytes,
                  &smallest_kept);
    if (status != kKernelOk) return status;
  }
  StoreMagnitude(format, smallest_kept, threshold);
  if (zeroed != nullptr) {
    *zeroed = rest_is_zero || RestIsZero(format, segments);
  }
  return kKernelOk;
}

}  // namespace tfmot
