// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/magnitude_mask.h"

#include <string.h>

#include "ops/kernels/bracket_mask.h"
#include "ops/kernels/key_select.h"
#include "ops/kernels/pruned_zeros.h"

namespace tfmot {
namespace {

// KeyStream::read: the keys are the magnitudes themselves.
template <typename Format>
void ReadMagnitudes(const void* weights, int64_t begin, int count, void* keys) {
  typename Format::Key* out = static_cast<typename Format::Key*>(keys);
  const char* in = static_cast<const char*>(weights) +
                   begin * static_cast<int64_t>(sizeof(typename Format::Bits));
  for (int i = 0; i < count; ++i) out[i] = LoadMagnitude<Format>(in, i);
}

// KeptSink::write: the flags are the mask itself.
void WriteMask(void* mask, int64_t begin, int count, const uint8_t* kept) {
  memcpy(static_cast<uint8_t*>(mask) + begin, kept, static_cast<size_t>(count));
}

// The whole work by counting digits in several passes.
KernelStatus RadixMask(FloatFormat format, const void* weights, int64_t count,
                       int64_t keep, const ParallelFor& parallel_for,
                       void* scratch, size_t scratch_bytes, uint8_t* mask,
                       uint64_t* threshold) {
  KeyStream stream;
  stream.count = count;
  stream.key_bits = MagnitudeBits(format);
  stream.read = format == kFloat16    ? ReadMagnitudes<Float16Format>
                : format == kBfloat16 ? ReadMagnitudes<Bfloat16Format>
                : format == kFloat32  ? ReadMagnitudes<Float32Format>
                                      : ReadMagnitudes<Float64Format>;
  stream.context = weights;
  KeptSink sink;
  sink.write = WriteMask;
  sink.context = mask;
  return SelectLargestKeys(stream, keep, sink, parallel_for, scratch,
                           scratch_bytes, threshold);
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
                                 int num_threads) {
  const size_t radix_bytes = KeySelectScratchBytes(count, num_threads);
  if (count < kLeastBracketCount) return radix_bytes;
  const size_t bracket_bytes =
      BracketMaskScratchBytes(format, count, num_threads);
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
  if (!IsFloatFormat(format)) return kKernelBadFormat;
  if (count < 0) return kKernelBadCount;
  if (parallel_for.num_threads < 1) return kKernelBadThreads;
  if (keep > count || keep < (count > 0 ? 1 : 0)) return kKernelBadKeep;
  if (scratch == nullptr ||
      scratch_bytes <
          MagnitudeMaskScratchBytes(format, count, parallel_for.num_threads)) {
    return kKernelBadScratch;
  }
  BracketTuning tuning = DefaultBracketTuning();
  if (hint != nullptr) tuning.hint = MagnitudeOf(format, hint);
  uint64_t smallest_kept = 0;
  bool rest_is_zero = false;
  if (count < kLeastBracketCount ||
      !BracketMask(format, weights, count, keep, tuning, parallel_for, scratch,
                   mask, &smallest_kept, &rest_is_zero)) {
    const KernelStatus status =
        RadixMask(format, weights, count, keep, parallel_for, scratch,
                  scratch_bytes, mask, &smallest_kept);
    if (status != kKernelOk) return status;
  }
  StoreMagnitude(format, smallest_kept, threshold);
  if (zeroed != nullptr) {
    *zeroed = rest_is_zero || PrunedAreZero(format, weights, count, mask);
  }
  return kKernelOk;
}

}  // namespace tfmot
