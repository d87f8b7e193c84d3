// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/shape_functions.h"
#include "tensorflow/core/framework/op.h"

namespace tfmot {

// The same interface as in ops/tf/stable/magnitude_mask_op.cc, which documents
// it; parity is tested. Only `num_threads: 0` means another thing: every thread
// of TensorFlow's intra-op pool.
REGISTER_OP("TfmotMagnitudeMask")
    .Input("weights: T")
    .Input("sparsity: double")
    .Input("hint: T")
    .Output("mask: bool")
    .Output("threshold: T")
    .Output("zeroed: bool")
    .Attr("T: {half, bfloat16, float, double}")
    .Attr("num_threads: int >= 0 = 0")
    .SetShapeFn(InferUpdatedMaskShapes);

}  // namespace tfmot
