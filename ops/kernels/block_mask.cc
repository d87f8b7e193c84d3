// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_mask.h"

#include <string.h>

#include "ops/kernels/block_expand.h"
#include "ops/kernels/cpu_variant.h"
#include "ops/kernels/magnitude_mask.h"

namespace tfmot {
namespace {

const size_t kAlignment = 64;

// Blocks that a shard works on at once.
const int kBlocksAtOnce = 4096;

size_t RoundUp(size_t bytes) {
  return (bytes + kAlignment - 1) / kAlignment * kAlignment;
}

// A key as MagnitudeMask ranks it: a number without a sign.
FloatFormat KeyFormat(FloatFormat format, BlockPooling pooling) {
  return BlockKeyBytes(format, pooling) == 8 ? kFloat64 : kFloat32;
}

size_t KeysBytes(FloatFormat format, BlockPooling pooling,
                 const BlockGrid& grid) {
  return static_cast<size_t>(BlockCount(grid)) *
         static_cast<size_t>(BlockKeyBytes(format, pooling));
}

// Until the mask is written, its memory holds the keys, if they fit: where
// blocks have at least as many weights as a key has bytes.
bool KeysFitIntoMask(FloatFormat format, BlockPooling pooling,
                     const BlockGrid& grid) {
  return KeysBytes(format, pooling, grid) <=
         static_cast<size_t>(WeightCount(grid));
}

// What all shards share.
struct BlockTask {
  BlockKeyReader read;
  FlagRepeater repeat;
  BlockedWeights source;
  int64_t blocks;
  int num_shards;
  int key_bytes;
  char* keys;      // at any address
  uint8_t* flags;  // other scratch is behind them, as padding
  uint8_t* mask;
};

// Shard body: pools every block once.
void PoolShard(void* context, int shard) {
  const BlockTask& task = *static_cast<const BlockTask*>(context);
  const ShardRange range = ShardOf(task.blocks, task.num_shards, shard);
  const bool aligned = reinterpret_cast<uintptr_t>(task.keys) %
                           static_cast<uintptr_t>(task.key_bytes) ==
                       0;
  uint64_t keys[kBlocksAtOnce];
  for (int64_t begin = range.begin; begin < range.end; begin += kBlocksAtOnce) {
    const int count = static_cast<int>(
        range.end - begin < kBlocksAtOnce ? range.end - begin : kBlocksAtOnce);
    char* out = task.keys + begin * task.key_bytes;
    if (aligned) {
      task.read(&task.source, begin, count, out);
      continue;
    }
    task.read(&task.source, begin, count, keys);
    memcpy(out, keys,
           static_cast<size_t>(count) * static_cast<size_t>(task.key_bytes));
  }
}

// Shard body: writes the mask.
void ExpandShard(void* context, int shard) {
  const BlockTask& task = *static_cast<const BlockTask*>(context);
  const ShardRange range = ShardOf(task.blocks, task.num_shards, shard);
  for (int64_t begin = range.begin; begin < range.end; begin += kBlocksAtOnce) {
    const int64_t count =
        range.end - begin < kBlocksAtOnce ? range.end - begin : kBlocksAtOnce;
    WriteBlocks(task.source.grid, begin, count, task.flags + begin, task.repeat,
                task.mask);
  }
}

}  // namespace

size_t BlockMaskScratchBytes(FloatFormat format, BlockPooling pooling,
                             const BlockGrid& grid, int num_threads) {
  const size_t keys_bytes = KeysFitIntoMask(format, pooling, grid)
                                ? 0
                                : KeysBytes(format, pooling, grid);
  return RoundUp(keys_bytes) + RoundUp(static_cast<size_t>(BlockCount(grid))) +
         MagnitudeMaskScratchBytes(KeyFormat(format, pooling), BlockCount(grid),
                                   num_threads);
}

KernelStatus BlockMaskOfVariant(CpuVariant variant, FloatFormat format,
                                BlockPooling pooling, const BlockGrid& grid,
                                const void* weights, int64_t keep,
                                const ParallelFor& parallel_for, void* scratch,
                                size_t scratch_bytes, uint8_t* mask,
                                void* threshold) {
  if (!IsFloatFormat(format) || !IsBlockPooling(pooling)) {
    return kKernelBadFormat;
  }
  const KernelStatus grid_status = CheckBlockGrid(grid);
  if (grid_status != kKernelOk) return grid_status;
  const int64_t blocks = BlockCount(grid);
  if (parallel_for.num_threads < 1) return kKernelBadThreads;
  if (keep > blocks || keep < (blocks > 0 ? 1 : 0)) return kKernelBadKeep;
  if (scratch == nullptr ||
      scratch_bytes < BlockMaskScratchBytes(format, pooling, grid,
                                            parallel_for.num_threads)) {
    return kKernelBadScratch;
  }

  BlockTask task;
  task.read = BlockKeyReaderFor(variant, format, pooling);
  task.repeat = FlagRepeaterFor(variant);
  task.source.weights = weights;
  task.source.grid = grid;
  task.blocks = blocks;
  task.num_shards = blocks < parallel_for.num_threads
                        ? static_cast<int>(blocks)
                        : parallel_for.num_threads;
  task.key_bytes = BlockKeyBytes(format, pooling);
  char* memory = static_cast<char*>(scratch);
  task.flags = reinterpret_cast<uint8_t*>(memory);
  memory += RoundUp(static_cast<size_t>(blocks));
  if (KeysFitIntoMask(format, pooling, grid)) {
    task.keys = reinterpret_cast<char*>(mask);
  } else {
    task.keys = memory;
    memory += RoundUp(KeysBytes(format, pooling, grid));
  }
  task.mask = mask;
  if (blocks > 0) {
    parallel_for.run(parallel_for.context, task.num_shards, PoolShard, &task);
  }

  uint32_t short_key = 0;
  uint64_t long_key = 0;
  void* smallest_kept = &short_key;
  if (task.key_bytes == 8) smallest_kept = &long_key;
  const KernelStatus status = MagnitudeMask(
      KeyFormat(format, pooling), task.keys, blocks, keep, parallel_for, memory,
      static_cast<size_t>(static_cast<char*>(scratch) + scratch_bytes - memory),
      task.flags, smallest_kept);
  if (status != kKernelOk) return status;
  if (blocks > 0) {
    parallel_for.run(parallel_for.context, task.num_shards, ExpandShard, &task);
  }
  StoreBlockKey(format, pooling, short_key | long_key, threshold);
  return kKernelOk;
}

KernelStatus BlockMask(FloatFormat format, BlockPooling pooling,
                       const BlockGrid& grid, const void* weights, int64_t keep,
                       const ParallelFor& parallel_for, void* scratch,
                       size_t scratch_bytes, uint8_t* mask, void* threshold) {
  return BlockMaskOfVariant(ChosenCpuVariant(), format, pooling, grid, weights,
                            keep, parallel_for, scratch, scratch_bytes, mask,
                            threshold);
}

}  // namespace tfmot
