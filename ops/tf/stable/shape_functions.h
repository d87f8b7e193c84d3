// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_STABLE_SHAPE_FUNCTIONS_H_
#define OPS_TF_STABLE_SHAPE_FUNCTIONS_H_

#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"

namespace tfmot {

// Shape inference shared by the mask ops (weights, sparsity) -> (mask,
// threshold), where some have no sparsity: the mask has the shape of the
// weights, the threshold is a scalar.
// Unknown ranks and dimensions pass and stay unknown.
//
// An error where the weights are known to have fewer than `min_rank` dimensions
// or the sparsity is known not to be a scalar.
void InferMaskShapes(TF_ShapeInferenceContext* context, int min_rank,
                     bool has_sparsity, TF_Status* status);

// The same for (weights, sparsity, hint) -> (mask, threshold, zeroed), where
// the last of both are scalars; weights may have any rank.
void InferUpdatedMaskShapes(TF_ShapeInferenceContext* context,
                            TF_Status* status);

// (sparsity, hint, list of weights) -> (threshold, zeroed, list of masks).
void InferGlobalMaskShapes(TF_ShapeInferenceContext* context,
                           TF_Status* status);

}  // namespace tfmot

#endif  // OPS_TF_STABLE_SHAPE_FUNCTIONS_H_
