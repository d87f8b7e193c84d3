// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_pooling.h"

#define TFMOT_TARGET
#include "ops/kernels/block_pooling_loop.h"

namespace tfmot {

const BlockKeyReaders kPortableReaders = {
    {{ReadBlockKeys<AveragePool<Float16Format>, PlainLanes>,
      ReadBlockKeys<MaxPool<Float16Format>, PlainLanes>},
     {ReadBlockKeys<AveragePool<Bfloat16Format>, PlainLanes>,
      ReadBlockKeys<MaxPool<Bfloat16Format>, PlainLanes>},
     {ReadBlockKeys<AveragePool<Float32Format>, PlainLanes>,
      ReadBlockKeys<MaxPool<Float32Format>, PlainLanes>},
     {ReadBlockKeys<AveragePool<Float64Format>, PlainLanes>,
      ReadBlockKeys<MaxPool<Float64Format>, PlainLanes>}}};

BlockKeyReader BlockKeyReaderFor(CpuVariant variant, FloatFormat format,
                                 BlockPooling pooling) {
  const BlockKeyReaders& readers = variant == kAvx512 ? kAvx512Readers
                                   : variant == kAvx2 ? kAvx2Readers
                                                      : kPortableReaders;
  return readers.of[format][pooling];
}

int BlockKeyBits(FloatFormat format, BlockPooling pooling) {
  if (pooling == kPoolMax) return MagnitudeBits(format);
  return format == kFloat64 ? 63 : 31;
}

void StoreBlockKey(FloatFormat format, BlockPooling pooling, uint64_t key,
                   void* number) {
  if (pooling == kPoolAverage && format == kFloat16) {
    key = Float32ToFloat16(static_cast<uint32_t>(key));
  } else if (pooling == kPoolAverage && format == kBfloat16) {
    key = Float32ToBfloat16(static_cast<uint32_t>(key));
  }
  StoreMagnitude(format, key, number);
}

}  // namespace tfmot
