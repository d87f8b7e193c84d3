// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/registration.h"
#include "ops/tf/stable/shape_functions.h"

// TfmotGlobalMask: which weights of several tensors a magnitude pruning keeps
// that ranks them together.
//
// Gives what TfmotMagnitudeMask gives for the concatenation of the tensors, in
// the order of the list, without making it.
//
// Inputs
//   sparsity: double scalar in [0, 1), the fraction of all of them to prune.
//   hint: T scalar, as for TfmotMagnitudeMask.
//   weights: N tensors of T, any shapes, also without any element.
// Attributes
//   T: half, bfloat16, float or double.
//   N: how many tensors.
//   num_threads: as for TfmotMagnitudeMask.
// Outputs
//   threshold: T scalar, the k-th largest magnitude; 0 where n is 0.
//   zeroed: bool scalar, whether all weights that are not kept are zero (or -0)
//     already.
//   masks: N tensors of bool, the shapes of the weights; true for exactly
//     k = max(1, round_half_even(n * (1 - sparsity))) of all n weights.
// Errors
//   InvalidArgument: sparsity outside [0, 1) or NaN; sparsity or hint not a
//     scalar.

namespace tfmot {

const char kGlobalMaskOp[] = "TfmotGlobalMask";

void DefineGlobalMaskOp(TF_OpDefinitionBuilder* builder) {
  TF_OpDefinitionBuilderAddInput(builder, "sparsity: double");
  TF_OpDefinitionBuilderAddInput(builder, "hint: T");
  TF_OpDefinitionBuilderAddInput(builder, "weights: N * T");
  TF_OpDefinitionBuilderAddOutput(builder, "threshold: T");
  TF_OpDefinitionBuilderAddOutput(builder, "zeroed: bool");
  TF_OpDefinitionBuilderAddOutput(builder, "masks: N * bool");
  TF_OpDefinitionBuilderAddAttr(builder, "T: {half, bfloat16, float, double}");
  TF_OpDefinitionBuilderAddAttr(builder, "N: int >= 1");
  TF_OpDefinitionBuilderAddAttr(builder, "num_threads: int >= 0 = 0");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder,
                                                  InferGlobalMaskShapes);
}

}  // namespace tfmot
