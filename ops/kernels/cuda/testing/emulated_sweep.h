// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_TESTING_EMULATED_SWEEP_H_
#define OPS_KERNELS_CUDA_TESTING_EMULATED_SWEEP_H_

#include "ops/kernels/cuda/testing/emulator.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace testing {

// Another order of threads and blocks, and another number of blocks, each turn.
inline void EmulateTurn(int turn, uint64_t seed) {
  device::Emulation emulation;
  emulation.order = static_cast<device::EmulatedOrder>(turn % 3);
  emulation.seed = seed;
  emulation.multiprocessors = 1 + turn % 4;
  emulation.refused_launch = -1;
  device::SetEmulation(emulation);
}

inline void RefuseLaunch(int number) {
  device::Emulation emulation = {device::kForward, 0, 2, number};
  device::SetEmulation(emulation);
}

}  // namespace testing
}  // namespace tfmot

// The thread sanitizer does not follow fibers, of which there is one at a time.
#if defined(__SANITIZE_THREAD__)
#define TFMOT_SKIP_WITHOUT_FIBERS() GTEST_SKIP() << "no fibers here"
#else
#define TFMOT_SKIP_WITHOUT_FIBERS()
#endif

#endif  // OPS_KERNELS_CUDA_TESTING_EMULATED_SWEEP_H_
