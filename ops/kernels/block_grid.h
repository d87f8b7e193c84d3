// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BLOCK_GRID_H_
#define OPS_KERNELS_BLOCK_GRID_H_

#include <stdint.h>

#include "ops/kernels/status.h"

namespace tfmot {

// How weights [planes, rows, cols], stored row by row, are cut into blocks.
// Blocks start at index 0 of each plane; the last block of a row or a column is
// smaller where the size of the plane is no multiple of that of the block.
//
// Example: 5 columns and blocks of 4 make a block of 4 columns and one of 1.
struct BlockGrid {
  int64_t planes;
  int64_t rows;
  int64_t cols;
  int64_t block_height;
  int64_t block_width;
};

// Blocks are numbered (plane, block row, block column), the last running
// fastest. This is where one of them lies.
struct BlockPosition {
  int64_t first_row;  // over all planes: plane * rows + row in the plane
  int64_t height;
  int64_t block_col;
};

inline int64_t CeilDivide(int64_t size, int64_t divisor) {
  return size / divisor + (size % divisor != 0 ? 1 : 0);
}

inline int64_t BlockRows(const BlockGrid& grid) {
  return CeilDivide(grid.rows, grid.block_height);
}

inline int64_t BlockCols(const BlockGrid& grid) {
  return CeilDivide(grid.cols, grid.block_width);
}

inline int64_t BlockCount(const BlockGrid& grid) {
  return grid.planes * BlockRows(grid) * BlockCols(grid);
}

inline int64_t WeightCount(const BlockGrid& grid) {
  return grid.planes * grid.rows * grid.cols;
}

inline KernelStatus CheckBlockGrid(const BlockGrid& grid) {
  if (grid.planes < 0 || grid.rows < 0 || grid.cols < 0) return kKernelBadCount;
  if (grid.block_height < 1 || grid.block_width < 1) return kKernelBadBlock;
  return kKernelOk;
}

inline BlockPosition PositionOfBlock(const BlockGrid& grid, int64_t block) {
  const int64_t block_row = block / BlockCols(grid);
  const int64_t plane = block_row / BlockRows(grid);
  const int64_t row = block_row % BlockRows(grid) * grid.block_height;
  BlockPosition position;
  position.first_row = plane * grid.rows + row;
  position.height =
      grid.rows - row < grid.block_height ? grid.rows - row : grid.block_height;
  position.block_col = block % BlockCols(grid);
  return position;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_BLOCK_GRID_H_
