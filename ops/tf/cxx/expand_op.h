// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_CXX_EXPAND_OP_H_
#define OPS_TF_CXX_EXPAND_OP_H_

#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/parallel_for.h"
#include "ops/kernels/status.h"
#include "ops/tf/cxx/tf_compat.h"

namespace tfmot {

// What the op kernels (packed bits, numbers) -> dense vector have in common.

// The inputs of one execution, their shapes checked, and the output.
struct ExpandInputs {
  FloatFormat format;
  const uint8_t* packed;
  const void* numbers;
  int64_t number_count;
  ParallelFor parallel_for;
  void* out;
};

class ExpandOpKernel : public tensorflow::OpKernel {
 public:
  // The names of the inputs are those that users know.
  ExpandOpKernel(tensorflow::OpKernelConstruction* construction,
                 const char* packed_name, const char* numbers_name);
  void Compute(tensorflow::OpKernelContext* context) final;

 protected:
  TfInt64 size() const { return size_; }
  // Bytes that the packed input must have.
  virtual int64_t PackedBytes() const = 0;
  virtual TfStatus Run(const ExpandInputs& inputs) const = 0;

 private:
  const char* const packed_name_;
  const char* const numbers_name_;
  TfInt64 size_;
  TfInt64 num_threads_;
};

}  // namespace tfmot

#endif  // OPS_TF_CXX_EXPAND_OP_H_
