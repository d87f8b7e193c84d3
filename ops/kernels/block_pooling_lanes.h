// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BLOCK_POOLING_LANES_H_
#define OPS_KERNELS_BLOCK_POOLING_LANES_H_

#include <stdint.h>
#include <string.h>

#include "ops/kernels/float_convert.h"
#include "ops/kernels/magnitude_bits.h"

// What pooling does to many values side by side, as plain loops. A source file
// defines TFMOT_TARGET, the attribute that switches its instructions on, before
// it includes this file. Everything here has internal linkage, so that no
// linker takes one variant's copy for another's.
#ifndef TFMOT_TARGET
#error "Define TFMOT_TARGET before including block_pooling_lanes.h."
#endif

namespace tfmot {
namespace {

// The key of a block whose magnitudes add up to `sum`: without a branch, for
// the loops over many of them.
//
// `kSmallestNormal` times `cells` is exact, so that comparing the sum with it
// decides whether the average is below the smallest normal number without ever
// computing a denormal, which some threads would flush.
TFMOT_TARGET inline uint64_t AverageKey(Float64Format, double sum,
                                        int64_t cells) {
  const double kSmallestNormal = 2.2250738585072014e-308;
  const double average = sum / static_cast<double>(cells);
  uint64_t key;
  memcpy(&key, &average, sizeof(key));
  key = sum < kSmallestNormal * static_cast<double>(cells) ? 0 : key;
  return sum != sum ? 0x7ff8000000000000ull : key;
}

TFMOT_TARGET inline uint32_t AverageKey(Float32Format, double sum,
                                        int64_t cells) {
  const double kSmallestNormal = 1.1754943508222875e-38;
  const double average = sum / static_cast<double>(cells);
  const float rounded = static_cast<float>(average);
  uint32_t key;
  memcpy(&key, &rounded, sizeof(key));
  key = average < kSmallestNormal ? 0 : key;
  return sum != sum ? 0x7fc00000u : key;
}

TFMOT_TARGET inline uint32_t AverageKey(Float16Format, double sum,
                                        int64_t cells) {
  return AverageKey(Float32Format(), sum, cells);
}

TFMOT_TARGET inline uint32_t AverageKey(Bfloat16Format, double sum,
                                        int64_t cells) {
  return AverageKey(Float32Format(), sum, cells);
}

// The two poolings as types: what a weight contributes, how two contributions
// combine, and what key a block's combined contribution makes.

template <typename FormatType>
struct AveragePool {
  typedef FormatType Format;
  typedef double Value;
  TFMOT_TARGET static Value Load(const void* weights, int64_t index) {
    return MagnitudeToDouble(Format(), LoadMagnitude<Format>(weights, index));
  }
  TFMOT_TARGET static Value Combine(Value a, Value b) { return a + b; }
  TFMOT_TARGET static typename Format::Key Key(Value value, int64_t cells) {
    return AverageKey(Format(), value, cells);
  }
};

template <typename FormatType>
struct MaxPool {
  typedef FormatType Format;
  typedef typename Format::Key Value;
  TFMOT_TARGET static Value Load(const void* weights, int64_t index) {
    return LoadMagnitude<Format>(weights, index);
  }
  TFMOT_TARGET static Value Combine(Value a, Value b) { return a < b ? b : a; }
  TFMOT_TARGET static Value Key(Value value, int64_t /*cells*/) {
    return value;
  }
};

// The loops in which pooling spends its time. A variant may bring faster
// ones, as long as they give the same bits.
struct PlainLanes {
  // Combines values[j] with weight j of kRows rows, one after the other, whose
  // starts are `stride` bytes apart. `first`: there are no values yet.
  template <typename Pool, int kRows>
  TFMOT_TARGET static void CombineRows(const char* row, int64_t stride,
                                       int columns, bool first,
                                       typename Pool::Value* values) {
    for (int j = 0; j < columns; ++j) {
      typename Pool::Value value = Pool::Load(row, j);
      if (!first) value = Pool::Combine(values[j], value);
      for (int i = 1; i < kRows; ++i) {
        value = Pool::Combine(value, Pool::Load(row + i * stride, j));
      }
      values[j] = value;
    }
  }

  // Halves `blocks` blocks of 2 * kHalf values that lie side by side.
  template <typename Pool, int kHalf>
  TFMOT_TARGET static void HalveRun(
      const typename Pool::Value* __restrict values, int64_t blocks,
      typename Pool::Value* __restrict halves) {
    for (int64_t i = 0; i < blocks; ++i) {
      for (int j = 0; j < kHalf; ++j) {
        halves[i * kHalf + j] = Pool::Combine(
            values[i * 2 * kHalf + j], values[i * 2 * kHalf + kHalf + j]);
      }
    }
  }

  // Pools `blocks` blocks of kRows rows of kWidth weights that lie side by
  // side, or the first of them. Returns how many; here none.
  template <typename Pool, int kRows, int kWidth>
  TFMOT_TARGET static int64_t PoolBlocks(const char* /*row*/,
                                         int64_t /*stride*/, int64_t /*blocks*/,
                                         typename Pool::Format::Key* /*keys*/) {
    return 0;
  }

  template <typename Pool>
  TFMOT_TARGET static void Keys(const typename Pool::Value* values,
                                int64_t blocks, int64_t cells,
                                typename Pool::Format::Key* keys) {
    for (int64_t i = 0; i < blocks; ++i) keys[i] = Pool::Key(values[i], cells);
  }
};

}  // namespace
}  // namespace tfmot

#endif  // OPS_KERNELS_BLOCK_POOLING_LANES_H_
