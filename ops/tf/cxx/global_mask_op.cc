// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/shape_functions.h"
#include "tensorflow/core/framework/op.h"

namespace tfmot {

// The same interface as in ops/tf/stable/global_mask_op.cc, which documents it;
// parity is tested.
REGISTER_OP("TfmotGlobalMask")
    .Input("sparsity: double")
    .Input("hint: T")
    .Input("weights: N * T")
    .Output("threshold: T")
    .Output("zeroed: bool")
    .Output("masks: N * bool")
    .Attr("T: {half, bfloat16, float, double}")
    .Attr("N: int >= 1")
    .Attr("num_threads: int >= 0 = 0")
    .SetShapeFn(InferGlobalMaskShapes);

}  // namespace tfmot
