// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_HOST_DEVICE_H_
#define OPS_KERNELS_HOST_DEVICE_H_

// Marks what both the CPU and, where nvcc compiles it, the GPU can call.
#if defined(__CUDACC__)
#define TFMOT_HOST_DEVICE __host__ __device__
#else
#define TFMOT_HOST_DEVICE
#endif

#endif  // OPS_KERNELS_HOST_DEVICE_H_
