// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/shape_functions.h"

#include <string>

namespace tfmot {

using tensorflow::shape_inference::InferenceContext;
using tensorflow::shape_inference::ShapeHandle;

namespace {

TfStatus CheckScalar(InferenceContext* context, int index,
                     const std::string& name) {
  const ShapeHandle shape = context->input(index);
  if (!context->RankKnown(shape) || context->Rank(shape) == 0) return Success();
  return InvalidArgument(name + " must be a scalar. Received: " + name +
                         " of shape " + context->DebugString(shape));
}

}  // namespace

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
    const TfStatus status = CheckScalar(context, 1, "sparsity");
    if (!status.ok()) return status;
  }
  context->set_output(0, weights);
  context->set_output(1, context->Scalar());
  return Success();
}

TfStatus InferUpdatedMaskShapes(InferenceContext* context) {
  TfStatus status =
      InferMaskShapes(context, /*min_rank=*/0, /*has_sparsity=*/true);
  if (status.ok()) status = CheckScalar(context, 2, "hint");
  if (status.ok()) context->set_output(2, context->Scalar());
  return status;
}

TfStatus InferGlobalMaskShapes(InferenceContext* context) {
  TfStatus status = CheckScalar(context, 0, "sparsity");
  if (status.ok()) status = CheckScalar(context, 1, "hint");
  if (!status.ok()) return status;
  context->set_output(0, context->Scalar());
  context->set_output(1, context->Scalar());
  for (int i = 2; i < context->num_inputs(); ++i) {
    context->set_output(i, context->input(i));
  }
  return status;
}

TfStatus InferExpandShape(InferenceContext* context) {
  TfInt64 size = 0;
  const TfStatus status = context->GetAttr("size", &size);
  if (!status.ok()) return status;
  context->set_output(0, context->Vector(size));
  return Success();
}

}  // namespace tfmot
