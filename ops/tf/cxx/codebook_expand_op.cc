// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/shape_functions.h"
#include "tensorflow/core/framework/op.h"

namespace tfmot {

// What it does: ops/tf/stable/codebook_expand_op.cc.
REGISTER_OP("TfmotCodebookExpand")
    .Input("indices: uint8")
    .Input("codebook: T")
    .Output("dense: T")
    .Attr("T: {half, bfloat16, float, double}")
    .Attr("size: int >= 0")
    .Attr("bits: int >= 1")
    .Attr("num_threads: int >= 0 = 0")
    .SetShapeFn(InferExpandShape);

}  // namespace tfmot
