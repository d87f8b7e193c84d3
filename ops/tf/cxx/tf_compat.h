// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_CXX_TF_COMPAT_H_
#define OPS_TF_CXX_TF_COMPAT_H_

#include <string>
#include <type_traits>
#include <utility>

#include "tensorflow/core/framework/op_kernel.h"
#include "tensorflow/core/framework/tensor.h"
#include "tensorflow/core/lib/core/errors.h"
#include "tensorflow/core/lib/core/status.h"

namespace tfmot {

// Where TensorFlow's C++ API differs between 1.14 and today, spelled in the one
// way that all of them compile. Version numbers are compared nowhere: what a
// release calls a thing is asked of its own declarations.

// The 64-bit integer of attributes and dimensions: `long long` up to 2.6, and
// `int64_t` after. GetAttr wants exactly this type.
typedef decltype(std::declval<const tensorflow::Tensor&>()
                     .NumElements()) TfInt64;

// What shape functions and GetAttr return: a class of TensorFlow, later an
// alias of absl::Status. Its default value is success under every name.
typedef std::decay<decltype(std::declval<const tensorflow::OpKernelContext&>()
                                .status())>::type TfStatus;

inline TfStatus Success() { return TfStatus(); }

// A release that has this header calls its own error functions deprecated.
#if __has_include("xla/tsl/platform/errors.h")
inline TfStatus InvalidArgument(const std::string& message) {
  return absl::InvalidArgumentError(message);
}
inline TfStatus InternalError(const std::string& message) {
  return absl::InternalError(message);
}
#else
inline TfStatus InvalidArgument(const std::string& message) {
  return tensorflow::errors::InvalidArgument(message);
}
inline TfStatus InternalError(const std::string& message) {
  return tensorflow::errors::Internal(message);
}
#endif

// The bytes of a tensor of numbers. `Tensor::data` came with 2.1 only, and
// `flat<T>` would instantiate Eigen for every type.
inline const void* DataOf(const tensorflow::Tensor& tensor) {
  return tensor.tensor_data().data();
}

inline void* MutableDataOf(tensorflow::Tensor* tensor) {
  return const_cast<char*>(tensor->tensor_data().data());
}

}  // namespace tfmot

#endif  // OPS_TF_CXX_TF_COMPAT_H_
