// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/shape_functions.h"

#include <string>

namespace tfmot {

using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

TfStatus InferMaskShapes(InferenceContext* context, int min_rank,
                         bool has_sparsity) {
  const ShapeHandle weights = context->input(0);
  if (context->RankKnown(weights) && context->Rank(weights) < min_rank) {
    return InvalidArgument("weights must have at least " +
                           std::to_string(min_rank) +
                           " dimensions. Received: weights of shape " +
                           context->DebugString(weights));
  }
  if (has_sparsity) {
    const ShapeHandle sparsity = context->input(1);
    if (context->RankKnown(sparsity) && context->Rank(sparsity) != 0) {
      return InvalidArgument(
          "sparsity must be a scalar. Received: sparsity of shape " +
          context->DebugString(sparsity));
    }
  }
  context->set_output(0, weights);
  context->set_output(1, context->Scalar());
  return Success();
}

TfStatus InferExpandShape(InferenceContext* context) {
  TfInt64 size = 0;
  const TfStatus status = context->GetAttr("size", &size);
  if (!status.ok()) return status;
  context->set_output(0, context->Vector(size));
  return Success();
}

}  // namespace tfmot
