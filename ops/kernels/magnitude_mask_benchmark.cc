// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// Times MagnitudeMask on normal random float32 weights beside a memcpy of the
// same bytes. Usage: magnitude_mask_benchmark [sparsity, default 0.8]

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <algorithm>
#include <chrono>  // NOLINT
#include <functional>
#include <random>
#include <vector>

#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask.h"
#include "ops/kernels/testing/parallel_for_testing.h"

namespace {

// Median of repeated calls, in milliseconds.
double MedianMs(const std::function<void()>& call) {
  std::vector<double> times;
  double total = 0;
  while (times.size() < 5 || (total < 500 && times.size() < 200)) {
    const auto start = std::chrono::steady_clock::now();
    call();
    const std::chrono::duration<double, std::milli> elapsed =
        std::chrono::steady_clock::now() - start;
    times.push_back(elapsed.count());
    total += elapsed.count();
  }
  std::nth_element(times.begin(), times.begin() + times.size() / 2,
                   times.end());
  return times[times.size() / 2];
}

struct Input {
  const char* name;
  std::function<float(std::mt19937*, int64_t)> draw;
};

void Report(const Input& input, int64_t n, double sparsity) {
  std::mt19937 random(1);
  std::vector<float> weights(n);
  for (int64_t i = 0; i < n; ++i) weights[i] = input.draw(&random, i);
  std::vector<float> copy(n);
  std::vector<uint8_t> mask(n);
  const double floor_ms =
      MedianMs([&] { memcpy(copy.data(), weights.data(), n * sizeof(float)); });
  printf("%-10s %9lld  memcpy %8.3f ms", input.name, static_cast<long long>(n),
         floor_ms);  // NOLINT
  for (int threads = 1; threads <= 2; ++threads) {
    const tfmot::ParallelFor parallel_for =
        tfmot::testing::ThreadedParallelFor(threads);
    std::vector<char> scratch(tfmot::MagnitudeMaskScratchBytes(n, threads));
    float threshold = 0;
    const double ms = MedianMs([&] {
      if (tfmot::MagnitudeMask(tfmot::kFloat32, weights.data(), n,
                               tfmot::KeptCount(n, sparsity), parallel_for,
                               scratch.data(), scratch.size(), mask.data(),
                               &threshold) != tfmot::kKernelOk) {
        abort();
      }
    });
    printf("  | %d thread%s %8.3f ms %6.2f GB/s %5.2fx", threads,
           threads == 1 ? " " : "s", ms, n * sizeof(float) / ms * 1e-6,
           ms / floor_ms);
  }
  printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  const double sparsity = argc > 1 ? atof(argv[1]) : 0.8;
  if (!tfmot::IsValidSparsity(sparsity)) {
    fprintf(stderr, "sparsity must be in [0, 1). Received: sparsity=%s\n",
            argv[1]);
    return 2;
  }
  std::normal_distribution<float> normal;
  const Input inputs[] = {
      {"normal", [&](std::mt19937* r, int64_t) { return normal(*r); }},
      {"constant", [](std::mt19937*, int64_t) { return 0.5f; }},
      {"zero", [](std::mt19937*, int64_t) { return 0.0f; }},
      {"two", [](std::mt19937* r, int64_t) { return (*r)() % 2 ? 1.f : 2.f; }},
      {"90% zero", [&](std::mt19937* r,
                       int64_t) { return (*r)() % 10 ? 0.0f : normal(*r); }},
      {"sorted", [](std::mt19937*, int64_t i) { return i * 1e-3f; }},
  };
  printf("float32, sparsity %g; x = times memcpy on 1 thread\n", sparsity);
  for (const int64_t n : {100000, 1000000, 10000000, 50000000}) {
    Report(inputs[0], n, sparsity);
  }
  for (const Input& input : inputs) Report(input, 10000000, sparsity);
  return 0;
}
