// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/codebook_expand.h"

#include <string.h>

namespace tfmot {
namespace {

// So many indices of any width end at the end of a byte.
const int kGroup = 8;
// An index is read as 4 bytes, of which up to 3 may lie after its group.
const int kReadAhead = 3;

// What all shards share. A shard is a range of groups.
struct CodebookTask {
  const uint8_t* packed;
  int64_t packed_bytes;
  int64_t count;
  int64_t groups;
  int num_shards;
  const char* codebook;
  char* out;
  uint32_t largest;
};

// Unpacks the group whose bytes begin at `packed`; the compiler knows every
// shift. REQUIRES: kReadAhead bytes after the group may be read.
template <int kBits>
inline void UnpackGroup(const uint8_t* packed, uint32_t* indices) {
  for (int i = 0; i < kGroup; ++i) {
    uint32_t word;
    memcpy(&word, packed + i * kBits / 8, sizeof(word));
    indices[i] = (word >> (i * kBits % 8)) & ((1u << kBits) - 1);
  }
}

// Calls work(first, indices, n) for the n indices from number `first` on, group
// by group.
template <int kBits, typename Work>
inline void ForEachGroup(const CodebookTask& task, ShardRange range,
                         const Work& work) {
  uint32_t indices[kGroup];
  int64_t group = range.begin;
  for (; group < range.end; ++group) {
    if ((group + 1) * kBits + kReadAhead > task.packed_bytes) break;
    if ((group + 1) * kGroup > task.count) break;
    UnpackGroup<kBits>(task.packed + group * kBits, indices);
    work(group * kGroup, indices, kGroup);
  }
  for (; group < range.end; ++group) {
    uint8_t last[kBits + kReadAhead] = {0};
    const int64_t begin = group * kBits;
    const int64_t bytes = task.packed_bytes - begin;
    memcpy(last, task.packed + begin,
           static_cast<size_t>(bytes < kBits ? bytes : kBits));
    UnpackGroup<kBits>(last, indices);
    const int64_t left = task.count - group * kGroup;
    work(group * kGroup, indices,
         static_cast<int>(left < kGroup ? left : kGroup));
  }
}

struct FindLargest {
  uint32_t* largest;

  inline void operator()(int64_t /*first*/, const uint32_t* indices,
                         int n) const {
    for (int i = 0; i < n; ++i) {
      if (indices[i] > *largest) *largest = indices[i];
    }
  }
};

template <typename Bits>
struct LookUp {
  const char* codebook;
  char* out;

  inline void operator()(int64_t first, const uint32_t* indices, int n) const {
    const int64_t kBytes = static_cast<int64_t>(sizeof(Bits));
    char* to = out + first * kBytes;
    if (n == kGroup) {
      Bits entries[kGroup];
      for (int i = 0; i < kGroup; ++i) {
        memcpy(&entries[i], codebook + indices[i] * kBytes, sizeof(Bits));
      }
      memcpy(to, entries, sizeof(entries));
      return;
    }
    for (int i = 0; i < n; ++i) {
      memcpy(to + i * kBytes, codebook + indices[i] * kBytes, sizeof(Bits));
    }
  }
};

// Shard body.
template <int kBits>
void LargestShard(void* context, int shard) {
  CodebookTask* task = static_cast<CodebookTask*>(context);
  uint32_t largest = 0;
  ForEachGroup<kBits>(*task, ShardOf(task->groups, task->num_shards, shard),
                      FindLargest{&largest});
  uint32_t seen = __atomic_load_n(&task->largest, __ATOMIC_RELAXED);
  while (largest > seen &&
         !__atomic_compare_exchange_n(&task->largest, &seen, largest, false,
                                      __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
  }
}

// Shard body.
template <int kBits, typename Bits>
void LookUpShard(void* context, int shard) {
  const CodebookTask& task = *static_cast<const CodebookTask*>(context);
  ForEachGroup<kBits>(task, ShardOf(task.groups, task.num_shards, shard),
                      LookUp<Bits>{task.codebook, task.out});
}

// The shard bodies for indices of one width.
struct Bodies {
  ShardBody largest;
  ShardBody look_up16;
  ShardBody look_up32;
  ShardBody look_up64;
};

template <int kBits>
constexpr Bodies BodiesOf() {
  return Bodies{LargestShard<kBits>, LookUpShard<kBits, uint16_t>,
                LookUpShard<kBits, uint32_t>, LookUpShard<kBits, uint64_t>};
}

const Bodies kBodies[kMaxIndexBits] = {
    BodiesOf<1>(),  BodiesOf<2>(),  BodiesOf<3>(),  BodiesOf<4>(),
    BodiesOf<5>(),  BodiesOf<6>(),  BodiesOf<7>(),  BodiesOf<8>(),
    BodiesOf<9>(),  BodiesOf<10>(), BodiesOf<11>(), BodiesOf<12>(),
    BodiesOf<13>(), BodiesOf<14>(), BodiesOf<15>(), BodiesOf<16>()};

}  // namespace

KernelStatus CodebookExpand(FloatFormat format, const PackedIndices& indices,
                            const void* codebook, int64_t entries,
                            const ParallelFor& parallel_for, void* out) {
  if (!IsFloatFormat(format)) return kKernelBadFormat;
  if (indices.count < 0 || entries < 0) return kKernelBadCount;
  if (indices.bits < 1 || indices.bits > kMaxIndexBits) return kKernelBadBits;
  if (parallel_for.num_threads < 1) return kKernelBadThreads;
  if (indices.count == 0) return kKernelOk;
  CodebookTask task;
  task.packed = indices.packed;
  task.packed_bytes = PackedIndexBytes(indices.count, indices.bits);
  task.count = indices.count;
  task.groups = indices.count / kGroup + (indices.count % kGroup != 0 ? 1 : 0);
  task.num_shards = parallel_for.num_threads;
  if (task.num_shards > task.groups) {
    task.num_shards = static_cast<int>(task.groups);
  }
  task.codebook = static_cast<const char*>(codebook);
  task.out = static_cast<char*>(out);
  task.largest = 0;
  const Bodies& bodies = kBodies[indices.bits - 1];
  // Every index is good if there is an entry for each.
  if (entries < int64_t{1} << indices.bits) {
    parallel_for.run(parallel_for.context, task.num_shards, bodies.largest,
                     &task);
    if (task.largest >= entries) return kKernelBadIndex;
  }
  parallel_for.run(parallel_for.context, task.num_shards,
                   format == kFloat64   ? bodies.look_up64
                   : format == kFloat32 ? bodies.look_up32
                                        : bodies.look_up16,
                   &task);
  return kKernelOk;
}

}  // namespace tfmot
