// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/tf/stable/registration.h"

#include <stdio.h>

#include "ops/tf/stable/tf_owned.h"

namespace tfmot {
namespace {

// Every op of the library.
const OpRegistration kOps[] = {
    {kMagnitudeMaskOp, DefineMagnitudeMaskOp, &kMagnitudeMaskKernel},
    {kBlockMaskOp, DefineBlockMaskOp, &kBlockMaskKernel},
    {kMByNMaskOp, DefineMByNMaskOp, &kMByNMaskKernel},
    {kGlobalMaskOp, DefineGlobalMaskOp, &kGlobalMaskKernel},
    {kBitmaskExpandOp, DefineBitmaskExpandOp, &kBitmaskExpandKernel},
    {kCodebookExpandOp, DefineCodebookExpandOp, &kCodebookExpandKernel},
};

void Register(const OpRegistration& op, TF_Status* status) {
  TF_OpDefinitionBuilder* definition = TF_NewOpDefinitionBuilder(op.name);
  op.define(definition);
  TF_RegisterOpDefinition(definition, status);  // takes the definition
  if (TF_GetCode(status) != TF_OK) return;
  // One kernel for all data types: it asks the tensor.
  TF_KernelBuilder* kernel =
      TF_NewKernelBuilder(op.name, "CPU", op.kernel->create, op.kernel->compute,
                          op.kernel->destroy);
  TF_RegisterKernelBuilder(op.name, kernel, status);  // takes the kernel
}

// Runs while the library is being loaded; tf.load_op_library then finds the
// ops. There is nobody to return an error to, so it goes to stderr, and an op
// that could not be defined gets no kernel.
__attribute__((constructor)) void RegisterAll() {
  for (const OpRegistration& op : kOps) {
    const OwnedStatus status;
    Register(op, status.get());
    if (!status.ok()) {
      fprintf(stderr, "libtfmot_ops: could not register %s: %s\n", op.name,
              TF_Message(status.get()));
    }
  }
}

}  // namespace
}  // namespace tfmot
