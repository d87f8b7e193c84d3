// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_TF_STABLE_OP_INPUTS_H_
#define OPS_TF_STABLE_OP_INPUTS_H_

#include <stddef.h>
#include <stdint.h>

#include "tensorflow/c/kernels.h"

namespace tfmot {

// Inputs, outputs and memory of one execution of an op. Every function
// answers false once it has failed the op; the kernel then returns at once. The
// caller owns the tensors.

bool ReadInput(TF_OpKernelContext* context, int index, TF_Tensor** tensor);

// The same for an input that must be a scalar; `name` is for the error.
bool ReadScalar(TF_OpKernelContext* context, int index, const char* name,
                TF_Tensor** tensor);

// Reads the input `sparsity`: a scalar in [0, 1).
bool ReadSparsity(TF_OpKernelContext* context, int index, double* sparsity);

// Allocates an output.
bool AllocateOutput(TF_OpKernelContext* context, int index, TF_DataType type,
                    const int64_t* dims, int rank, size_t bytes,
                    TF_Tensor** tensor);

// Allocates a mask, bool of the shape of `weights`.
bool AllocateMask(TF_OpKernelContext* context, int index,
                  const TF_Tensor* weights, TF_Tensor** mask);

// Allocates memory from TensorFlow that lives as long as the tensor.
bool AllocateScratch(TF_OpKernelContext* context, size_t bytes,
                     TF_Tensor** tensor);

}  // namespace tfmot

#endif  // OPS_TF_STABLE_OP_INPUTS_H_
