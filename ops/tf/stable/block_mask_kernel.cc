// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include <stdlib.h>
#include <string.h>

#include "ops/kernels/block_mask.h"
#include "ops/kernels/kept_count.h"
#include "ops/tf/stable/cpu_parallel_for.h"
#include "ops/tf/stable/mask_op.h"
#include "ops/tf/stable/op_error.h"
#include "ops/tf/stable/registration.h"
#include "ops/tf/stable/tf_owned.h"

namespace tfmot {
namespace {

struct BlockMaskAttributes {
  int64_t block_height;
  int64_t block_width;
  BlockPooling pooling;
  int64_t num_threads;
};

// Reads the attributes other than num_threads.
void ReadAttributes(TF_OpKernelConstruction* construction,
                    BlockMaskAttributes* attributes, TF_Status* status) {
  TF_OpKernelConstruction_GetAttrInt64(construction, "block_height",
                                       &attributes->block_height, status);
  if (TF_GetCode(status) != TF_OK) return;
  TF_OpKernelConstruction_GetAttrInt64(construction, "block_width",
                                       &attributes->block_width, status);
  if (TF_GetCode(status) != TF_OK) return;
  // The op allows 'AVG' and 'MAX' only. The C API does not terminate strings.
  char pooling_type[3] = {0, 0, 0};
  TF_OpKernelConstruction_GetAttrString(
      construction, "pooling_type", pooling_type, sizeof(pooling_type), status);
  attributes->pooling = memcmp(pooling_type, "MAX", sizeof(pooling_type)) == 0
                            ? kPoolMax
                            : kPoolAverage;
}

void* Create(TF_OpKernelConstruction* construction) {
  BlockMaskAttributes attributes;
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
  *static_cast<BlockMaskAttributes*>(kernel) = attributes;
  return kernel;
}

// The last two dimensions are the plane, all others count planes.
// REQUIRES: at least 2 dimensions.
BlockGrid GridOf(const TF_Tensor* weights,
                 const BlockMaskAttributes& attributes) {
  const int rank = TF_NumDims(weights);
  BlockGrid grid;
  grid.planes = 1;
  for (int i = 0; i < rank - 2; ++i) grid.planes *= TF_Dim(weights, i);
  grid.rows = TF_Dim(weights, rank - 2);
  grid.cols = TF_Dim(weights, rank - 1);
  grid.block_height = attributes.block_height;
  grid.block_width = attributes.block_width;
  return grid;
}

void Compute(void* kernel, TF_OpKernelContext* context) {
  const BlockMaskAttributes& attributes =
      *static_cast<const BlockMaskAttributes*>(kernel);
  MaskOpCall call(context);
  if (!call.Prepare()) return;
  // Graphs that do not know the rank get here with any.
  if (TF_NumDims(call.weights_tensor()) < 2) {
    FailOp(context, TF_INVALID_ARGUMENT,
           "weights must have at least 2 dimensions. Received: weights of "
           "shape %s",
           ShapeText(call.weights_tensor()).text());
    return;
  }
  const BlockGrid grid = GridOf(call.weights_tensor(), attributes);
  CpuTeam team(ThreadsFor(call.weight_count(), attributes.num_threads));
  const ParallelFor parallel_for = team.parallel_for();
  const size_t scratch_bytes = BlockMaskScratchBytes(
      call.format(), attributes.pooling, grid, parallel_for.num_threads);
  if (!call.AllocateScratch(scratch_bytes)) return;
  call.CheckKernel(
      BlockMask(call.format(), attributes.pooling, grid, call.weights(),
                KeptCount(BlockCount(grid), call.sparsity()), parallel_for,
                call.scratch(), scratch_bytes, call.mask(), call.threshold()));
}

void Destroy(void* kernel) { free(kernel); }

}  // namespace

const OpKernelFunctions kBlockMaskKernel = {Create, Compute, Destroy};

}  // namespace tfmot
