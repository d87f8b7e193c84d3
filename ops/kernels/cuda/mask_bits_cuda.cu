// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cuda/device_api.h"
#include "ops/kernels/cuda/key_range.h"
#include "ops/kernels/cuda/mask_bits_cuda.h"
#include "ops/kernels/cuda/scratch.h"

namespace tfmot {
namespace device {
namespace {

// What a thread works on at once.
const int kFlags = 32;

struct FlagRun {
  alignas(16) uint64_t eight[kFlags / 8];
};
struct BitRun {
  alignas(4) uint8_t byte[kFlags / 8];
};

TFMOT_KERNEL void PackMask(const uint8_t* mask, int64_t count, uint8_t* bits) {
  const int64_t step = static_cast<int64_t>(GridBlocks()) * kThreads * kFlags;
  for (int64_t first =
           (static_cast<int64_t>(BlockIndex()) * kThreads + ThreadIndex()) *
           kFlags;
       first < count; first += step) {
    if (first + kFlags <= count) {
      const FlagRun flags = *reinterpret_cast<const FlagRun*>(mask + first);
      BitRun run;
      TFMOT_UNROLL
      for (int i = 0; i < kFlags / 8; ++i) {
        run.byte[i] = BitsOfFlags(flags.eight[i]);
      }
      *reinterpret_cast<BitRun*>(bits + first / 8) = run;
      continue;
    }
    for (int64_t i = first; i < count; i += 8) {
      uint64_t flags = 0;
      for (int j = 0; j < 8 && i + j < count; ++j) {
        flags |= uint64_t{mask[i + j]} << (8 * j);
      }
      bits[i / 8] = BitsOfFlags(flags);
    }
  }
}

TFMOT_KERNEL void UnpackMask(const uint8_t* bits, int64_t count,
                             uint8_t* mask) {
  const int64_t step = static_cast<int64_t>(GridBlocks()) * kThreads * kFlags;
  for (int64_t first =
           (static_cast<int64_t>(BlockIndex()) * kThreads + ThreadIndex()) *
           kFlags;
       first < count; first += step) {
    if (first + kFlags <= count) {
      const BitRun run = *reinterpret_cast<const BitRun*>(bits + first / 8);
      FlagRun flags;
      TFMOT_UNROLL
      for (int i = 0; i < kFlags / 8; ++i) {
        flags.eight[i] = FlagsOfBits(run.byte[i]);
      }
      *reinterpret_cast<FlagRun*>(mask + first) = flags;
      continue;
    }
    for (int64_t i = first; i < count; ++i) {
      mask[i] = static_cast<uint8_t>(bits[i / 8] >> (i % 8) & 1);
    }
  }
}

}  // namespace
}  // namespace device

namespace {

KernelStatus Check(const uint8_t* from, int64_t count, const uint8_t* to) {
  if (count < 0) return kKernelBadCount;
  return IsAligned(from, 16) && IsAligned(to, 16) ? kKernelOk
                                                  : kKernelBadAlignment;
}

int GridOf(int64_t count) {
  const int64_t at_once = int64_t{kThreads} * device::kFlags;
  return GridFor((count + at_once - 1) / at_once,
                 device::MultiprocessorCount());
}

}  // namespace

KernelStatus PackMaskCuda(const uint8_t* mask, int64_t count, void* stream,
                          uint8_t* bits) {
  const KernelStatus status = Check(mask, count, bits);
  if (status != kKernelOk || count == 0) return status;
  return device::Launch(device::PackMask, GridOf(count), kThreads, stream, mask,
                        count, bits)
             ? kKernelOk
             : kKernelLaunchFailed;
}

KernelStatus UnpackMaskCuda(const uint8_t* bits, int64_t count, void* stream,
                            uint8_t* mask) {
  const KernelStatus status = Check(bits, count, mask);
  if (status != kKernelOk || count == 0) return status;
  return device::Launch(device::UnpackMask, GridOf(count), kThreads, stream,
                        bits, count, mask)
             ? kKernelOk
             : kKernelLaunchFailed;
}

}  // namespace tfmot
