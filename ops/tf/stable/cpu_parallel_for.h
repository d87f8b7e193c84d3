// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_STABLE_CPU_PARALLEL_FOR_H_
#define OPS_TF_STABLE_CPU_PARALLEL_FOR_H_

#include <pthread.h>
#include <stdint.h>

#include "ops/kernels/parallel_for.h"
#include "ops/tf/thread_count.h"

namespace tfmot {

// Threads for one call of an op. TensorFlow's C API does not lend its own pool
// out, so a call that is worth it starts threads, uses them for all its passes
// and joins them before it returns. There is no pool that outlives a call:
// nothing breaks in a process that forks, and nothing idles.
//
// Where the system refuses to start a thread, the others do its work.
class CpuTeam {
 public:
  // A team of `num_threads`, one of which is the calling thread; more than
  // kMaxThreads are treated as kMaxThreads. No thread is started yet.
  explicit CpuTeam(int num_threads);
  // Stops the threads.
  ~CpuTeam();
  CpuTeam(const CpuTeam&) = delete;
  CpuTeam& operator=(const CpuTeam&) = delete;

  // The team as kernels use it; valid as long as the team. Only one thread at a
  // time may call its `run`.
  ParallelFor parallel_for();

 private:
  static void Run(void* team, int num_shards, ShardBody body,
                  void* body_context);
  static void* WorkUntilStopped(void* team);
  void StartThreads(int wanted);
  // Works on shards until none is left to begin. REQUIRES: mutex_ is held; it
  // is held again on return.
  void WorkOnShards();

  const int num_threads_;
  pthread_t threads_[kMaxThreads];
  int num_started_;

  pthread_mutex_t mutex_;
  pthread_cond_t work_or_stop_;
  pthread_cond_t all_done_;
  // All below are guarded by mutex_.
  ShardBody body_;
  void* body_context_;
  int num_shards_;
  int next_shard_;
  int unfinished_shards_;
  bool stopping_;
};

// ThreadCount of `num_weights` weights for the CPUs that this process may run
// on, or for `requested` unless that is 0.
int ThreadsFor(int64_t num_weights, int64_t requested);

}  // namespace tfmot

#endif  // OPS_TF_STABLE_CPU_PARALLEL_FOR_H_
