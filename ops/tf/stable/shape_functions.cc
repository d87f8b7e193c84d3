// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/shape_functions.h"

#include <stdint.h>

#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/tf_owned.h"

namespace tfmot {
namespace {

class OwnedShape {
 public:
  explicit OwnedShape(TF_ShapeHandle* shape) : shape_(shape) {}
  ~OwnedShape() { TF_DeleteShapeHandle(shape_); }
  OwnedShape(const OwnedShape&) = delete;
  OwnedShape& operator=(const OwnedShape&) = delete;

  TF_ShapeHandle* get() const { return shape_; }

 private:
  TF_ShapeHandle* shape_;
};

// REQUIRES: the rank of the shape is known.
ShapeText TextOf(TF_ShapeInferenceContext* context, TF_ShapeHandle* shape) {
  ShapeText text;
  const int64_t rank = TF_ShapeInferenceContextRank(context, shape);
  for (int64_t i = 0; i < rank; ++i) {
    TF_DimensionHandle* dimension = TF_NewDimensionHandle();
    TF_ShapeInferenceContextDim(context, shape, i, dimension);
    text.AddDimension(TF_DimensionHandleValueKnown(dimension)
                          ? TF_DimensionHandleValue(dimension)
                          : -1);
    TF_DeleteDimensionHandle(dimension);
  }
  return text;
}

bool IsOk(TF_Status* status) { return TF_GetCode(status) == TF_OK; }

// TensorFlow 2.6 takes the index of an input or output for out of range
// unless it is 0. There the shape of the sparsity is checked when the op runs
// only, and that of the threshold stays unknown in a graph.
bool CheckScalar(TF_ShapeInferenceContext* context, int index, const char* name,
                 TF_Status* status) {
  const OwnedShape shape(TF_NewShapeHandle());
  const OwnedStatus input_status;
  TF_ShapeInferenceContextGetInput(context, index, shape.get(),
                                   input_status.get());
  if (!input_status.ok() ||
      !TF_ShapeInferenceContextRankKnown(context, shape.get()) ||
      TF_ShapeInferenceContextRank(context, shape.get()) == 0) {
    return true;
  }
  SetError(status, TF_INVALID_ARGUMENT,
           "%s must be a scalar. Received: %s of shape %s", name, name,
           TextOf(context, shape.get()).text());
  return false;
}

void SetScalar(TF_ShapeInferenceContext* context, int index) {
  const OwnedShape scalar(TF_ShapeInferenceContextScalar(context));
  const OwnedStatus status;  // See the remark about TensorFlow 2.6.
  TF_ShapeInferenceContextSetOutput(context, index, scalar.get(), status.get());
}

}  // namespace

void InferMaskShapes(TF_ShapeInferenceContext* context, int min_rank,
                     bool has_sparsity, TF_Status* status) {
  const OwnedShape weights(TF_NewShapeHandle());
  TF_ShapeInferenceContextGetInput(context, 0, weights.get(), status);
  if (!IsOk(status)) return;
  if (TF_ShapeInferenceContextRankKnown(context, weights.get()) &&
      TF_ShapeInferenceContextRank(context, weights.get()) < min_rank) {
    SetError(status, TF_INVALID_ARGUMENT,
             "weights must have at least %d dimensions. Received: weights of "
             "shape %s",
             min_rank, TextOf(context, weights.get()).text());
    return;
  }
  if (has_sparsity && !CheckScalar(context, 1, "sparsity", status)) return;
  TF_ShapeInferenceContextSetUnknownShape(context, status);  // of all outputs
  if (!IsOk(status)) return;
  TF_ShapeInferenceContextSetOutput(context, 0, weights.get(), status);
  if (!IsOk(status)) return;
  SetScalar(context, 1);
}

void InferUpdatedMaskShapes(TF_ShapeInferenceContext* context,
                            TF_Status* status) {
  InferMaskShapes(context, /*min_rank=*/0, /*has_sparsity=*/true, status);
  if (!IsOk(status) || !CheckScalar(context, 2, "hint", status)) return;
  SetScalar(context, 2);
}

void InferGlobalMaskShapes(TF_ShapeInferenceContext* context,
                           TF_Status* status) {
  if (!CheckScalar(context, 0, "sparsity", status)) return;
  if (!CheckScalar(context, 1, "hint", status)) return;
  TF_ShapeInferenceContextSetUnknownShape(context, status);  // of all outputs
  if (!IsOk(status)) return;
  SetScalar(context, 0);
  SetScalar(context, 1);
  const int64_t inputs = TF_ShapeInferenceContextNumInputs(context);
  for (int i = 2; i < inputs; ++i) {
    const OwnedShape weights(TF_NewShapeHandle());
    const OwnedStatus ignored;  // See the remark about TensorFlow 2.6.
    TF_ShapeInferenceContextGetInput(context, i, weights.get(), ignored.get());
    if (!ignored.ok()) return;
    TF_ShapeInferenceContextSetOutput(context, i, weights.get(), ignored.get());
  }
}

}  // namespace tfmot
