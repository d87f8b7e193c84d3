// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask.h"
#include "ops/tf/cxx/mask_op.h"

namespace tfmot {
namespace {

class MagnitudeMaskKernel : public MaskOpKernel {
 public:
  using MaskOpKernel::MaskOpKernel;

 protected:
  size_t ScratchBytes(const MaskOpInputs& inputs) const override {
    return MagnitudeMaskScratchBytes(inputs.format,
                                     inputs.weights.NumElements(),
                                     inputs.parallel_for.num_threads);
  }

  KernelStatus Run(const MaskOpInputs& inputs,
                   const MaskOpMemory& memory) const override {
    const int64_t count = inputs.weights.NumElements();
    return UpdatedMagnitudeMask(inputs.format, DataOf(inputs.weights), count,
                                KeptCount(count, inputs.sparsity), inputs.hint,
                                inputs.parallel_for, memory.scratch,
                                memory.scratch_bytes, memory.mask,
                                memory.threshold, memory.zeroed);
  }
};

// One kernel for all data types: it asks the tensor.
REGISTER_KERNEL_BUILDER(
    Name("TfmotMagnitudeMask").Device(tensorflow::DEVICE_CPU),
    MagnitudeMaskKernel);

}  // namespace
}  // namespace tfmot
