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
//   hint: T scalar, any number: a magnitude that is likely about the threshold,
//     such as the threshold of the mask before; 0 is none. It changes the time
//     and never the result.
// Attributes
//   T: half, bfloat16, float or double.
//   num_threads: threads to use at most; 0 means the CPUs that the process may
//     run on. Below a million weights it is always 1. The result does not
//     depend on it.
// Outputs
//   mask: bool, the shape of weights; true for exactly
//     k = max(1, round_half_even(n * (1 - sparsity))) of n weights.
//   threshold: T scalar, the k-th largest magnitude; 0 where n is 0.
//   zeroed: bool scalar, whether all weights that are not kept are zero (or -0)
//     already. A kernel for a GPU may leave it false; it is in host memory.
// Errors
//   InvalidArgument: sparsity outside [0, 1) or NaN; sparsity or hint not a
//     scalar.
//
// (The C API has no place for documentation, hence this comment. Users read
// the docstring of the Python wrapper.)

namespace tfmot {
const char kMagnitudeMaskOp[] = "TfmotMagnitudeMask";

void DefineMagnitudeMaskOp(TF_OpDefinitionBuilder* builder) {
  TF_OpDefinitionBuilderAddInput(builder, "weights: T");
  TF_OpDefinitionBuilderAddInput(builder, "sparsity: double");
  TF_OpDefinitionBuilderAddInput(builder, "hint: T");
  TF_OpDefinitionBuilderAddOutput(builder, "mask: bool");
  TF_OpDefinitionBuilderAddOutput(builder, "threshold: T");
  TF_OpDefinitionBuilderAddOutput(builder, "zeroed: bool");
  TF_OpDefinitionBuilderAddAttr(builder, "T: {half, bfloat16, float, double}");
  TF_OpDefinitionBuilderAddAttr(builder, "num_threads: int >= 0 = 0");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder,
                                                  InferUpdatedMaskShapes);
}

}  // namespace tfmot
