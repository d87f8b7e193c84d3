// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// The kernels on a GPU against those of the CPU, bit by bit. Usage:
//
//   device_parity            the full sweep, a minute
//   device_parity --short    a few of every kind, for compute-sanitizer
//
// The last line says how many cases passed, failed and were skipped. Without a
// device all are skipped, loudly, and the exit code is 0.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <string>
#include <vector>

#include "ops/kernels/block_mask.h"
#include "ops/kernels/cuda/mask_bits_cuda.h"
#include "ops/kernels/cuda/testing/device_harness.h"
#include "ops/kernels/kept_count.h"
#include "ops/kernels/m_by_n_mask.h"
#include "ops/kernels/magnitude_mask.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/parallel_for_testing.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace {

using testing::Distribution;
using testing::kAllFormats;
using testing::ReplayRng;

int passed = 0;
int failed = 0;

void Check(int error, const char* what) {
  if (error == 0) return;
  fprintf(stderr, "CUDA: %s: error %d, %s\n", what, error,
          tfmot_gpu_error(error));
  exit(1);  // After an error of the device nothing that follows means anything.
}

// Memory of the device between two red zones.
class DeviceBuffer {
 public:
  // `offset`: bytes behind a multiple of 256.
  explicit DeviceBuffer(size_t bytes, size_t offset = 0)
      : bytes_(bytes),
        before_(kZone + offset),
        all_(bytes + 2 * kZone + offset) {
    memory_ = static_cast<char*>(tfmot_gpu_allocate(all_));
    if (memory_ == nullptr) {
      fprintf(stderr, "CUDA: no memory for %zu bytes\n", all_);
      exit(1);
    }
    Check(tfmot_gpu_fill(memory_, kPattern, all_), "fill");
  }
  ~DeviceBuffer() { tfmot_gpu_free(memory_); }
  DeviceBuffer(const DeviceBuffer&) = delete;
  DeviceBuffer& operator=(const DeviceBuffer&) = delete;

  template <typename T>
  T* as() const {
    return reinterpret_cast<T*>(memory_ + before_);
  }
  size_t bytes() const { return bytes_; }

  void Upload(const std::vector<uint8_t>& from) {
    if (!from.empty()) {
      Check(tfmot_gpu_upload(as<void>(), from.data(), from.size()), "upload");
    }
  }
  // Empties `out` where a red zone was written to.
  std::vector<uint8_t> Download() const {
    std::vector<uint8_t> all(all_);
    Check(tfmot_gpu_download(all.data(), memory_, all_), "download");
    for (size_t i = 0; i < all_; ++i) {
      if (i == before_) i += bytes_;
      if (i < all_ && all[i] != kPattern) {
        fprintf(stderr, "FAILED: a kernel wrote out of bounds\n");
        ++failed;
        break;
      }
    }
    return std::vector<uint8_t>(
        all.begin() + static_cast<int64_t>(before_),
        all.begin() + static_cast<int64_t>(before_ + bytes_));
  }

 private:
  static const size_t kZone = 256;
  static const uint8_t kPattern = 0xa7;
  size_t bytes_;
  size_t before_;
  size_t all_;
  char* memory_;
};

// What a kernel has to write.
struct Expected {
  std::vector<uint8_t> mask;
  std::vector<uint8_t> threshold;
};

// The device's memory for one case.
struct Case {
  Case(FloatFormat format, const std::vector<uint8_t>& values,
       size_t scratch_bytes, size_t misaligned_by)
      : count(values.size() / FloatBytes(format)),
        weights(values.size(), misaligned_by * FloatBytes(format)),
        mask(count),
        threshold(FloatBytes(format)),
        scratch(scratch_bytes) {
    weights.Upload(values);
    // Uploads may be over before the device has the bytes.
    Check(tfmot_gpu_wait(nullptr), "wait");
  }
  size_t count;
  DeviceBuffer weights;
  DeviceBuffer mask;
  DeviceBuffer threshold;
  DeviceBuffer scratch;
};

void Compare(const Case& c, const Expected& expected, void* stream,
             const std::string& what) {
  Check(tfmot_gpu_wait(stream), what.c_str());
  const std::vector<uint8_t> mask = c.mask.Download();
  const bool agrees =
      mask == expected.mask && c.threshold.Download() == expected.threshold;
  c.scratch.Download();
  if (agrees) {
    ++passed;
    return;
  }
  ++failed;
  size_t i = 0;
  while (i < mask.size() && mask[i] == expected.mask[i]) ++i;
  fprintf(stderr, "FAILED: %s; first difference at %zu of %zu\n", what.c_str(),
          i, mask.size());
}

void CheckMagnitude(FloatFormat format, Distribution distribution,
                    int64_t count, int64_t keep, size_t misaligned_by,
                    void* stream, ReplayRng* rng) {
  const std::vector<uint8_t> weights =
      testing::MakeWeights(format, distribution, count, rng);
  Expected expected;
  expected.mask.resize(static_cast<size_t>(count));
  expected.threshold.resize(FloatBytes(format));
  const ParallelFor threads = testing::ThreadedParallelFor(4);
  std::vector<char> scratch(MagnitudeMaskScratchBytes(format, count, 4));
  if (MagnitudeMask(format, weights.data(), count, keep, threads,
                    scratch.data(), scratch.size(), expected.mask.data(),
                    expected.threshold.data()) != kKernelOk) {
    abort();
  }
  const Case c(format, weights, tfmot_gpu_magnitude_scratch(count),
               misaligned_by);
  const std::string what = "magnitude mask of " + std::to_string(count) + " " +
                           testing::DistributionName(distribution) + " " +
                           testing::FormatName(format) + ", " +
                           std::to_string(keep) + " kept";
  for (int run = 0; run < 2; ++run) {  // Twice: the result is always the same.
    Check(tfmot_gpu_magnitude_mask(format, c.weights.as<void>(), count, keep,
                                   stream, c.scratch.as<void>(),
                                   c.scratch.bytes(), c.mask.as<uint8_t>(),
                                   c.threshold.as<void>()),
          what.c_str());
  }
  Compare(c, expected, stream, what);
}

void CheckBlocks(FloatFormat format, BlockPooling pooling,
                 const BlockGrid& grid, Distribution distribution,
                 double sparsity, size_t misaligned_by, void* stream,
                 ReplayRng* rng) {
  const std::vector<uint8_t> weights =
      testing::MakeWeights(format, distribution, WeightCount(grid), rng);
  const int64_t keep = KeptCount(BlockCount(grid), sparsity);
  Expected expected;
  expected.mask.resize(static_cast<size_t>(WeightCount(grid)));
  expected.threshold.resize(FloatBytes(format));
  std::vector<char> scratch(BlockMaskScratchBytes(format, pooling, grid, 4));
  if (BlockMask(format, pooling, grid, weights.data(), keep,
                testing::ThreadedParallelFor(4), scratch.data(), scratch.size(),
                expected.mask.data(), expected.threshold.data()) != kKernelOk) {
    abort();
  }
  const int64_t sizes[] = {grid.planes, grid.rows, grid.cols, grid.block_height,
                           grid.block_width};
  const Case c(format, weights, tfmot_gpu_block_scratch(format, pooling, sizes),
               misaligned_by);
  const std::string what =
      "blocks of " + std::to_string(grid.block_height) + " x " +
      std::to_string(grid.block_width) + " of " + std::to_string(grid.planes) +
      " x " + std::to_string(grid.rows) + " x " + std::to_string(grid.cols) +
      (pooling == kPoolMax ? " MAX " : " AVG ") + testing::FormatName(format) +
      " " + testing::DistributionName(distribution);
  Check(tfmot_gpu_block_mask(format, pooling, sizes, c.weights.as<void>(), keep,
                             stream, c.scratch.as<void>(), c.scratch.bytes(),
                             c.mask.as<uint8_t>(), c.threshold.as<void>()),
        what.c_str());
  Compare(c, expected, stream, what);
}

void CheckGroups(FloatFormat format, const ColumnGroups& groups,
                 Distribution distribution, size_t misaligned_by, void* stream,
                 ReplayRng* rng) {
  const int64_t count = groups.planes * groups.rows * groups.cols;
  const std::vector<uint8_t> weights =
      testing::MakeWeights(format, distribution, count, rng);
  Expected expected;
  expected.mask.resize(static_cast<size_t>(count));
  expected.threshold.resize(FloatBytes(format));
  if (MByNMask(format, groups, weights.data(), testing::ThreadedParallelFor(4),
               expected.mask.data(), expected.threshold.data()) != kKernelOk) {
    abort();
  }
  const int64_t sizes[] = {groups.planes, groups.rows, groups.cols,
                           groups.group_size, groups.keep};
  const Case c(format, weights, tfmot_gpu_m_by_n_scratch(), misaligned_by);
  const std::string what =
      std::to_string(groups.keep) + " of " + std::to_string(groups.group_size) +
      " in " + std::to_string(groups.planes) + " x " +
      std::to_string(groups.rows) + " x " + std::to_string(groups.cols) + " " +
      testing::FormatName(format) + " " +
      testing::DistributionName(distribution);
  Check(tfmot_gpu_m_by_n_mask(format, sizes, c.weights.as<void>(), stream,
                              c.scratch.as<void>(), c.scratch.bytes(),
                              c.mask.as<uint8_t>(), c.threshold.as<void>()),
        what.c_str());
  Compare(c, expected, stream, what);
}

void CheckBits(int64_t count, void* stream, ReplayRng* rng) {
  std::vector<uint8_t> mask(static_cast<size_t>(count));
  for (uint8_t& flag : mask) flag = static_cast<uint8_t>(rng->Bits() & 1);
  std::vector<uint8_t> expected(static_cast<size_t>(MaskBitsBytes(count)), 0);
  for (int64_t i = 0; i < count; ++i) {
    expected[i / 8] |= static_cast<uint8_t>(mask[i] << (i % 8));
  }
  DeviceBuffer flags(mask.size());
  DeviceBuffer bits(expected.size());
  DeviceBuffer back(mask.size());
  flags.Upload(mask);
  Check(tfmot_gpu_wait(nullptr), "wait");
  Check(tfmot_gpu_pack_mask(flags.as<uint8_t>(), count, stream,
                            bits.as<uint8_t>()),
        "pack");
  Check(tfmot_gpu_unpack_mask(bits.as<uint8_t>(), count, stream,
                              back.as<uint8_t>()),
        "unpack");
  Check(tfmot_gpu_wait(stream), "bits");
  if (bits.Download() == expected && back.Download() == mask) {
    ++passed;
    return;
  }
  ++failed;
  fprintf(stderr, "FAILED: bits of %lld flags\n",
          static_cast<long long>(count));  // NOLINT
}

void Sweep(bool is_short) {
  void* stream = tfmot_gpu_make_stream();
  if (stream == nullptr) Check(1, "stream");
  ReplayRng rng(1);
  int turn = 0;
  const std::vector<int64_t> counts =
      is_short ? std::vector<int64_t>{1025, 20000, 70001}
               : std::vector<int64_t>{1,      3,       1023,   1024,  1025,
                                      8192,   8193,    65535,  65536, 70001,
                                      300000, 1000003, 5000000};
  const double sparsities[] = {0, .5, .65, .8, .99, .999999};
  for (const int64_t count : counts) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      for (const FloatFormat format : kAllFormats) {
        const int every = is_short ? 9 : count >= 1000000 ? 4 : 1;
        if ((turn + d) % every != 0) {
          ++turn;
          continue;
        }
        CheckMagnitude(format, static_cast<Distribution>(d), count,
                       KeptCount(count, sparsities[turn % 6]),
                       turn % 5 == 0 ? 1 : 0, stream, &rng);
        ++turn;
      }
    }
  }
  printf("magnitude masks: %d passed, %d failed\n", passed, failed);
  const BlockGrid grids[] = {
      {1, 5, 7, 2, 3},       {2, 64, 48, 4, 4},    {3, 170, 190, 16, 1},
      {1, 400, 1000, 1, 16}, {2, 330, 130, 8, 40}, {1, 9, 2000, 3, 2000},
      {1, 90, 20, 999, 999}, {1, 512, 512, 1, 4},  {1, 513, 511, 33, 65}};
  for (const BlockGrid& grid : grids) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      for (const FloatFormat format : kAllFormats) {
        const BlockPooling pooling = turn % 3 == 0 ? kPoolMax : kPoolAverage;
        if (!is_short || (turn + d) % 9 == 0) {
          CheckBlocks(format, pooling, grid, static_cast<Distribution>(d),
                      turn % 2 == 0 ? .5 : .8, turn % 5 == 0 ? 1 : 0, stream,
                      &rng);
        }
        ++turn;
      }
    }
  }
  printf("and block masks: %d passed, %d failed\n", passed, failed);
  const ColumnGroups shapes[] = {{1, 1, 1, 4, 2},     {2, 160, 120, 4, 2},
                                 {1, 151, 80, 2, 1},  {3, 21, 50, 8, 3},
                                 {1, 240, 360, 8, 8}, {2, 100, 70, 5, 2},
                                 {1, 7, 6000, 4, 1},  {1, 90, 16, 100, 3}};
  for (const ColumnGroups& groups : shapes) {
    for (int d = 0; d < testing::kNumDistributions; ++d) {
      for (const FloatFormat format : kAllFormats) {
        if (!is_short || (turn + d) % 9 == 0) {
          CheckGroups(format, groups, static_cast<Distribution>(d),
                      turn % 5 == 0 ? 1 : 0, stream, &rng);
        }
        ++turn;
      }
    }
  }
  for (const int64_t count : {1, 7, 8, 31, 32, 33, 40000, 1000001}) {
    CheckBits(count, stream, &rng);
  }
  Check(tfmot_gpu_destroy_stream(stream), "stream");
}

}  // namespace
}  // namespace tfmot

int main(int argc, char** argv) {
  const bool is_short = argc > 1 && strcmp(argv[1], "--short") == 0;
  if (argc > 1 && !is_short) {
    fprintf(stderr, "usage: device_parity [--short]\n");
    return 2;
  }
  const char* why = "";
  if (tfmot_gpu_devices(&why) == 0) {
    printf("SKIPPED: GPU tests need a CUDA device: %s\n", why);
    printf("0 passed, 0 failed, 1 skipped\n");
    return 0;
  }
  printf("%s\n", tfmot_gpu_description());
  tfmot::Sweep(is_short);
  printf("%d passed, %d failed, 0 skipped\n", tfmot::passed, tfmot::failed);
  return tfmot::failed == 0 && tfmot::passed > 0 ? 0 : 1;
}
