// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_TESTING_EMULATOR_H_
#define OPS_KERNELS_CUDA_TESTING_EMULATOR_H_

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <functional>

// CUDA for tests without a GPU: the names of device_api.h, on one CPU thread.
// Threads of a block are fibers that run until they wait for each other, so
// what needs a barrier and has none goes wrong here as well, for one of the
// orders in which the fibers may run. Blocks run one after the other, in any
// order too. Not emulated: blocks that wait for each other, and the weak order
// of memory.

#define TFMOT_KERNEL static
#define TFMOT_DEVICE inline
#define TFMOT_UNROLL
#define TFMOT_UNROLL_BY(times)
#define TFMOT_SHARED(Type, name) \
  Type& name = *static_cast<Type*>(::tfmot::device::SharedMemory(sizeof(Type)))

namespace tfmot {
namespace device {

// In which order threads and blocks get their turn.
enum EmulatedOrder { kForward = 0, kBackward = 1, kShuffled = 2 };

// How the kernels that follow are run. A launch whose number is
// `refused_launch` (0 is the next one) fails as it would without memory.
struct Emulation {
  EmulatedOrder order;
  uint64_t seed;
  int multiprocessors;
  int refused_launch;
};
void SetEmulation(const Emulation& emulation);
// Launches since SetEmulation.
int EmulatedLaunches();

void RunGrid(int blocks, int threads, const std::function<void()>& thread);

int ThreadIndex();
int BlockIndex();
int GridBlocks();
int MultiprocessorCount();
void* SharedMemory(size_t bytes);  // filled with a pattern for each block
void Barrier();
inline void Fence() {}

// Waits for the warp; the value of the lane `distance` above, or below if that
// is negative.
uint64_t ShuffleBits(uint64_t bits, int distance);

template <typename T>
T AtomicAdd(T* sum, T value) {
  const T before = *sum;
  *sum = static_cast<T>(before + value);
  return before;
}

inline void AtomicMax(uint64_t* largest, uint64_t value) {
  if (value > *largest) *largest = value;
}

template <typename T>
T LoadFresh(const T* memory) {
  return *memory;
}

template <typename T>
T ShuffleDown(T value, int distance) {
  uint64_t bits = 0;
  memcpy(&bits, &value, sizeof(value));
  bits = ShuffleBits(bits, distance);
  memcpy(&value, &bits, sizeof(value));
  return value;
}

inline uint64_t ShuffleUp(uint64_t value, int distance) {
  return ShuffleBits(value, -distance);
}

template <typename T>
struct Given {
  typedef T Type;
};

bool TakeLaunch();

template <typename... Params>
bool Launch(void (*kernel)(Params...), int blocks, int threads,
            void* /*stream*/, typename Given<Params>::Type... arguments) {
  if (!TakeLaunch()) return false;
  RunGrid(blocks, threads, [=] { kernel(arguments...); });
  return true;
}

inline bool ClearAsync(void* memory, size_t bytes, void* /*stream*/) {
  if (!TakeLaunch()) return false;
  memset(memory, 0, bytes);
  return true;
}

}  // namespace device
}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_TESTING_EMULATOR_H_
