// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/cpu_parallel_for.h"

#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>  // NOLINT
#include <vector>

#include "gtest/gtest.h"

namespace tfmot {
namespace {

// Every shard adds to a cell of its own, without synchronisation: the thread
// sanitizer would report it if a shard ran twice at once or if its write were
// not visible to the caller.
void CountCall(void* context, int shard) {
  ++(*static_cast<std::vector<int>*>(context))[shard];
}

// Runs several passes on one team; true if every shard ran exactly once in
// each.
bool RunPasses(int num_threads, int num_shards, int passes) {
  CpuTeam team(num_threads);
  const ParallelFor parallel_for = team.parallel_for();
  std::vector<int> calls(num_shards, 0);
  for (int pass = 1; pass <= passes; ++pass) {
    parallel_for.run(parallel_for.context, num_shards, CountCall, &calls);
    for (const int count : calls) {
      if (count != pass) return false;
    }
  }
  return true;
}

TEST(CpuTeamTest, RunsEveryShardOncePerPass) {
  for (const int threads : {1, 2, 3, 7, 64}) {
    for (const int shards : {1, 2, 5, 64, 200}) {
      EXPECT_TRUE(RunPasses(threads, shards, 5)) << threads << " " << shards;
    }
  }
}

TEST(CpuTeamTest, HasAtMostSoManyThreads) {
  EXPECT_EQ(CpuTeam(1).parallel_for().num_threads, 1);
  EXPECT_EQ(CpuTeam(64).parallel_for().num_threads, 64);
  EXPECT_EQ(CpuTeam(1000).parallel_for().num_threads, 64);
}

TEST(CpuTeamTest, UnusedTeamEnds) { CpuTeam team(8); }

void RecordThread(void* context, int shard) {
  (*static_cast<std::vector<std::thread::id>*>(context))[shard] =
      std::this_thread::get_id();
}

TEST(CpuTeamTest, OneThreadIsTheCallingThread) {
  CpuTeam team(1);
  std::vector<std::thread::id> ids(4);
  const ParallelFor parallel_for = team.parallel_for();
  parallel_for.run(parallel_for.context, 4, RecordThread, &ids);
  for (const std::thread::id& id : ids) {
    EXPECT_EQ(id, std::this_thread::get_id());
  }
}

struct Meeting {
  pthread_barrier_t barrier;
};

void Meet(void* context, int /*shard*/) {
  pthread_barrier_wait(&static_cast<Meeting*>(context)->barrier);
}

// Three shards that wait for each other end only if three threads run them.
TEST(CpuTeamTest, ShardsRunAtTheSameTime) {
  Meeting meeting;
  pthread_barrier_init(&meeting.barrier, nullptr, 3);
  CpuTeam team(3);
  const ParallelFor parallel_for = team.parallel_for();
  for (int pass = 0; pass < 20; ++pass) {
    parallel_for.run(parallel_for.context, 3, Meet, &meeting);
  }
  pthread_barrier_destroy(&meeting.barrier);
}

TEST(CpuTeamTest, TeamsOfSeveralThreadsAtOnce) {
  std::vector<std::thread> callers;
  std::vector<char> right(4, 0);
  for (int i = 0; i < 4; ++i) {
    callers.emplace_back([i, &right] { right[i] = RunPasses(3, 6, 20); });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(right, std::vector<char>(4, 1));
}

// No thread outlives its team, so a child process can make teams of its own.
TEST(CpuTeamTest, WorksInAChildProcess) {
  ASSERT_TRUE(RunPasses(3, 6, 2));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) _exit(RunPasses(3, 6, 2) ? 0 : 1);
  int status = -1;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(ThreadsForTest, SmallWorkRunsInline) {
  EXPECT_EQ(ThreadsFor(0, 0), 1);
  EXPECT_EQ(ThreadsFor(1000000, 0), 1);
  EXPECT_EQ(ThreadsFor(1000000, 16), 1);
}

TEST(ThreadsForTest, LargeWorkGetsWhatItAsksFor) {
  EXPECT_EQ(ThreadsFor(int64_t{1} << 20, 16), 2);
  EXPECT_EQ(ThreadsFor(int64_t{1} << 30, 16), 16);
  EXPECT_EQ(ThreadsFor(int64_t{1} << 30, 1), 1);
  EXPECT_EQ(ThreadsFor(int64_t{1} << 40, 1000), 64);
  EXPECT_GE(ThreadsFor(int64_t{1} << 40, 0), 1);
}

TEST(ThreadsForTest, ZeroMeansTheCpusOfTheProcess) {
  cpu_set_t cpus;
  ASSERT_EQ(sched_getaffinity(0, sizeof(cpus), &cpus), 0);
  const int available = CPU_COUNT(&cpus);
  EXPECT_EQ(ThreadsFor(int64_t{1} << 40, 0), available < 64 ? available : 64);
  // Restricted to one CPU, as a container or taskset does.
  cpu_set_t one;
  CPU_ZERO(&one);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &cpus)) {
      CPU_SET(cpu, &one);
      break;
    }
  }
  ASSERT_EQ(sched_setaffinity(0, sizeof(one), &one), 0);
  EXPECT_EQ(ThreadsFor(int64_t{1} << 40, 0), 1);
  ASSERT_EQ(sched_setaffinity(0, sizeof(cpus), &cpus), 0);
}

}  // namespace
}  // namespace tfmot
