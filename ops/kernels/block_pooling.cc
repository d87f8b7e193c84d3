// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_pooling.h"

#include <string.h>

#include "ops/kernels/float_convert.h"

namespace tfmot {
namespace {

// Columns pooled together, at most: whole blocks side by side.
const int kRunColumns = 1024;

// Blocks wider than this are pooled one tile of columns after the other.
const int kTileColumns = 64;

// The key of a block whose magnitudes add up to `sum`. `smallest_normal` times
// `cells` is exact, so that comparing the sum with it decides whether the
// average is below the smallest normal number without ever computing a
// denormal, which some threads would flush.
inline bool AverageIsBelow(double smallest_normal, double sum, int64_t cells) {
  return sum < smallest_normal * static_cast<double>(cells);
}

inline uint64_t AverageKey(Float64Format, double sum, int64_t cells) {
  const double kSmallestNormal = 2.2250738585072014e-308;
  if (sum != sum) return 0x7ff8000000000000ull;
  if (AverageIsBelow(kSmallestNormal, sum, cells)) return 0;
  const double average = sum / static_cast<double>(cells);
  uint64_t key;
  memcpy(&key, &average, sizeof(key));
  return key;
}

inline uint32_t AverageKey(Float32Format, double sum, int64_t cells) {
  const double kSmallestNormal = 1.1754943508222875e-38;
  if (sum != sum) return 0x7fc00000u;
  const double average = sum / static_cast<double>(cells);
  if (average < kSmallestNormal) return 0;
  const float rounded = static_cast<float>(average);
  uint32_t key;
  memcpy(&key, &rounded, sizeof(key));
  return key;
}

inline uint32_t AverageKey(Float16Format, double sum, int64_t cells) {
  return AverageKey(Float32Format(), sum, cells);
}

inline uint32_t AverageKey(Bfloat16Format, double sum, int64_t cells) {
  return AverageKey(Float32Format(), sum, cells);
}

// The two poolings as types: what a weight contributes, how two contributions
// combine, and what key a block's combined contribution makes.

template <typename FormatType>
struct AveragePool {
  typedef FormatType Format;
  typedef double Value;
  static Value Load(const void* weights, int64_t index) {
    return MagnitudeToDouble(Format(), LoadMagnitude<Format>(weights, index));
  }
  static Value Combine(Value a, Value b) { return a + b; }
  static typename Format::Key Key(Value value, int64_t cells) {
    return AverageKey(Format(), value, cells);
  }
};

template <typename FormatType>
struct MaxPool {
  typedef FormatType Format;
  typedef typename Format::Key Value;
  static Value Load(const void* weights, int64_t index) {
    return LoadMagnitude<Format>(weights, index);
  }
  static Value Combine(Value a, Value b) { return a < b ? b : a; }
  static Value Key(Value value, int64_t /*cells*/) { return value; }
};

// A rectangle of weights: `rows` rows of `columns` weights, whose first weight
// has the given index and whose rows are `stride` weights apart.
struct Rectangle {
  const void* weights;
  int64_t first;
  int64_t stride;
  int64_t rows;
  int64_t columns;
};

// Combines every column of the rectangle, from the top to the bottom.
template <typename Pool>
void PoolColumns(const Rectangle& area, typename Pool::Value* values) {
  const int64_t bytes = static_cast<int64_t>(FloatBytes(Pool::Format::kFormat));
  const char* row = static_cast<const char*>(area.weights) + area.first * bytes;
  const int columns = static_cast<int>(area.columns);
  for (int j = 0; j < columns; ++j) values[j] = Pool::Load(row, j);
  for (int64_t i = 1; i < area.rows; ++i) {
    row += area.stride * bytes;
    for (int j = 0; j < columns; ++j) {
      values[j] = Pool::Combine(values[j], Pool::Load(row, j));
    }
  }
}

// Combines `width` values as if they were followed by zeros up to the power of
// two `kPadded`: the upper half into the lower half until one is left. (More
// zeros would change nothing, so any larger power of two gives the same.)
template <typename Pool, int kPadded>
typename Pool::Value HalveColumns(const typename Pool::Value* values,
                                  int width) {
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

// The keys of blocks of equal width that lie side by side. `kWidth` is that
// width, for loops without a count to wait for, or 0 where it is in `width`.
template <typename Pool, int kPadded, int kWidth>
void KeysOfRun(const typename Pool::Value* values, int64_t blocks, int width,
               int64_t cells, typename Pool::Format::Key* keys) {
  const int step = kWidth > 0 ? kWidth : width;
  for (int64_t i = 0; i < blocks; ++i) {
    keys[i] =
        Pool::Key(HalveColumns<Pool, kPadded>(values + i * step, step), cells);
  }
}

// REQUIRES: width * blocks <= kRunColumns, width <= kTileColumns.
template <typename Pool>
void PoolRun(const Rectangle& area, int64_t blocks, int width,
             typename Pool::Format::Key* keys) {
  typename Pool::Value values[kRunColumns];
  PoolColumns<Pool>(area, values);
  const int64_t cells = area.rows * width;
  switch (width) {
    case 1:
      return KeysOfRun<Pool, 1, 1>(values, blocks, width, cells, keys);
    case 2:
      return KeysOfRun<Pool, 2, 2>(values, blocks, width, cells, keys);
    case 3:
      return KeysOfRun<Pool, 4, 3>(values, blocks, width, cells, keys);
    case 4:
      return KeysOfRun<Pool, 4, 4>(values, blocks, width, cells, keys);
    case 8:
      return KeysOfRun<Pool, 8, 8>(values, blocks, width, cells, keys);
    case 16:
      return KeysOfRun<Pool, 16, 16>(values, blocks, width, cells, keys);
    default:
      break;
  }
  if (width <= 8) {
    KeysOfRun<Pool, 8, 0>(values, blocks, width, cells, keys);
  } else if (width <= 16) {
    KeysOfRun<Pool, 16, 0>(values, blocks, width, cells, keys);
  } else if (width <= 32) {
    KeysOfRun<Pool, 32, 0>(values, blocks, width, cells, keys);
  } else {
    KeysOfRun<Pool, kTileColumns, 0>(values, blocks, width, cells, keys);
  }
}

// Halving a wide block adds, again and again, the column half the remaining
// width to the right. Followed backwards from the last addition, column tile i
// of `step` is tile i of 2 * step combined with tile i + step of 2 * step:
// a tree of tiles, walked with one tile of memory per level.
template <typename Pool>
void PoolTiles(const Rectangle& block, int64_t tile, int64_t step,
               int64_t num_tiles, typename Pool::Value* values) {
  if (step >= num_tiles) {
    Rectangle area = block;
    area.first += tile * kTileColumns;
    area.columns -= tile * kTileColumns;
    if (area.columns > kTileColumns) area.columns = kTileColumns;
    PoolColumns<Pool>(area, values);
    for (int64_t j = area.columns; j < kTileColumns; ++j) values[j] = 0;
    return;
  }
  PoolTiles<Pool>(block, tile, 2 * step, num_tiles, values);
  if (tile + step >= num_tiles) return;  // Beyond the block are only zeros.
  typename Pool::Value upper[kTileColumns];
  PoolTiles<Pool>(block, tile + step, 2 * step, num_tiles, upper);
  for (int j = 0; j < kTileColumns; ++j) {
    values[j] = Pool::Combine(values[j], upper[j]);
  }
}

template <typename Pool>
typename Pool::Format::Key PoolWideBlock(const Rectangle& block) {
  typename Pool::Value values[kTileColumns];
  PoolTiles<Pool>(block, 0, 1, CeilDivide(block.columns, kTileColumns), values);
  return Pool::Key(HalveColumns<Pool, kTileColumns>(values, kTileColumns),
                   block.rows * block.columns);
}

// The BlockKeyReader.
template <typename Pool>
void ReadBlockKeys(const void* context, int64_t begin, int count, void* out) {
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
      blocks = kRunColumns / width;
      if (blocks > full_blocks - position.block_col) {
        blocks = full_blocks - position.block_col;
      }
      if (blocks > end - block) blocks = end - block;
    }
    area.columns = blocks * width;
    if (width <= kTileColumns) {
      PoolRun<Pool>(area, blocks, static_cast<int>(width), keys);
    } else {
      *keys = PoolWideBlock<Pool>(area);
    }
    keys += blocks;
    block += blocks;
  }
}

template <typename Format>
BlockKeyReader ReaderFor(BlockPooling pooling) {
  return pooling == kPoolMax ? ReadBlockKeys<MaxPool<Format> >
                             : ReadBlockKeys<AveragePool<Format> >;
}

}  // namespace

int BlockKeyBits(FloatFormat format, BlockPooling pooling) {
  if (pooling == kPoolMax) return MagnitudeBits(format);
  return format == kFloat64 ? 63 : 31;
}

BlockKeyReader BlockKeyReaderFor(FloatFormat format, BlockPooling pooling) {
  switch (format) {
    case kFloat16:
      return ReaderFor<Float16Format>(pooling);
    case kBfloat16:
      return ReaderFor<Bfloat16Format>(pooling);
    case kFloat32:
      return ReaderFor<Float32Format>(pooling);
    case kFloat64:
      break;
  }
  return ReaderFor<Float64Format>(pooling);
}

void StoreBlockKey(FloatFormat format, BlockPooling pooling, uint64_t key,
                   void* number) {
  if (pooling == kPoolAverage && format == kFloat16) {
    key = Float32ToFloat16(static_cast<uint32_t>(key));
  } else if (pooling == kPoolAverage && format == kBfloat16) {
    key = Float32ToBfloat16(static_cast<uint32_t>(key));
  }
  StoreMagnitude(format, key, number);
}

}  // namespace tfmot
