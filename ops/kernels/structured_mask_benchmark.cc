// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// Times BlockMask and MByNMask on 4096 x 4096 normal random weights beside one
// read of the weights and one write of the mask, with the same threads: the
// least CPU time with one thread, the median time by the clock with two. Usage:
// structured_mask_benchmark [part of the names of the masks to time]
// TFMOT_CPU_VARIANT=portable|avx2|avx512 chooses the loops.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <functional>

#include "ops/kernels/block_mask.h"
#include "ops/kernels/cpu_variant.h"
#include "ops/kernels/kept_count.h"
#include "ops/kernels/m_by_n_mask.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/floors.h"
#include "ops/kernels/testing/parallel_for_testing.h"

namespace tfmot {
namespace {

const int64_t kSize = 4096;
const int64_t kCount = kSize * kSize;

struct Buffers {
  explicit Buffers(FloatFormat weight_format)
      : format(weight_format),
        weights(kCount * static_cast<int64_t>(FloatBytes(format))),
        mask(kCount),
        scratch(kCount) {
    testing::ReplayRng random(1);
    for (int64_t i = 0; i < kCount; ++i) {
      testing::StoreBits(format, testing::BitsOfValue(format, random.Normal()),
                         weights.as<void>(), i);
    }
  }
  const FloatFormat format;
  testing::AlignedBytes weights;
  testing::AlignedBytes mask;
  testing::AlignedBytes scratch;
};

void Report(const char* name, const Buffers& buffers,
            const std::function<KernelStatus(const ParallelFor&)>& call) {
  printf("%-10s%-16s", testing::FormatName(buffers.format), name);
  for (int threads = 1; threads <= 2; ++threads) {
    const ParallelFor parallel_for = testing::ThreadedParallelFor(threads);
    testing::Floor floor;
    floor.weights = buffers.weights.as<char>();
    floor.weight_bytes =
        kCount * static_cast<int64_t>(FloatBytes(buffers.format));
    floor.mask = buffers.mask.as<uint8_t>();
    floor.mask_bytes = kCount;
    floor.num_shards = threads;
    const std::vector<std::function<void()>> calls = {
        [&] {
          parallel_for.run(parallel_for.context, threads,
                           testing::ReadAndWriteShard, &floor);
        },
        [&] {
          if (call(parallel_for) != kKernelOk) abort();
        },
    };
    const std::vector<double> ms =
        threads == 1 ? testing::LeastCpuMs(calls) : testing::MediansMs(calls);
    printf(" | %d: floor %6.2f, mask %6.2f ms, %5.2fx", threads, ms[0], ms[1],
           ms[1] / ms[0]);
  }
  printf("\n");
  fflush(stdout);
}

void ReportBlocks(const Buffers& buffers, const char* only) {
  double threshold;
  const int64_t blocks[][2] = {{1, 16}, {16, 1}, {4, 4}, {8, 8}, {1, 4}};
  for (const auto& block : blocks) {
    for (const BlockPooling pooling : {kPoolAverage, kPoolMax}) {
      const BlockGrid grid = {1, kSize, kSize, block[0], block[1]};
      char name[32];
      snprintf(name, sizeof(name), "(%d, %d) %s", static_cast<int>(block[0]),
               static_cast<int>(block[1]), pooling == kPoolMax ? "MAX" : "AVG");
      if (strstr(name, only) == nullptr) continue;
      Report(name, buffers, [&](const ParallelFor& parallel_for) {
        const size_t bytes = BlockMaskScratchBytes(
            buffers.format, pooling, grid, parallel_for.num_threads);
        return BlockMask(buffers.format, pooling, grid,
                         buffers.weights.as<void>(),
                         KeptCount(BlockCount(grid), 0.8), parallel_for,
                         buffers.scratch.as<void>(), bytes,
                         buffers.mask.as<uint8_t>(), &threshold);
      });
    }
  }
}

void ReportMByN(const Buffers& buffers, const char* only) {
  double threshold;
  const int64_t patterns[][2] = {{1, 2}, {2, 4}, {1, 4}, {4, 8}};
  for (const auto& pattern : patterns) {
    // The last one is a group along the rows of a matrix: one column.
    for (const int64_t cols : {kSize, int64_t{1}}) {
      const ColumnGroups groups = {1, kCount / cols, cols, pattern[1],
                                   pattern[1] - pattern[0]};
      char name[32];
      snprintf(name, sizeof(name), "%d:%d %s", static_cast<int>(pattern[0]),
               static_cast<int>(pattern[1]), cols == 1 ? "last" : "first");
      if (strstr(name, only) == nullptr) continue;
      Report(name, buffers, [&](const ParallelFor& parallel_for) {
        return MByNMask(buffers.format, groups, buffers.weights.as<void>(),
                        parallel_for, buffers.mask.as<uint8_t>(), &threshold);
      });
    }
  }
}

void Run(const char* only) {
  printf("%s, 4096 x 4096; floor: one read and one write of the mask\n",
         CpuVariantName(ChosenCpuVariant()));
  ReportBlocks(Buffers(kFloat32), only);
  for (const FloatFormat format : {kFloat32, kFloat16, kBfloat16}) {
    ReportMByN(Buffers(format), only);
  }
}

}  // namespace
}  // namespace tfmot

int main(int argc, char** argv) {
  tfmot::Run(argc > 1 ? argv[1] : "");
  return 0;
}
