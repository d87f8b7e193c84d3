// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cuda/block_mask_cuda.h"
#include "ops/kernels/cuda/block_mask_kernels.h"
#include "ops/kernels/cuda/block_places.h"
#include "ops/kernels/cuda/device_api.h"
#include "ops/kernels/cuda/key_range.h"
#include "ops/kernels/cuda/magnitude_mask_cuda.h"
#include "ops/kernels/cuda/scratch.h"

namespace tfmot {
namespace {

// What the launches share.
struct BlockTask {
  BlockGrid grid;
  const void* weights;
  int64_t blocks;
  int64_t keep;
  void* keys;  // in the mask or in scratch
  uint8_t* flags;
  void* smallest;  // the smallest kept key
  void* mask_scratch;
  size_t mask_scratch_bytes;
  uint8_t* mask;
  void* threshold;
  int multiprocessors;
  void* stream;
};

// Bytes in which a key is passed: those of a magnitude's integer for MAX, and
// those of a float32 or, for float64 weights, of a float64 for AVG.
int KeyBytes(FloatFormat format) { return format == kFloat64 ? 8 : 4; }

FloatFormat KeyFormat(FloatFormat format) {
  return format == kFloat64 ? kFloat64 : kFloat32;
}

// Until the mask is written, its memory holds the keys, if they fit.
size_t LayOut(FloatFormat format, void* scratch, uint8_t* mask,
              BlockTask* task) {
  const int64_t blocks = BlockCount(task->grid);
  ScratchParts parts(scratch);
  task->blocks = blocks;
  task->smallest = parts.Take<uint64_t>(1);
  task->flags = parts.Take<uint8_t>(blocks);
  const int64_t key_bytes = blocks * KeyBytes(format);
  task->keys = key_bytes <= WeightCount(task->grid)
                   ? mask
                   : parts.Take<uint8_t>(key_bytes);
  task->mask_scratch_bytes = MagnitudeMaskCudaScratchBytes(blocks);
  task->mask_scratch =
      parts.Take<uint8_t>(static_cast<int64_t>(task->mask_scratch_bytes));
  return parts.bytes();
}

template <typename Pool, typename Index>
bool PoolAll(const BlockTask& task, const BlockPlan<Index>& plan) {
  typedef typename Pool::Format::Key Key;
  Key* keys = static_cast<Key*>(task.keys);
  if (plan.block_width > static_cast<Index>(device::kLanes)) {
    return device::Launch(
        device::PoolWideBlocks<Pool, Index>,
        GridFor(CeilDivide(task.blocks * device::kLanes, kThreads),
                task.multiprocessors),
        kThreads, task.stream, task.weights, plan, task.blocks, keys);
  }
  const int lane_bits =
      BitsOfPower(PowerOfTwoFrom(static_cast<int64_t>(plan.block_width)));
  return device::Launch(device::PoolNarrowBlocks<Pool, Index>,
                        GridFor(CeilDivide(task.blocks << lane_bits, kThreads),
                                task.multiprocessors),
                        kThreads, task.stream, task.weights, plan, task.blocks,
                        lane_bits, keys);
}

template <typename Pool, typename Index, bool kAverage>
KernelStatus MaskBlocks(const BlockTask& task) {
  typedef typename Pool::Format Format;
  const BlockPlan<Index> plan = PlanOf<Index>(task.grid);
  if (!PoolAll<Pool, Index>(task, plan)) return kKernelLaunchFailed;
  const KernelStatus status =
      MagnitudeMaskCuda(KeyFormat(Format::kFormat), task.keys, task.blocks,
                        task.keep, task.stream, task.mask_scratch,
                        task.mask_scratch_bytes, task.flags, task.smallest);
  if (status != kKernelOk) return status;
  const int64_t count = WeightCount(task.grid);
  const bool launched =
      device::Launch(
          device::SpreadFlags<Index>,
          GridFor(CeilDivide(count, kChunkWeights), task.multiprocessors),
          kThreads, task.stream, plan, count,
          static_cast<const uint8_t*>(task.flags), task.mask) &&
      device::Launch(device::StoreKeyAsNumber<Format, kAverage>, 1, 32,
                     task.stream,
                     static_cast<const typename Format::Key*>(task.smallest),
                     task.threshold);
  return launched ? kKernelOk : kKernelLaunchFailed;
}

template <typename Pool, bool kAverage>
KernelStatus MaskBlocks(const BlockTask& task) {
  // A walk over the weights ends at most one run behind the last.
  return WeightCount(task.grid) < int64_t{1} << 31
             ? MaskBlocks<Pool, uint32_t, kAverage>(task)
             : MaskBlocks<Pool, int64_t, kAverage>(task);
}

template <typename Format>
KernelStatus MaskBlocks(BlockPooling pooling, const BlockTask& task) {
  return pooling == kPoolMax
             ? MaskBlocks<device::DeviceMax<Format>, false>(task)
             : MaskBlocks<device::DeviceAverage<Format>, true>(task);
}

}  // namespace

size_t BlockMaskCudaScratchBytes(FloatFormat format, BlockPooling /*pooling*/,
                                 const BlockGrid& grid) {
  BlockTask task;
  task.grid = grid;
  return LayOut(format, nullptr, nullptr, &task);
}

KernelStatus BlockMaskCuda(FloatFormat format, BlockPooling pooling,
                           const BlockGrid& grid, const void* weights,
                           int64_t keep, void* stream, void* scratch,
                           size_t scratch_bytes, uint8_t* mask,
                           void* threshold) {
  if (!IsFloatFormat(format) || !IsBlockPooling(pooling)) {
    return kKernelBadFormat;
  }
  const KernelStatus grid_status = CheckBlockGrid(grid);
  if (grid_status != kKernelOk) return grid_status;
  if (WeightCount(grid) >= int64_t{1} << 50) return kKernelBadCount;
  const int64_t blocks = BlockCount(grid);
  if (keep > blocks || keep < (blocks > 0 ? 1 : 0)) return kKernelBadKeep;
  if (scratch == nullptr ||
      scratch_bytes < BlockMaskCudaScratchBytes(format, pooling, grid)) {
    return kKernelBadScratch;
  }
  if (!IsAligned(weights, FloatBytes(format)) || !IsAligned(mask, 16) ||
      !IsAligned(scratch, 16) || !IsAligned(threshold, FloatBytes(format))) {
    return kKernelBadAlignment;
  }
  if (blocks == 0) {
    return device::ClearAsync(threshold, FloatBytes(format), stream)
               ? kKernelOk
               : kKernelLaunchFailed;
  }
  BlockTask task;
  task.grid = grid;
  LayOut(format, scratch, mask, &task);
  task.weights = weights;
  task.keep = keep;
  task.mask = mask;
  task.threshold = threshold;
  task.multiprocessors = device::MultiprocessorCount();
  task.stream = stream;
  switch (format) {
    case kFloat16:
      return MaskBlocks<Float16Format>(pooling, task);
    case kBfloat16:
      return MaskBlocks<Bfloat16Format>(pooling, task);
    case kFloat32:
      return MaskBlocks<Float32Format>(pooling, task);
    case kFloat64:
      return MaskBlocks<Float64Format>(pooling, task);
  }
  return kKernelBadFormat;
}

}  // namespace tfmot
