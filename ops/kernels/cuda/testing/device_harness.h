// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_TESTING_DEVICE_HARNESS_H_
#define OPS_KERNELS_CUDA_TESTING_DEVICE_HARNESS_H_

#include <stddef.h>
#include <stdint.h>

// The GPU kernels and the little of the CUDA runtime that tests and benchmarks
// need, as C functions: for device_parity.cc, and for gpu_benchmark.py, which
// loads this library with ctypes. Functions that return int return 0, or the
// error of CUDA, or 1000 + the KernelStatus of a kernel that refused.

#define TFMOT_EXPORT __attribute__((visibility("default")))

#if defined(__cplusplus)
extern "C" {
#endif

// 0 where there is no GPU or no driver; `why` then says so (may be null).
TFMOT_EXPORT int tfmot_gpu_devices(const char** why);
// "NAME, sm_90, 132 multiprocessors, driver 13000, runtime 13000".
TFMOT_EXPORT const char* tfmot_gpu_description(void);
TFMOT_EXPORT const char* tfmot_gpu_error(int error);

TFMOT_EXPORT void* tfmot_gpu_allocate(size_t bytes);  // null: no memory
TFMOT_EXPORT int tfmot_gpu_free(void* memory);
TFMOT_EXPORT int tfmot_gpu_upload(void* to, const void* from, size_t bytes);
TFMOT_EXPORT int tfmot_gpu_download(void* to, const void* from, size_t bytes);
TFMOT_EXPORT int tfmot_gpu_fill(void* memory, int byte, size_t bytes);
TFMOT_EXPORT int tfmot_gpu_copy(void* to, const void* from, size_t bytes,
                                void* stream);
// `count` float32 numbers of the standard normal distribution.
TFMOT_EXPORT int tfmot_gpu_fill_normal(float* numbers, int64_t count,
                                       uint64_t seed);
TFMOT_EXPORT int tfmot_gpu_wait(void* stream);
TFMOT_EXPORT void* tfmot_gpu_make_stream(void);
TFMOT_EXPORT int tfmot_gpu_destroy_stream(void* stream);

// Milliseconds on the stream between two calls of tfmot_gpu_mark with 0 and 1.
TFMOT_EXPORT int tfmot_gpu_mark(int end, void* stream);
TFMOT_EXPORT float tfmot_gpu_elapsed_ms(void);

TFMOT_EXPORT size_t tfmot_gpu_magnitude_scratch(int64_t count);
TFMOT_EXPORT int tfmot_gpu_magnitude_mask(int format, const void* weights,
                                          int64_t count, int64_t keep,
                                          void* stream, void* scratch,
                                          size_t scratch_bytes, uint8_t* mask,
                                          void* threshold);
// `grid`: planes, rows, cols, block height, block width.
TFMOT_EXPORT size_t tfmot_gpu_block_scratch(int format, int pooling,
                                            const int64_t* grid);
TFMOT_EXPORT int tfmot_gpu_block_mask(int format, int pooling,
                                      const int64_t* grid, const void* weights,
                                      int64_t keep, void* stream, void* scratch,
                                      size_t scratch_bytes, uint8_t* mask,
                                      void* threshold);
// `groups`: planes, rows, cols, group size, kept of a group.
TFMOT_EXPORT size_t tfmot_gpu_m_by_n_scratch(void);
TFMOT_EXPORT int tfmot_gpu_m_by_n_mask(int format, const int64_t* groups,
                                       const void* weights, void* stream,
                                       void* scratch, size_t scratch_bytes,
                                       uint8_t* mask, void* threshold);
TFMOT_EXPORT int tfmot_gpu_pack_mask(const uint8_t* mask, int64_t count,
                                     void* stream, uint8_t* bits);
TFMOT_EXPORT int tfmot_gpu_unpack_mask(const uint8_t* bits, int64_t count,
                                       void* stream, uint8_t* mask);

#if defined(__cplusplus)
}
#endif

#endif  // OPS_KERNELS_CUDA_TESTING_DEVICE_HARNESS_H_
