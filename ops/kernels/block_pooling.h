// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BLOCK_POOLING_H_
#define OPS_KERNELS_BLOCK_POOLING_H_

#include <stdint.h>

#include "ops/kernels/block_grid.h"
#include "ops/kernels/cpu_variant.h"
#include "ops/kernels/magnitude_bits.h"

namespace tfmot {

// What a block is ranked by.
enum BlockPooling {
  kPoolAverage = 0,  // the mean magnitude of its weights
  kPoolMax = 1,      // their largest magnitude
};

inline bool IsBlockPooling(int pooling) {
  return pooling == kPoolAverage || pooling == kPoolMax;
}

// Weights cut into blocks.
struct BlockedWeights {
  const void* weights;
  BlockGrid grid;
};

// Bits of a block's key: for kPoolMax those of a magnitude of the weights'
// format, for kPoolAverage 31 (a float32), or 63 for float64 weights.
int BlockKeyBits(FloatFormat format, BlockPooling pooling);

// Bytes in which a block's key is passed: 4, or 8 for keys over 31 bits.
inline int BlockKeyBytes(FloatFormat format, BlockPooling pooling) {
  return BlockKeyBits(format, pooling) > 31 ? 8 : 4;
}

// Writes the keys of the blocks [begin, begin + count) to `keys`; `weights` is
// a BlockedWeights.
typedef void (*BlockKeyReader)(const void* weights, int64_t begin, int count,
                               void* keys);

// The reader for the given weights. It computes every key anew, with a fixed
// order of additions that ops/README.md, "Semantics", spells out; it needs no
// memory but some KB of stack, whatever the size of a block.
// REQUIRES: CpuVariantIsSupported(variant).
BlockKeyReader BlockKeyReaderFor(CpuVariant variant, FloatFormat format,
                                 BlockPooling pooling);

// What BlockKeyReaderFor chooses from, by format and pooling.
struct BlockKeyReaders {
  BlockKeyReader of[4][2];
};
extern const BlockKeyReaders kPortableReaders;
extern const BlockKeyReaders kAvx2Readers;
extern const BlockKeyReaders kAvx512Readers;

// Stores a key as a number of the weights' format, rounded to nearest even
// where the format is narrower than the key.
void StoreBlockKey(FloatFormat format, BlockPooling pooling, uint64_t key,
                   void* number);

}  // namespace tfmot

#endif  // OPS_KERNELS_BLOCK_POOLING_H_
