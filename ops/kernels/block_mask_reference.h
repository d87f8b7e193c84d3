// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BLOCK_MASK_REFERENCE_H_
#define OPS_KERNELS_BLOCK_MASK_REFERENCE_H_

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

#include <algorithm>
#include <vector>

#include "ops/kernels/block_grid.h"
#include "ops/kernels/block_pooling.h"
#include "ops/kernels/magnitude_bits.h"

namespace tfmot {

// What the pooling of BlockMask means, in the plainest way and sharing no code
// with it. For tests only; never to be made fast. The selection among the
// blocks is that of magnitude_mask_reference.h.

// The value that magnitude bits stand for, a denormal as 0.
inline double ReferenceValue(FloatFormat format, uint64_t magnitude) {
  const int significand_bits = format == kFloat16    ? 10
                               : format == kBfloat16 ? 7
                               : format == kFloat32  ? 23
                                                     : 52;
  const int bias = format == kFloat16 ? 15 : format == kFloat64 ? 1023 : 127;
  const int exponent = static_cast<int>(magnitude >> significand_bits);
  const double fraction = ldexp(
      static_cast<double>(magnitude & ((uint64_t{1} << significand_bits) - 1)),
      -significand_bits);
  if (exponent == 0) return 0;
  if (exponent == 2 * bias + 1) return fraction == 0 ? HUGE_VAL : NAN;
  return ldexp(1 + fraction, exponent - bias);
}

// The magnitude bits of block (block_row, block_col) of a plane, row by row.
struct ReferenceBlock {
  int64_t rows;
  int64_t cols;
  std::vector<uint64_t> magnitudes;
};

inline ReferenceBlock BlockAt(FloatFormat format, const BlockGrid& grid,
                              const void* weights, int64_t plane,
                              int64_t block_row, int64_t block_col) {
  ReferenceBlock block;
  const int64_t row = block_row * grid.block_height;
  const int64_t col = block_col * grid.block_width;
  block.rows = std::min(grid.block_height, grid.rows - row);
  block.cols = std::min(grid.block_width, grid.cols - col);
  for (int64_t i = row; i < row + block.rows; ++i) {
    for (int64_t j = col; j < col + block.cols; ++j) {
      uint64_t bits = 0;
      memcpy(&bits,
             static_cast<const char*>(weights) +
                 ((plane * grid.rows + i) * grid.cols + j) * FloatBytes(format),
             FloatBytes(format));
      block.magnitudes.push_back(bits &
                                 ~(uint64_t{1} << MagnitudeBits(format)));
    }
  }
  return block;
}

// The sum of the block in the order that is laid down: down the columns, then
// the columns, padded with zeros to a power of two, halved again and again.
inline double ReferenceSum(FloatFormat format, const ReferenceBlock& block,
                           int64_t block_width) {
  int64_t padded = 1;
  while (padded < block_width) padded *= 2;
  std::vector<double> sums(padded, 0.0);
  for (int64_t j = 0; j < block.cols; ++j) {
    for (int64_t i = 0; i < block.rows; ++i) {
      sums[j] += ReferenceValue(format, block.magnitudes[i * block.cols + j]);
    }
  }
  while (sums.size() > 1) {
    const size_t half = sums.size() / 2;
    for (size_t j = 0; j < half; ++j) sums[j] += sums[j + half];
    sums.resize(half);
  }
  return sums[0];
}

inline uint64_t ReferenceKey(FloatFormat format, BlockPooling pooling,
                             const ReferenceBlock& block, int64_t block_width) {
  if (pooling == kPoolMax) {
    return *std::max_element(block.magnitudes.begin(), block.magnitudes.end());
  }
  const double sum = ReferenceSum(format, block, block_width);
  const double cells = static_cast<double>(block.rows * block.cols);
  const double average = sum / cells;
  if (format == kFloat64) {
    if (isnan(average)) return 0x7ff8000000000000ull;
    if (sum < DBL_MIN * cells) return 0;
    uint64_t key;
    memcpy(&key, &average, sizeof(key));
    return key;
  }
  if (isnan(average)) return 0x7fc00000u;
  if (average < FLT_MIN) return 0;
  const float rounded = static_cast<float>(average);
  uint32_t key;
  memcpy(&key, &rounded, sizeof(key));
  return key;
}

// The keys of all blocks, in the order of their numbers.
inline std::vector<uint64_t> ReferenceKeys(FloatFormat format,
                                           BlockPooling pooling,
                                           const BlockGrid& grid,
                                           const void* weights) {
  std::vector<uint64_t> keys;
  for (int64_t plane = 0; plane < grid.planes; ++plane) {
    for (int64_t i = 0; i * grid.block_height < grid.rows; ++i) {
      for (int64_t j = 0; j * grid.block_width < grid.cols; ++j) {
        keys.push_back(ReferenceKey(format, pooling,
                                    BlockAt(format, grid, weights, plane, i, j),
                                    grid.block_width));
      }
    }
  }
  return keys;
}

// The flags of blocks spread over their weights.
inline std::vector<uint8_t> ReferenceExpand(const BlockGrid& grid,
                                            const std::vector<uint8_t>& kept) {
  std::vector<uint8_t> mask;
  const int64_t block_rows = BlockRows(grid);
  const int64_t block_cols = BlockCols(grid);
  for (int64_t plane = 0; plane < grid.planes; ++plane) {
    for (int64_t i = 0; i < grid.rows; ++i) {
      for (int64_t j = 0; j < grid.cols; ++j) {
        const int64_t row = plane * block_rows + i / grid.block_height;
        mask.push_back(kept[row * block_cols + j / grid.block_width]);
      }
    }
  }
  return mask;
}

// The float32 magnitude `bits` rounded to a 16 bit format: the neighbour that
// is nearer, or the even one of two that are as near.
inline uint64_t ReferenceNarrow(FloatFormat format, uint32_t bits) {
  const uint64_t infinity = format == kFloat16 ? 0x7c00 : 0x7f80;
  if (bits > 0x7f800000u) return format == kFloat16 ? 0x7e00 : 0x7fc0;
  if (bits == 0x7f800000u) return infinity;
  const double value = ReferenceValue(kFloat32, bits);
  // Unlike ReferenceValue, with denormals, and with infinity in the place of
  // the next larger finite number.
  const auto narrow_value = [&](uint64_t candidate) {
    const int significand_bits = format == kFloat16 ? 10 : 7;
    const int bias = format == kFloat16 ? 15 : 127;
    const int exponent = static_cast<int>(candidate >> significand_bits);
    const double significand = static_cast<double>(
        candidate & ((uint64_t{1} << significand_bits) - 1));
    return exponent == 0 ? ldexp(significand, 1 - bias - significand_bits)
                         : ldexp(significand + exp2(significand_bits),
                                 exponent - bias - significand_bits);
  };
  uint64_t low = 0;  // The largest candidate that is not above the value.
  for (uint64_t high = infinity + 1; high - low > 1;) {
    const uint64_t middle = (low + high) / 2;
    (narrow_value(middle) <= value ? low : high) = middle;
  }
  if (low == infinity) return infinity;
  const double below = value - narrow_value(low);
  const double above = narrow_value(low + 1) - value;
  return below < above || (below == above && low % 2 == 0) ? low : low + 1;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_BLOCK_MASK_REFERENCE_H_
