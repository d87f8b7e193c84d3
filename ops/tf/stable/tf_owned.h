// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_STABLE_TF_OWNED_H_
#define OPS_TF_STABLE_TF_OWNED_H_

#include "tensorflow/c/tf_status.h"
#include "tensorflow/c/tf_tensor.h"

namespace tfmot {

// Objects of TensorFlow's C API that are deleted at the end of their scope.

class OwnedStatus {
 public:
  OwnedStatus() : status_(TF_NewStatus()) {}
  ~OwnedStatus() { TF_DeleteStatus(status_); }
  OwnedStatus(const OwnedStatus&) = delete;
  OwnedStatus& operator=(const OwnedStatus&) = delete;

  TF_Status* get() const { return status_; }
  bool ok() const { return TF_GetCode(status_) == TF_OK; }

 private:
  TF_Status* status_;
};

class OwnedTensor {
 public:
  OwnedTensor() : tensor_(nullptr) {}
  ~OwnedTensor() {
    if (tensor_ != nullptr) TF_DeleteTensor(tensor_);
  }
  OwnedTensor(const OwnedTensor&) = delete;
  OwnedTensor& operator=(const OwnedTensor&) = delete;

  TF_Tensor* get() const { return tensor_; }
  void* data() const { return TF_TensorData(tensor_); }

  // Where a function of the C API puts a tensor that this object then owns.
  // REQUIRES: it owns none yet.
  TF_Tensor** receive() { return &tensor_; }

 private:
  TF_Tensor* tensor_;
};

}  // namespace tfmot

#endif  // OPS_TF_STABLE_TF_OWNED_H_
