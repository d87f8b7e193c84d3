// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_mask.h"

#include <string.h>

#include "ops/kernels/key_select.h"

namespace tfmot {
namespace {

const size_t kAlignment = 64;

// Whether the keys of all blocks take at most 1 byte per weight.
bool StoresKeys(FloatFormat format, BlockPooling pooling,
                const BlockGrid& grid) {
  const int64_t blocks = BlockCount(grid);
  return blocks > 0 &&
         WeightCount(grid) / blocks >= BlockKeyBytes(format, pooling);
}

size_t StoredKeyBytes(FloatFormat format, BlockPooling pooling,
                      const BlockGrid& grid) {
  if (!StoresKeys(format, pooling, grid)) return 0;
  return kAlignment + static_cast<size_t>(BlockCount(grid)) *
                          static_cast<size_t>(BlockKeyBytes(format, pooling));
}

// Pools every block once and stores its key.
struct StoreTask {
  BlockKeyReader read;
  const BlockedWeights* source;
  int64_t blocks;
  int num_shards;
  int key_bytes;
  char* keys;
};

void StoreShard(void* context, int shard) {
  const StoreTask& task = *static_cast<const StoreTask*>(context);
  const ShardRange range = ShardOf(task.blocks, task.num_shards, shard);
  for (int64_t begin = range.begin; begin < range.end; begin += kKeyChunk) {
    const int count = static_cast<int>(
        range.end - begin < kKeyChunk ? range.end - begin : kKeyChunk);
    task.read(task.source, begin, count, task.keys + begin * task.key_bytes);
  }
}

// KeyStream::read over stored keys.
template <int kKeyBytes>
void ReadStoredKeys(const void* stored, int64_t begin, int count, void* keys) {
  memcpy(keys, static_cast<const char*>(stored) + begin * kKeyBytes,
         static_cast<size_t>(count) * kKeyBytes);
}

template <int kWidth>
void RepeatFlags(const uint8_t* kept, int64_t blocks, uint8_t* row) {
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
      RepeatFlags<2>(kept, blocks, row);
      return;
    case 4:
      RepeatFlags<4>(kept, blocks, row);
      return;
    case 8:
      RepeatFlags<8>(kept, blocks, row);
      return;
    case 16:
      RepeatFlags<16>(kept, blocks, row);
      return;
    case 32:
      RepeatFlags<32>(kept, blocks, row);
      return;
    default:
      for (int64_t i = 0; i < blocks; ++i) {
        memset(row + i * width, kept[i], static_cast<size_t>(width));
      }
  }
}

struct BlockedMask {
  uint8_t* mask;
  BlockGrid grid;
};

// KeptSink::write: spreads every flag over its block.
void WriteBlocks(void* context, int64_t begin, int count, const uint8_t* kept) {
  const BlockedMask& target = *static_cast<const BlockedMask*>(context);
  const BlockGrid& grid = target.grid;
  const int64_t block_cols = BlockCols(grid);
  const int64_t end = begin + count;
  for (int64_t block = begin; block < end;) {
    // The blocks of this block row that are part of the call.
    const BlockPosition position = PositionOfBlock(grid, block);
    int64_t blocks = block_cols - position.block_col;
    if (blocks > end - block) blocks = end - block;
    const int64_t first_col = position.block_col * grid.block_width;
    uint8_t* first_row =
        target.mask + position.first_row * grid.cols + first_col;
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

}  // namespace

size_t BlockMaskScratchBytes(FloatFormat format, BlockPooling pooling,
                             const BlockGrid& grid, int num_threads) {
  return KeySelectScratchBytes(BlockCount(grid), num_threads) +
         StoredKeyBytes(format, pooling, grid);
}

KernelStatus BlockMask(FloatFormat format, BlockPooling pooling,
                       const BlockGrid& grid, const void* weights, int64_t keep,
                       const ParallelFor& parallel_for, void* scratch,
                       size_t scratch_bytes, uint8_t* mask, void* threshold) {
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

  BlockedWeights source;
  source.weights = weights;
  source.grid = grid;
  KeyStream stream;
  stream.count = blocks;
  stream.key_bits = BlockKeyBits(format, pooling);
  stream.read = BlockKeyReaderFor(format, pooling);
  stream.context = &source;

  const size_t stored_bytes = StoredKeyBytes(format, pooling, grid);
  char* select_scratch = static_cast<char*>(scratch) + stored_bytes;
  if (stored_bytes > 0) {
    const uintptr_t address = reinterpret_cast<uintptr_t>(scratch);
    StoreTask task;
    task.read = stream.read;
    task.source = &source;
    task.blocks = blocks;
    task.num_shards = blocks < parallel_for.num_threads
                          ? static_cast<int>(blocks)
                          : parallel_for.num_threads;
    task.key_bytes = BlockKeyBytes(format, pooling);
    task.keys = static_cast<char*>(scratch) +
                (kAlignment - address % kAlignment) % kAlignment;
    parallel_for.run(parallel_for.context, task.num_shards, StoreShard, &task);
    stream.read = task.key_bytes == 8 ? ReadStoredKeys<8> : ReadStoredKeys<4>;
    stream.context = task.keys;
  }

  BlockedMask target;
  target.mask = mask;
  target.grid = grid;
  KeptSink sink;
  sink.write = WriteBlocks;
  sink.context = &target;
  uint64_t smallest_kept = 0;
  const KernelStatus status =
      SelectLargestKeys(stream, keep, sink, parallel_for, select_scratch,
                        scratch_bytes - stored_bytes, &smallest_kept);
  if (status != kKernelOk) return status;
  StoreBlockKey(format, pooling, smallest_kept, threshold);
  return kKernelOk;
}

}  // namespace tfmot
