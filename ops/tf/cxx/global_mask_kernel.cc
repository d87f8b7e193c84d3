// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include <string>
#include <vector>

#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask.h"
#include "ops/kernels/weight_segments.h"
#include "ops/tf/cxx/float_format.h"
#include "ops/tf/cxx/op_inputs.h"
#include "ops/tf/cxx/pool_parallel_for.h"
#include "ops/tf/cxx/tf_compat.h"
#include "tensorflow/core/framework/tensor_shape.h"

namespace tfmot {
namespace {

using tensorflow::Tensor;
using tensorflow::TensorShape;

enum GlobalMaskInput { kSparsity = 0, kHint = 1, kFirstWeights = 2 };
enum GlobalMaskOutput { kThreshold = 0, kZeroed = 1, kFirstMask = 2 };

class GlobalMaskKernel : public tensorflow::OpKernel {
 public:
  explicit GlobalMaskKernel(tensorflow::OpKernelConstruction* construction)
      : OpKernel(construction), num_threads_(0) {
    OP_REQUIRES_OK(construction,
                   construction->GetAttr("num_threads", &num_threads_));
  }

  void Compute(tensorflow::OpKernelContext* context) override {
    double sparsity = 0;
    OP_REQUIRES_OK(context, ReadSparsity(context->input(kSparsity), &sparsity));
    const Tensor& hint = context->input(kHint);
    OP_REQUIRES_OK(context, CheckScalar(hint, "hint"));
    FloatFormat format = kFloat32;
    OP_REQUIRES(context, FormatOf(hint.dtype(), &format),
                InternalError("Unexpected data type of weights: " +
                              std::to_string(static_cast<int>(hint.dtype()))));
    Tensor* threshold = nullptr;
    OP_REQUIRES_OK(context, context->allocate_output(kThreshold, TensorShape(),
                                                     &threshold));
    Tensor* zeroed = nullptr;
    OP_REQUIRES_OK(context,
                   context->allocate_output(kZeroed, TensorShape(), &zeroed));
    std::vector<WeightSegment> list;
    int64_t count = 0;
    for (int i = kFirstWeights; i < context->num_inputs(); ++i) {
      const Tensor& weights = context->input(i);
      Tensor* mask = nullptr;
      OP_REQUIRES_OK(context,
                     context->allocate_output(kFirstMask + i - kFirstWeights,
                                              weights.shape(), &mask));
      list.push_back(WeightSegment{DataOf(weights),
                                   static_cast<uint8_t*>(MutableDataOf(mask)),
                                   weights.NumElements(), 0, 0});
      count += weights.NumElements();
    }
    const WeightSegments segments = {list.data(),
                                     static_cast<int64_t>(list.size())};
    PoolParallelFor pool(context, count, num_threads_);
    const ParallelFor parallel_for = pool.parallel_for();
    const size_t scratch_bytes = MagnitudeMaskScratchBytes(
        format, count, parallel_for.num_threads, segments.size);
    Tensor scratch;
    OP_REQUIRES_OK(
        context,
        context->allocate_temp(
            tensorflow::DT_UINT8,
            TensorShape({static_cast<TfInt64>(scratch_bytes)}), &scratch));
    const KernelStatus status = GlobalMagnitudeMask(
        format, segments, KeptCount(count, sparsity), DataOf(hint),
        parallel_for, MutableDataOf(&scratch), scratch_bytes,
        MutableDataOf(threshold), static_cast<bool*>(MutableDataOf(zeroed)));
    OP_REQUIRES(
        context, status == kKernelOk,
        InternalError("The mask kernel refused its arguments with code " +
                      std::to_string(static_cast<int>(status)) +
                      " (see ops/kernels/status.h), " +
                      std::to_string(list.size()) +
                      " tensors of weights. Please report this."));
  }

 private:
  TfInt64 num_threads_;
};

// One kernel for all data types: it asks the tensor.
REGISTER_KERNEL_BUILDER(Name("TfmotGlobalMask").Device(tensorflow::DEVICE_CPU),
                        GlobalMaskKernel);

}  // namespace
}  // namespace tfmot
