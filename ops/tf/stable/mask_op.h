// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_STABLE_MASK_OP_H_
#define OPS_TF_STABLE_MASK_OP_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/status.h"
#include "ops/tf/stable/tf_owned.h"
#include "tensorflow/c/kernels.h"

namespace tfmot {

// What the op kernels (weights, sparsity) -> (mask, threshold) have in common.

enum MaskOpInput { kWeightsInput = 0, kSparsityInput = 1, kHintInput = 2 };
enum MaskOpOutput { kMaskOutput = 0, kThresholdOutput = 1, kZeroedOutput = 2 };

// Reads the op's attribute `num_threads`. On failure the construction has
// failed and the answer is false.
bool ReadNumThreads(TF_OpKernelConstruction* construction,
                    int64_t* num_threads);

// One execution of such an op. Every function that can fail answers false once
// it has failed the op; the kernel then returns at once.
class MaskOpCall {
 public:
  explicit MaskOpCall(TF_OpKernelContext* context) : context_(context) {}
  MaskOpCall(const MaskOpCall&) = delete;
  MaskOpCall& operator=(const MaskOpCall&) = delete;

  // Reads and checks both inputs, and allocates both outputs.
  bool Prepare();
  // The same for an op that has no sparsity.
  bool PrepareWithoutSparsity();
  // The same for an op that also has a hint, and tells whether the pruned
  // weights are zero already.
  bool PrepareWithHint();
  // Allocates scratch memory from TensorFlow, freed at the end of the call.
  bool AllocateScratch(size_t bytes);
  // Fails the op if a kernel did not do its work. That is an error of this
  // library: what a user can get wrong has been checked before.
  bool CheckKernel(KernelStatus kernel_status);

  TF_OpKernelContext* context() const { return context_; }
  const TF_Tensor* weights_tensor() const { return weights_.get(); }
  FloatFormat format() const { return format_; }
  const void* weights() const { return weights_.data(); }
  int64_t weight_count() const { return TF_TensorElementCount(weights_.get()); }
  double sparsity() const { return sparsity_value_; }
  uint8_t* mask() const { return static_cast<uint8_t*>(mask_.data()); }
  void* threshold() const { return threshold_.data(); }
  void* scratch() const { return scratch_.data(); }
  // REQUIRES: PrepareWithHint.
  const void* hint() const { return hint_.data(); }
  bool* zeroed() const { return static_cast<bool*>(zeroed_.data()); }

 private:
  bool ReadWeights();
  bool AllocateOutputs();

  TF_OpKernelContext* const context_;
  OwnedTensor weights_;
  OwnedTensor hint_;
  OwnedTensor mask_;
  OwnedTensor threshold_;
  OwnedTensor zeroed_;
  OwnedTensor scratch_;
  FloatFormat format_ = kFloat32;
  double sparsity_value_ = 0;
};

}  // namespace tfmot

#endif  // OPS_TF_STABLE_MASK_OP_H_
