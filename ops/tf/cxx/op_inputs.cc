// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/op_inputs.h"

#include <stdio.h>
#include <string.h>

#include "ops/kernels/kept_count.h"

namespace tfmot {

using tensorflow::Tensor;

TfStatus CheckScalar(const Tensor& tensor, const std::string& name) {
  if (tensor.dims() == 0) return Success();
  return InvalidArgument(name + " must be a scalar. Received: " + name +
                         " of shape " + tensor.shape().DebugString());
}

TfStatus ReadSparsity(const Tensor& tensor, double* sparsity) {
  const TfStatus status = CheckScalar(tensor, "sparsity");
  if (!status.ok()) return status;
  memcpy(sparsity, DataOf(tensor), sizeof(*sparsity));
  if (IsValidSparsity(*sparsity)) return Success();
  char number[32];
  snprintf(number, sizeof(number), "%.17g", *sparsity);
  return InvalidArgument(
      "sparsity must be in the range [0, 1): it is the fraction of the "
      "weights to prune, not a percentage. Received: sparsity=" +
      std::string(number));
}

}  // namespace tfmot
