// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_THREAD_BLOCK_H_
#define OPS_KERNELS_CUDA_THREAD_BLOCK_H_

#include <stdint.h>

#include "ops/kernels/cuda/device_api.h"
#include "ops/kernels/cuda/key_range.h"

namespace tfmot {
namespace device {

// What the kThreads threads of a block do together.

// The sum over the warp, in its first lane.
template <typename T>
TFMOT_DEVICE T WarpSum(T value) {
  for (int half = 16; half > 0; half /= 2) value += ShuffleDown(value, half);
  return value;
}

TFMOT_DEVICE uint64_t WarpMax(uint64_t value) {
  for (int half = 16; half > 0; half /= 2) {
    const uint64_t other = ShuffleDown(value, half);
    value = other > value ? other : value;
  }
  return value;
}

struct SumShared {
  uint64_t of_warp[kThreads / 32];
  uint64_t all;
};

// The sum of the values of this thread and of all before it. Behind the next
// Barrier `shared->all` is the sum of all.
TFMOT_DEVICE uint64_t SumUpTo(uint64_t value, SumShared* shared) {
  const int lane = ThreadIndex() % 32;
  const int warp = ThreadIndex() / 32;
  for (int step = 1; step < 32; step *= 2) {
    const uint64_t before = ShuffleUp(value, step);
    value += lane >= step ? before : 0;
  }
  Barrier();  // Until nobody reads what `shared` held before.
  if (lane == 31) shared->of_warp[warp] = value;
  Barrier();
  for (int i = 0; i < warp; ++i) value += shared->of_warp[i];
  if (ThreadIndex() == kThreads - 1) shared->all = value;
  return value;
}

// True in the block that gets here last: what all blocks wrote before can then
// be read with LoadFresh. `tickets` is 0 at first and again at the end;
// `is_last` is shared memory.
TFMOT_DEVICE bool IsLastBlock(uint32_t* tickets, bool* is_last) {
  Fence();
  Barrier();
  if (ThreadIndex() == 0) {
    const uint32_t blocks = static_cast<uint32_t>(GridBlocks());
    *is_last = AtomicAdd(tickets, uint32_t{1}) == blocks - 1;
    if (*is_last) *tickets = 0;
  }
  Barrier();
  Fence();
  return *is_last;
}

struct PickShared {
  SumShared sum;
  int bin;
  uint64_t above_bin;
  uint64_t inside_bin;
};

const int kBinsPerThread = kBins / kThreads;

// Finds the bin of the `rank`-th largest key, 1 for the largest.
// `count_of(bin)` counts the keys in a bin. In `shared` are then the bin, or -1
// where there are fewer keys than `rank`, and in `sum.all` all keys.
template <typename CountOf>
TFMOT_DEVICE void PickBin(uint64_t rank, CountOf count_of, PickShared* shared) {
  // Thread 0 has the largest keys.
  const int first = kBins - 1 - ThreadIndex() * kBinsPerThread;
  uint64_t counts[kBinsPerThread];
  uint64_t sum = 0;
  for (int i = 0; i < kBinsPerThread; ++i) {
    counts[i] = count_of(first - i);
    sum += counts[i];
  }
  if (ThreadIndex() == 0) shared->bin = -1;
  const uint64_t up_to = SumUpTo(sum, &shared->sum);
  uint64_t above = up_to - sum;
  if (above < rank && rank <= up_to) {
    int i = 0;
    while (above + counts[i] < rank) above += counts[i++];
    shared->bin = first - i;
    shared->above_bin = above;
    shared->inside_bin = counts[i];
  }
  Barrier();
}

}  // namespace device
}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_THREAD_BLOCK_H_
