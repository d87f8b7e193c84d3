// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_CXX_M_BY_N_MASK_KERNEL_H_
#define OPS_TF_CXX_M_BY_N_MASK_KERNEL_H_

#include "ops/kernels/m_by_n_mask.h"
#include "ops/tf/cxx/mask_op.h"

namespace tfmot {

// TfmotMByNMask on the CPU, and what it is on any device: its attributes and
// the groups that they make of weights.
class MByNMaskKernel : public MaskOpKernel {
 public:
  explicit MByNMaskKernel(tensorflow::OpKernelConstruction* construction);

 protected:
  TfStatus CheckWeights(const tensorflow::Tensor& weights) const override;
  size_t ScratchBytes(const MaskOpInputs& inputs) const override;
  KernelStatus Run(const MaskOpInputs& inputs,
                   const MaskOpMemory& memory) const override;

  // REQUIRES: at least 2 dimensions.
  ColumnGroups GroupsOf(const tensorflow::Tensor& weights) const;

 private:
  TfInt64 zeros_;
  TfInt64 group_size_;
};

}  // namespace tfmot

#endif  // OPS_TF_CXX_M_BY_N_MASK_KERNEL_H_
