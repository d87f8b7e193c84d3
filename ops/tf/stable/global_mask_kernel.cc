// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include <stdlib.h>

#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask.h"
#include "ops/kernels/weight_segments.h"
#include "ops/tf/stable/cpu_parallel_for.h"
#include "ops/tf/stable/float_format.h"
#include "ops/tf/stable/mask_op.h"
#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/op_inputs.h"
#include "ops/tf/stable/registration.h"
#include "ops/tf/stable/tf_owned.h"

namespace tfmot {
namespace {

enum GlobalMaskInput { kSparsity = 0, kHint = 1, kFirstWeights = 2 };
enum GlobalMaskOutput { kThreshold = 0, kZeroed = 1, kFirstMask = 2 };

// The tensors of a list of inputs and of outputs, as many as there are.
class TensorLists {
 public:
  explicit TensorLists(int size)
      : size_(size),
        tensors_(static_cast<TF_Tensor**>(
            calloc(2 * static_cast<size_t>(size), sizeof(TF_Tensor*)))),
        segments_(static_cast<WeightSegment*>(
            calloc(static_cast<size_t>(size), sizeof(WeightSegment)))) {}
  ~TensorLists() {
    for (int i = 0; tensors_ != nullptr && i < 2 * size_; ++i) {
      if (tensors_[i] != nullptr) TF_DeleteTensor(tensors_[i]);
    }
    free(tensors_);
    free(segments_);
  }
  TensorLists(const TensorLists&) = delete;
  TensorLists& operator=(const TensorLists&) = delete;

  bool ok() const { return tensors_ != nullptr && segments_ != nullptr; }

  // Reads all weights and allocates their masks. False if the op has failed.
  bool Prepare(TF_OpKernelContext* context) {
    for (int i = 0; i < size_; ++i) {
      TF_Tensor** weights = &tensors_[2 * i];
      TF_Tensor** mask = &tensors_[2 * i + 1];
      if (!ReadInput(context, kFirstWeights + i, weights) ||
          !AllocateMask(context, kFirstMask + i, *weights, mask)) {
        return false;
      }
      segments_[i].weights = TF_TensorData(*weights);
      segments_[i].mask = static_cast<uint8_t*>(TF_TensorData(*mask));
      segments_[i].count = TF_TensorElementCount(*weights);
    }
    return true;
  }

  int64_t weight_count() const {
    int64_t count = 0;
    for (int i = 0; i < size_; ++i) count += segments_[i].count;
    return count;
  }
  WeightSegments segments() const { return WeightSegments{segments_, size_}; }

 private:
  const int size_;
  TF_Tensor** const tensors_;
  WeightSegment* const segments_;
};

void* Create(TF_OpKernelConstruction* construction) {
  int64_t num_threads;
  if (!ReadNumThreads(construction, &num_threads)) return nullptr;
  void* kernel = malloc(sizeof(num_threads));
  if (kernel == nullptr) {
    FailConstruction(construction, TF_RESOURCE_EXHAUSTED, "Out of memory");
    return nullptr;
  }
  *static_cast<int64_t*>(kernel) = num_threads;
  return kernel;
}

void Compute(void* kernel, TF_OpKernelContext* context) {
  double sparsity;
  if (!ReadSparsity(context, kSparsity, &sparsity)) return;
  OwnedTensor hint;
  if (!ReadScalar(context, kHint, "hint", hint.receive())) return;
  FloatFormat format;
  if (!FormatOf(TF_TensorType(hint.get()), &format)) {
    FailOp(context, TF_INTERNAL, "Unexpected data type of weights: %d",
           static_cast<int>(TF_TensorType(hint.get())));
    return;
  }
  OwnedTensor threshold;
  OwnedTensor zeroed;
  if (!AllocateOutput(context, kThreshold, TF_TensorType(hint.get()), nullptr,
                      0, FloatBytes(format), threshold.receive()) ||
      !AllocateOutput(context, kZeroed, TF_BOOL, nullptr, 0, sizeof(bool),
                      zeroed.receive())) {
    return;
  }
  const int size = TF_NumInputs(context) - kFirstWeights;
  TensorLists lists(size);
  if (!lists.ok()) {
    FailOp(context, TF_RESOURCE_EXHAUSTED, "Out of memory for %d tensors",
           size);
    return;
  }
  if (!lists.Prepare(context)) return;
  const int64_t count = lists.weight_count();
  CpuTeam team(ThreadsFor(count, *static_cast<const int64_t*>(kernel)));
  const ParallelFor parallel_for = team.parallel_for();
  const size_t scratch_bytes = MagnitudeMaskScratchBytes(
      format, count, parallel_for.num_threads, lists.segments().size);
  OwnedTensor scratch;
  if (!AllocateScratch(context, scratch_bytes, scratch.receive())) return;
  const KernelStatus status = GlobalMagnitudeMask(
      format, lists.segments(), KeptCount(count, sparsity), hint.data(),
      parallel_for, scratch.data(), scratch_bytes, threshold.data(),
      static_cast<bool*>(zeroed.data()));
  if (status != kKernelOk) {
    FailOp(context, TF_INTERNAL,
           "The mask kernel refused its arguments with code %d (see "
           "ops/kernels/status.h), %d tensors of weights. Please report this.",
           static_cast<int>(status), size);
  }
}

void Destroy(void* kernel) { free(kernel); }

}  // namespace

const OpKernelFunctions kGlobalMaskKernel = {Create, Compute, Destroy};

}  // namespace tfmot
