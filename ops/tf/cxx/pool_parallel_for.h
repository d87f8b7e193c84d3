// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_CXX_POOL_PARALLEL_FOR_H_
#define OPS_TF_CXX_POOL_PARALLEL_FOR_H_

#include <stdint.h>

#include "ops/kernels/parallel_for.h"
#include "ops/tf/cxx/tf_compat.h"

namespace tfmot {

// TensorFlow's own intra-op pool as kernels use it: the one that
// tf.config.threading.set_intra_op_parallelism_threads sizes.
class PoolParallelFor {
 public:
  // For `num_weights` weights; `requested` 0 means every thread of the pool,
  // and more than the pool has are treated as that.
  PoolParallelFor(tensorflow::OpKernelContext* context, int64_t num_weights,
                  int64_t requested);

  // Valid as long as this object and the call of the op.
  ParallelFor parallel_for();

 private:
  static void Run(void* pool_parallel_for, int num_shards, ShardBody body,
                  void* body_context);

  tensorflow::thread::ThreadPool* const pool_;
  const int num_threads_;
};

}  // namespace tfmot

#endif  // OPS_TF_CXX_POOL_PARALLEL_FOR_H_
