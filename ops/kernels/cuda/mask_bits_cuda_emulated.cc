// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// The very source that nvcc compiles, on the emulator.
#include "ops/kernels/cuda/mask_bits_cuda.cu"
