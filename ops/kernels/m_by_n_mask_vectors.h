// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_M_BY_N_MASK_VECTORS_H_
#define OPS_KERNELS_M_BY_N_MASK_VECTORS_H_

#include <stdint.h>

#include "ops/kernels/m_by_n_mask_loop.h"

namespace tfmot {
namespace {

// Tiles on vectors. `Vectors` has a type Vector of kLanes numbers as wide as
// the weights, and these static functions:
//   Load(weights): their magnitudes; All(number): the same in every lane;
//   Larger(a, b), Smaller(a, b): of each pair of magnitudes;
//   AtLeast(a, b), Equal(a, b): bit i says so of pair i;
//   LoadNumbers(in), StoreNumbers(vector, out): kLanes aligned numbers;
//   Expand(bits, out): writes 64 bytes, byte i is bit i.

// Puts the larger of two magnitudes first.
template <typename Vectors>
TFMOT_TARGET inline __attribute__((always_inline)) void Order(
    typename Vectors::Vector* a, typename Vectors::Vector* b) {
  const typename Vectors::Vector larger = Vectors::Larger(*a, *b);
  *b = Vectors::Smaller(*a, *b);
  *a = larger;
}

// Sorts 1, 2 or 4 magnitudes of each lane, the largest first.
template <typename Vectors, int kRows>
TFMOT_TARGET inline __attribute__((always_inline)) void SortRows(
    typename Vectors::Vector* rows) {
  if (kRows >= 2) Order<Vectors>(&rows[0], &rows[1]);
  if (kRows == 4) {
    Order<Vectors>(&rows[2], &rows[3]);
    Order<Vectors>(&rows[0], &rows[2]);
    Order<Vectors>(&rows[1], &rows[3]);
    Order<Vectors>(&rows[1], &rows[2]);
  }
}

// The kKeep-th largest magnitude of each lane, from both halves sorted: if i of
// the kKeep largest are in the upper half, it is the smaller one of the i-th of
// the upper and the (kKeep - i)-th of the lower half; for any other i, this is
// less. The compiler leaves out what of the sorting is not needed.
template <typename Vectors, int kRows, int kKeep>
TFMOT_TARGET inline __attribute__((always_inline)) typename Vectors::Vector
KeptThreshold(const typename Vectors::Vector* keys) {
  typedef typename Vectors::Vector Vector;
  const int kHalf = kRows / 2;
  Vector upper[kHalf];
  Vector lower[kHalf];
  for (int i = 0; i < kHalf; ++i) {
    upper[i] = keys[i];
    lower[i] = keys[kHalf + i];
  }
  SortRows<Vectors, kHalf>(upper);
  SortRows<Vectors, kHalf>(lower);
  Vector threshold = Vectors::All(0);
  for (int i = 0; i <= kHalf; ++i) {
    const int rest = kKeep - i;
    if (rest < 0 || rest > kHalf) continue;
    threshold = Vectors::Larger(
        threshold, i == 0 ? lower[rest - 1]
                   : rest == 0
                       ? upper[i - 1]
                       : Vectors::Smaller(upper[i - 1], lower[rest - 1]));
  }
  return threshold;
}

// Where more than kKeep weights of a column reach its threshold, takes the last
// ones back that are equal to it. Bit i of a word is column i; the numbers of
// weights to take back are kept as binary digits, one word for each digit.
template <int kRows, int kKeep>
TFMOT_TARGET inline void DropLastTies(const uint64_t* equal,
                                      uint64_t* reached) {
  const int kDigits = 4;
  uint64_t surplus[kDigits];
  // Counting up from -kKeep ends at the surplus.
  for (int digit = 0; digit < kDigits; ++digit) {
    surplus[digit] = (-kKeep >> digit & 1) != 0 ? ~uint64_t{0} : 0;
  }
  for (int row = 0; row < kRows; ++row) {
    uint64_t carry = reached[row];
    for (int digit = 0; digit < kDigits; ++digit) {
      const uint64_t sum = surplus[digit] ^ carry;
      carry &= surplus[digit];
      surplus[digit] = sum;
    }
  }
  for (int row = kRows - 1; row >= 0; --row) {
    const uint64_t any = surplus[0] | surplus[1] | surplus[2] | surplus[3];
    const uint64_t dropped = equal[row] & any;
    reached[row] &= ~dropped;
    uint64_t borrow = dropped;
    for (int digit = 0; digit < kDigits; ++digit) {
      const uint64_t difference = surplus[digit] ^ borrow;
      borrow &= ~surplus[digit];
      surplus[digit] = difference;
    }
  }
}

template <typename Format, typename Vectors, int kRows, int kKeep>
TFMOT_TARGET void MaskVectorColumns(const char* weights, int64_t stride,
                                    int64_t columns, int64_t /*keep*/,
                                    uint8_t* mask, int64_t mask_stride,
                                    SmallestKept<Format>* smallest_kept) {
  typedef typename Vectors::Vector Vector;
  const int kLanes = Vectors::kLanes;
  const int64_t bytes = static_cast<int64_t>(sizeof(typename Format::Bits));
  stride *= bytes;
  Vector smallest = Vectors::LoadNumbers(smallest_kept->lanes);
  for (int64_t col = 0; col < columns; col += kTileColumns) {
    const char* tile = weights + col * bytes;
    Vector thresholds[kTileColumns / kLanes];
    uint64_t reached[kRows] = {0};
    for (int lane = 0; lane < kTileColumns; lane += kLanes) {
      Vector keys[kRows];
      for (int row = 0; row < kRows; ++row) {
        keys[row] = Vectors::Load(tile + row * stride + lane * bytes);
      }
      const Vector threshold = KeptThreshold<Vectors, kRows, kKeep>(keys);
      smallest = Vectors::Smaller(smallest, threshold);
      thresholds[lane / kLanes] = threshold;
      for (int row = 0; row < kRows; ++row) {
        reached[row] |= Vectors::AtLeast(keys[row], threshold) << lane;
      }
    }
    int marks = 0;
    for (int row = 0; row < kRows; ++row) {
      marks += __builtin_popcountll(reached[row]);
    }
    if (marks != kKeep * kTileColumns) {
      uint64_t equal[kRows] = {0};
      for (int lane = 0; lane < kTileColumns; lane += kLanes) {
        for (int row = 0; row < kRows; ++row) {
          equal[row] |=
              Vectors::Equal(Vectors::Load(tile + row * stride + lane * bytes),
                             thresholds[lane / kLanes])
              << lane;
        }
      }
      DropLastTies<kRows, kKeep>(equal, reached);
    }
    for (int row = 0; row < kRows; ++row) {
      Vectors::Expand(reached[row], mask + row * mask_stride + col);
    }
  }
  Vectors::StoreNumbers(smallest, smallest_kept->lanes);
}

// The functions for 1 to kKeep kept of kRows.
template <typename Format, typename Vectors, int kRows, int kKeep>
struct VectorColumns {
  TFMOT_TARGET static typename Tile<Format>::Columns For(int64_t keep) {
    return keep == kKeep
               ? MaskVectorColumns<Format, Vectors, kRows, kKeep>
               : VectorColumns<Format, Vectors, kRows, kKeep - 1>::For(keep);
  }
};

template <typename Format, typename Vectors, int kRows>
struct VectorColumns<Format, Vectors, kRows, 1> {
  TFMOT_TARGET static typename Tile<Format>::Columns For(int64_t /*keep*/) {
    return MaskVectorColumns<Format, Vectors, kRows, 1>;
  }
};

template <typename Vectors>
struct VectorTiles {
  template <typename Format, int kRows>
  TFMOT_TARGET static typename Tile<Format>::Columns Columns(int64_t keep) {
    return VectorColumns<Format, Vectors, kRows, kRows>::For(keep);
  }
};

}  // namespace
}  // namespace tfmot

#endif  // OPS_KERNELS_M_BY_N_MASK_VECTORS_H_
