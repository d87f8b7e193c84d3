// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cuda/device_api.h"
#include "ops/kernels/cuda/key_range.h"
#include "ops/kernels/cuda/magnitude_mask_cuda.h"
#include "ops/kernels/cuda/magnitude_mask_kernels.h"
#include "ops/kernels/cuda/scratch.h"

namespace tfmot {
namespace {

// The parts of the scratch memory; their sum without any memory.
size_t LayOut(int64_t count, void* scratch, device::MaskTask* task) {
  ScratchParts parts(scratch);
  task->few_capacity = FewWeights(count);
  task->state = parts.Take<device::SearchState>(1);
  task->bins = parts.Take<uint64_t>(kBins);
  task->few = parts.Take<device::FewWeight>(task->few_capacity);
  task->chunk_ties = parts.Take<uint32_t>(ChunkCount(count));
  return parts.bytes();
}

template <typename Format>
bool LaunchAll(const device::MaskTask& task, int multiprocessors,
               void* stream) {
  const int grid = GridFor(ChunkCount(task.count), multiprocessors);
  if (!device::Launch(device::StartSearch<Format>, 1, kThreads, stream, task)) {
    return false;
  }
  if (task.count > task.few_capacity) {
    // One more than it takes from the start, since the sample may mislead.
    const int sampled = task.count >= kLeastSampledCount ? 1 : 0;
    const int rounds = RoundsToOneKey(MagnitudeBits(Format::kFormat)) + sampled;
    for (int i = 0; i < rounds; ++i) {
      if (!device::Launch(device::CountRange<Format>, grid, kThreads, stream,
                          task)) {
        return false;
      }
    }
    if (!device::Launch(device::CountTies<Format>, grid, kThreads, stream,
                        task)) {
      return false;
    }
  }
  return device::Launch(device::WriteMask<Format>, grid, kThreads, stream,
                        task) &&
         device::Launch(
             device::Settle<Format>,
             GridFor(task.few_capacity / (kThreads / 32), multiprocessors),
             kThreads, stream, task);
}

}  // namespace

size_t MagnitudeMaskCudaScratchBytes(int64_t count) {
  device::MaskTask task;
  return LayOut(count, nullptr, &task);
}

KernelStatus MagnitudeMaskCuda(FloatFormat format, const void* weights,
                               int64_t count, int64_t keep, void* stream,
                               void* scratch, size_t scratch_bytes,
                               uint8_t* mask, void* threshold) {
  if (!IsFloatFormat(format)) return kKernelBadFormat;
  if (count < 0 || count >= int64_t{1} << 50) return kKernelBadCount;
  if (keep > count || keep < (count > 0 ? 1 : 0)) return kKernelBadKeep;
  if (scratch == nullptr ||
      scratch_bytes < MagnitudeMaskCudaScratchBytes(count)) {
    return kKernelBadScratch;
  }
  if (!IsAligned(weights, FloatBytes(format)) || !IsAligned(mask, 16) ||
      !IsAligned(scratch, 16) || !IsAligned(threshold, FloatBytes(format))) {
    return kKernelBadAlignment;
  }
  if (count == 0) {
    return device::ClearAsync(threshold, FloatBytes(format), stream)
               ? kKernelOk
               : kKernelLaunchFailed;
  }
  device::MaskTask task;
  LayOut(count, scratch, &task);
  task.weights = weights;
  task.count = count;
  task.keep = static_cast<uint64_t>(keep);
  task.packed = IsAligned(weights, 16);
  task.ranks = RanksAround(count, keep);
  task.mask = mask;
  task.threshold = threshold;
  const int multiprocessors = device::MultiprocessorCount();
  bool launched = false;
  switch (format) {
    case kFloat16:
      // Keys of 15 bits are the same work whatever they mean.
    case kBfloat16:
      launched = LaunchAll<Bfloat16Format>(task, multiprocessors, stream);
      break;
    case kFloat32:
      launched = LaunchAll<Float32Format>(task, multiprocessors, stream);
      break;
    case kFloat64:
      launched = LaunchAll<Float64Format>(task, multiprocessors, stream);
      break;
  }
  return launched ? kKernelOk : kKernelLaunchFailed;
}

}  // namespace tfmot
