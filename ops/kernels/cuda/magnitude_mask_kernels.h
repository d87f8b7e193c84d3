// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_MAGNITUDE_MASK_KERNELS_H_
#define OPS_KERNELS_CUDA_MAGNITUDE_MASK_KERNELS_H_

#include <stdint.h>

#include "ops/kernels/cuda/device_api.h"
#include "ops/kernels/cuda/key_range.h"
#include "ops/kernels/cuda/thread_block.h"
#include "ops/kernels/cuda/weight_chunks.h"
#include "ops/kernels/magnitude_bits.h"

// The kernels of MagnitudeMaskCuda, in the order in which they run. The host
// cannot look at what one of them finds, so all are started, and those with
// nothing to do return at once.
//
// 1. StartSearch   a sample of 8192 weights brackets the k-th largest key
// 2. CountRange    reads all weights: counts those above the bracket, and those
//                  in each of its 2048 bins. The bin of the k-th largest holds
//                  few weights, and the search ends here, but where many
//                  weights tie, are packed closely or the bracket missed; then
//                  the next CountRange cuts what is left into 2048 bins again,
//                  until it holds few weights or is one key
// 3. CountTies     only for one key: where in the weights do the ties run out?
// 4. WriteMask     reads all weights again and writes the mask; lists the few
//                  weights in the bin
// 5. Settle        ranks the few and marks those that are kept; of one key,
// does
//                  the chunk in which the ties run out
//
// Counts are sums of integers, and the few are ranked by (key, index), so no
// order of threads changes the result.

namespace tfmot {
namespace device {

// What all kernels of one mask share; in scratch memory.
struct SearchState {
  SearchResult result;
  uint64_t above;     // being counted by CountRange
  uint32_t tickets;   // of IsLastBlock
  uint32_t num_few;   // listed by WriteMask
  int64_t cut_chunk;  // kOneKeyLeft: before it all ties are kept, after it none
  uint64_t cut_keep;  // and in it the first `cut_keep`
};

// A weight that neither is surely kept nor surely not.
struct FewWeight {
  uint64_t key;
  int64_t index;
};

// Arguments of all kernels.
struct MaskTask {
  const void* weights;
  int64_t count;
  uint64_t keep;
  bool packed;  // `weights` is at a multiple of 16 bytes
  SampleRanks ranks;
  int64_t few_capacity;
  SearchState* state;
  uint64_t* bins;        // kBins
  FewWeight* few;        // few_capacity
  uint32_t* chunk_ties;  // ChunkCount(count)
  uint8_t* mask;
  void* threshold;
};

struct StartShared {
  uint32_t bins[kBins];
  PickShared pick;
};

// The key of the given rank in the sample, of which each thread holds some.
template <typename Format, int kPerThread>
TFMOT_DEVICE uint64_t KeyOfRank(const typename Format::Key* keys, uint64_t rank,
                                StartShared* shared) {
  uint64_t low = 0;
  uint64_t high = Format::kMagnitudeMask;
  while (low != high) {
    const KeyRange range = CutRange(low, high);
    for (int i = ThreadIndex(); i < kBins; i += kThreads) shared->bins[i] = 0;
    Barrier();
    for (int i = 0; i < kPerThread; ++i) {
      if (keys[i] >= low && keys[i] <= high) {
        AtomicAdd(&shared->bins[BinOf(range, keys[i])], uint32_t{1});
      }
    }
    Barrier();
    PickBin(
        rank, [&](int bin) { return uint64_t{shared->bins[bin]}; },
        &shared->pick);
    rank -= shared->pick.above_bin;
    low = FirstOfBin(range, shared->pick.bin);
    high = LastOfBin(range, shared->pick.bin);
    Barrier();  // Until everybody has read what was picked.
  }
  return low;
}

// One block of threads.
template <typename Format>
TFMOT_KERNEL void StartSearch(MaskTask task) {
  TFMOT_SHARED(StartShared, shared);
  const int kPerThread = kSampleSize / kThreads;
  typedef typename Format::Key Key;
  for (int i = ThreadIndex(); i < kBins; i += kThreads) task.bins[i] = 0;
  uint64_t low = 0;
  uint64_t high = Format::kMagnitudeMask;
  if (task.count >= kLeastSampledCount) {
    Key keys[kPerThread];
    TFMOT_UNROLL
    for (int i = 0; i < kPerThread; ++i) {
      keys[i] = KeyAt<Format>(
          task.weights, SamplePlace(i * kThreads + ThreadIndex(), task.count));
    }
    if (task.ranks.high >= 1) {
      high = KeyOfRank<Format, kPerThread>(keys, task.ranks.high, &shared);
    }
    if (task.ranks.low <= kSampleSize) {
      low = KeyOfRank<Format, kPerThread>(keys, task.ranks.low, &shared);
    }
  }
  if (ThreadIndex() != 0) return;
  SearchState* state = task.state;
  state->result =
      ResultOf(low, high, static_cast<uint64_t>(task.count), task.keep, 0);
  // One key in the bracket is not proved to be the threshold yet.
  state->result.phase = task.count <= task.few_capacity ? kFewLeft : kSearching;
  state->above = 0;
  state->tickets = 0;
  state->num_few = 0;
  state->cut_chunk = 0;
  state->cut_keep = 0;
}

struct CountShared {
  uint32_t bins[kBins];
  PickShared pick;
  bool is_last;
};

template <typename Format>
TFMOT_KERNEL void CountRange(MaskTask task) {
  TFMOT_SHARED(CountShared, shared);
  typedef typename Format::Key Key;
  SearchState* state = task.state;
  if (state->result.phase != kSearching) return;
  const KeyRange range = CutRange(state->result.low, state->result.high);
  const Key low = static_cast<Key>(range.low);
  const Key high = static_cast<Key>(range.high);
  for (int i = ThreadIndex(); i < kBins; i += kThreads) shared.bins[i] = 0;
  Barrier();
  uint64_t above = 0;
  const int64_t chunks = ChunkCount(task.count);
  for (int64_t chunk = BlockIndex(); chunk < chunks; chunk += GridBlocks()) {
    uint32_t above_here = 0;
    VisitChunk<Format>(
        task.weights, task.count, chunk, task.packed, [&](Key key) {
          if (key > high) {
            ++above_here;
          } else if (key >= low) {
            AtomicAdd(
                &shared.bins[static_cast<uint32_t>((key - low) >> range.shift)],
                uint32_t{1});
          }
        });
    above += above_here;
  }
  above = WarpSum(above);
  if (ThreadIndex() % 32 == 0 && above > 0) AtomicAdd(&state->above, above);
  Barrier();
  for (int i = ThreadIndex(); i < kBins; i += kThreads) {
    if (shared.bins[i] > 0) AtomicAdd(&task.bins[i], uint64_t{shared.bins[i]});
  }
  if (!IsLastBlock(&state->tickets, &shared.is_last)) return;

  const uint64_t all_above = LoadFresh(&state->above);
  const uint64_t rank = task.keep > all_above ? task.keep - all_above : 0;
  PickBin(
      rank, [&](int bin) { return LoadFresh(&task.bins[bin]); }, &shared.pick);
  for (int i = ThreadIndex(); i < kBins; i += kThreads) task.bins[i] = 0;
  if (ThreadIndex() != 0) return;
  RangeCount counted;
  counted.above = all_above;
  counted.inside = shared.pick.sum.all;
  counted.bin = shared.pick.bin;
  counted.above_bin = shared.pick.above_bin;
  counted.inside_bin = shared.pick.inside_bin;
  state->result =
      Narrow(range, counted, static_cast<uint64_t>(task.count), task.keep,
             Format::kMagnitudeMask, static_cast<uint64_t>(task.few_capacity));
  state->above = 0;
}

struct TiesShared {
  uint32_t ties;
  SumShared sum;
  bool is_last;
};

// The last block: the chunk before whose end the kept ties run out.
TFMOT_DEVICE void FindCut(const MaskTask& task, SumShared* shared) {
  const int64_t chunks = ChunkCount(task.count);
  const int64_t each = (chunks + kThreads - 1) / kThreads;
  const int64_t begin = each * ThreadIndex();
  const int64_t end = begin + each < chunks ? begin + each : chunks;
  uint64_t sum = 0;
  for (int64_t i = begin; i < end; ++i) sum += LoadFresh(&task.chunk_ties[i]);
  const uint64_t up_to = SumUpTo(sum, shared);
  const uint64_t keep = task.state->result.keep;
  uint64_t before = up_to - sum;
  if (before >= keep || keep > up_to) return;
  int64_t chunk = begin;
  for (;; ++chunk) {
    const uint64_t ties = LoadFresh(&task.chunk_ties[chunk]);
    if (before + ties >= keep) break;
    before += ties;
  }
  task.state->cut_chunk = chunk;
  task.state->cut_keep = keep - before;
}

template <typename Format>
TFMOT_KERNEL void CountTies(MaskTask task) {
  TFMOT_SHARED(TiesShared, shared);
  typedef typename Format::Key Key;
  const SearchResult result = task.state->result;
  if (result.phase != kOneKeyLeft) return;
  const int64_t chunks = ChunkCount(task.count);
  if (result.keep == result.inside) {  // Ties are all kept: no cut.
    if (BlockIndex() == 0 && ThreadIndex() == 0) task.state->cut_chunk = chunks;
    return;
  }
  const Key tied = static_cast<Key>(result.low);
  for (int64_t chunk = BlockIndex(); chunk < chunks; chunk += GridBlocks()) {
    if (ThreadIndex() == 0) shared.ties = 0;
    Barrier();
    uint32_t ties = 0;
    VisitChunk<Format>(task.weights, task.count, chunk, task.packed,
                       [&](Key key) { ties += key == tied ? 1 : 0; });
    ties = WarpSum(ties);
    if (ThreadIndex() % 32 == 0 && ties > 0) AtomicAdd(&shared.ties, ties);
    Barrier();
    if (ThreadIndex() == 0) task.chunk_ties[chunk] = shared.ties;
  }
  if (!IsLastBlock(&task.state->tickets, &shared.is_last)) return;
  FindCut(task, &shared.sum);
}

template <typename Format>
TFMOT_KERNEL void WriteMask(MaskTask task) {
  typedef typename Format::Key Key;
  SearchState* state = task.state;
  const Key low = static_cast<Key>(state->result.low);
  const Key high = static_cast<Key>(state->result.high);
  const bool few_left = state->result.phase == kFewLeft;
  const int64_t cut_chunk = state->cut_chunk;
  const int64_t chunks = ChunkCount(task.count);
  for (int64_t chunk = BlockIndex(); chunk < chunks; chunk += GridBlocks()) {
    // Of one key the cut chunk's ties are for Settle.
    const bool keeps_ties = !few_left && chunk < cut_chunk;
    MaskChunk<Format>(task.weights, task.count, chunk, task.packed, task.mask,
                      [&](Key key, int64_t index) -> uint8_t {
                        if (key > high) return 1;
                        if (key < low) return 0;
                        if (few_left) {
                          const uint32_t place =
                              AtomicAdd(&state->num_few, uint32_t{1});
                          // As many as were counted, unless weights change
                          // meanwhile.
                          if (place < task.few_capacity) {
                            task.few[place].key = key;
                            task.few[place].index = index;
                          }
                        }
                        return keeps_ties;
                      });
  }
}

template <typename Format>
TFMOT_DEVICE void StoreThreshold(uint64_t key, void* threshold) {
  *static_cast<typename Format::Bits*>(threshold) =
      static_cast<typename Format::Bits>(key);
}

// One warp ranks one weight.
template <typename Format>
TFMOT_DEVICE void SettleFew(const MaskTask& task) {
  const uint64_t keep = task.state->result.keep;
  const int64_t listed = task.state->num_few;
  const int64_t num_few =
      listed < task.few_capacity ? listed : task.few_capacity;
  const int kWarps = kThreads / 32;
  const int lane = ThreadIndex() % 32;
  const int64_t warps = static_cast<int64_t>(GridBlocks()) * kWarps;
  for (int64_t i =
           static_cast<int64_t>(BlockIndex()) * kWarps + ThreadIndex() / 32;
       i < num_few; i += warps) {
    const FewWeight self = task.few[i];
    uint32_t before = 0;
    for (int64_t j = lane; j < num_few; j += 32) {
      const FewWeight other = task.few[j];
      before += other.key > self.key ||
                        (other.key == self.key && other.index < self.index)
                    ? 1
                    : 0;
    }
    before = WarpSum(before);
    if (lane != 0) continue;
    if (before < keep) task.mask[self.index] = 1;
    if (before + uint64_t{1} == keep) {
      StoreThreshold<Format>(self.key, task.threshold);
    }
  }
}

// One block marks the ties of the cut chunk, each thread neighbours.
template <typename Format>
TFMOT_DEVICE void SettleTies(const MaskTask& task, SumShared* shared) {
  const SearchState* state = task.state;
  const typename Format::Key tied =
      static_cast<typename Format::Key>(state->result.low);
  if (ThreadIndex() == 0) StoreThreshold<Format>(tied, task.threshold);
  if (state->cut_chunk >= ChunkCount(task.count)) return;
  const int64_t begin = state->cut_chunk * kChunkWeights +
                        static_cast<int64_t>(ThreadIndex()) * kWeightsPerThread;
  const int64_t end = begin + kWeightsPerThread < task.count
                          ? begin + kWeightsPerThread
                          : task.count;
  uint64_t ties = 0;
  for (int64_t i = begin; i < end; ++i) {
    ties += KeyAt<Format>(task.weights, i) == tied ? 1 : 0;
  }
  uint64_t before = SumUpTo(ties, shared) - ties;
  for (int64_t i = begin; i < end; ++i) {
    if (KeyAt<Format>(task.weights, i) != tied) continue;
    if (before++ < state->cut_keep) task.mask[i] = 1;
  }
}

template <typename Format>
TFMOT_KERNEL void Settle(MaskTask task) {
  TFMOT_SHARED(SumShared, shared);
  if (task.state->result.phase == kFewLeft) {
    SettleFew<Format>(task);
  } else if (BlockIndex() == 0) {
    SettleTies<Format>(task, &shared);
  }
}

}  // namespace device
}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_MAGNITUDE_MASK_KERNELS_H_
