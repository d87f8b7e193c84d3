// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_DEVICE_API_H_
#define OPS_KERNELS_CUDA_DEVICE_API_H_

#include <stddef.h>
#include <stdint.h>

// What the kernels of this folder ask of CUDA, and nothing beyond it. Without
// nvcc the same names come from an emulator that runs a kernel's threads on one
// CPU thread, so that tests run the very source that the GPU runs. Grids and
// blocks have one dimension.

#if defined(__CUDACC__)

#include <cuda_runtime.h>

#define TFMOT_KERNEL __global__
#define TFMOT_DEVICE __device__ __forceinline__
// Memory of one block of threads, as one struct a kernel.
#define TFMOT_SHARED(Type, name) __shared__ Type name
// The loop that follows is to be written out.
#define TFMOT_PRAGMA(text) _Pragma(#text)
#define TFMOT_UNROLL TFMOT_PRAGMA(unroll)
#define TFMOT_UNROLL_BY(times) TFMOT_PRAGMA(unroll times)

namespace tfmot {
namespace device {

TFMOT_DEVICE int ThreadIndex() { return static_cast<int>(threadIdx.x); }
TFMOT_DEVICE int BlockIndex() { return static_cast<int>(blockIdx.x); }
TFMOT_DEVICE int GridBlocks() { return static_cast<int>(gridDim.x); }

// Every thread of the block has to get here.
TFMOT_DEVICE void Barrier() { __syncthreads(); }
// What this thread wrote before is seen before what it writes after.
TFMOT_DEVICE void Fence() { __threadfence(); }

// All return what was there before.
TFMOT_DEVICE uint32_t AtomicAdd(uint32_t* sum, uint32_t value) {
  return atomicAdd(sum, value);
}
TFMOT_DEVICE uint64_t AtomicAdd(uint64_t* sum, uint64_t value) {
  return atomicAdd(reinterpret_cast<unsigned long long*>(sum),  // NOLINT
                   static_cast<unsigned long long>(value));     // NOLINT
}
TFMOT_DEVICE void AtomicMax(uint64_t* largest, uint64_t value) {
  atomicMax(reinterpret_cast<unsigned long long*>(largest),  // NOLINT
            static_cast<unsigned long long>(value));         // NOLINT
}

// Reads what another block wrote during this launch.
template <typename T>
TFMOT_DEVICE T LoadFresh(const T* memory) {
  return *static_cast<const volatile T*>(memory);
}

// The value of the lane `distance` above, of one's own where there is none.
// Every lane of the warp has to get here.
TFMOT_DEVICE uint32_t ShuffleDown(uint32_t value, int distance) {
  return __shfl_down_sync(0xffffffffu, value, distance);
}
TFMOT_DEVICE uint64_t ShuffleDown(uint64_t value, int distance) {
  return __shfl_down_sync(0xffffffffu,
                          static_cast<unsigned long long>(value),  // NOLINT
                          distance);
}
TFMOT_DEVICE double ShuffleDown(double value, int distance) {
  return __shfl_down_sync(0xffffffffu, value, distance);
}

// The same from the lane `distance` below.
TFMOT_DEVICE uint64_t ShuffleUp(uint64_t value, int distance) {
  return __shfl_up_sync(0xffffffffu,
                        static_cast<unsigned long long>(value),  // NOLINT
                        distance);
}

template <typename T>
struct Given {
  typedef T Type;
};

// Puts one kernel on the stream; false if CUDA refused.
template <typename... Params>
bool Launch(void (*kernel)(Params...), int blocks, int threads, void* stream,
            typename Given<Params>::Type... arguments) {
  void* pointers[] = {
      const_cast<void*>(static_cast<const void*>(&arguments))...};
  return cudaLaunchKernel(reinterpret_cast<const void*>(kernel),
                          dim3(static_cast<unsigned>(blocks)),
                          dim3(static_cast<unsigned>(threads)), pointers, 0,
                          static_cast<cudaStream_t>(stream)) == cudaSuccess;
}

// Writes zeros when the stream gets there.
inline bool ClearAsync(void* memory, size_t bytes, void* stream) {
  return cudaMemsetAsync(memory, 0, bytes, static_cast<cudaStream_t>(stream)) ==
         cudaSuccess;
}

// Multiprocessors of the current device; 0 if CUDA does not say.
inline int MultiprocessorCount() {
  int device = 0;
  int count = 0;
  if (cudaGetDevice(&device) != cudaSuccess ||
      cudaDeviceGetAttribute(&count, cudaDevAttrMultiProcessorCount, device) !=
          cudaSuccess) {
    return 0;
  }
  return count;
}

}  // namespace device
}  // namespace tfmot

#else

#include "ops/kernels/cuda/testing/emulator.h"

#endif  // defined(__CUDACC__)

#endif  // OPS_KERNELS_CUDA_DEVICE_API_H_
