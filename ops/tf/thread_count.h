// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_THREAD_COUNT_H_
#define OPS_TF_THREAD_COUNT_H_

#include <stdint.h>

namespace tfmot {

// The policy of both registrations: how many threads are worth it.

const int kMaxThreads = 64;
const int64_t kWeightsPerThread = 1 << 19;

// The number of threads for `num_weights` weights: at most `available`, but
// only 1 below a million weights, where a second one costs more than it brings,
// and never more than one for every half million, nor more than kMaxThreads.
// REQUIRES: available >= 1.
inline int ThreadCount(int64_t num_weights, int64_t available) {
  int64_t threads = num_weights / kWeightsPerThread;
  if (threads > available) threads = available;
  if (threads > kMaxThreads) threads = kMaxThreads;
  return threads <= 1 ? 1 : static_cast<int>(threads);
}

}  // namespace tfmot

#endif  // OPS_TF_THREAD_COUNT_H_
