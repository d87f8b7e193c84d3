// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// Times BitmaskExpand and CodebookExpand on one thread against writing as many
// bytes and against memcpy of them. `./dev bench decode` is the same in
// TensorFlow, with peers.

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <functional>
#include <vector>

#include "ops/kernels/bitmask_expand.h"
#include "ops/kernels/codebook_expand.h"
#include "ops/kernels/testing/floors.h"
#include "ops/kernels/testing/parallel_for_testing.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

const int64_t kCount = 10000000;
const FloatFormat kFormats[] = {kFloat16, kFloat32, kFloat64};

void Print(const char* what, int64_t bytes, const std::function<void()>& expand,
           char* out, const char* in) {
  const std::vector<double> ms = testing::MediansMs(
      {expand, [=] { memset(out, 0, static_cast<size_t>(bytes)); },
       [=] { memcpy(out, in, static_cast<size_t>(bytes)); }});
  printf("%-28s %7.2f ms %6.2f GB/s   %.2f memset  %.2f memcpy\n", what, ms[0],
         static_cast<double>(bytes) / ms[0] / 1e6, ms[0] / ms[1],
         ms[0] / ms[2]);
}

void Run() {
  testing::ReplayRng rng(1);
  const testing::AlignedBytes in(kCount * 8);
  const testing::AlignedBytes out(kCount * 8);
  const ParallelFor one = testing::SerialParallelFor(1);
  char what[64];
  for (const int percent : {5, 10, 20, 50, 100}) {
    std::vector<uint8_t> mask(BitmaskBytes(kCount), 0);
    int64_t values = 0;
    for (int64_t i = 0; i < kCount; ++i) {
      if (rng.Below(100) >= percent) continue;
      mask[i / 8] |= static_cast<uint8_t>(1 << (i % 8));
      ++values;
    }
    for (const FloatFormat format : kFormats) {
      const int64_t bytes = kCount * static_cast<int64_t>(FloatBytes(format));
      snprintf(what, sizeof(what), "bitmask %3d %%, %d bytes", percent,
               static_cast<int>(FloatBytes(format)));
      Print(
          what, bytes,
          [&] {
            if (BitmaskExpand(format, mask.data(), in.as<char>(), values,
                              kCount, one, out.as<char>()) != kKernelOk) {
              abort();
            }
          },
          out.as<char>(), in.as<char>());
    }
  }
  for (const int bits : {1, 3, 4, 5, 8, 12}) {
    std::vector<uint8_t> packed(PackedIndexBytes(kCount, bits));
    // Indices of 5 bits are checked: their codebook has no entry for each.
    const int mask = bits == 5 ? 0x00 : 0xff;
    for (uint8_t& byte : packed) byte = static_cast<uint8_t>(rng.Bits()) & mask;
    for (const FloatFormat format : kFormats) {
      const int64_t bytes = kCount * static_cast<int64_t>(FloatBytes(format));
      snprintf(what, sizeof(what), "codebook %2d bits, %d bytes", bits,
               static_cast<int>(FloatBytes(format)));
      const int64_t entries = bits == 5 ? 20 : int64_t{1} << bits;
      Print(
          what, bytes,
          [&] {
            if (CodebookExpand(format, {packed.data(), kCount, bits},
                               in.as<char>(), entries, one,
                               out.as<char>()) != kKernelOk) {
              abort();
            }
          },
          out.as<char>(), in.as<char>());
    }
  }
}

}  // namespace
}  // namespace tfmot

int main() { tfmot::Run(); }
