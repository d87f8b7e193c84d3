// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/op_error.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "ops/tf/stable/tf_owned.h"

namespace tfmot {
namespace {

const int kMessageBytes = 1024;

}  // namespace

void SetError(TF_Status* status, TF_Code code, const char* format, ...) {
  char message[kMessageBytes];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  TF_SetStatus(status, code, message);
}

void FailOp(TF_OpKernelContext* context, TF_Code code, const char* format,
            ...) {
  char message[kMessageBytes];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(message, sizeof(message), format, arguments);
  va_end(arguments);
  const OwnedStatus status;
  TF_SetStatus(status.get(), code, message);
  TF_OpKernelContext_Failure(context, status.get());
}

void FailConstruction(TF_OpKernelConstruction* construction, TF_Code code,
                      const char* message) {
  const OwnedStatus status;
  TF_SetStatus(status.get(), code, message);
  TF_OpKernelConstruction_Failure(construction, status.get());
}

ShapeText::ShapeText() : length_(1) { strcpy(text_, "[]"); }  // NOLINT

ShapeText::ShapeText(const TF_Tensor* tensor) : ShapeText() {
  for (int i = 0; i < TF_NumDims(tensor); ++i) AddDimension(TF_Dim(tensor, i));
}

void ShapeText::AddDimension(int64_t size) {
  char dimension[32];
  const char* comma = length_ > 1 ? "," : "";
  const int bytes = size < 0
                        ? snprintf(dimension, sizeof(dimension), "%s?]", comma)
                        : snprintf(dimension, sizeof(dimension),
                                   "%s%" PRId64 "]", comma, size);
  if (length_ + bytes >= static_cast<int>(sizeof(text_))) return;
  memcpy(text_ + length_, dimension, static_cast<size_t>(bytes) + 1);
  length_ += bytes - 1;
}

}  // namespace tfmot
