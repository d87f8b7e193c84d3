// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cuda/m_by_n_mask_cuda.h"
#include "ops/tf/cuda/gpu_stream.h"
#include "ops/tf/cxx/m_by_n_mask_kernel.h"

namespace tfmot {
namespace {

class MByNMaskGpu : public MByNMaskKernel {
 public:
  using MByNMaskKernel::MByNMaskKernel;

 protected:
  void* StreamOf(tensorflow::OpKernelContext* context) const override {
    return GpuStreamOf(context);
  }

  size_t ScratchBytes(const MaskOpInputs& /*inputs*/) const override {
    return MByNMaskCudaScratchBytes();
  }

  KernelStatus Run(const MaskOpInputs& inputs,
                   const MaskOpMemory& memory) const override {
    return MByNMaskCuda(inputs.format, GroupsOf(inputs.weights),
                        DataOf(inputs.weights), inputs.stream, memory.scratch,
                        memory.scratch_bytes, memory.mask, memory.threshold);
  }
};

REGISTER_KERNEL_BUILDER(Name("TfmotMByNMask").Device(tensorflow::DEVICE_GPU),
                        MByNMaskGpu);

}  // namespace
}  // namespace tfmot
