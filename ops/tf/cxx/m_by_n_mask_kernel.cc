// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/m_by_n_mask_kernel.h"

#include <string>

#include "ops/kernels/m_by_n_mask.h"
#include "ops/tf/cxx/mask_op.h"

namespace tfmot {

MByNMaskKernel::MByNMaskKernel(tensorflow::OpKernelConstruction* construction)
    : MaskOpKernel(construction, /*has_sparsity=*/false),
      zeros_(0),
      group_size_(1) {
  OP_REQUIRES_OK(construction, construction->GetAttr("zeros", &zeros_));
  OP_REQUIRES_OK(construction,
                 construction->GetAttr("group_size", &group_size_));
  OP_REQUIRES(
      construction, zeros_ < group_size_,
      InvalidArgument("zeros must be less than group_size: at least one "
                      "weight of each group is kept. Received: zeros=" +
                      std::to_string(zeros_) +
                      ", group_size=" + std::to_string(group_size_)));
}

// Graphs that do not know the rank get here with any.
TfStatus MByNMaskKernel::CheckWeights(const tensorflow::Tensor& weights) const {
  if (weights.dims() >= 2) return Success();
  return InvalidArgument(
      "weights must have at least 2 dimensions. Received: weights of shape " +
      weights.shape().DebugString());
}

size_t MByNMaskKernel::ScratchBytes(const MaskOpInputs& /*inputs*/) const {
  return 0;
}

KernelStatus MByNMaskKernel::Run(const MaskOpInputs& inputs,
                                 const MaskOpMemory& memory) const {
  return MByNMask(inputs.format, GroupsOf(inputs.weights),
                  DataOf(inputs.weights), inputs.parallel_for, memory.mask,
                  memory.threshold);
}

ColumnGroups MByNMaskKernel::GroupsOf(const tensorflow::Tensor& weights) const {
  const int rank = weights.dims();
  ColumnGroups groups;
  groups.planes = 1;
  for (int i = 0; i < rank - 2; ++i) groups.planes *= weights.dim_size(i);
  groups.rows = weights.dim_size(rank - 2);
  groups.cols = weights.dim_size(rank - 1);
  groups.group_size = group_size_;
  groups.keep = group_size_ - zeros_;
  return groups;
}

namespace {

REGISTER_KERNEL_BUILDER(Name("TfmotMByNMask").Device(tensorflow::DEVICE_CPU),
                        MByNMaskKernel);

}  // namespace
}  // namespace tfmot
