// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/mask_op.h"

#include <string>

#include "ops/tf/cxx/float_format.h"
#include "ops/tf/cxx/op_inputs.h"
#include "ops/tf/cxx/pool_parallel_for.h"
#include "tensorflow/core/framework/tensor_shape.h"

namespace tfmot {

using tensorflow::OpKernelConstruction;
using tensorflow::OpKernelContext;
using tensorflow::Tensor;
using tensorflow::TensorShape;

namespace {

// A kernel that refuses is an error of this library: what a user can get wrong
// has been checked before.
TfStatus CheckKernel(KernelStatus kernel_status, const Tensor& weights) {
  if (kernel_status == kKernelOk) return Success();
  if (kernel_status == kKernelLaunchFailed) {
    return InternalError(
        "CUDA did not start the mask kernel for weights of shape " +
        weights.shape().DebugString() +
        ". Remedy: see docs/gpu.md; is the library built for this GPU?");
  }
  return InternalError("The mask kernel refused its arguments with code " +
                       std::to_string(static_cast<int>(kernel_status)) +
                       " (see ops/kernels/status.h), weights of shape " +
                       weights.shape().DebugString() + ". Please report this.");
}

}  // namespace

MaskOpKernel::MaskOpKernel(OpKernelConstruction* construction,
                           bool has_sparsity)
    : OpKernel(construction), num_threads_(0), has_sparsity_(has_sparsity) {
  OP_REQUIRES_OK(construction,
                 construction->GetAttr("num_threads", &num_threads_));
}

TfStatus MaskOpKernel::CheckWeights(const Tensor& /*weights*/) const {
  return Success();
}

void* MaskOpKernel::StreamOf(OpKernelContext* /*context*/) const {
  return nullptr;
}

void MaskOpKernel::Compute(OpKernelContext* context) {
  const Tensor& weights = context->input(kWeightsInput);
  FloatFormat format = kFloat32;
  OP_REQUIRES(context, FormatOf(weights.dtype(), &format),
              InternalError("Unexpected data type of weights: " +
                            std::to_string(static_cast<int>(weights.dtype()))));
  double sparsity = 0;
  if (has_sparsity_) {
    OP_REQUIRES_OK(context,
                   ReadSparsity(context->input(kSparsityInput), &sparsity));
  }
  const void* hint = nullptr;
  if (context->num_inputs() > kHintInput) {
    const Tensor& tensor = context->input(kHintInput);
    OP_REQUIRES_OK(context, CheckScalar(tensor, "hint"));
    hint = DataOf(tensor);
  }
  OP_REQUIRES_OK(context, CheckWeights(weights));

  Tensor* mask = nullptr;
  OP_REQUIRES_OK(context,
                 context->allocate_output(kMaskOutput, weights.shape(), &mask));
  Tensor* threshold = nullptr;
  OP_REQUIRES_OK(context, context->allocate_output(kThresholdOutput,
                                                   TensorShape(), &threshold));
  Tensor* zeroed = nullptr;
  if (context->num_outputs() > kZeroedOutput) {
    OP_REQUIRES_OK(context, context->allocate_output(kZeroedOutput,
                                                     TensorShape(), &zeroed));
  }
  PoolParallelFor pool(context, weights.NumElements(), num_threads_);
  const MaskOpInputs inputs = {
      weights, format, sparsity, hint, pool.parallel_for(), StreamOf(context)};
  const size_t scratch_bytes = ScratchBytes(inputs);
  Tensor scratch;
  OP_REQUIRES_OK(
      context,
      context->allocate_temp(tensorflow::DT_UINT8,
                             TensorShape({static_cast<TfInt64>(scratch_bytes)}),
                             &scratch));
  const MaskOpMemory memory = {
      MutableDataOf(&scratch), scratch_bytes,
      // A DT_BOOL is one byte.
      static_cast<uint8_t*>(MutableDataOf(mask)), MutableDataOf(threshold),
      zeroed == nullptr ? nullptr : static_cast<bool*>(MutableDataOf(zeroed))};
  OP_REQUIRES_OK(context, CheckKernel(Run(inputs, memory), weights));
}

}  // namespace tfmot
