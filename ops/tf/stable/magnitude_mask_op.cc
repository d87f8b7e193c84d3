// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/registration.h"
#include "ops/tf/stable/shape_functions.h"

// TfmotMagnitudeMask: which weights an unstructured magnitude pruning keeps.
//
// Gives the same mask as sorting |weights| in descending order, ties by
// ascending flat index, and marking the first k, but in linear time. The rules
// (order of -0, infinity and NaN; rounding of k) are in ops/README.md,
// "Semantics".
//
// Inputs
//   weights: T, any shape, also without any element.
//   sparsity: double scalar in [0, 1), the fraction to prune.
// Attributes
//   T: half, bfloat16, float or double.
//   num_threads: threads to use at most; 0 means the CPUs that the process may
//     run on. Below a million weights it is always 1. The result does not
//     depend on it.
// Outputs
//   mask: bool, the shape of weights; true for exactly
//     k = max(1, round_half_even(n * (1 - sparsity))) of n weights.
//   threshold: T scalar, the k-th largest magnitude; 0 where n is 0.
// Errors
//   InvalidArgument: sparsity outside [0, 1) or NaN; sparsity not a scalar.
//
// (The C API has no place for documentation, hence this comment. Users read
// the docstring of the Python wrapper.)

namespace tfmot {
namespace {

void InferShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  InferMaskShapes(context, /*min_rank=*/0, /*has_sparsity=*/true, status);
}

}  // namespace

const char kMagnitudeMaskOp[] = "TfmotMagnitudeMask";

void DefineMagnitudeMaskOp(TF_OpDefinitionBuilder* builder) {
  TF_OpDefinitionBuilderAddInput(builder, "weights: T");
  TF_OpDefinitionBuilderAddInput(builder, "sparsity: double");
  TF_OpDefinitionBuilderAddOutput(builder, "mask: bool");
  TF_OpDefinitionBuilderAddOutput(builder, "threshold: T");
  TF_OpDefinitionBuilderAddAttr(builder, "T: {half, bfloat16, float, double}");
  TF_OpDefinitionBuilderAddAttr(builder, "num_threads: int >= 0 = 0");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, InferShapes);
}

}  // namespace tfmot
