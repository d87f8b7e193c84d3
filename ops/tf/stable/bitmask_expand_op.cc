// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/expand_op.h"
#include "ops/tf/stable/registration.h"

// TfmotBitmaskExpand: puts values where bits are set, in order, and zeros
// elsewhere.
//
// Inputs
//   mask_bits: uint8 vector of ceil(size / 8) bytes. Bit i % 8, the lowest
//   being
//     0, of byte i / 8 is element i.
//   values: T vector, as many as there are bits set.
// Attributes
//   T: half, bfloat16, float or double.
//   size: elements of the output, at least 0.
//   num_threads: threads to use at most; 0 means the CPUs that the process may
//     run on. Below a million elements it is always 1.
// Outputs
//   dense: T vector of `size` elements; the bits of the values are kept.
// Errors
//   InvalidArgument: a shape is wrong, there are not as many values as bits, or
//     a bit after the last element is set.

namespace tfmot {

const char kBitmaskExpandOp[] = "TfmotBitmaskExpand";

void DefineBitmaskExpandOp(TF_OpDefinitionBuilder* builder) {
  TF_OpDefinitionBuilderAddInput(builder, "mask_bits: uint8");
  TF_OpDefinitionBuilderAddInput(builder, "values: T");
  TF_OpDefinitionBuilderAddOutput(builder, "dense: T");
  TF_OpDefinitionBuilderAddAttr(builder, "T: {half, bfloat16, float, double}");
  TF_OpDefinitionBuilderAddAttr(builder, "size: int >= 0");
  TF_OpDefinitionBuilderAddAttr(builder, "num_threads: int >= 0 = 0");
  TF_OpDefinitionBuilderSetShapeInferenceFunction(builder, InferExpandShape);
}

}  // namespace tfmot
