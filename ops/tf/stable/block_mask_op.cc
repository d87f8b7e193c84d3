// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/registration.h"
#include "ops/tf/stable/shape_functions.h"

// TfmotBlockMask: which weights a magnitude pruning keeps that keeps or drops
// whole blocks.
//
// The last two dimensions of the weights, [rows, cols], are cut into blocks of
// block_height x block_width that start at index 0; the last block of a row or
// column may be smaller. Leading dimensions count as further planes. Every
// block is ranked by its average or largest magnitude and the k highest are
// kept, ties by lowest block number. The rules are in ops/README.md,
// "Semantics".
//
// Inputs
//   weights: T, at least 2 dimensions, also without any element.
//   sparsity: double scalar in [0, 1), the fraction of the blocks to prune.
// Attributes
//   T: half, bfloat16, float or double.
//   block_height, block_width: rows and columns of a block, at least 1.
//   pooling_type: 'AVG' or 'MAX'.
//   num_threads: threads to use at most; 0 means the CPUs that the process may
//     run on. Below a million weights it is always 1. The result does not
//     depend on it.
// Outputs
//   mask: bool, the shape of weights; true for every weight of exactly
//     k = max(1, round_half_even(n * (1 - sparsity))) of n blocks.
//   threshold: T scalar, the k-th largest pooled magnitude; 0 where n is 0.
// Errors
//   InvalidArgument: sparsity outside [0, 1) or NaN; sparsity not a scalar;
//     weights with fewer than 2 dimensions (when the graph is built, if its
//     rank is known by then).

namespace tfmot {
namespace {

void InferShapes(TF_ShapeInferenceContext* context, TF_Status* status) {
  InferMaskShapes(context, /*min_rank=*/2, /*has_sparsity=*/true, status);
}

}  // namespace

const char kBlockMaskOp[] = "TfmotBlockMask";

void DefineBlockMaskOp(TF_OpDefinitionBuilder* builder) {
  TF_OpDefinitionBuilderAddInput(builder, "weights: T");
  TF_OpDefinitionBuilderAddInput(builder, "sparsity: double");
  TF_OpDefinitionBuilderAddOutput(builder, "mask: bool");
  TF_OpDefinitionBuilderAddOutput(builder, "threshold: T");
  TF_OpDefinitionBuilderAddAttr(builder, "T: {half, bfloat16, float, double}");
  TF_OpDefinitionBuilderAddAttr(builder, "block_height: int >= 1");
  TF_OpDefinitionBuilderAddAttr(builder, "block_width: int >= 1");
  TF_OpDefinitionBuilderAddAttr(builder,
                                "pooling_type: {'AVG', 'MAX'} = 'AVG'");
  TF_OpDefinitionBuilderAddAttr(builder, "num_threads: int >= 0 = 0");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, InferShapes);
}

}  // namespace tfmot
