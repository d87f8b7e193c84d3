// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_BLOCK_MASK_KERNELS_H_
#define OPS_KERNELS_CUDA_BLOCK_MASK_KERNELS_H_

#include <stdint.h>

#include "ops/kernels/cuda/block_places.h"
#include "ops/kernels/cuda/device_api.h"
#include "ops/kernels/cuda/key_range.h"
#include "ops/kernels/cuda/weight_chunks.h"
#include "ops/kernels/float_convert.h"
#include "ops/kernels/magnitude_bits.h"
// What a weight contributes to its block's key, and what key the contributions
// make, is the CPU's own code.
#define TFMOT_TARGET TFMOT_HOST_DEVICE
#include "ops/kernels/block_pooling_lanes.h"

// The kernels of BlockMaskCuda. The order in which a block's weights are added
// is the one that ops/README.md, "Semantics", lays down: down each column, then
// the columns, padded with zeros to a power of two, halved again and again. A
// thread adds up a column; the halving is a shuffle among the lanes of a warp.

namespace tfmot {
namespace device {
// What block_pooling_lanes.h brings has internal linkage, so this has as well.
namespace {

// Widest block whose columns have a lane each.
const int kLanes = 32;

// The two poolings, reading weights at a multiple of their size.
template <typename FormatType>
struct DeviceAverage : AveragePool<FormatType> {
  TFMOT_DEVICE static double Load(const void* weights, int64_t index) {
    return MagnitudeToDouble(FormatType(), KeyAt<FormatType>(weights, index));
  }
};

template <typename FormatType>
struct DeviceMax : MaxPool<FormatType> {
  TFMOT_DEVICE static typename FormatType::Key Load(const void* weights,
                                                    int64_t index) {
    return KeyAt<FormatType>(weights, index);
  }
};

// Combines `height` weights below each other.
template <typename Pool, typename Index>
TFMOT_DEVICE typename Pool::Value PoolColumn(const void* weights, Index first,
                                             Index height, Index cols) {
  typename Pool::Value value = Pool::Load(weights, first);
  TFMOT_UNROLL_BY(4)
  for (Index i = 1; i < height; ++i) {
    first += cols;
    value = Pool::Combine(value, Pool::Load(weights, first));
  }
  return value;
}

// Combines `lanes` neighbours, a power of two, in the first of them.
template <typename Pool>
TFMOT_DEVICE typename Pool::Value HalveLanes(typename Pool::Value value,
                                             int lanes) {
  for (int half = lanes / 2; half > 0; half /= 2) {
    value = Pool::Combine(value, ShuffleDown(value, half));
  }
  return value;
}

// Blocks of at most kLanes columns: 2^lane_bits threads for each.
template <typename Pool, typename Index>
TFMOT_KERNEL void PoolNarrowBlocks(const void* weights, BlockPlan<Index> plan,
                                   int64_t blocks, int lane_bits,
                                   typename Pool::Format::Key* keys) {
  typedef typename Pool::Value Value;
  const int64_t step = static_cast<int64_t>(GridBlocks()) * kThreads;
  const int lanes = 1 << lane_bits;
  const int64_t work = blocks << lane_bits;
  // All lanes of a warp go on as long as one of them has work.
  for (int64_t begin = static_cast<int64_t>(BlockIndex()) * kThreads;
       begin < work; begin += step) {
    const int64_t unit = begin + ThreadIndex();
    const Index col = static_cast<Index>(unit & (lanes - 1));
    const int64_t block = unit >> lane_bits;
    Value value = Value(0);
    BlockPlace<Index> place = {0, 0, 0};
    if (block < blocks) {
      place = PlaceOfBlock<Index>(plan, static_cast<Index>(block));
      if (col < place.width) {
        value = PoolColumn<Pool, Index>(weights, place.first + col,
                                        place.height, plan.cols);
      }
    }
    value = HalveLanes<Pool>(value, lanes);
    if (block < blocks && col == 0) {
      keys[block] = Pool::Key(value, static_cast<int64_t>(place.height) *
                                         static_cast<int64_t>(place.width));
    }
  }
}

// Halving a wide block adds, again and again, the column half the remaining
// width to the right. Lane j has the columns j, j + 32, ... and adds those of a
// width over 32 among themselves: a tree of pieces of 32 columns, the children
// of piece p at distance d being p and p + d. Its leaves come in the order of
// their numbers' reversed bits, and a stack holds what waits for its other
// half.
template <typename Pool, typename Index>
TFMOT_DEVICE typename Pool::Value PoolPieces(const void* weights,
                                             const BlockPlace<Index>& place,
                                             Index cols) {
  typedef typename Pool::Value Value;
  const int64_t lane = ThreadIndex() % kLanes;
  const int64_t width = static_cast<int64_t>(place.width);
  const int64_t pieces = PowerOfTwoFrom((width + kLanes - 1) / kLanes);
  const int bits = BitsOfPower(pieces);
  Value waiting[48];
  int depth = 0;
  for (int64_t i = 0; i < pieces; ++i) {
    const int64_t col = ReversedBits(i, bits) * kLanes + lane;
    Value value = Value(0);
    if (col < width) {
      value = PoolColumn<Pool, Index>(
          weights, place.first + static_cast<Index>(col), place.height, cols);
    }
    for (int64_t pairs = i; (pairs & 1) != 0; pairs /= 2) {
      value = Pool::Combine(waiting[--depth], value);
    }
    waiting[depth++] = value;
  }
  return waiting[0];
}

// Blocks of more columns: a warp for each.
template <typename Pool, typename Index>
TFMOT_KERNEL void PoolWideBlocks(const void* weights, BlockPlan<Index> plan,
                                 int64_t blocks,
                                 typename Pool::Format::Key* keys) {
  const int kWarps = kThreads / kLanes;
  for (int64_t block =
           static_cast<int64_t>(BlockIndex()) * kWarps + ThreadIndex() / kLanes;
       block < blocks; block += static_cast<int64_t>(GridBlocks()) * kWarps) {
    const BlockPlace<Index> place =
        PlaceOfBlock<Index>(plan, static_cast<Index>(block));
    const typename Pool::Value value = HalveLanes<Pool>(
        PoolPieces<Pool, Index>(weights, place, plan.cols), kLanes);
    if (ThreadIndex() % kLanes == 0) {
      keys[block] = Pool::Key(value, static_cast<int64_t>(place.height) *
                                         static_cast<int64_t>(place.width));
    }
  }
}

struct FlagRun {
  alignas(16) uint8_t flag[16];
};

// Spreads the flags of blocks over their weights, 16 at a time.
template <typename Index>
TFMOT_KERNEL void SpreadFlags(BlockPlan<Index> plan, int64_t count,
                              const uint8_t* kept, uint8_t* mask) {
  const int kRun = 16;
  const int64_t step = static_cast<int64_t>(GridBlocks()) * kThreads * kRun;
  for (int64_t first =
           (static_cast<int64_t>(BlockIndex()) * kThreads + ThreadIndex()) *
           kRun;
       first < count; first += step) {
    BlockWalk<Index> walk(plan, static_cast<Index>(first));
    FlagRun run;
    const int64_t left = count - first;
    const int size = left < kRun ? static_cast<int>(left) : kRun;
    // All of it is written out, so that the run stays in registers.
    TFMOT_UNROLL
    for (int i = 0; i < kRun; ++i) {
      run.flag[i] = 0;
      if (i < size) {
        run.flag[i] = kept[walk.block()];
        walk.Next();
      }
    }
    if (size == kRun) {
      *reinterpret_cast<FlagRun*>(mask + first) = run;
    } else {
      for (int i = 0; i < size; ++i) mask[first + i] = run.flag[i];
    }
  }
}

// Stores the smallest kept key as a number of the weights' format, rounded
// where an average is narrower than its key. One thread's work.
template <typename Format, bool kAverage>
TFMOT_KERNEL void StoreKeyAsNumber(const typename Format::Key* key,
                                   void* threshold) {
  if (ThreadIndex() != 0) return;
  typename Format::Key bits = *key;
  if (kAverage && Format::kFormat == kFloat16) {
    bits = Float32ToFloat16(static_cast<uint32_t>(bits));
  } else if (kAverage && Format::kFormat == kBfloat16) {
    bits = Float32ToBfloat16(static_cast<uint32_t>(bits));
  }
  *static_cast<typename Format::Bits*>(threshold) =
      static_cast<typename Format::Bits>(bits);
}

}  // namespace
}  // namespace device
}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_BLOCK_MASK_KERNELS_H_
