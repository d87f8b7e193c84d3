// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_TESTING_FLOORS_H_
#define OPS_KERNELS_TESTING_FLOORS_H_

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <algorithm>
#include <chrono>  // NOLINT
#include <functional>
#include <vector>

#include "ops/kernels/parallel_for.h"

namespace tfmot {
namespace testing {

// What no mask can be faster than, and how benchmarks compare with it.

// Memory at a multiple of 64 bytes, as TensorFlow's is, and touched.
class AlignedBytes {
 public:
  explicit AlignedBytes(int64_t bytes) {
    if (posix_memalign(&data_, 64, static_cast<size_t>(bytes) + 64) != 0) {
      abort();
    }
    memset(data_, 1, static_cast<size_t>(bytes));
  }
  ~AlignedBytes() { free(data_); }
  AlignedBytes(const AlignedBytes&) = delete;
  AlignedBytes& operator=(const AlignedBytes&) = delete;

  template <typename T>
  T* as() const {
    return static_cast<T*>(data_);
  }

 private:
  void* data_;
};

struct Floor {
  const char* weights;
  int64_t weight_bytes;
  char* copy;
  uint8_t* mask;
  int64_t mask_bytes;
  int num_shards;
  uint64_t seen[64];  // by shard, so that no read is left out
};

// Shard body: memcpy of the weights.
inline void CopyShard(void* context, int shard) {
  const Floor& floor = *static_cast<const Floor*>(context);
  const ShardRange range = ShardOf(floor.weight_bytes, floor.num_shards, shard);
  memcpy(floor.copy + range.begin, floor.weights + range.begin,
         static_cast<size_t>(range.end - range.begin));
}

// Shard body: one read of the weights and one write of the mask, by pieces, as
// a kernel that knows the answer would.
inline void ReadAndWriteShard(void* context, int shard) {
  Floor& floor = *static_cast<Floor*>(context);
  const int64_t kPiece = 4096;  // weights
  const int64_t bytes = floor.weight_bytes / floor.mask_bytes;
  const ShardRange range =
      ShardOf(floor.mask_bytes / kPiece, floor.num_shards, shard);
  uint64_t seen[8] = {0};
  for (int64_t piece = range.begin; piece < range.end; ++piece) {
    const char* in = floor.weights + piece * kPiece * bytes;
    for (int64_t i = 0; i < kPiece * bytes; i += sizeof(seen)) {
      uint64_t words[8];
      memcpy(words, in + i, sizeof(words));
      for (int j = 0; j < 8; ++j) seen[j] |= words[j];
    }
    memset(floor.mask + piece * kPiece, 1, kPiece);
  }
  floor.seen[shard] = seen[0] | seen[1] | seen[2] | seen[3] | seen[4] |
                      seen[5] | seen[6] | seen[7];
}

// Median milliseconds of each of the calls, taking turns, so that a machine
// that slows down slows all of them.
inline std::vector<double> MediansMs(
    const std::vector<std::function<void()>>& calls) {
  std::vector<std::vector<double>> times(calls.size());
  for (const auto& call : calls) call();
  double total = 0;
  for (int round = 0; round < 9 || (total < 700 && round < 300); ++round) {
    for (size_t i = 0; i < calls.size(); ++i) {
      const auto start = std::chrono::steady_clock::now();
      calls[i]();
      const std::chrono::duration<double, std::milli> elapsed =
          std::chrono::steady_clock::now() - start;
      times[i].push_back(elapsed.count());
      total += elapsed.count();
    }
  }
  std::vector<double> medians;
  for (std::vector<double>& of_call : times) {
    std::nth_element(of_call.begin(), of_call.begin() + of_call.size() / 2,
                     of_call.end());
    medians.push_back(of_call[of_call.size() / 2]);
  }
  return medians;
}

// Milliseconds of CPU time that each of the calls takes at the least, over many
// rounds in which they take turns. What other processes do to the machine shows
// least in this; of calls with several threads it is the sum over them.
inline std::vector<double> LeastCpuMs(
    const std::vector<std::function<void()>>& calls) {
  const auto now_ms = [] {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return 1e3 * static_cast<double>(now.tv_sec) +
           1e-6 * static_cast<double>(now.tv_nsec);
  };
  std::vector<double> least(calls.size(), HUGE_VAL);
  double total = 0;
  for (int round = 0; round < 9 || (total < 1000 && round < 300); ++round) {
    for (size_t i = 0; i < calls.size(); ++i) {
      const double start = now_ms();
      calls[i]();
      const double elapsed = now_ms() - start;
      least[i] = std::min(least[i], elapsed);
      total += elapsed;
    }
  }
  return least;
}

}  // namespace testing
}  // namespace tfmot

#endif  // OPS_KERNELS_TESTING_FLOORS_H_
