// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/block_mask_kernel.h"

#include <string>

#include "ops/kernels/block_mask.h"
#include "ops/kernels/kept_count.h"
#include "ops/tf/cxx/mask_op.h"

namespace tfmot {

BlockMaskKernel::BlockMaskKernel(tensorflow::OpKernelConstruction* construction)
    : MaskOpKernel(construction),
      block_height_(1),
      block_width_(1),
      pooling_(kPoolAverage) {
  OP_REQUIRES_OK(construction,
                 construction->GetAttr("block_height", &block_height_));
  OP_REQUIRES_OK(construction,
                 construction->GetAttr("block_width", &block_width_));
  // The op allows 'AVG' and 'MAX' only.
  std::string pooling_type;
  OP_REQUIRES_OK(construction,
                 construction->GetAttr("pooling_type", &pooling_type));
  pooling_ = pooling_type == "MAX" ? kPoolMax : kPoolAverage;
}

// Graphs that do not know the rank get here with any.
TfStatus BlockMaskKernel::CheckWeights(
    const tensorflow::Tensor& weights) const {
  if (weights.dims() >= 2) return Success();
  return InvalidArgument(
      "weights must have at least 2 dimensions. Received: weights of shape " +
      weights.shape().DebugString());
}

size_t BlockMaskKernel::ScratchBytes(const MaskOpInputs& inputs) const {
  return BlockMaskScratchBytes(inputs.format, pooling_, GridOf(inputs.weights),
                               inputs.parallel_for.num_threads);
}

KernelStatus BlockMaskKernel::Run(const MaskOpInputs& inputs,
                                  const MaskOpMemory& memory) const {
  const BlockGrid grid = GridOf(inputs.weights);
  return BlockMask(inputs.format, pooling_, grid, DataOf(inputs.weights),
                   KeptCount(BlockCount(grid), inputs.sparsity),
                   inputs.parallel_for, memory.scratch, memory.scratch_bytes,
                   memory.mask, memory.threshold);
}

BlockGrid BlockMaskKernel::GridOf(const tensorflow::Tensor& weights) const {
  const int rank = weights.dims();
  BlockGrid grid;
  grid.planes = 1;
  for (int i = 0; i < rank - 2; ++i) grid.planes *= weights.dim_size(i);
  grid.rows = weights.dim_size(rank - 2);
  grid.cols = weights.dim_size(rank - 1);
  grid.block_height = block_height_;
  grid.block_width = block_width_;
  return grid;
}

namespace {

// One kernel for all data types: it asks the tensor.
REGISTER_KERNEL_BUILDER(Name("TfmotBlockMask").Device(tensorflow::DEVICE_CPU),
                        BlockMaskKernel);

}  // namespace
}  // namespace tfmot
