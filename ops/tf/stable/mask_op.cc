// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/mask_op.h"

#include "ops/tf/stable/float_format.h"
#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/op_inputs.h"

namespace tfmot {

bool ReadNumThreads(TF_OpKernelConstruction* construction,
                    int64_t* num_threads) {
  const OwnedStatus status;
  TF_OpKernelConstruction_GetAttrInt64(construction, "num_threads", num_threads,
                                       status.get());
  if (status.ok()) return true;
  TF_OpKernelConstruction_Failure(construction, status.get());
  return false;
}

bool MaskOpCall::ReadWeights() {
  if (!ReadInput(context_, kWeightsInput, weights_.receive())) return false;
  if (FormatOf(TF_TensorType(weights_.get()), &format_)) return true;
  FailOp(context_, TF_INTERNAL, "Unexpected data type of weights: %d",
         static_cast<int>(TF_TensorType(weights_.get())));
  return false;
}

bool MaskOpCall::PrepareWithoutSparsity() {
  return ReadWeights() && AllocateOutputs();
}

bool MaskOpCall::Prepare() {
  return ReadWeights() &&
         ReadSparsity(context_, kSparsityInput, &sparsity_value_) &&
         AllocateOutputs();
}

bool MaskOpCall::PrepareWithHint() {
  return Prepare() &&
         ReadScalar(context_, kHintInput, "hint", hint_.receive()) &&
         AllocateOutput(context_, kZeroedOutput, TF_BOOL, nullptr, 0,
                        sizeof(bool), zeroed_.receive());
}

bool MaskOpCall::AllocateOutputs() {
  return AllocateMask(context_, kMaskOutput, weights_.get(), mask_.receive()) &&
         AllocateOutput(context_, kThresholdOutput,
                        TF_TensorType(weights_.get()), nullptr, 0,
                        FloatBytes(format_), threshold_.receive());
}

bool MaskOpCall::AllocateScratch(size_t bytes) {
  return tfmot::AllocateScratch(context_, bytes, scratch_.receive());
}

bool MaskOpCall::CheckKernel(KernelStatus kernel_status) {
  if (kernel_status == kKernelOk) return true;
  FailOp(context_, TF_INTERNAL,
         "The mask kernel refused its arguments with code %d (see "
         "ops/kernels/status.h), weights of shape %s. Please report this.",
         static_cast<int>(kernel_status), ShapeText(weights_.get()).text());
  return false;
}

}  // namespace tfmot
