// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_TESTING_EMULATED_RUNTIME_CUDA_RUNTIME_H_
#define OPS_KERNELS_CUDA_TESTING_EMULATED_RUNTIME_CUDA_RUNTIME_H_

#include <stdlib.h>
#include <string.h>

#include <chrono>  // NOLINT

// What device_harness.cu takes from the CUDA runtime, on the memory of the CPU,
// so that tests without a GPU run the harness on the emulator.

enum cudaError_t { cudaSuccess = 0, cudaErrorInvalidValue = 1 };
enum cudaMemcpyKind {
  cudaMemcpyHostToDevice,
  cudaMemcpyDeviceToHost,
  cudaMemcpyDeviceToDevice
};
typedef struct CUstream_st* cudaStream_t;
typedef std::chrono::steady_clock::time_point* cudaEvent_t;
enum { cudaStreamNonBlocking = 1 };

struct cudaDeviceProp {
  char name[32];
  int major;
  int minor;
  int multiProcessorCount;
};

inline const char* cudaGetErrorString(cudaError_t) { return "emulated error"; }
// None for the thread sanitizer, which does not follow fibers.
inline cudaError_t cudaGetDeviceCount(int* count) {
#if defined(__SANITIZE_THREAD__)
  *count = 0;
#else
  *count = 1;
#endif
  return cudaSuccess;
}
inline cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int) {
  *properties = cudaDeviceProp{"emulator", 0, 0, 2};
  return cudaSuccess;
}
inline cudaError_t cudaDriverGetVersion(int* version) {
  *version = 0;
  return cudaSuccess;
}
inline cudaError_t cudaRuntimeGetVersion(int* version) {
  *version = 0;
  return cudaSuccess;
}

// A multiple of 256, as CUDA's.
inline cudaError_t cudaMalloc(void** memory, size_t bytes) {
  return posix_memalign(memory, 256, bytes) == 0 ? cudaSuccess
                                                 : cudaErrorInvalidValue;
}
inline cudaError_t cudaFree(void* memory) {
  free(memory);
  return cudaSuccess;
}
inline cudaError_t cudaMemcpy(void* to, const void* from, size_t bytes,
                              cudaMemcpyKind) {
  memcpy(to, from, bytes);
  return cudaSuccess;
}
inline cudaError_t cudaMemcpyAsync(void* to, const void* from, size_t bytes,
                                   cudaMemcpyKind kind, cudaStream_t) {
  return cudaMemcpy(to, from, bytes, kind);
}
inline cudaError_t cudaMemset(void* memory, int byte, size_t bytes) {
  memset(memory, byte, bytes);
  return cudaSuccess;
}

inline cudaError_t cudaDeviceSynchronize() { return cudaSuccess; }
inline cudaError_t cudaStreamSynchronize(cudaStream_t) { return cudaSuccess; }
inline cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, int) {
  *stream = reinterpret_cast<cudaStream_t>(malloc(1));
  return cudaSuccess;
}
inline cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  free(stream);
  return cudaSuccess;
}

inline cudaError_t cudaEventCreate(cudaEvent_t* event) {
  *event = new std::chrono::steady_clock::time_point();
  return cudaSuccess;
}
inline cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t) {
  *event = std::chrono::steady_clock::now();
  return cudaSuccess;
}
inline cudaError_t cudaEventSynchronize(cudaEvent_t) { return cudaSuccess; }
inline cudaError_t cudaEventElapsedTime(float* ms, cudaEvent_t begin,
                                        cudaEvent_t end) {
  *ms = std::chrono::duration<float, std::milli>(*end - *begin).count();
  return cudaSuccess;
}

#endif  // OPS_KERNELS_CUDA_TESTING_EMULATED_RUNTIME_CUDA_RUNTIME_H_
