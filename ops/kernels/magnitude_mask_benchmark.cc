// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// Times MagnitudeMask beside a memcpy of the weights and beside one read of
// them and one write of the mask, all with the same threads. Usage:
// magnitude_mask_benchmark [sparsity, default 0.8]
// TFMOT_CPU_VARIANT=portable|avx2|avx512 chooses the loops.

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <functional>

#include "ops/kernels/cpu_variant.h"
#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/floors.h"
#include "ops/kernels/testing/parallel_for_testing.h"

namespace tfmot {
namespace {

struct Input {
  const char* name;
  std::function<double(testing::ReplayRng*, int64_t)> draw;
};

void Report(FloatFormat format, const Input& input, int64_t n,
            double sparsity) {
  const int64_t weight_bytes = n * static_cast<int64_t>(FloatBytes(format));
  const testing::AlignedBytes weights(weight_bytes);
  const testing::AlignedBytes copy(weight_bytes);
  const testing::AlignedBytes mask(n);
  testing::ReplayRng random(1);
  for (int64_t i = 0; i < n; ++i) {
    testing::StoreBits(format,
                       testing::BitsOfValue(format, input.draw(&random, i)),
                       weights.as<void>(), i);
  }
  printf("%-8s %-12s %9lld", testing::FormatName(format), input.name,
         static_cast<long long>(n));  // NOLINT
  for (int threads = 1; threads <= 2; ++threads) {
    const ParallelFor parallel_for = testing::ThreadedParallelFor(threads);
    testing::Floor floor;
    floor.weights = weights.as<char>();
    floor.weight_bytes = weight_bytes;
    floor.copy = copy.as<char>();
    floor.mask = mask.as<uint8_t>();
    floor.mask_bytes = n;
    floor.num_shards = threads;
    const size_t bytes = MagnitudeMaskScratchBytes(format, n, threads);
    const testing::AlignedBytes scratch(static_cast<int64_t>(bytes));
    double threshold = 0;
    const std::vector<double> ms = testing::MediansMs({
        [&] {
          parallel_for.run(parallel_for.context, threads, testing::CopyShard,
                           &floor);
        },
        [&] {
          parallel_for.run(parallel_for.context, threads,
                           testing::ReadAndWriteShard, &floor);
        },
        [&] {
          if (MagnitudeMask(format, weights.as<void>(), n,
                            KeptCount(n, sparsity), parallel_for,
                            scratch.as<void>(), bytes, mask.as<uint8_t>(),
                            &threshold) != kKernelOk) {
            abort();
          }
        },
    });
    printf(" | %d: memcpy %7.3f, floor %7.3f, mask %7.3f ms, %5.2fx, %5.2fx",
           threads, ms[0], ms[1], ms[2], ms[2] / ms[0], ms[2] / ms[1]);
  }
  printf("\n");
}

void Run(double sparsity) {
  double scale = 1;
  const Input inputs[] = {
      {"normal", [](testing::ReplayRng* r, int64_t) { return r->Normal(); }},
      {"80 % zero", [](testing::ReplayRng* r,
                       int64_t) { return r->Below(5) ? 0 : r->Normal(); }},
      {"constant", [](testing::ReplayRng*, int64_t) { return 0.5; }},
      {"two values",
       [](testing::ReplayRng* r, int64_t) { return r->Below(3) ? 1. : 2.; }},
      {"sorted", [](testing::ReplayRng*, int64_t i) { return i * 1e-3; }},
      {"blocky",
       [&](testing::ReplayRng* r, int64_t i) {
         if (i % 256 == 0) scale = r->Normal();
         return scale * (1 + 0.1 * r->Normal());
       }},
      {"heavy tail",
       [](testing::ReplayRng* r, int64_t) {
         return r->Normal() * exp2(3 * r->Normal());
       }},
      {"denormal",
       [](testing::ReplayRng* r, int64_t) { return 1e-40 * r->Normal(); }},
  };
  printf(
      "%s, sparsity %g. By threads: memcpy of the weights, one read of them "
      "and one write of the mask, the mask; the mask as a multiple of both.\n",
      CpuVariantName(ChosenCpuVariant()), sparsity);
  for (const int64_t n : {100000, 1000000, 10000000, 50000000}) {
    Report(kFloat32, inputs[0], n, sparsity);
  }
  for (const Input& input : inputs) Report(kFloat32, input, 10000000, sparsity);
  for (const FloatFormat format : {kFloat16, kBfloat16, kFloat64}) {
    for (const int64_t n : {1000000, 10000000}) {
      Report(format, inputs[0], n, sparsity);
    }
  }
}

}  // namespace
}  // namespace tfmot

int main(int argc, char** argv) {
  const double sparsity = argc > 1 ? atof(argv[1]) : 0.8;
  if (!tfmot::IsValidSparsity(sparsity)) {
    fprintf(stderr, "sparsity must be in [0, 1). Received: sparsity=%s\n",
            argv[1]);
    return 2;
  }
  tfmot::Run(sparsity);
  return 0;
}
