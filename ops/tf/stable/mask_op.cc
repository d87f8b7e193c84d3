// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/mask_op.h"

#include <string.h>

#include "ops/kernels/kept_count.h"
#include "ops/tf/stable/float_format.h"
#include "ops/tf/stable/op_error.h"

namespace tfmot {
namespace {

// TensorFlow limits tensors to 254 dimensions.
const int kMaxRank = 254;

}  // namespace

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
  if (!ReadInput(kWeightsInput, &weights_)) return false;
  if (FormatOf(TF_TensorType(weights_.get()), &format_)) return true;
  FailOp(context_, TF_INTERNAL, "Unexpected data type of weights: %d",
         static_cast<int>(TF_TensorType(weights_.get())));
  return false;
}

bool MaskOpCall::PrepareWithoutSparsity() {
  return ReadWeights() && AllocateOutputs();
}

bool MaskOpCall::Prepare() {
  if (!ReadWeights()) return false;
  if (!ReadScalar(kSparsityInput, "sparsity", &sparsity_)) return false;
  memcpy(&sparsity_value_, sparsity_.data(), sizeof(sparsity_value_));
  if (!IsValidSparsity(sparsity_value_)) {
    FailOp(context_, TF_INVALID_ARGUMENT,
           "sparsity must be in the range [0, 1): it is the fraction of the "
           "weights to prune, not a percentage. Received: sparsity=%.17g",
           sparsity_value_);
    return false;
  }
  return AllocateOutputs();
}

bool MaskOpCall::PrepareWithHint() {
  if (!Prepare() || !ReadScalar(kHintInput, "hint", &hint_)) return false;
  const OwnedStatus status;
  *zeroed_.receive() = TF_AllocateOutput(
      context_, kZeroedOutput, TF_BOOL, nullptr, 0, sizeof(bool), status.get());
  if (status.ok()) return true;
  TF_OpKernelContext_Failure(context_, status.get());
  return false;
}

bool MaskOpCall::ReadScalar(int index, const char* name, OwnedTensor* tensor) {
  if (!ReadInput(index, tensor)) return false;
  if (TF_NumDims(tensor->get()) == 0) return true;
  FailOp(context_, TF_INVALID_ARGUMENT,
         "%s must be a scalar. Received: %s of shape %s", name, name,
         ShapeText(tensor->get()).text());
  return false;
}

bool MaskOpCall::ReadInput(int index, OwnedTensor* tensor) {
  const OwnedStatus status;
  TF_GetInput(context_, index, tensor->receive(), status.get());
  if (status.ok()) return true;
  TF_OpKernelContext_Failure(context_, status.get());
  return false;
}

bool MaskOpCall::AllocateOutputs() {
  int64_t dims[kMaxRank];
  const int rank = TF_NumDims(weights_.get());
  for (int i = 0; i < rank && i < kMaxRank; ++i) {
    dims[i] = TF_Dim(weights_.get(), i);
  }
  const OwnedStatus status;
  // A TF_BOOL is one byte.
  *mask_.receive() =
      TF_AllocateOutput(context_, kMaskOutput, TF_BOOL, dims, rank,
                        static_cast<size_t>(weight_count()), status.get());
  if (status.ok()) {
    *threshold_.receive() = TF_AllocateOutput(
        context_, kThresholdOutput, TF_TensorType(weights_.get()), nullptr, 0,
        FloatBytes(format_), status.get());
  }
  if (status.ok()) return true;
  TF_OpKernelContext_Failure(context_, status.get());
  return false;
}

bool MaskOpCall::AllocateScratch(size_t bytes) {
  TF_AllocatorAttributes attributes;
  memset(&attributes, 0, sizeof(attributes));
  attributes.struct_size = TF_ALLOCATOR_ATTRIBUTES_STRUCT_SIZE;
  attributes.on_host = 1;
  int64_t dims[1] = {static_cast<int64_t>(bytes)};
  const OwnedStatus status;
  *scratch_.receive() =
      TF_AllocateTemp(context_, TF_UINT8, dims, 1, &attributes, status.get());
  if (status.ok()) return true;
  TF_OpKernelContext_Failure(context_, status.get());
  return false;
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
