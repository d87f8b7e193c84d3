// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/expand_op.h"
#include "ops/tf/stable/registration.h"

// TfmotCodebookExpand: gives each packed index the entry of the codebook that
// it stands for.
//
// Inputs
//   indices: uint8 vector of ceil(size * bits / 8) bytes. Index i takes the
//   bits
//     from i * bits on, the lowest first; those after the last do not count.
//   codebook: T vector.
// Attributes
//   T: half, bfloat16, float or double.
//   size: number of indices, at least 0.
//   bits: of an index, 1 to 16.
//   num_threads: as in TfmotBitmaskExpand.
// Outputs
//   dense: T vector of `size` elements; the bits of the entries are kept.
// Errors
//   InvalidArgument: a shape is wrong, `bits` is out of range, or an index is
//     not less than the number of entries.

namespace tfmot {

const char kCodebookExpandOp[] = "TfmotCodebookExpand";

void DefineCodebookExpandOp(TF_OpDefinitionBuilder* builder) {
  TF_OpDefinitionBuilderAddInput(builder, "indices: uint8");
  TF_OpDefinitionBuilderAddInput(builder, "codebook: T");
  TF_OpDefinitionBuilderAddOutput(builder, "dense: T");
  TF_OpDefinitionBuilderAddAttr(builder, "T: {half, bfloat16, float, double}");
  TF_OpDefinitionBuilderAddAttr(builder, "size: int >= 0");
  TF_OpDefinitionBuilderAddAttr(builder, "bits: int >= 1");
  TF_OpDefinitionBuilderAddAttr(builder, "num_threads: int >= 0 = 0");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, InferExpandShape);
}

}  // namespace tfmot
