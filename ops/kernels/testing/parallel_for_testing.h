// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_TESTING_PARALLEL_FOR_TESTING_H_
#define OPS_KERNELS_TESTING_PARALLEL_FOR_TESTING_H_

#include <thread>  // NOLINT
#include <vector>

#include "ops/kernels/parallel_for.h"

namespace tfmot {
namespace testing {

// Every way to run shards that the contract of ParallelFor allows and that a
// kernel might get wrong.

inline void RunSerially(void* /*context*/, int num_shards, ShardBody body,
                        void* body_context) {
  for (int shard = 0; shard < num_shards; ++shard) body(body_context, shard);
}

inline void RunReversed(void* /*context*/, int num_shards, ShardBody body,
                        void* body_context) {
  for (int shard = num_shards - 1; shard >= 0; --shard) {
    body(body_context, shard);
  }
}

// One thread per shard, all started before any is waited for.
inline void RunThreaded(void* /*context*/, int num_shards, ShardBody body,
                        void* body_context) {
  std::vector<std::thread> threads;
  for (int shard = 1; shard < num_shards; ++shard) {
    threads.emplace_back(body, body_context, shard);
  }
  body(body_context, 0);
  for (std::thread& thread : threads) thread.join();
}

inline ParallelFor SerialParallelFor(int num_threads) {
  return ParallelFor{RunSerially, nullptr, num_threads};
}

inline ParallelFor ReversedParallelFor(int num_threads) {
  return ParallelFor{RunReversed, nullptr, num_threads};
}

inline ParallelFor ThreadedParallelFor(int num_threads) {
  return ParallelFor{RunThreaded, nullptr, num_threads};
}

// All of them, for tests that take turns.
inline ParallelFor AnyParallelFor(int which, int num_threads) {
  switch (which % 3) {
    case 0:
      return SerialParallelFor(num_threads);
    case 1:
      return ReversedParallelFor(num_threads);
    default:
      return ThreadedParallelFor(num_threads);
  }
}

}  // namespace testing
}  // namespace tfmot

#endif  // OPS_KERNELS_TESTING_PARALLEL_FOR_TESTING_H_
