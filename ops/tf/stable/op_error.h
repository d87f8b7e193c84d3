// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_STABLE_OP_ERROR_H_
#define OPS_TF_STABLE_OP_ERROR_H_

#include <stdint.h>

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

namespace tfmot {

// Messages name the argument, what was expected, "Received: name=value" and the
// remedy where there is one.

// Sets `status` to an error with a printf-style message.
void SetError(TF_Status* status, TF_Code code, const char* format, ...)
    __attribute__((format(printf, 3, 4)));

// Fails the op that is running with a printf-style message.
void FailOp(TF_OpKernelContext* context, TF_Code code, const char* format, ...)
    __attribute__((format(printf, 3, 4)));

// Fails an op kernel that is being constructed.
void FailConstruction(TF_OpKernelConstruction* construction, TF_Code code,
                      const char* message);

// A shape as people write it, "[3,?,5]"; cut short where it is very long.
class ShapeText {
 public:
  // The shape of a scalar, "[]".
  ShapeText();
  // The shape of a tensor.
  explicit ShapeText(const TF_Tensor* tensor);

  // Appends one dimension; a negative one is unknown and shown as "?".
  void AddDimension(int64_t size);
  const char* text() const { return text_; }

 private:
  char text_[256];
  int length_;  // without the closing bracket
};

}  // namespace tfmot

#endif  // OPS_TF_STABLE_OP_ERROR_H_
