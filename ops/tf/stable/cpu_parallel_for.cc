// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/cpu_parallel_for.h"

#include <sched.h>
#include <unistd.h>

namespace tfmot {
namespace {

// CPUs that this process may use, at least 1.
int AvailableCpus() {
  cpu_set_t cpus;
  if (sched_getaffinity(0, sizeof(cpus), &cpus) == 0) {
    const int count = CPU_COUNT(&cpus);
    if (count > 0) return count;
  }
  // A machine with more CPUs than a cpu_set_t holds.
  const long online = sysconf(_SC_NPROCESSORS_ONLN);  // NOLINT: its type
  return online < 1             ? 1
         : online > kMaxThreads ? kMaxThreads
                                : static_cast<int>(online);
}

}  // namespace

CpuTeam::CpuTeam(int num_threads)
    : num_threads_(num_threads < kMaxThreads ? num_threads : kMaxThreads),
      num_started_(0),
      body_(nullptr),
      body_context_(nullptr),
      num_shards_(0),
      next_shard_(0),
      unfinished_shards_(0),
      stopping_(false) {
  pthread_mutex_init(&mutex_, nullptr);
  pthread_cond_init(&work_or_stop_, nullptr);
  pthread_cond_init(&all_done_, nullptr);
}

CpuTeam::~CpuTeam() {
  pthread_mutex_lock(&mutex_);
  stopping_ = true;
  pthread_cond_broadcast(&work_or_stop_);
  pthread_mutex_unlock(&mutex_);
  for (int i = 0; i < num_started_; ++i) pthread_join(threads_[i], nullptr);
  pthread_cond_destroy(&all_done_);
  pthread_cond_destroy(&work_or_stop_);
  pthread_mutex_destroy(&mutex_);
}

ParallelFor CpuTeam::parallel_for() {
  ParallelFor parallel_for;
  parallel_for.run = Run;
  parallel_for.context = this;
  parallel_for.num_threads = num_threads_;
  return parallel_for;
}

void CpuTeam::Run(void* context, int num_shards, ShardBody body,
                  void* body_context) {
  CpuTeam* team = static_cast<CpuTeam*>(context);
  team->StartThreads(
      (num_shards < team->num_threads_ ? num_shards : team->num_threads_) - 1);
  pthread_mutex_lock(&team->mutex_);
  team->body_ = body;
  team->body_context_ = body_context;
  team->num_shards_ = num_shards;
  team->next_shard_ = 0;
  team->unfinished_shards_ = num_shards;
  if (team->num_started_ > 0) pthread_cond_broadcast(&team->work_or_stop_);
  team->WorkOnShards();
  while (team->unfinished_shards_ > 0) {
    pthread_cond_wait(&team->all_done_, &team->mutex_);
  }
  pthread_mutex_unlock(&team->mutex_);
}

void CpuTeam::StartThreads(int wanted) {
  while (num_started_ < wanted) {
    if (pthread_create(&threads_[num_started_], nullptr, WorkUntilStopped,
                       this) != 0) {
      return;  // The threads there are do all the work.
    }
    ++num_started_;
  }
}

void* CpuTeam::WorkUntilStopped(void* context) {
  CpuTeam* team = static_cast<CpuTeam*>(context);
  pthread_mutex_lock(&team->mutex_);
  while (!team->stopping_) {
    team->WorkOnShards();
    if (team->stopping_) break;
    pthread_cond_wait(&team->work_or_stop_, &team->mutex_);
  }
  pthread_mutex_unlock(&team->mutex_);
  return nullptr;
}

void CpuTeam::WorkOnShards() {
  while (next_shard_ < num_shards_) {
    const int shard = next_shard_++;
    pthread_mutex_unlock(&mutex_);
    body_(body_context_, shard);
    pthread_mutex_lock(&mutex_);
    if (--unfinished_shards_ == 0) pthread_cond_signal(&all_done_);
  }
}

int ThreadsFor(int64_t num_weights, int64_t requested) {
  return ThreadCount(num_weights, requested == 0 ? AvailableCpus() : requested);
}

}  // namespace tfmot
