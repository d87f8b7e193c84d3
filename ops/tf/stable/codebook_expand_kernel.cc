// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/codebook_expand.h"
#include "ops/tf/stable/cpu_parallel_for.h"
#include "ops/tf/stable/expand_op.h"
#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/registration.h"

namespace tfmot {
namespace {

void Compute(void* kernel, TF_OpKernelContext* context) {
  const ExpandAttributes& attributes =
      *static_cast<const ExpandAttributes*>(kernel);
  if (attributes.bits > kMaxIndexBits) {
    FailOp(context, TF_INVALID_ARGUMENT,
           "bits must be at most %d. Received: bits=%lld", kMaxIndexBits,
           static_cast<long long>(attributes.bits));  // NOLINT
    return;
  }
  const int bits = static_cast<int>(attributes.bits);
  ExpandOpCall call(context);
  if (!call.Prepare("indices", PackedIndexBytes(attributes.size, bits),
                    "codebook", attributes.size)) {
    return;
  }
  CpuTeam team(ThreadsFor(attributes.size, attributes.num_threads));
  const KernelStatus status = CodebookExpand(
      call.format(), {call.packed(), attributes.size, bits}, call.numbers(),
      call.number_count(), team.parallel_for(), call.out());
  if (status == kKernelOk) return;
  FailOp(context, status == kKernelBadIndex ? TF_INVALID_ARGUMENT : TF_INTERNAL,
         "indices must be less than the number of entries of codebook. "
         "Received: a larger one, %lld entries (code %d)",
         static_cast<long long>(call.number_count()),  // NOLINT
         static_cast<int>(status));
}

}  // namespace

const OpKernelFunctions kCodebookExpandKernel = {CreateExpandKernelWithBits,
                                                 Compute, DestroyExpandKernel};

}  // namespace tfmot
