// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/shape_functions.h"
#include "tensorflow/core/framework/op.h"

namespace tfmot {

// What it does: ops/tf/stable/bitmask_expand_op.cc.
REGISTER_OP("TfmotBitmaskExpand")
    .Input("mask_bits: uint8")
    .Input("values: T")
    .Output("dense: T")
    .Attr("T: {half, bfloat16, float, double}")
    .Attr("size: int >= 0")
    .Attr("num_threads: int >= 0 = 0")
    .SetShapeFn(InferExpandShape);

}  // namespace tfmot
