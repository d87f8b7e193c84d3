// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/expand_op.h"

#include <stdlib.h>

#include "ops/tf/stable/float_format.h"
#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/op_inputs.h"

namespace tfmot {
namespace {

void* Create(TF_OpKernelConstruction* construction, bool has_bits) {
  ExpandAttributes attributes;
  attributes.bits = 0;
  const OwnedStatus status;
  TF_OpKernelConstruction_GetAttrInt64(construction, "size", &attributes.size,
                                       status.get());
  if (status.ok()) {
    TF_OpKernelConstruction_GetAttrInt64(construction, "num_threads",
                                         &attributes.num_threads, status.get());
  }
  if (status.ok() && has_bits) {
    TF_OpKernelConstruction_GetAttrInt64(construction, "bits", &attributes.bits,
                                         status.get());
  }
  if (!status.ok()) {
    TF_OpKernelConstruction_Failure(construction, status.get());
    return nullptr;
  }
  void* kernel = malloc(sizeof(attributes));
  if (kernel == nullptr) {
    FailConstruction(construction, TF_RESOURCE_EXHAUSTED, "Out of memory");
    return nullptr;
  }
  *static_cast<ExpandAttributes*>(kernel) = attributes;
  return kernel;
}

}  // namespace

void* CreateExpandKernel(TF_OpKernelConstruction* construction) {
  return Create(construction, /*has_bits=*/false);
}

void* CreateExpandKernelWithBits(TF_OpKernelConstruction* construction) {
  return Create(construction, /*has_bits=*/true);
}

void DestroyExpandKernel(void* kernel) { free(kernel); }

void InferExpandShape(TF_ShapeInferenceContext* context, TF_Status* status) {
  TF_ShapeInferenceContextSetUnknownShape(context, status);
}

bool ExpandOpCall::Prepare(const char* packed_name, int64_t packed_bytes,
                           const char* numbers_name, int64_t size) {
  if (!ReadInput(context_, 0, packed_.receive()) ||
      !ReadInput(context_, 1, numbers_.receive())) {
    return false;
  }
  if (!FormatOf(TF_TensorType(numbers_.get()), &format_)) {
    FailOp(context_, TF_INTERNAL, "Unexpected data type of %s: %d",
           numbers_name, static_cast<int>(TF_TensorType(numbers_.get())));
    return false;
  }
  if (TF_NumDims(packed_.get()) != 1 ||
      TF_Dim(packed_.get(), 0) != packed_bytes) {
    FailOp(context_, TF_INVALID_ARGUMENT,
           "%s must have the shape [%lld], as size says. Received: %s of shape "
           "%s",
           packed_name, static_cast<long long>(packed_bytes),  // NOLINT
           packed_name, ShapeText(packed_.get()).text());
    return false;
  }
  if (TF_NumDims(numbers_.get()) != 1) {
    FailOp(context_, TF_INVALID_ARGUMENT,
           "%s must be a vector. Received: %s of shape %s", numbers_name,
           numbers_name, ShapeText(numbers_.get()).text());
    return false;
  }
  return AllocateOutput(context_, 0, TF_TensorType(numbers_.get()), &size, 1,
                        static_cast<size_t>(size) * FloatBytes(format_),
                        out_.receive());
}

}  // namespace tfmot
