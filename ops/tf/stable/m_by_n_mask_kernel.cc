// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include <stdlib.h>

#include "ops/kernels/m_by_n_mask.h"
#include "ops/tf/stable/cpu_parallel_for.h"
#include "ops/tf/stable/mask_op.h"
#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/registration.h"
#include "ops/tf/stable/tf_owned.h"

namespace tfmot {
namespace {

struct MByNMaskAttributes {
  int64_t zeros;
  int64_t group_size;
  int64_t num_threads;
};

// Reads the attributes other than num_threads.
void ReadAttributes(TF_OpKernelConstruction* construction,
                    MByNMaskAttributes* attributes, TF_Status* status) {
  TF_OpKernelConstruction_GetAttrInt64(construction, "zeros",
                                       &attributes->zeros, status);
  if (TF_GetCode(status) != TF_OK) return;
  TF_OpKernelConstruction_GetAttrInt64(construction, "group_size",
                                       &attributes->group_size, status);
  if (TF_GetCode(status) != TF_OK) return;
  if (attributes->zeros >= attributes->group_size) {
    SetError(status, TF_INVALID_ARGUMENT,
             "zeros must be less than group_size: at least one weight of each "
             "group is kept. Received: zeros=%lld, group_size=%lld",
             static_cast<long long>(attributes->zeros),        // NOLINT
             static_cast<long long>(attributes->group_size));  // NOLINT
  }
}

void* Create(TF_OpKernelConstruction* construction) {
  MByNMaskAttributes attributes;
  if (!ReadNumThreads(construction, &attributes.num_threads)) return nullptr;
  const OwnedStatus status;
  ReadAttributes(construction, &attributes, status.get());
  if (!status.ok()) {
    TF_OpKernelConstruction_Failure(construction, status.get());
    return nullptr;
  }
  void* kernel = malloc(sizeof(attributes));
  if (kernel == nullptr) {
    FailConstruction(construction, TF_RESOURCE_EXHAUSTED, "Out of memory");
    return nullptr;
  }
  *static_cast<MByNMaskAttributes*>(kernel) = attributes;
  return kernel;
}

void Compute(void* kernel, TF_OpKernelContext* context) {
  const MByNMaskAttributes& attributes =
      *static_cast<const MByNMaskAttributes*>(kernel);
  MaskOpCall call(context);
  if (!call.PrepareWithoutSparsity()) return;
  // Graphs that do not know the rank get here with any.
  const TF_Tensor* weights = call.weights_tensor();
  const int rank = TF_NumDims(weights);
  if (rank < 2) {
    FailOp(context, TF_INVALID_ARGUMENT,
           "weights must have at least 2 dimensions. Received: weights of "
           "shape %s",
           ShapeText(weights).text());
    return;
  }
  ColumnGroups groups;
  groups.planes = 1;
  for (int i = 0; i < rank - 2; ++i) groups.planes *= TF_Dim(weights, i);
  groups.rows = TF_Dim(weights, rank - 2);
  groups.cols = TF_Dim(weights, rank - 1);
  groups.group_size = attributes.group_size;
  groups.keep = attributes.group_size - attributes.zeros;
  CpuTeam team(ThreadsFor(call.weight_count(), attributes.num_threads));
  call.CheckKernel(MByNMask(call.format(), groups, call.weights(),
                            team.parallel_for(), call.mask(),
                            call.threshold()));
}

void Destroy(void* kernel) { free(kernel); }

}  // namespace

const OpKernelFunctions kMByNMaskKernel = {Create, Compute, Destroy};

}  // namespace tfmot
