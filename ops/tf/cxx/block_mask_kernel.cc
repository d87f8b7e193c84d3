// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "ops/kernels/block_mask.h"
#include "ops/kernels/kept_count.h"
#include "ops/tf/cxx/mask_op.h"

namespace tfmot {
namespace {

class BlockMaskKernel : public MaskOpKernel {
 public:
  explicit BlockMaskKernel(tensorflow::OpKernelConstruction* construction)
      : MaskOpKernel(construction) {
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

 protected:
  // Graphs that do not know the rank get here with any.
  TfStatus CheckWeights(const tensorflow::Tensor& weights) const override {
    if (weights.dims() >= 2) return Success();
    return InvalidArgument(
        "weights must have at least 2 dimensions. Received: weights of shape " +
        weights.shape().DebugString());
  }

  size_t ScratchBytes(const MaskOpInputs& inputs) const override {
    return BlockMaskScratchBytes(inputs.format, pooling_,
                                 GridOf(inputs.weights),
                                 inputs.parallel_for.num_threads);
  }

  KernelStatus Run(const MaskOpInputs& inputs,
                   const MaskOpMemory& memory) const override {
    const BlockGrid grid = GridOf(inputs.weights);
    return BlockMask(inputs.format, pooling_, grid, DataOf(inputs.weights),
                     KeptCount(BlockCount(grid), inputs.sparsity),
                     inputs.parallel_for, memory.scratch, memory.scratch_bytes,
                     memory.mask, memory.threshold);
  }

 private:
  // The last two dimensions are the plane, all others count planes.
  // REQUIRES: at least 2 dimensions.
  BlockGrid GridOf(const tensorflow::Tensor& weights) const {
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

  TfInt64 block_height_ = 1;
  TfInt64 block_width_ = 1;
  BlockPooling pooling_ = kPoolAverage;
};

// One kernel for all data types: it asks the tensor.
REGISTER_KERNEL_BUILDER(Name("TfmotBlockMask").Device(tensorflow::DEVICE_CPU),
                        BlockMaskKernel);

}  // namespace
}  // namespace tfmot
