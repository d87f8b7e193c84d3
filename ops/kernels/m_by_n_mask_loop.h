// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_M_BY_N_MASK_LOOP_H_
#define OPS_KERNELS_M_BY_N_MASK_LOOP_H_

#include <stdint.h>

#include "ops/kernels/m_by_n_mask.h"

// The loops of a GroupMasker, which the compiler vectorises over the columns. A
// source file defines TFMOT_TARGET, the attribute that switches its
// instructions on, before it includes this file. Everything here has internal
// linkage, so that no linker takes one variant's copy for another's.
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

// Columns at a time: their keys stay in the level 1 cache.
const int kTileColumns = 128;

// Marks row `row` of `columns` columns of a group. A weight is kept if fewer
// than `keep` of its group stand before it: larger ones, and earlier ones that
// are equal. The compiler unrolls the loop over the kRows rows.
template <typename Format, int kRows>
TFMOT_TARGET typename Format::Key MarkRow(
    const typename Format::Key (*keys)[kTileColumns], int row, int columns,
    typename Format::Key keep, uint8_t* __restrict mask) {
  typedef typename Format::Key Key;
  Key smallest = NoKey<Format>();
  for (int col = 0; col < columns; ++col) {
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

// The first `count` columns of a group of a size that the compiler knows.
template <typename Format, int kRows>
TFMOT_TARGET uint64_t MaskShortGroup(const void* weights, int64_t cols,
                                     int64_t count, int64_t keep,
                                     uint8_t* mask) {
  typedef typename Format::Key Key;
  alignas(64) Key keys[kRows][kTileColumns];
  const Key kept_ranks = static_cast<Key>(keep < kRows ? keep : kRows);
  Key smallest = NoKey<Format>();
  for (int64_t begin = 0; begin < count; begin += kTileColumns) {
    const int columns = static_cast<int>(
        count - begin < kTileColumns ? count - begin : kTileColumns);
    for (int row = 0; row < kRows; ++row) {
      for (int col = 0; col < columns; ++col) {
        keys[row][col] =
            LoadMagnitude<Format>(weights, row * cols + begin + col);
      }
    }
    for (int row = 0; row < kRows; ++row) {
      smallest = Smaller<Key>(
          smallest, MarkRow<Format, kRows>(keys, row, columns, kept_ranks,
                                           mask + row * cols + begin));
    }
  }
  return smallest;
}

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

// The GroupMasker.
template <typename Format>
TFMOT_TARGET uint64_t MaskGroup(const void* weights, int64_t rows, int64_t cols,
                                int64_t keep, uint8_t* mask) {
  switch (rows) {
    case 2:
      return MaskShortGroup<Format, 2>(weights, cols, cols, keep, mask);
    case 4:
      return MaskShortGroup<Format, 4>(weights, cols, cols, keep, mask);
    default:
      return MaskAnyGroup<Format>(weights, rows, cols, keep, mask);
  }
}

}  // namespace
}  // namespace tfmot

#endif  // OPS_KERNELS_M_BY_N_MASK_LOOP_H_
