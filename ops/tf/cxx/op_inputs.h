// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_CXX_OP_INPUTS_H_
#define OPS_TF_CXX_OP_INPUTS_H_

#include <string>

#include "ops/tf/cxx/tf_compat.h"

namespace tfmot {

// Checks of the scalar inputs of mask ops.

// An error unless the input `name` is a scalar.
TfStatus CheckScalar(const tensorflow::Tensor& tensor, const std::string& name);

// Reads the sparsity if it is a scalar in [0, 1).
TfStatus ReadSparsity(const tensorflow::Tensor& tensor, double* sparsity);

}  // namespace tfmot

#endif  // OPS_TF_CXX_OP_INPUTS_H_
