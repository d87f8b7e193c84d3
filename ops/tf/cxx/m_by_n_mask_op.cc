// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/shape_functions.h"
#include "tensorflow/core/framework/op.h"

namespace tfmot {

// What it does: ops/tf/stable/m_by_n_mask_op.cc.
REGISTER_OP("TfmotMByNMask")
    .Input("weights: T")
    .Output("mask: bool")
    .Output("threshold: T")
    .Attr("T: {half, bfloat16, float, double}")
    .Attr("zeros: int >= 0")
    .Attr("group_size: int >= 1")
    .Attr("num_threads: int >= 0 = 0")
    .SetShapeFn([](tensorflow::shape_inference::InferenceContext* context) {
      return InferMaskShapes(context, /*min_rank=*/2, /*has_sparsity=*/false);
    });

}  // namespace tfmot
