// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_M_BY_N_MASK_LOOP_H_
#define OPS_KERNELS_M_BY_N_MASK_LOOP_H_

#include <stdint.h>
#include <string.h>

#include "ops/kernels/m_by_n_mask.h"

// The loops of a GroupMasker, and the plain ones among them, which the compiler
// vectorises over the columns. A source file defines TFMOT_TARGET, the
// attribute that switches its instructions on, before it includes this file.
// Everything here has internal linkage, so that no linker takes one variant's
// copy for another's.
#ifndef TFMOT_TARGET
#error "Define TFMOT_TARGET before including m_by_n_mask_loop.h."
#endif

namespace tfmot {
namespace {

// Larger than every magnitude.
template <typename Format>
constexpr typename Format::Key NoKey() {
  return static_cast<typename Format::Key>(Format::kMagnitudeMask) + 1;
}

template <typename Key>
TFMOT_TARGET inline Key Smaller(Key a, Key b) {
  return b < a ? b : a;
}

// Columns that are masked together.
const int kTileColumns = 64;

// The smallest kept magnitude so far, or one for each lane of a vector.
template <typename Format>
struct SmallestKept {
  alignas(64) typename Format::Bits lanes[kTileColumns];
};

// One group of kRows rows on tiles of columns. `Tiles` is the variant:
//   Columns<Format, kRows>(keep): the function for keep <= kRows.
// It masks `columns` columns, a multiple of kTileColumns, and lowers `smallest`
// to what it keeps; rows are `stride` weights, or bytes of the mask, apart.
template <typename Format>
struct Tile {
  typedef void (*Columns)(const char* weights, int64_t stride, int64_t columns,
                          int64_t keep, uint8_t* mask, int64_t mask_stride,
                          SmallestKept<Format>* smallest);
};

// Marks row `row` of a tile. A weight is kept if fewer than `keep` of its group
// stand before it: larger ones, and earlier ones that are equal. The compiler
// unrolls the loop over the kRows rows.
template <typename Format, int kRows>
TFMOT_TARGET typename Format::Key MarkRow(
    const typename Format::Key (*keys)[kTileColumns], int row,
    typename Format::Key keep, uint8_t* __restrict mask) {
  typedef typename Format::Key Key;
  Key smallest = NoKey<Format>();
  for (int col = 0; col < kTileColumns; ++col) {
    const Key key = keys[row][col];
    Key rank = 0;
    for (int other = 0; other < kRows; ++other) {
      // Equal and earlier is as good as larger.
      rank += keys[other][col] + (other < row ? 1 : 0) > key ? 1 : 0;
    }
    const bool kept = rank < keep;
    mask[col] = kept;
    smallest = Smaller<Key>(smallest, kept ? key : NoKey<Format>());
  }
  return smallest;
}

// Tiles as plain loops.
struct PlainTiles {
  template <typename Format, int kRows>
  TFMOT_TARGET static typename Tile<Format>::Columns Columns(int64_t /*keep*/) {
    return MaskColumns<Format, kRows>;
  }

 private:
  template <typename Format, int kRows>
  TFMOT_TARGET static void MaskColumns(const char* weights, int64_t stride,
                                       int64_t columns, int64_t keep,
                                       uint8_t* mask, int64_t mask_stride,
                                       SmallestKept<Format>* smallest) {
    typedef typename Format::Key Key;
    alignas(64) Key keys[kRows][kTileColumns];
    for (int64_t begin = 0; begin < columns; begin += kTileColumns) {
      for (int row = 0; row < kRows; ++row) {
        for (int col = 0; col < kTileColumns; ++col) {
          keys[row][col] =
              LoadMagnitude<Format>(weights, row * stride + begin + col);
        }
      }
      Key tile = smallest->lanes[0];
      for (int row = 0; row < kRows; ++row) {
        tile = Smaller<Key>(
            tile, MarkRow<Format, kRows>(keys, row, static_cast<Key>(keep),
                                         mask + row * mask_stride + begin));
      }
      smallest->lanes[0] = static_cast<typename Format::Bits>(tile);
    }
  }
};

// Groups of any size.
template <typename Format>
TFMOT_TARGET uint64_t MaskAnyGroup(const void* weights, int64_t rows,
                                   int64_t cols, int64_t keep,
                                   uint8_t* __restrict mask) {
  typedef typename Format::Key Key;
  const int kColumns = 64;
  Key smallest = NoKey<Format>();
  for (int64_t begin = 0; begin < cols; begin += kColumns) {
    const int count =
        static_cast<int>(cols - begin < kColumns ? cols - begin : kColumns);
    for (int64_t i = 0; i < rows; ++i) {
      const int64_t row = i * cols + begin;
      int64_t ranks[kColumns] = {0};
      for (int64_t j = 0; j < rows; ++j) {
        const int64_t other = j * cols + begin;
        const Key earlier = j < i;
        for (int col = 0; col < count; ++col) {
          // Equal and earlier is as good as larger.
          ranks[col] += LoadMagnitude<Format>(weights, other + col) + earlier >
                        LoadMagnitude<Format>(weights, row + col);
        }
      }
      for (int col = 0; col < count; ++col) {
        const bool kept = ranks[col] < keep;
        mask[row + col] = kept;
        smallest = Smaller<Key>(
            smallest,
            kept ? LoadMagnitude<Format>(weights, row + col) : NoKey<Format>());
      }
    }
  }
  return smallest;
}

// Groups of kRows rows and fewer columns than a tile has: columns of many
// groups make one tile.
template <typename Format, int kRows>
TFMOT_TARGET void MaskNarrowGroups(typename Tile<Format>::Columns mask_columns,
                                   const char* weights, int64_t groups,
                                   int cols, int64_t keep, uint8_t* mask,
                                   SmallestKept<Format>* smallest) {
  typedef typename Format::Bits Bits;
  const int64_t at_once = kTileColumns / cols;
  // Where the columns of a tile begin.
  int32_t first[kTileColumns];
  for (int lane = 0; lane < kTileColumns; ++lane) {
    first[lane] = lane / cols * kRows * cols + lane % cols;
  }
  alignas(64) Bits tile[kRows][kTileColumns];
  alignas(64) uint8_t flags[kRows][kTileColumns];
  // The largest magnitude in the lanes that are never used: it lowers nothing.
  memset(tile, 0xff, sizeof(tile));
  while (groups > 0) {
    const int64_t here = groups < at_once ? groups : at_once;
    const int lanes = static_cast<int>(here) * cols;
    for (int row = 0; row < kRows; ++row) {
      for (int lane = 0; lane < lanes; ++lane) {
        memcpy(&tile[row][lane],
               weights + (first[lane] + row * cols) *
                             static_cast<int64_t>(sizeof(Bits)),
               sizeof(Bits));
      }
    }
    mask_columns(reinterpret_cast<const char*>(tile), kTileColumns,
                 kTileColumns, keep, flags[0], kTileColumns, smallest);
    for (int row = 0; row < kRows; ++row) {
      for (int lane = 0; lane < lanes; ++lane) {
        mask[first[lane] + row * cols] = flags[row][lane];
      }
    }
    weights += here * kRows * cols * static_cast<int64_t>(sizeof(Bits));
    mask += here * kRows * cols;
    groups -= here;
  }
}

// Groups of a size that the compiler knows.
template <typename Format, typename Tiles, int kRows>
TFMOT_TARGET uint64_t MaskShortGroups(const char* weights, int64_t groups,
                                      int64_t cols, int64_t keep,
                                      uint8_t* mask) {
  typedef typename Format::Bits Bits;
  const int64_t bytes = static_cast<int64_t>(sizeof(Bits));
  if (keep > kRows) keep = kRows;
  const typename Tile<Format>::Columns mask_columns =
      Tiles::template Columns<Format, kRows>(keep);
  SmallestKept<Format> smallest;
  for (Bits& lane : smallest.lanes) lane = Format::kMagnitudeMask;
  if (cols < kTileColumns) {
    MaskNarrowGroups<Format, kRows>(mask_columns, weights, groups,
                                    static_cast<int>(cols), keep, mask,
                                    &smallest);
  } else {
    for (int64_t group = 0; group < groups; ++group) {
      const char* in = weights + group * kRows * cols * bytes;
      uint8_t* out = mask + group * kRows * cols;
      mask_columns(in, cols, cols / kTileColumns * kTileColumns, keep, out,
                   cols, &smallest);
      if (cols % kTileColumns != 0) {
        // The last tile overlaps the one before, and gives the same marks.
        const int64_t col = cols - kTileColumns;
        mask_columns(in + col * bytes, cols, kTileColumns, keep, out + col,
                     cols, &smallest);
      }
    }
  }
  Bits result = smallest.lanes[0];
  for (const Bits lane : smallest.lanes) result = Smaller<Bits>(result, lane);
  return result;
}

// The GroupMasker.
template <typename Format, typename Tiles>
TFMOT_TARGET uint64_t MaskGroups(const void* weights, int64_t groups,
                                 int64_t rows, int64_t cols, int64_t keep,
                                 uint8_t* mask) {
  const char* in = static_cast<const char*>(weights);
  switch (rows) {
    case 2:
      return MaskShortGroups<Format, Tiles, 2>(in, groups, cols, keep, mask);
    case 4:
      return MaskShortGroups<Format, Tiles, 4>(in, groups, cols, keep, mask);
    case 8:
      return MaskShortGroups<Format, Tiles, 8>(in, groups, cols, keep, mask);
    default:
      break;
  }
  uint64_t smallest = NoKey<Format>();
  for (int64_t group = 0; group < groups; ++group) {
    const int64_t first = group * rows * cols;
    smallest = Smaller<uint64_t>(
        smallest,
        MaskAnyGroup<Format>(
            in + first * static_cast<int64_t>(sizeof(typename Format::Bits)),
            rows, cols, keep, mask + first));
  }
  return smallest;
}

}  // namespace
}  // namespace tfmot

#endif  // OPS_KERNELS_M_BY_N_MASK_LOOP_H_
