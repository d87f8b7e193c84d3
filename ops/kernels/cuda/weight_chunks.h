// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_WEIGHT_CHUNKS_H_
#define OPS_KERNELS_CUDA_WEIGHT_CHUNKS_H_

#include <stdint.h>

#include "ops/kernels/cuda/device_api.h"
#include "ops/kernels/cuda/key_range.h"
#include "ops/kernels/magnitude_bits.h"

namespace tfmot {
namespace device {

// How kernels read weights: 16 bytes at a time where the address allows it.

// REQUIRES: `weights` at a multiple of the size of a weight.
template <typename Format>
TFMOT_DEVICE typename Format::Key KeyAt(const void* weights, int64_t index) {
  return static_cast<typename Format::Key>(
      static_cast<const typename Format::Bits*>(weights)[index] &
      Format::kMagnitudeMask);
}

// Neighbours that are read at once.
template <typename Format>
struct Pack {
  static const int kWeights = 16 / sizeof(typename Format::Bits);
  static const int kPerThread = kWeightsPerThread / kWeights;
  alignas(16) typename Format::Bits bits[kWeights];
};

// The flags of a pack, written at once.
template <typename Format>
struct PackFlags {
  static const int kWeights = Pack<Format>::kWeights;
  alignas(kWeights) uint8_t flag[kWeights];
};

// Reads this thread's packs of a whole chunk; all of them before any is used.
template <typename Format>
TFMOT_DEVICE void ReadPacks(const void* weights, int64_t first,
                            Pack<Format>* packs) {
  const Pack<Format>* in =
      reinterpret_cast<const Pack<Format>*>(
          static_cast<const typename Format::Bits*>(weights) + first) +
      ThreadIndex();
  TFMOT_UNROLL
  for (int p = 0; p < Pack<Format>::kPerThread; ++p)
    packs[p] = in[p * kThreads];
}

// Whether packs of the chunk that starts at `first` can be read.
TFMOT_DEVICE bool IsWhole(int64_t first, int64_t count) {
  return first + kChunkWeights <= count;
}

// Calls visit(key) for every weight of the chunk, once by some thread.
// `packed`: `weights` is at a multiple of 16 bytes.
template <typename Format, typename Visit>
TFMOT_DEVICE void VisitChunk(const void* weights, int64_t count, int64_t chunk,
                             bool packed, Visit visit) {
  typedef typename Format::Key Key;
  const int64_t first = chunk * kChunkWeights;
  if (packed && IsWhole(first, count)) {
    Pack<Format> packs[Pack<Format>::kPerThread];
    ReadPacks<Format>(weights, first, packs);
    TFMOT_UNROLL
    for (int p = 0; p < Pack<Format>::kPerThread; ++p) {
      TFMOT_UNROLL
      for (int i = 0; i < Pack<Format>::kWeights; ++i) {
        visit(static_cast<Key>(packs[p].bits[i] & Format::kMagnitudeMask));
      }
    }
    return;
  }
  for (int i = 0; i < kWeightsPerThread; ++i) {
    const int64_t index = first + i * kThreads + ThreadIndex();
    if (index < count) visit(KeyAt<Format>(weights, index));
  }
}

// Calls decide(key, index) -> flag for every weight of the chunk and writes the
// flags to `mask`, which is at a multiple of 16 bytes.
template <typename Format, typename Decide>
TFMOT_DEVICE void MaskChunk(const void* weights, int64_t count, int64_t chunk,
                            bool packed, uint8_t* mask, Decide decide) {
  typedef typename Format::Key Key;
  const int kWeights = Pack<Format>::kWeights;
  const int64_t first = chunk * kChunkWeights;
  if (packed && IsWhole(first, count)) {
    Pack<Format> packs[Pack<Format>::kPerThread];
    ReadPacks<Format>(weights, first, packs);
    TFMOT_UNROLL
    for (int p = 0; p < Pack<Format>::kPerThread; ++p) {
      const int64_t index =
          first +
          (static_cast<int64_t>(p) * kThreads + ThreadIndex()) * kWeights;
      PackFlags<Format> flags;
      TFMOT_UNROLL
      for (int i = 0; i < kWeights; ++i) {
        flags.flag[i] =
            decide(static_cast<Key>(packs[p].bits[i] & Format::kMagnitudeMask),
                   index + i);
      }
      *reinterpret_cast<PackFlags<Format>*>(mask + index) = flags;
    }
    return;
  }
  for (int i = 0; i < kWeightsPerThread; ++i) {
    const int64_t index = first + i * kThreads + ThreadIndex();
    if (index < count) {
      mask[index] = decide(KeyAt<Format>(weights, index), index);
    }
  }
}

}  // namespace device
}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_WEIGHT_CHUNKS_H_
