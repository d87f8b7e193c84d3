// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/pool_parallel_for.h"

#include "ops/tf/thread_count.h"
#include "tensorflow/core/framework/device_base.h"
#include "tensorflow/core/lib/core/threadpool.h"
#include "tensorflow/core/util/work_sharder.h"

namespace tfmot {
namespace {

// Cycles of a shard as the pool weighs them: so many that it gives each shard
// to a thread of its own. How much work is worth a thread has been decided
// before.
const int64_t kShardCost = int64_t{1} << 30;

int64_t AvailableThreads(const tensorflow::thread::ThreadPool& pool,
                         int64_t requested) {
  const int64_t threads = pool.NumThreads() < 1 ? 1 : pool.NumThreads();
  return requested > 0 && requested < threads ? requested : threads;
}

}  // namespace

PoolParallelFor::PoolParallelFor(tensorflow::OpKernelContext* context,
                                 int64_t num_weights, int64_t requested)
    : pool_(context->device()->tensorflow_cpu_worker_threads()->workers),
      num_threads_(
          ThreadCount(num_weights, AvailableThreads(*pool_, requested))) {}

ParallelFor PoolParallelFor::parallel_for() {
  ParallelFor parallel_for;
  parallel_for.run = Run;
  parallel_for.context = this;
  parallel_for.num_threads = num_threads_;
  return parallel_for;
}

void PoolParallelFor::Run(void* pool_parallel_for, int num_shards,
                          ShardBody body, void* body_context) {
  const PoolParallelFor& self =
      *static_cast<const PoolParallelFor*>(pool_parallel_for);
  tensorflow::Shard(self.num_threads_, self.pool_, num_shards, kShardCost,
                    [body, body_context](TfInt64 begin, TfInt64 end) {
                      for (TfInt64 shard = begin; shard < end; ++shard) {
                        body(body_context, static_cast<int>(shard));
                      }
                    });
}

}  // namespace tfmot
