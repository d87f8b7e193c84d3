// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_CXX_SHAPE_FUNCTIONS_H_
#define OPS_TF_CXX_SHAPE_FUNCTIONS_H_

#include "ops/tf/cxx/tf_compat.h"
#include "tensorflow/core/framework/shape_inference.h"

namespace tfmot {

// Shape inference shared by the mask ops (weights, sparsity) -> (mask,
// threshold): the mask has the shape of the weights, the threshold is a scalar.
// Unknown ranks and dimensions pass and stay unknown.
//
// An error where the weights are known to have fewer than `min_rank` dimensions
// or the sparsity, if the op has that input, is known not to be a scalar.
TfStatus InferMaskShapes(tensorflow::shape_inference::InferenceContext* context,
                         int min_rank, bool has_sparsity);

// The same for (weights, sparsity, hint) -> (mask, threshold, zeroed), where
// the last of both are scalars; weights may have any rank.
TfStatus InferUpdatedMaskShapes(
    tensorflow::shape_inference::InferenceContext* context);

// (sparsity, hint, list of weights) -> (threshold, zeroed, list of masks).
TfStatus InferGlobalMaskShapes(
    tensorflow::shape_inference::InferenceContext* context);

// The output of an op with the attribute `size` is a vector of that size.
TfStatus InferExpandShape(
    tensorflow::shape_inference::InferenceContext* context);

}  // namespace tfmot

#endif  // OPS_TF_CXX_SHAPE_FUNCTIONS_H_
