// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BLOCK_POOLING_VECTORS_H_
#define OPS_KERNELS_BLOCK_POOLING_VECTORS_H_

#include <stdint.h>

#include "ops/kernels/block_pooling_lanes.h"

namespace tfmot {
namespace {

// The loops of PlainLanes on vectors: the same combinations in the same order.
//
// `Vectors` has a type Vector of kLanes values and these static functions:
//   Load(in), Store(vector, out), Combine(a, b);
//   Magnitudes<Format>(weights): what Pool::Load makes of kLanes weights;
//   Halve<kHalf>(a, b), kHalf below kLanes: a and b hold blocks of 2 * kHalf
//     values side by side; gives their halves, combined and side by side;
//   StoreKeys(values, cells, out): the keys of blocks of that many weights.
template <typename Vectors>
struct VectorLanes {
  typedef typename Vectors::Vector Vector;
  static const int kLanes = Vectors::kLanes;

  template <typename Pool, int kRows>
  TFMOT_TARGET static void CombineRows(const char* row, int64_t stride,
                                       int columns, bool first,
                                       typename Pool::Value* values) {
    typedef typename Pool::Format Format;
    int j = 0;
    for (; j + kLanes <= columns; j += kLanes) {
      const char* in = row + j * sizeof(typename Format::Bits);
      Vector value = Vectors::template Magnitudes<Format>(in);
      if (!first) value = Vectors::Combine(Vectors::Load(values + j), value);
      for (int i = 1; i < kRows; ++i) {
        value = Vectors::Combine(
            value, Vectors::template Magnitudes<Format>(in + i * stride));
      }
      Vectors::Store(value, values + j);
    }
    PlainLanes::CombineRows<Pool, kRows>(
        row + j * sizeof(typename Format::Bits), stride, columns - j, first,
        values + j);
  }

  template <typename Pool, int kHalf>
  TFMOT_TARGET static void HalveRun(const typename Pool::Value* values,
                                    int64_t blocks,
                                    typename Pool::Value* halves) {
    HalveVectors<Pool, kHalf, (kHalf < kLanes)>::Run(values, blocks, halves);
  }

  // From weights to keys within registers.
  template <typename Pool, int kRows, int kWidth>
  TFMOT_TARGET static int64_t PoolBlocks(const char* row, int64_t stride,
                                         int64_t blocks,
                                         typename Pool::Format::Key* keys) {
    const int64_t vectors = blocks / kLanes;
    for (int64_t i = 0; i < vectors; ++i) {
      Vectors::StoreKeys(
          Halved<Pool, kRows, kWidth, 1, PlaceOf(kWidth, 1)>::Run(row, stride,
                                                                  i),
          kRows * kWidth, keys + i * kLanes);
    }
    return vectors * kLanes;
  }

  template <typename Pool>
  TFMOT_TARGET static void Keys(const typename Pool::Value* values,
                                int64_t blocks, int64_t cells,
                                typename Pool::Format::Key* keys) {
    int64_t i = 0;
    for (; i + kLanes <= blocks; i += kLanes) {
      Vectors::StoreKeys(Vectors::Load(values + i), cells, keys + i);
    }
    PlainLanes::Keys<Pool>(values + i, blocks - i, cells, keys + i);
  }

 private:
  // Vector `i` of the values that are left when all blocks of kWidth columns
  // are halved down to kLeft values; it is made of two vectors of twice as
  // many.
  enum LeftPlace { kAllLeft, kWholeVectorsLeft, kPartsLeft };

  static constexpr LeftPlace PlaceOf(int width, int left) {
    return left == width    ? kAllLeft
           : left >= kLanes ? kWholeVectorsLeft
                            : kPartsLeft;
  }

  template <typename Pool, int kRows, int kWidth, int kLeft, LeftPlace kPlace>
  struct Halved {
    TFMOT_TARGET static inline __attribute__((always_inline)) Vector
    Run(const char* row, int64_t stride, int64_t i) {
      typedef Halved<Pool, kRows, kWidth, 2 * kLeft, PlaceOf(kWidth, 2 * kLeft)>
          Twice;
      return Vectors::template Halve<kLeft>(Twice::Run(row, stride, 2 * i),
                                            Twice::Run(row, stride, 2 * i + 1));
    }
  };

  template <typename Pool, int kRows, int kWidth, int kLeft>
  struct Halved<Pool, kRows, kWidth, kLeft, kWholeVectorsLeft> {
    TFMOT_TARGET static inline __attribute__((always_inline)) Vector
    Run(const char* row, int64_t stride, int64_t i) {
      typedef Halved<Pool, kRows, kWidth, 2 * kLeft, PlaceOf(kWidth, 2 * kLeft)>
          Twice;
      const int kHalf = kLeft / kLanes;
      const int64_t first = i / kHalf * 2 * kHalf + i % kHalf;
      return Vectors::Combine(Twice::Run(row, stride, first),
                              Twice::Run(row, stride, first + kHalf));
    }
  };

  template <typename Pool, int kRows, int kWidth, int kLeft>
  struct Halved<Pool, kRows, kWidth, kLeft, kAllLeft> {
    TFMOT_TARGET static inline __attribute__((always_inline)) Vector
    Run(const char* row, int64_t stride, int64_t i) {
      typedef typename Pool::Format Format;
      const char* in = row + i * kLanes * sizeof(typename Format::Bits);
      Vector value = Vectors::template Magnitudes<Format>(in);
      for (int k = 1; k < kRows; ++k) {
        value = Vectors::Combine(
            value, Vectors::template Magnitudes<Format>(in + k * stride));
      }
      return value;
    }
  };

  // Blocks whose halves are narrower than a vector.
  template <typename Pool, int kHalf, bool kNarrow>
  struct HalveVectors {
    TFMOT_TARGET static void Run(const typename Pool::Value* values,
                                 int64_t blocks, typename Pool::Value* halves) {
      int64_t block = 0;
      for (; block + kLanes / kHalf <= blocks; block += kLanes / kHalf) {
        const typename Pool::Value* in = values + 2 * kHalf * block;
        Vectors::Store(Vectors::template Halve<kHalf>(
                           Vectors::Load(in), Vectors::Load(in + kLanes)),
                       halves + kHalf * block);
      }
      PlainLanes::HalveRun<Pool, kHalf>(values + 2 * kHalf * block,
                                        blocks - block, halves + kHalf * block);
    }
  };

  template <typename Pool, int kHalf>
  struct HalveVectors<Pool, kHalf, false> {
    TFMOT_TARGET static void Run(const typename Pool::Value* values,
                                 int64_t blocks, typename Pool::Value* halves) {
      for (int64_t block = 0; block < blocks; ++block) {
        for (int j = 0; j < kHalf; j += kLanes) {
          const typename Pool::Value* in = values + 2 * kHalf * block + j;
          Vectors::Store(
              Vectors::Combine(Vectors::Load(in), Vectors::Load(in + kHalf)),
              halves + kHalf * block + j);
        }
      }
    }
  };
};

}  // namespace
}  // namespace tfmot

#endif  // OPS_KERNELS_BLOCK_POOLING_VECTORS_H_
