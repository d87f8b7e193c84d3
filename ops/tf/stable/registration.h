// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_STABLE_REGISTRATION_H_
#define OPS_TF_STABLE_REGISTRATION_H_

#include "tensorflow/c/kernels.h"
#include "tensorflow/c/ops.h"
#include "tensorflow/c/tf_status.h"

namespace tfmot {

// The functions of an op kernel, as TF_NewKernelBuilder takes them.
struct OpKernelFunctions {
  void* (*create)(TF_OpKernelConstruction* construction);
  void (*compute)(void* kernel, TF_OpKernelContext* context);
  void (*destroy)(void* kernel);
};

// One op of the library: its interface (x_op.cc) and its CPU kernel
// (x_kernel.cc). registration.cc holds the list of all ops.
struct OpRegistration {
  const char* name;
  // Adds inputs, outputs, attributes and the shape function.
  void (*define)(TF_OpDefinitionBuilder* builder);
  const OpKernelFunctions* kernel;
};

extern const char kMagnitudeMaskOp[];
void DefineMagnitudeMaskOp(TF_OpDefinitionBuilder* builder);
extern const OpKernelFunctions kMagnitudeMaskKernel;

extern const char kBlockMaskOp[];
void DefineBlockMaskOp(TF_OpDefinitionBuilder* builder);
extern const OpKernelFunctions kBlockMaskKernel;

extern const char kMByNMaskOp[];
void DefineMByNMaskOp(TF_OpDefinitionBuilder* builder);
extern const OpKernelFunctions kMByNMaskKernel;

extern const char kGlobalMaskOp[];
void DefineGlobalMaskOp(TF_OpDefinitionBuilder* builder);
extern const OpKernelFunctions kGlobalMaskKernel;

extern const char kBitmaskExpandOp[];
void DefineBitmaskExpandOp(TF_OpDefinitionBuilder* builder);
extern const OpKernelFunctions kBitmaskExpandKernel;

extern const char kCodebookExpandOp[];
void DefineCodebookExpandOp(TF_OpDefinitionBuilder* builder);
extern const OpKernelFunctions kCodebookExpandKernel;

}  // namespace tfmot

#endif  // OPS_TF_STABLE_REGISTRATION_H_
