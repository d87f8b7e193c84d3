// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_expand.h"

#include <string.h>

namespace tfmot {
namespace {

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

}  // namespace

// The widths that people use get a loop of
// their own, in which the memset becomes a store or two.
void RepeatFlagsPortable(const uint8_t* kept, int64_t blocks, int64_t width,
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

void WriteBlocks(const BlockGrid& grid, int64_t begin, int64_t count,
                 const uint8_t* kept, FlagRepeater repeat, uint8_t* mask) {
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
    repeat(kept, wide_blocks, grid.block_width, first_row);
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

}  // namespace tfmot
