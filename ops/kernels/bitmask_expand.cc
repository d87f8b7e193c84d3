// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/bitmask_expand.h"

#include <string.h>

namespace tfmot {
namespace {

// Elements of one word of the mask.
const int kWordBits = 64;
// More shards than threads would only repeat the sums of set bits.
const int kMaxShards = 64;

// Word `word` of a mask; bytes after its end are 0. Bits after element `count`
// are as they are.
inline uint64_t LoadWord(const uint8_t* mask, int64_t mask_bytes,
                         int64_t word) {
  const int64_t begin = word * 8;
  uint64_t bits = 0;
  if (begin + 8 <= mask_bytes) {
    for (int i = 0; i < 8; ++i) {
      bits |= static_cast<uint64_t>(mask[begin + i]) << (8 * i);
    }
  } else {
    for (int64_t i = begin; i < mask_bytes; ++i) {
      bits |= static_cast<uint64_t>(mask[i]) << (8 * (i - begin));
    }
  }
  return bits;
}

// Counts set bits: the instruction is not in every CPU of the portable binary.
inline int64_t CountBits(uint64_t bits) {
  bits -= (bits >> 1) & 0x5555555555555555ull;
  bits = (bits & 0x3333333333333333ull) + ((bits >> 2) & 0x3333333333333333ull);
  bits = (bits + (bits >> 4)) & 0x0f0f0f0f0f0f0f0full;
  return static_cast<int64_t>((bits * 0x0101010101010101ull) >> 56);
}

// What all shards share. A shard is a range of words.
struct ExpandTask {
  const uint8_t* mask;
  int64_t mask_bytes;
  int64_t words;
  int64_t count;
  int num_shards;
  const char* values;
  char* out;
  // Set bits of each shard, and later of those before it.
  int64_t bits_of[kMaxShards];
};

// Shard body.
void CountShard(void* context, int shard) {
  ExpandTask* task = static_cast<ExpandTask*>(context);
  const ShardRange range = ShardOf(task->words, task->num_shards, shard);
  int64_t bits = 0;
  for (int64_t word = range.begin; word < range.end; ++word) {
    bits += CountBits(LoadWord(task->mask, task->mask_bytes, word));
  }
  task->bits_of[shard] = bits;
}

// Writes the elements of one word and returns where the next value is.
template <typename Bits>
inline const char* ExpandWord(uint64_t word, const char* values, char* out) {
  const size_t kBytes = sizeof(Bits);
  if (word == ~uint64_t{0}) {
    memcpy(out, values, kWordBits * kBytes);
    return values + kWordBits * kBytes;
  }
  memset(out, 0, kWordBits * kBytes);
  for (; word != 0; word &= word - 1) {
    memcpy(out + static_cast<size_t>(__builtin_ctzll(word)) * kBytes, values,
           kBytes);
    values += kBytes;
  }
  return values;
}

// Shard body.
template <typename Bits>
void ExpandShard(void* context, int shard) {
  const int64_t kBytes = static_cast<int64_t>(sizeof(Bits));
  const ExpandTask& task = *static_cast<const ExpandTask*>(context);
  const ShardRange range = ShardOf(task.words, task.num_shards, shard);
  const char* values = task.values + task.bits_of[shard] * kBytes;
  for (int64_t word = range.begin; word < range.end; ++word) {
    const uint64_t bits = LoadWord(task.mask, task.mask_bytes, word);
    char* out = task.out + word * kWordBits * kBytes;
    const int64_t left = task.count - word * kWordBits;
    if (left >= kWordBits) {
      values = ExpandWord<Bits>(bits, values, out);
    } else {
      Bits last[kWordBits];
      ExpandWord<Bits>(bits, values, reinterpret_cast<char*>(last));
      memcpy(out, last, static_cast<size_t>(left * kBytes));
    }
  }
}

// Whether a bit after the last element is set.
bool HasBitsAfterEnd(const ExpandTask& task) {
  const int64_t used = task.count % 8;
  return used != 0 && (task.mask[task.mask_bytes - 1] >> used) != 0;
}

}  // namespace

KernelStatus BitmaskExpand(FloatFormat format, const uint8_t* mask,
                           const void* values, int64_t value_count,
                           int64_t count, const ParallelFor& parallel_for,
                           void* out) {
  if (!IsFloatFormat(format)) return kKernelBadFormat;
  if (count < 0 || value_count < 0) return kKernelBadCount;
  if (parallel_for.num_threads < 1) return kKernelBadThreads;
  ExpandTask task;
  task.mask = mask;
  task.mask_bytes = BitmaskBytes(count);
  task.words = count / kWordBits + (count % kWordBits != 0 ? 1 : 0);
  task.count = count;
  task.values = static_cast<const char*>(values);
  task.out = static_cast<char*>(out);
  task.num_shards = parallel_for.num_threads;
  if (task.num_shards > kMaxShards) task.num_shards = kMaxShards;
  if (task.num_shards > task.words) {
    task.num_shards = static_cast<int>(task.words);
  }
  if (count == 0) return value_count == 0 ? kKernelOk : kKernelBadMask;
  if (HasBitsAfterEnd(task)) return kKernelBadMask;
  parallel_for.run(parallel_for.context, task.num_shards, CountShard, &task);
  int64_t before = 0;
  for (int shard = 0; shard < task.num_shards; ++shard) {
    const int64_t bits = task.bits_of[shard];
    task.bits_of[shard] = before;
    before += bits;
  }
  if (before != value_count) return kKernelBadMask;
  const ShardBody expand = format == kFloat64   ? ExpandShard<uint64_t>
                           : format == kFloat32 ? ExpandShard<uint32_t>
                                                : ExpandShard<uint16_t>;
  parallel_for.run(parallel_for.context, task.num_shards, expand, &task);
  return kKernelOk;
}

}  // namespace tfmot
