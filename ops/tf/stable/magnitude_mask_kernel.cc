// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include <stdlib.h>

#include "ops/kernels/kept_count.h"
#include "ops/kernels/magnitude_mask.h"
#include "ops/tf/stable/cpu_parallel_for.h"
#include "ops/tf/stable/mask_op.h"
#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/registration.h"

namespace tfmot {
namespace {

struct MagnitudeMaskAttributes {
  int64_t num_threads;
};

void* Create(TF_OpKernelConstruction* construction) {
  MagnitudeMaskAttributes attributes;
  if (!ReadNumThreads(construction, &attributes.num_threads)) return nullptr;
  void* kernel = malloc(sizeof(attributes));
  if (kernel == nullptr) {
    FailConstruction(construction, TF_RESOURCE_EXHAUSTED, "Out of memory");
    return nullptr;
  }
  *static_cast<MagnitudeMaskAttributes*>(kernel) = attributes;
  return kernel;
}

void Compute(void* kernel, TF_OpKernelContext* context) {
  const MagnitudeMaskAttributes& attributes =
      *static_cast<const MagnitudeMaskAttributes*>(kernel);
  MaskOpCall call(context);
  if (!call.PrepareWithHint()) return;
  const int64_t count = call.weight_count();
  CpuTeam team(ThreadsFor(count, attributes.num_threads));
  const ParallelFor parallel_for = team.parallel_for();
  const size_t scratch_bytes =
      MagnitudeMaskScratchBytes(call.format(), count, parallel_for.num_threads);
  if (!call.AllocateScratch(scratch_bytes)) return;
  call.CheckKernel(UpdatedMagnitudeMask(
      call.format(), call.weights(), count, KeptCount(count, call.sparsity()),
      call.hint(), parallel_for, call.scratch(), scratch_bytes, call.mask(),
      call.threshold(), call.zeroed()));
}

void Destroy(void* kernel) { free(kernel); }

}  // namespace

const OpKernelFunctions kMagnitudeMaskKernel = {Create, Compute, Destroy};

}  // namespace tfmot
