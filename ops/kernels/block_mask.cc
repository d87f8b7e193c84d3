// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_mask.h"

#include <string.h>

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
  BlockedWeights source;
  int64_t blocks;
  int num_shards;
  int key_bytes;
  char* keys;  // at any address
  uint8_t* flags;
  uint8_t* mask;
};

// Shard body: pools every block once.
void PoolShard(void* context, int shard) {
  const BlockTask& task = *static_cast<const BlockTask*>(context);
  const ShardRange range = ShardOf(task.blocks, task.num_shards, shard);
  uint64_t keys[kBlocksAtOnce];
  for (int64_t begin = range.begin; begin < range.end; begin += kBlocksAtOnce) {
    const int count = static_cast<int>(
        range.end - begin < kBlocksAtOnce ? range.end - begin : kBlocksAtOnce);
    task.read(&task.source, begin, count, keys);
    memcpy(task.keys + begin * task.key_bytes, keys,
           static_cast<size_t>(count) * static_cast<size_t>(task.key_bytes));
  }
}

// Writes every flag as often as a Word has bytes, for the compiler to
// vectorise.
template <typename Word>
void RepeatFlags(const uint8_t* kept, int64_t blocks, uint8_t* row) {
  for (int64_t i = 0; i < blocks; ++i) {
    Word word = kept[i];
    for (size_t bits = 8; bits < 8 * sizeof(Word); bits *= 2) {
      word = static_cast<Word>(word | word << bits);
    }
    memcpy(row + i * static_cast<int64_t>(sizeof(Word)), &word, sizeof(Word));
  }
}

template <int kWidth>
void FillFlags(const uint8_t* kept, int64_t blocks, uint8_t* row) {
  for (int64_t i = 0; i < blocks; ++i) {
    memset(row + i * kWidth, kept[i], kWidth);
  }
}

// Writes every flag `width` times. The widths that people use get a loop of
// their own, in which the memset becomes a store or two.
void RepeatFlags(const uint8_t* kept, int64_t blocks, int64_t width,
                 uint8_t* row) {
  switch (width) {
    case 1:
      memcpy(row, kept, static_cast<size_t>(blocks));
      return;
    case 2:
      RepeatFlags<uint16_t>(kept, blocks, row);
      return;
    case 4:
      RepeatFlags<uint32_t>(kept, blocks, row);
      return;
    case 8:
      RepeatFlags<uint64_t>(kept, blocks, row);
      return;
    case 16:
      FillFlags<16>(kept, blocks, row);
      return;
    case 32:
      FillFlags<32>(kept, blocks, row);
      return;
    default:
      for (int64_t i = 0; i < blocks; ++i) {
        memset(row + i * width, kept[i], static_cast<size_t>(width));
      }
  }
}

// Spreads the flags of the blocks [begin, begin + count) over their weights.
void WriteBlocks(const BlockGrid& grid, int64_t begin, int64_t count,
                 const uint8_t* kept, uint8_t* mask) {
  const int64_t block_cols = BlockCols(grid);
  const int64_t end = begin + count;
  for (int64_t block = begin; block < end;) {
    // The blocks of this block row that are part of the call.
    const BlockPosition position = PositionOfBlock(grid, block);
    int64_t blocks = block_cols - position.block_col;
    if (blocks > end - block) blocks = end - block;
    const int64_t first_col = position.block_col * grid.block_width;
    uint8_t* first_row = mask + position.first_row * grid.cols + first_col;
    // The last block of the row may be smaller, so it goes separately. (Its
    // width times the number of blocks could overflow for an absurd width.)
    const int64_t wide_blocks = blocks - 1;
    RepeatFlags(kept, wide_blocks, grid.block_width, first_row);
    const int64_t before = wide_blocks * grid.block_width;
    int64_t last_width = grid.cols - first_col - before;
    if (last_width > grid.block_width) last_width = grid.block_width;
    memset(first_row + before, kept[wide_blocks],
           static_cast<size_t>(last_width));
    for (int64_t row = 1; row < position.height; ++row) {
      memcpy(first_row + row * grid.cols, first_row,
             static_cast<size_t>(before + last_width));
    }
    kept += blocks;
    block += blocks;
  }
}

// Shard body: writes the mask.
void ExpandShard(void* context, int shard) {
  const BlockTask& task = *static_cast<const BlockTask*>(context);
  const ShardRange range = ShardOf(task.blocks, task.num_shards, shard);
  for (int64_t begin = range.begin; begin < range.end; begin += kBlocksAtOnce) {
    const int64_t count =
        range.end - begin < kBlocksAtOnce ? range.end - begin : kBlocksAtOnce;
    WriteBlocks(task.source.grid, begin, count, task.flags + begin, task.mask);
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
