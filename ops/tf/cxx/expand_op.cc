// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/cxx/expand_op.h"

#include <string>

#include "ops/tf/cxx/float_format.h"
#include "ops/tf/cxx/pool_parallel_for.h"
#include "tensorflow/core/framework/tensor_shape.h"

namespace tfmot {

using tensorflow::Tensor;
using tensorflow::TensorShape;

ExpandOpKernel::ExpandOpKernel(tensorflow::OpKernelConstruction* construction,
                               const char* packed_name,
                               const char* numbers_name)
    : OpKernel(construction),
      packed_name_(packed_name),
      numbers_name_(numbers_name),
      size_(0),
      num_threads_(0) {
  OP_REQUIRES_OK(construction, construction->GetAttr("size", &size_));
  OP_REQUIRES_OK(construction,
                 construction->GetAttr("num_threads", &num_threads_));
}

void ExpandOpKernel::Compute(tensorflow::OpKernelContext* context) {
  const Tensor& packed = context->input(0);
  const Tensor& numbers = context->input(1);
  FloatFormat format = kFloat32;
  OP_REQUIRES(
      context, FormatOf(numbers.dtype(), &format),
      InternalError("Unexpected data type of " + std::string(numbers_name_)));
  OP_REQUIRES(
      context, packed.dims() == 1 && packed.dim_size(0) == PackedBytes(),
      InvalidArgument(std::string(packed_name_) + " must have the shape [" +
                      std::to_string(PackedBytes()) +
                      "], as size says. Received: " + packed_name_ +
                      " of shape " + packed.shape().DebugString()));
  OP_REQUIRES(context, numbers.dims() == 1,
              InvalidArgument(std::string(numbers_name_) +
                              " must be a vector. Received: " + numbers_name_ +
                              " of shape " + numbers.shape().DebugString()));
  Tensor* out = nullptr;
  OP_REQUIRES_OK(context,
                 context->allocate_output(0, TensorShape({size_}), &out));
  PoolParallelFor pool(context, size_, num_threads_);
  const ExpandInputs inputs = {format,
                               static_cast<const uint8_t*>(DataOf(packed)),
                               DataOf(numbers),
                               numbers.NumElements(),
                               pool.parallel_for(),
                               MutableDataOf(out)};
  OP_REQUIRES_OK(context, Run(inputs));
}

}  // namespace tfmot
