// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_CXX_BLOCK_MASK_KERNEL_H_
#define OPS_TF_CXX_BLOCK_MASK_KERNEL_H_

#include "ops/kernels/block_mask.h"
#include "ops/tf/cxx/mask_op.h"

namespace tfmot {

// TfmotBlockMask on the CPU, and what it is on any device: its attributes and
// the blocks that they make of weights.
class BlockMaskKernel : public MaskOpKernel {
 public:
  explicit BlockMaskKernel(tensorflow::OpKernelConstruction* construction);

 protected:
  TfStatus CheckWeights(const tensorflow::Tensor& weights) const override;
  size_t ScratchBytes(const MaskOpInputs& inputs) const override;
  KernelStatus Run(const MaskOpInputs& inputs,
                   const MaskOpMemory& memory) const override;

  // The last two dimensions are the plane, all others count planes.
  // REQUIRES: at least 2 dimensions.
  BlockGrid GridOf(const tensorflow::Tensor& weights) const;
  BlockPooling pooling() const { return pooling_; }

 private:
  TfInt64 block_height_;
  TfInt64 block_width_;
  BlockPooling pooling_;
};

}  // namespace tfmot

#endif  // OPS_TF_CXX_BLOCK_MASK_KERNEL_H_
