// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_CXX_MASK_OP_H_
#define OPS_TF_CXX_MASK_OP_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/parallel_for.h"
#include "ops/kernels/status.h"
#include "ops/tf/cxx/tf_compat.h"

namespace tfmot {

// What the op kernels (weights, sparsity) -> (mask, threshold) have in common:
// the checks of the inputs, the outputs, scratch memory and threads. One op
// also has an input `hint` and an output `zeroed`.

enum MaskOpInput { kWeightsInput = 0, kSparsityInput = 1, kHintInput = 2 };
enum MaskOpOutput { kMaskOutput = 0, kThresholdOutput = 1, kZeroedOutput = 2 };

// The inputs of one execution, checked, and what it runs on: threads, or on a
// GPU a stream.
struct MaskOpInputs {
  const tensorflow::Tensor& weights;
  FloatFormat format;
  double sparsity;
  const void* hint;  // In the memory of the device; null without that input.
  ParallelFor parallel_for;
  void* stream;
};

// The memory that the kernel works on.
struct MaskOpMemory {
  void* scratch;
  size_t scratch_bytes;
  uint8_t* mask;
  void* threshold;
  bool* zeroed;  // In host memory; null for an op without that output.
};

class MaskOpKernel : public tensorflow::OpKernel {
 public:
  // An op without the input `sparsity` gets 0 for it.
  explicit MaskOpKernel(tensorflow::OpKernelConstruction* construction,
                        bool has_sparsity = true);
  void Compute(tensorflow::OpKernelContext* context) final;

 protected:
  // Checks what the op asks of its weights beyond their type.
  virtual TfStatus CheckWeights(const tensorflow::Tensor& weights) const;
  // Where the device puts its work, if it does not do it at once.
  virtual void* StreamOf(tensorflow::OpKernelContext* context) const;
  // Bytes of scratch that Run wants.
  virtual size_t ScratchBytes(const MaskOpInputs& inputs) const = 0;
  virtual KernelStatus Run(const MaskOpInputs& inputs,
                           const MaskOpMemory& memory) const = 0;

 private:
  TfInt64 num_threads_;
  bool has_sparsity_;
};

}  // namespace tfmot

#endif  // OPS_TF_CXX_MASK_OP_H_
