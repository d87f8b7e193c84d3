// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/op_inputs.h"

#include <string.h>

#include "ops/kernels/kept_count.h"
#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/tf_owned.h"

namespace tfmot {
namespace {

// TensorFlow limits tensors to 254 dimensions.
const int kMaxRank = 254;

bool Succeeded(TF_OpKernelContext* context, const OwnedStatus& status) {
  if (status.ok()) return true;
  TF_OpKernelContext_Failure(context, status.get());
  return false;
}

}  // namespace

bool ReadInput(TF_OpKernelContext* context, int index, TF_Tensor** tensor) {
  const OwnedStatus status;
  TF_GetInput(context, index, tensor, status.get());
  return Succeeded(context, status);
}

bool ReadScalar(TF_OpKernelContext* context, int index, const char* name,
                TF_Tensor** tensor) {
  if (!ReadInput(context, index, tensor)) return false;
  if (TF_NumDims(*tensor) == 0) return true;
  FailOp(context, TF_INVALID_ARGUMENT,
         "%s must be a scalar. Received: %s of shape %s", name, name,
         ShapeText(*tensor).text());
  return false;
}

bool ReadSparsity(TF_OpKernelContext* context, int index, double* sparsity) {
  OwnedTensor tensor;
  if (!ReadScalar(context, index, "sparsity", tensor.receive())) return false;
  memcpy(sparsity, tensor.data(), sizeof(*sparsity));
  if (IsValidSparsity(*sparsity)) return true;
  FailOp(context, TF_INVALID_ARGUMENT,
         "sparsity must be in the range [0, 1): it is the fraction of the "
         "weights to prune, not a percentage. Received: sparsity=%.17g",
         *sparsity);
  return false;
}

bool AllocateOutput(TF_OpKernelContext* context, int index, TF_DataType type,
                    const int64_t* dims, int rank, size_t bytes,
                    TF_Tensor** tensor) {
  const OwnedStatus status;
  // Some releases, 2.6 among them, declare the lengths as not const. None
  // writes to them.
  *tensor = TF_AllocateOutput(context, index, type, const_cast<int64_t*>(dims),
                              rank, bytes, status.get());
  return Succeeded(context, status);
}

bool AllocateMask(TF_OpKernelContext* context, int index,
                  const TF_Tensor* weights, TF_Tensor** mask) {
  int64_t dims[kMaxRank];
  const int rank = TF_NumDims(weights);
  for (int i = 0; i < rank && i < kMaxRank; ++i) dims[i] = TF_Dim(weights, i);
  // A TF_BOOL is one byte.
  return AllocateOutput(context, index, TF_BOOL, dims, rank,
                        static_cast<size_t>(TF_TensorElementCount(weights)),
                        mask);
}

bool AllocateScratch(TF_OpKernelContext* context, size_t bytes,
                     TF_Tensor** tensor) {
  TF_AllocatorAttributes attributes;
  memset(&attributes, 0, sizeof(attributes));
  attributes.struct_size = TF_ALLOCATOR_ATTRIBUTES_STRUCT_SIZE;
  attributes.on_host = 1;
  int64_t dims[1] = {static_cast<int64_t>(bytes)};
  const OwnedStatus status;
  *tensor =
      TF_AllocateTemp(context, TF_UINT8, dims, 1, &attributes, status.get());
  return Succeeded(context, status);
}

}  // namespace tfmot
