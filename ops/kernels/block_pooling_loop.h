// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BLOCK_POOLING_LOOP_H_
#define OPS_KERNELS_BLOCK_POOLING_LOOP_H_

#include <stdint.h>
#include <string.h>

#include "ops/kernels/block_pooling.h"
#include "ops/kernels/block_pooling_lanes.h"

// The loops that all variants of a BlockKeyReader share; each source file
// defines TFMOT_TARGET, the attribute that switches its instructions on, and
// only then includes this file. The compiler vectorises them. Everything here
// has internal linkage, so that no linker takes one variant's copy for
// another's.
#ifndef TFMOT_TARGET
#error "Define TFMOT_TARGET before including block_pooling_loop.h."
#endif

namespace tfmot {
namespace {

// Columns pooled together, at most: whole blocks side by side. Of blocks of one
// row so few that their values stay in the level 1 cache; of taller ones more,
// because long pieces of few rows are what memory is fastest at.
template <typename Value>
constexpr int RowRunColumns() {
  return 8192 / sizeof(Value);
}
template <typename Value>
constexpr int RunColumns() {
  return 32768 / sizeof(Value);
}

// Blocks wider than this are pooled one tile of columns after the other.
const int kTileColumns = 64;

// A rectangle of weights: `rows` rows of `columns` weights, whose first weight
// has the given index and whose rows are `stride` weights apart.
struct Rectangle {
  const void* weights;
  int64_t first;
  int64_t stride;
  int64_t rows;
  int64_t columns;
};

// Combines every column of the rectangle, from the top to the bottom; four rows
// at a time, so that the values are loaded and stored less often.
template <typename Pool, typename Lanes>
TFMOT_TARGET void PoolColumns(const Rectangle& area,
                              typename Pool::Value* values) {
  const int64_t bytes = static_cast<int64_t>(FloatBytes(Pool::Format::kFormat));
  const int64_t stride = area.stride * bytes;
  const int columns = static_cast<int>(area.columns);
  const char* row = static_cast<const char*>(area.weights) + area.first * bytes;
  int64_t i = 0;
  for (; i + 4 <= area.rows; i += 4) {
    Lanes::template CombineRows<Pool, 4>(row + i * stride, stride, columns,
                                         i == 0, values);
  }
  for (; i < area.rows; ++i) {
    Lanes::template CombineRows<Pool, 1>(row + i * stride, stride, columns,
                                         i == 0, values);
  }
}

// Combines `width` values as if they were followed by zeros up to the power of
// two `kPadded`: the upper half into the lower half until one is left. (More
// zeros would change nothing, so any larger power of two gives the same.)
template <typename Pool, int kPadded>
TFMOT_TARGET typename Pool::Value HalveColumns(
    const typename Pool::Value* values, int width) {
  typename Pool::Value padded[kPadded];
  for (int j = 0; j < kPadded; ++j) {
    padded[j] = j < width ? values[j] : typename Pool::Value(0);
  }
  for (int half = kPadded / 2; half > 0; half /= 2) {
    for (int j = 0; j < half; ++j) {
      padded[j] = Pool::Combine(padded[j], padded[j + half]);
    }
  }
  return padded[0];
}

// Halves blocks that lie side by side until each is one value. Returns where
// those are: in `values` or in `spare`, both of which are used.
template <typename Pool, typename Lanes, int kWidth>
struct HalveDown {
  TFMOT_TARGET static const typename Pool::Value* Run(
      int64_t blocks, typename Pool::Value* values,
      typename Pool::Value* spare) {
    Lanes::template HalveRun<Pool, kWidth / 2>(values, blocks, spare);
    return HalveDown<Pool, Lanes, kWidth / 2>::Run(blocks, spare, values);
  }
};

template <typename Pool, typename Lanes>
struct HalveDown<Pool, Lanes, 1> {
  TFMOT_TARGET static const typename Pool::Value* Run(
      int64_t /*blocks*/, typename Pool::Value* values,
      typename Pool::Value* /*spare*/) {
    return values;
  }
};

// Combines blocks of `width` values, as HalveDown.
template <typename Pool, typename Lanes>
TFMOT_TARGET const typename Pool::Value* CombineRun(
    int64_t blocks, int width, typename Pool::Value* values,
    typename Pool::Value* spare) {
  switch (width) {
    case 1:
      return HalveDown<Pool, Lanes, 1>::Run(blocks, values, spare);
    case 2:
      return HalveDown<Pool, Lanes, 2>::Run(blocks, values, spare);
    case 4:
      return HalveDown<Pool, Lanes, 4>::Run(blocks, values, spare);
    case 8:
      return HalveDown<Pool, Lanes, 8>::Run(blocks, values, spare);
    case 16:
      return HalveDown<Pool, Lanes, 16>::Run(blocks, values, spare);
    case 32:
      return HalveDown<Pool, Lanes, 32>::Run(blocks, values, spare);
    default:
      break;
  }
  for (int64_t i = 0; i < blocks; ++i) {
    const typename Pool::Value* block = values + i * width;
    spare[i] = width <= 8    ? HalveColumns<Pool, 8>(block, width)
               : width <= 16 ? HalveColumns<Pool, 16>(block, width)
               : width <= 32 ? HalveColumns<Pool, 32>(block, width)
                             : HalveColumns<Pool, kTileColumns>(block, width);
  }
  return spare;
}

// Pools low blocks of usual widths in one go, as far as the variant can.
// Returns how many of them.
template <typename Pool, typename Lanes, int kRows>
TFMOT_TARGET int64_t PoolLowBlocks(const char* row, int64_t stride,
                                   int64_t blocks, int width,
                                   typename Pool::Format::Key* keys) {
  switch (width) {
    case 2:
      return Lanes::template PoolBlocks<Pool, kRows, 2>(row, stride, blocks,
                                                        keys);
    case 4:
      return Lanes::template PoolBlocks<Pool, kRows, 4>(row, stride, blocks,
                                                        keys);
    default:
      return 0;
  }
}

// REQUIRES: width * blocks <= RunColumns, width <= kTileColumns.
template <typename Pool, typename Lanes>
TFMOT_TARGET void PoolRun(Rectangle area, int64_t blocks, int width,
                          typename Pool::Format::Key* keys) {
  if (area.rows == 1 || area.rows == 4) {
    const int64_t bytes =
        static_cast<int64_t>(FloatBytes(Pool::Format::kFormat));
    const char* row =
        static_cast<const char*>(area.weights) + area.first * bytes;
    const int64_t stride = area.stride * bytes;
    const int64_t done =
        area.rows == 1
            ? PoolLowBlocks<Pool, Lanes, 1>(row, stride, blocks, width, keys)
            : PoolLowBlocks<Pool, Lanes, 4>(row, stride, blocks, width, keys);
    if (done == blocks) return;
    area.first += done * width;
    area.columns -= done * width;
    blocks -= done;
    keys += done;
  }
  alignas(64) typename Pool::Value values[RunColumns<typename Pool::Value>()];
  alignas(64) typename Pool::Value spare[RunColumns<typename Pool::Value>()];
  PoolColumns<Pool, Lanes>(area, values);
  Lanes::template Keys<Pool>(
      CombineRun<Pool, Lanes>(blocks, width, values, spare), blocks,
      area.rows * width, keys);
}

// Halving a wide block adds, again and again, the column half the remaining
// width to the right. Followed backwards from the last addition, column tile i
// of `step` is tile i of 2 * step combined with tile i + step of 2 * step:
// a tree of tiles, walked with one tile of memory per level.
template <typename Pool, typename Lanes>
TFMOT_TARGET void PoolTiles(const Rectangle& block, int64_t tile, int64_t step,
                            int64_t num_tiles, typename Pool::Value* values) {
  if (step >= num_tiles) {
    Rectangle area = block;
    area.first += tile * kTileColumns;
    area.columns -= tile * kTileColumns;
    if (area.columns > kTileColumns) area.columns = kTileColumns;
    PoolColumns<Pool, Lanes>(area, values);
    for (int64_t j = area.columns; j < kTileColumns; ++j) values[j] = 0;
    return;
  }
  PoolTiles<Pool, Lanes>(block, tile, 2 * step, num_tiles, values);
  if (tile + step >= num_tiles) return;  // Beyond the block are only zeros.
  alignas(64) typename Pool::Value upper[kTileColumns];
  PoolTiles<Pool, Lanes>(block, tile + step, 2 * step, num_tiles, upper);
  for (int j = 0; j < kTileColumns; ++j) {
    values[j] = Pool::Combine(values[j], upper[j]);
  }
}

template <typename Pool, typename Lanes>
TFMOT_TARGET typename Pool::Format::Key PoolWideBlock(const Rectangle& block) {
  alignas(64) typename Pool::Value values[kTileColumns];
  PoolTiles<Pool, Lanes>(block, 0, 1, CeilDivide(block.columns, kTileColumns),
                         values);
  return Pool::Key(HalveColumns<Pool, kTileColumns>(values, kTileColumns),
                   block.rows * block.columns);
}

// The BlockKeyReader.
template <typename Pool, typename Lanes>
TFMOT_TARGET void ReadBlockKeys(const void* context, int64_t begin, int count,
                                void* out) {
  const BlockedWeights& source = *static_cast<const BlockedWeights*>(context);
  const BlockGrid& grid = source.grid;
  typename Pool::Format::Key* keys =
      static_cast<typename Pool::Format::Key*>(out);
  const int64_t full_blocks = grid.cols / grid.block_width;  // per block row
  const int64_t end = begin + count;
  for (int64_t block = begin; block < end;) {
    const BlockPosition position = PositionOfBlock(grid, block);
    const int64_t first_col = position.block_col * grid.block_width;
    Rectangle area;
    area.weights = source.weights;
    area.first = position.first_row * grid.cols + first_col;
    area.stride = grid.cols;
    area.rows = position.height;
    int64_t blocks = 1;
    int64_t width = grid.cols - first_col;
    if (width > grid.block_width) width = grid.block_width;
    if (position.block_col < full_blocks && width <= kTileColumns) {
      blocks = (position.height == 1 ? RowRunColumns<typename Pool::Value>()
                                     : RunColumns<typename Pool::Value>()) /
               width;
      if (blocks > full_blocks - position.block_col) {
        blocks = full_blocks - position.block_col;
      }
      if (blocks > end - block) blocks = end - block;
    }
    area.columns = blocks * width;
    if (width <= kTileColumns) {
      PoolRun<Pool, Lanes>(area, blocks, static_cast<int>(width), keys);
    } else {
      *keys = PoolWideBlock<Pool, Lanes>(area);
    }
    keys += blocks;
    block += blocks;
  }
}

}  // namespace
}  // namespace tfmot

#endif  // OPS_KERNELS_BLOCK_POOLING_LOOP_H_
