// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/bitmask_expand.h"
#include "ops/tf/stable/cpu_parallel_for.h"
#include "ops/tf/stable/expand_op.h"
#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/registration.h"

namespace tfmot {
namespace {

void Compute(void* kernel, TF_OpKernelContext* context) {
  const ExpandAttributes& attributes =
      *static_cast<const ExpandAttributes*>(kernel);
  ExpandOpCall call(context);
  if (!call.Prepare("mask_bits", BitmaskBytes(attributes.size), "values",
                    attributes.size)) {
    return;
  }
  CpuTeam team(ThreadsFor(attributes.size, attributes.num_threads));
  const KernelStatus status = BitmaskExpand(
      call.format(), call.packed(), call.numbers(), call.number_count(),
      attributes.size, team.parallel_for(), call.out());
  if (status == kKernelOk) return;
  FailOp(context, status == kKernelBadMask ? TF_INVALID_ARGUMENT : TF_INTERNAL,
         "values must have as many elements as mask_bits has bits set, all of "
         "them before size. Received: %lld values, size=%lld (code %d)",
         static_cast<long long>(call.number_count()),  // NOLINT
         static_cast<long long>(attributes.size),      // NOLINT
         static_cast<int>(status));
}

}  // namespace

const OpKernelFunctions kBitmaskExpandKernel = {CreateExpandKernel, Compute,
                                                DestroyExpandKernel};

}  // namespace tfmot
