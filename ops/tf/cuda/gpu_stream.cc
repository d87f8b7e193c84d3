// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cuda/gpu_stream.h"

#include "xla/stream_executor/stream.h"

namespace tfmot {

void* GpuStreamOf(tensorflow::OpKernelContext* context) {
  return context->op_device_context()
      ->stream()
      ->platform_specific_handle()
      .stream;
}

}  // namespace tfmot
