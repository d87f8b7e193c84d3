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
