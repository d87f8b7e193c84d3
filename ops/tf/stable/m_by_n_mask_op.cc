// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/registration.h"
#include "ops/tf/stable/shape_functions.h"

// TfmotMByNMask: which weights an m:n magnitude pruning keeps.
//
// Groups are group_size weights that follow each other along the last axis but
// one; they start at index 0, and the last one may be shorter. In each, the
// group_size - zeros weights of largest magnitude are kept (all of a group that
// has no more), ties by lowest index. The rules are in ops/README.md,
// "Semantics".
//
// Inputs
//   weights: T, at least 2 dimensions, also without any element.
// Attributes
//   T: half, bfloat16, float or double.
//   zeros: m, at least 0 and less than group_size.
//   group_size: n, at least 1. Time grows with its square.
//   num_threads: threads to use at most; 0 means the CPUs that the process may
//     run on. Below a million weights it is always 1. The result does not
//     depend on it.
// Outputs
//   mask: bool, the shape of weights.
//   threshold: T scalar, the smallest magnitude that is kept anywhere; 0 where
//     there are no weights.
// Errors
//   InvalidArgument: zeros is not less than group_size; weights with fewer than
//     2 dimensions (when the graph is built, if its rank is known by then).

namespace tfmot {
namespace {

void InferShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  InferMaskShapes(context, /*min_rank=*/2, /*has_sparsity=*/false, status);
}

}  // namespace

const char kMByNMaskOp[] = "TfmotMByNMask";

void DefineMByNMaskOp(TF_OpDefinitionBuilder* builder) {
  TF_OpDefinitionBuilderAddInput(builder, "weights: T");
  TF_OpDefinitionBuilderAddOutput(builder, "mask: bool");
  TF_OpDefinitionBuilderAddOutput(builder, "threshold: T");
  TF_OpDefinitionBuilderAddAttr(builder, "T: {half, bfloat16, float, double}");
  TF_OpDefinitionBuilderAddAttr(builder, "zeros: int >= 0");
  TF_OpDefinitionBuilderAddAttr(builder, "group_size: int >= 1");
  TF_OpDefinitionBuilderAddAttr(builder, "num_threads: int >= 0 = 0");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, InferShapes);
}

}  // namespace tfmot
