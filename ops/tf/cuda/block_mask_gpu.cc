// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cuda/block_mask_cuda.h"
#include "ops/kernels/kept_count.h"
#include "ops/tf/cuda/gpu_stream.h"
#include "ops/tf/cxx/block_mask_kernel.h"

namespace tfmot {
namespace {

class BlockMaskGpu : public BlockMaskKernel {
 public:
  using BlockMaskKernel::BlockMaskKernel;

 protected:
  void* StreamOf(tensorflow::OpKernelContext* context) const override {
    return GpuStreamOf(context);
  }

  size_t ScratchBytes(const MaskOpInputs& inputs) const override {
    return BlockMaskCudaScratchBytes(inputs.format, pooling(),
                                     GridOf(inputs.weights));
  }

  KernelStatus Run(const MaskOpInputs& inputs,
                   const MaskOpMemory& memory) const override {
    const BlockGrid grid = GridOf(inputs.weights);
    return BlockMaskCuda(inputs.format, pooling(), grid, DataOf(inputs.weights),
                         KeptCount(BlockCount(grid), inputs.sparsity),
                         inputs.stream, memory.scratch, memory.scratch_bytes,
                         memory.mask, memory.threshold);
  }
};

REGISTER_KERNEL_BUILDER(Name("TfmotBlockMask")
                            .Device(tensorflow::DEVICE_GPU)
                            .HostMemory("sparsity"),
                        BlockMaskGpu);

}  // namespace
}  // namespace tfmot
