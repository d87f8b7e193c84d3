// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cuda/magnitude_mask_cuda.h"
#include "ops/kernels/kept_count.h"
#include "ops/tf/cuda/gpu_stream.h"
#include "ops/tf/cxx/mask_op.h"

namespace tfmot {
namespace {

class MagnitudeMaskGpu : public MaskOpKernel {
 public:
  using MaskOpKernel::MaskOpKernel;

 protected:
  void* StreamOf(tensorflow::OpKernelContext* context) const override {
    return GpuStreamOf(context);
  }

  size_t ScratchBytes(const MaskOpInputs& inputs) const override {
    return MagnitudeMaskCudaScratchBytes(inputs.weights.NumElements());
  }

  KernelStatus Run(const MaskOpInputs& inputs,
                   const MaskOpMemory& memory) const override {
    const int64_t count = inputs.weights.NumElements();
    // The GPU does not tell the host, and has no use for the hint.
    *memory.zeroed = count == 0;
    return MagnitudeMaskCuda(inputs.format, DataOf(inputs.weights), count,
                             KeptCount(count, inputs.sparsity), inputs.stream,
                             memory.scratch, memory.scratch_bytes, memory.mask,
                             memory.threshold);
  }
};

// The host decides how many weights are kept, so the sparsity is there, and
// whether weights have to be zeroed.
REGISTER_KERNEL_BUILDER(Name("TfmotMagnitudeMask")
                            .Device(tensorflow::DEVICE_GPU)
                            .HostMemory("sparsity")
                            .HostMemory("zeroed"),
                        MagnitudeMaskGpu);

}  // namespace
}  // namespace tfmot
