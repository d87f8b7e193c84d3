// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_CUDA_GPU_STREAM_H_
#define OPS_TF_CUDA_GPU_STREAM_H_

#include "ops/tf/cxx/tf_compat.h"

namespace tfmot {

// The cudaStream_t on which TensorFlow runs a GPU op; needs no CUDA header.
void* GpuStreamOf(tensorflow::OpKernelContext* context);

}  // namespace tfmot

#endif  // OPS_TF_CUDA_GPU_STREAM_H_
