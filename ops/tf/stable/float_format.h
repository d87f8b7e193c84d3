// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_STABLE_FLOAT_FORMAT_H_
#define OPS_TF_STABLE_FLOAT_FORMAT_H_

#include "ops/kernels/magnitude_bits.h"
#include "tensorflow/c/tf_datatype.h"

namespace tfmot {

// The format of a data type; false for one that no op is registered for.
inline bool FormatOf(TF_DataType type, FloatFormat* format) {
  switch (type) {
    case TF_HALF:
      *format = kFloat16;
      return true;
    case TF_BFLOAT16:
      *format = kBfloat16;
      return true;
    case TF_FLOAT:
      *format = kFloat32;
      return true;
    case TF_DOUBLE:
      *format = kFloat64;
      return true;
    default:
      return false;
  }
}

}  // namespace tfmot

#endif  // OPS_TF_STABLE_FLOAT_FORMAT_H_
