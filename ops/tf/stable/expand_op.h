// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_STABLE_EXPAND_OP_H_
#define OPS_TF_STABLE_EXPAND_OP_H_

#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"
#include "ops/tf/stable/tf_owned.h"
#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"

namespace tfmot {

// What the op kernels (packed bits, numbers) -> dense vector have in common.

// The attributes `size`, `num_threads`, and `bits` of an op that has it.
struct ExpandAttributes {
  int64_t size;
  int64_t bits;
  int64_t num_threads;
};

// The create and destroy functions of such kernels, which are ExpandAttributes.
void* CreateExpandKernel(TF_OpKernelConstruction* construction);
void* CreateExpandKernelWithBits(TF_OpKernelConstruction* construction);
void DestroyExpandKernel(void* kernel);

// The shape of the output is `size`, which the C API of TensorFlow 2.6 does not
// tell a shape function. The Python wrapper sets it.
void InferExpandShape(TF_ShapeInferenceContext* context, TF_Status* status);

// One execution of such an op. Every function that can fail answers false once
// it has failed the op; the kernel then returns at once.
class ExpandOpCall {
 public:
  explicit ExpandOpCall(TF_OpKernelContext* context) : context_(context) {}
  ExpandOpCall(const ExpandOpCall&) = delete;
  ExpandOpCall& operator=(const ExpandOpCall&) = delete;

  // Reads both inputs by the names that users know, checks their shapes, and
  // allocates the output.
  bool Prepare(const char* packed_name, int64_t packed_bytes,
               const char* numbers_name, int64_t size);

  TF_OpKernelContext* context() const { return context_; }
  FloatFormat format() const { return format_; }
  const uint8_t* packed() const {
    return static_cast<const uint8_t*>(packed_.data());
  }
  const void* numbers() const { return numbers_.data(); }
  int64_t number_count() const { return TF_TensorElementCount(numbers_.get()); }
  void* out() const { return out_.data(); }

 private:
  TF_OpKernelContext* const context_;
  OwnedTensor packed_;
  OwnedTensor numbers_;
  OwnedTensor out_;
  FloatFormat format_ = kFloat32;
};

}  // namespace tfmot

#endif  // OPS_TF_STABLE_EXPAND_OP_H_
