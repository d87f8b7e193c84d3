// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_PARALLEL_FOR_H_
#define OPS_KERNELS_PARALLEL_FOR_H_

#include <stdint.h>

namespace tfmot {

// One unit of parallel work. `context` is the kernel's own.
typedef void (*ShardBody)(void* context, int shard);

// How a kernel asks its caller for threads. A kernel never starts one itself.
//
// `run` calls body(body_context, shard) exactly once for every shard in
// [0, num_shards), in any order and on any threads, and returns after the last
// call has returned; what the calls wrote is then visible to the caller.
// Serial execution on the calling thread is always correct.
struct ParallelFor {
  void (*run)(void* context, int num_shards, ShardBody body,
              void* body_context);
  void* context;
  // How many shards a kernel should cut its work into; at least 1.
  int num_threads;
};

// Half-open range of the items that one shard works on.
struct ShardRange {
  int64_t begin;
  int64_t end;
};

// Cuts `count` items into `num_shards` ranges whose sizes differ by at most 1.
// REQUIRES: count >= 0, 0 <= shard < num_shards.
inline ShardRange ShardOf(int64_t count, int num_shards, int shard) {
  const int64_t size = count / num_shards;
  const int64_t larger = count % num_shards;  // The first ones get one more.
  ShardRange range;
  range.begin = shard * size + (shard < larger ? shard : larger);
  range.end = range.begin + size + (shard < larger ? 1 : 0);
  return range;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_PARALLEL_FOR_H_
