// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include <cuda_runtime.h>
#include <math.h>
#include <stdio.h>

#include "ops/kernels/cuda/block_mask_cuda.h"
#include "ops/kernels/cuda/device_api.h"
#include "ops/kernels/cuda/key_range.h"
#include "ops/kernels/cuda/m_by_n_mask_cuda.h"
#include "ops/kernels/cuda/magnitude_mask_cuda.h"
#include "ops/kernels/cuda/mask_bits_cuda.h"
#include "ops/kernels/cuda/testing/device_harness.h"

namespace {

using tfmot::BlockGrid;
using tfmot::BlockPooling;
using tfmot::ColumnGroups;
using tfmot::FloatFormat;
using tfmot::KernelStatus;

const int kFirstStatus = 1000;

cudaEvent_t marks[2] = {nullptr, nullptr};

int CodeOf(KernelStatus status) {
  return status == tfmot::kKernelOk ? 0 : kFirstStatus + status;
}

cudaStream_t StreamOf(void* stream) {
  return static_cast<cudaStream_t>(stream);
}

BlockGrid GridOf(const int64_t* grid) {
  return BlockGrid{grid[0], grid[1], grid[2], grid[3], grid[4]};
}

ColumnGroups GroupsOf(const int64_t* groups) {
  return ColumnGroups{groups[0], groups[1], groups[2], groups[3], groups[4]};
}

TFMOT_DEVICE uint64_t Mix(uint64_t bits) {
  bits = (bits ^ bits >> 30) * 0xbf58476d1ce4e5b9ull;
  bits = (bits ^ bits >> 27) * 0x94d049bb133111ebull;
  return bits ^ bits >> 31;
}

TFMOT_KERNEL void FillNormal(float* numbers, int64_t count, uint64_t seed) {
  using tfmot::kThreads;
  const int64_t step =
      static_cast<int64_t>(tfmot::device::GridBlocks()) * kThreads;
  for (int64_t i =
           static_cast<int64_t>(tfmot::device::BlockIndex()) * kThreads +
           tfmot::device::ThreadIndex();
       i < count; i += step) {
    const uint64_t bits =
        Mix(seed + static_cast<uint64_t>(i) * 0x9e3779b97f4a7c15ull);
    // Box and Muller's transform of two uniform numbers in (0, 1].
    const float u = (static_cast<float>(bits >> 40) + 1.0f) / 16777216.0f;
    const float v = (static_cast<float>(bits & 0xffffffu) + 1.0f) / 16777216.0f;
    numbers[i] = sqrtf(-2.0f * logf(u)) * cosf(6.2831853f * v);
  }
}

}  // namespace

int tfmot_gpu_devices(const char** why) {
  int count = 0;
  const cudaError_t error = cudaGetDeviceCount(&count);
  if (error != cudaSuccess) count = 0;
  if (why != nullptr) {
    *why = error != cudaSuccess ? cudaGetErrorString(error)
           : count == 0         ? "no device"
                                : "";
  }
  return count;
}

const char* tfmot_gpu_description(void) {
  static char text[512];
  cudaDeviceProp properties;
  int driver = 0;
  int runtime = 0;
  if (cudaGetDeviceProperties(&properties, 0) != cudaSuccess ||
      cudaDriverGetVersion(&driver) != cudaSuccess ||
      cudaRuntimeGetVersion(&runtime) != cudaSuccess) {
    return "unknown";
  }
  snprintf(text, sizeof(text),
           "%s, sm_%d%d, %d multiprocessors, driver for CUDA %d.%d, "
           "runtime %d.%d",
           properties.name, properties.major, properties.minor,
           properties.multiProcessorCount, driver / 1000, driver % 1000 / 10,
           runtime / 1000, runtime % 1000 / 10);
  return text;
}

const char* tfmot_gpu_error(int error) {
  if (error >= kFirstStatus) return "a kernel refused (1000 + KernelStatus)";
  return cudaGetErrorString(static_cast<cudaError_t>(error));
}

void* tfmot_gpu_allocate(size_t bytes) {
  void* memory = nullptr;
  return cudaMalloc(&memory, bytes) == cudaSuccess ? memory : nullptr;
}

int tfmot_gpu_free(void* memory) { return cudaFree(memory); }

int tfmot_gpu_upload(void* to, const void* from, size_t bytes) {
  return cudaMemcpy(to, from, bytes, cudaMemcpyHostToDevice);
}

int tfmot_gpu_download(void* to, const void* from, size_t bytes) {
  return cudaMemcpy(to, from, bytes, cudaMemcpyDeviceToHost);
}

int tfmot_gpu_fill(void* memory, int byte, size_t bytes) {
  return cudaMemset(memory, byte, bytes);
}

int tfmot_gpu_copy(void* to, const void* from, size_t bytes, void* stream) {
  return cudaMemcpyAsync(to, from, bytes, cudaMemcpyDeviceToDevice,
                         StreamOf(stream));
}

int tfmot_gpu_fill_normal(float* numbers, int64_t count, uint64_t seed) {
  const int blocks = tfmot::GridFor(tfmot::ChunkCount(count),
                                    tfmot::device::MultiprocessorCount());
  if (!tfmot::device::Launch(FillNormal, blocks, tfmot::kThreads, nullptr,
                             numbers, count, seed)) {
    return CodeOf(tfmot::kKernelLaunchFailed);
  }
  return cudaDeviceSynchronize();
}

int tfmot_gpu_wait(void* stream) {
  return cudaStreamSynchronize(StreamOf(stream));
}

void* tfmot_gpu_make_stream(void) {
  cudaStream_t stream = nullptr;
  return cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking) ==
                 cudaSuccess
             ? stream
             : nullptr;
}

int tfmot_gpu_destroy_stream(void* stream) {
  return cudaStreamDestroy(StreamOf(stream));
}

int tfmot_gpu_mark(int end, void* stream) {
  cudaEvent_t* mark = &marks[end == 0 ? 0 : 1];
  if (*mark == nullptr) {
    const cudaError_t error = cudaEventCreate(mark);
    if (error != cudaSuccess) return error;
  }
  return cudaEventRecord(*mark, StreamOf(stream));
}

float tfmot_gpu_elapsed_ms(void) {
  float ms = -1;
  if (cudaEventSynchronize(marks[1]) != cudaSuccess ||
      cudaEventElapsedTime(&ms, marks[0], marks[1]) != cudaSuccess) {
    return -1;
  }
  return ms;
}

size_t tfmot_gpu_magnitude_scratch(int64_t count) {
  return tfmot::MagnitudeMaskCudaScratchBytes(count);
}

int tfmot_gpu_magnitude_mask(int format, const void* weights, int64_t count,
                             int64_t keep, void* stream, void* scratch,
                             size_t scratch_bytes, uint8_t* mask,
                             void* threshold) {
  return CodeOf(tfmot::MagnitudeMaskCuda(static_cast<FloatFormat>(format),
                                         weights, count, keep, stream, scratch,
                                         scratch_bytes, mask, threshold));
}

size_t tfmot_gpu_block_scratch(int format, int pooling, const int64_t* grid) {
  return tfmot::BlockMaskCudaScratchBytes(static_cast<FloatFormat>(format),
                                          static_cast<BlockPooling>(pooling),
                                          GridOf(grid));
}

int tfmot_gpu_block_mask(int format, int pooling, const int64_t* grid,
                         const void* weights, int64_t keep, void* stream,
                         void* scratch, size_t scratch_bytes, uint8_t* mask,
                         void* threshold) {
  return CodeOf(tfmot::BlockMaskCuda(static_cast<FloatFormat>(format),
                                     static_cast<BlockPooling>(pooling),
                                     GridOf(grid), weights, keep, stream,
                                     scratch, scratch_bytes, mask, threshold));
}

size_t tfmot_gpu_m_by_n_scratch(void) {
  return tfmot::MByNMaskCudaScratchBytes();
}

int tfmot_gpu_m_by_n_mask(int format, const int64_t* groups,
                          const void* weights, void* stream, void* scratch,
                          size_t scratch_bytes, uint8_t* mask,
                          void* threshold) {
  return CodeOf(tfmot::MByNMaskCuda(static_cast<FloatFormat>(format),
                                    GroupsOf(groups), weights, stream, scratch,
                                    scratch_bytes, mask, threshold));
}

int tfmot_gpu_pack_mask(const uint8_t* mask, int64_t count, void* stream,
                        uint8_t* bits) {
  return CodeOf(tfmot::PackMaskCuda(mask, count, stream, bits));
}

int tfmot_gpu_unpack_mask(const uint8_t* bits, int64_t count, void* stream,
                          uint8_t* mask) {
  return CodeOf(tfmot::UnpackMaskCuda(bits, count, stream, mask));
}
