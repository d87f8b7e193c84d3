// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/m_by_n_mask.h"

#define TFMOT_TARGET
#include "ops/kernels/block_grid.h"
#include "ops/kernels/m_by_n_mask_loop.h"

namespace tfmot {

const GroupMaskers kPortableGroupMaskers = {
    {MaskGroups<Float16Format, PlainTiles>,
     MaskGroups<Bfloat16Format, PlainTiles>,
     MaskGroups<Float32Format, PlainTiles>,
     MaskGroups<Float64Format, PlainTiles>}};

namespace {

// What all shards share.
struct GroupTask {
  GroupMasker mask_groups;
  const ColumnGroups* groups;
  const char* weights;
  int64_t weight_bytes;
  uint8_t* mask;
  int num_shards;
  uint64_t smallest;
};

int64_t GroupRows(const ColumnGroups& groups) {
  return CeilDivide(groups.rows, groups.group_size);
}

// Shard body. A group row is what lies between the same two rows of a plane.
void MaskShard(void* context, int shard) {
  GroupTask* task = static_cast<GroupTask*>(context);
  const ColumnGroups& groups = *task->groups;
  const int64_t group_rows = GroupRows(groups);
  const ShardRange range =
      ShardOf(groups.planes * group_rows, task->num_shards, shard);
  uint64_t smallest = ~uint64_t{0};
  for (int64_t group = range.begin; group < range.end;) {
    const int64_t row = group % group_rows * groups.group_size;
    const int64_t first =
        (group / group_rows * groups.rows + row) * groups.cols;
    const int64_t rows_left = groups.rows - row;
    // All whole groups of the plane, or the last one that is shorter.
    int64_t count = rows_left / groups.group_size;
    if (count > range.end - group) count = range.end - group;
    const int64_t rows = count > 0 ? groups.group_size : rows_left;
    if (count == 0) count = 1;
    const uint64_t smallest_here =
        task->mask_groups(task->weights + first * task->weight_bytes, count,
                          rows, groups.cols, groups.keep, task->mask + first);
    if (smallest_here < smallest) smallest = smallest_here;
    group += count;
  }
  uint64_t seen = __atomic_load_n(&task->smallest, __ATOMIC_RELAXED);
  while (smallest < seen &&
         !__atomic_compare_exchange_n(&task->smallest, &seen, smallest, false,
                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

}  // namespace

KernelStatus MByNMask(FloatFormat format, const ColumnGroups& groups,
                      const void* weights, const ParallelFor& parallel_for,
                      uint8_t* mask, void* threshold) {
  return MByNMaskOfVariant(ChosenCpuVariant(), format, groups, weights,
                           parallel_for, mask, threshold);
}

KernelStatus MByNMaskOfVariant(CpuVariant variant, FloatFormat format,
                               const ColumnGroups& groups, const void* weights,
                               const ParallelFor& parallel_for, uint8_t* mask,
                               void* threshold) {
  if (!IsFloatFormat(format)) return kKernelBadFormat;
  if (groups.planes < 0 || groups.rows < 0 || groups.cols < 0) {
    return kKernelBadCount;
  }
  if (groups.group_size < 1) return kKernelBadBlock;
  if (groups.keep < 1 || groups.keep > groups.group_size) return kKernelBadKeep;
  if (parallel_for.num_threads < 1) return kKernelBadThreads;
  GroupTask task;
  // AVX-512 gains a tenth, and of the same loops for it g++ 12 makes code that
  // keeps too many of equal weights, in builds with asan or ubsan.
  const GroupMaskers& maskers =
      variant == kPortable ? kPortableGroupMaskers : kAvx2GroupMaskers;
  task.mask_groups = maskers.of[format];
  task.groups = &groups;
  task.weights = static_cast<const char*>(weights);
  task.weight_bytes = static_cast<int64_t>(FloatBytes(format));
  task.mask = mask;
  task.smallest = 0;
  const int64_t group_rows = groups.planes * GroupRows(groups);
  if (group_rows > 0 && groups.cols > 0) {
    task.smallest = ~uint64_t{0};
    task.num_shards = group_rows < parallel_for.num_threads
                          ? static_cast<int>(group_rows)
                          : parallel_for.num_threads;
    parallel_for.run(parallel_for.context, task.num_shards, MaskShard, &task);
  }
  StoreMagnitude(format, task.smallest, threshold);
  return kKernelOk;
}

}  // namespace tfmot
