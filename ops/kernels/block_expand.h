// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BLOCK_EXPAND_H_
#define OPS_KERNELS_BLOCK_EXPAND_H_

#include <stdint.h>

#include "ops/kernels/block_grid.h"
#include "ops/kernels/cpu_variant.h"

namespace tfmot {

// Writes each of the `blocks` flags `width` times. May read kFlagPadding bytes
// behind the last one.
const int kFlagPadding = 16;
typedef void (*FlagRepeater)(const uint8_t* kept, int64_t blocks, int64_t width,
                             uint8_t* row);
void RepeatFlagsPortable(const uint8_t* kept, int64_t blocks, int64_t width,
                         uint8_t* row);

// REQUIRES: CpuVariantIsSupported(variant).
FlagRepeater FlagRepeaterFor(CpuVariant variant);

// Writes the flag of each of the blocks [begin, begin + count) to the mask of
// all its weights. REQUIRES: kFlagPadding readable bytes behind `kept`.
void WriteBlocks(const BlockGrid& grid, int64_t begin, int64_t count,
                 const uint8_t* kept, FlagRepeater repeat, uint8_t* mask);

}  // namespace tfmot

#endif  // OPS_KERNELS_BLOCK_EXPAND_H_
