// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_KEY_SELECT_H_
#define OPS_KERNELS_KEY_SELECT_H_

#include <stddef.h>
#include <stdint.h>

#include "ops/kernels/parallel_for.h"
#include "ops/kernels/status.h"

namespace tfmot {

// Keeps exactly the `keep` largest of a stream of unsigned integer keys, and of
// keys that are equal those that come first.
//
// This is the one selection that all mask kernels share: a kernel says what its
// keys are (KeyStream) and what to do with the answer (KeptSink). Keys are read
// several times in small chunks and never stored, so that a mask over n weights
// needs no scratch that grows with n.

// Keys per call of KeyStream::read and KeptSink::write, at most.
const int kKeyChunk = 1024;

// Where the keys come from.
struct KeyStream {
  int64_t count;
  // Every key is below 2^key_bits; 1 <= key_bits <= 63. Keys of up to 31 bits
  // are passed as uint32_t, longer ones as uint64_t.
  int key_bits;
  // Writes the keys [begin, begin + count) to `keys`; 1 <= count <= kKeyChunk.
  // Called from several threads at once, and several times for the same keys,
  // which must not change meanwhile.
  void (*read)(const void* context, int64_t begin, int count, void* keys);
  const void* context;
};

// Where the answer goes.
struct KeptSink {
  // kept[i] is 1 where key begin + i is kept and 0 where it is not. Every key
  // is passed exactly once. Called from several threads at once.
  void (*write)(void* context, int64_t begin, int count, const uint8_t* kept);
  void* context;
};

// Bytes of scratch that SelectLargestKeys needs: about 50 KB per thread.
// REQUIRES: count >= 0, num_threads >= 1.
size_t KeySelectScratchBytes(int64_t count, int num_threads);

// Passes to `sink` which keys are kept, and sets *threshold to the smallest
// kept key (the keep-th largest of all; 0 for an empty stream).
//
// Time is linear in count whatever the keys are: at most ceil(key_bits / 11)
// counting passes over the stream and one that writes; never a sort. A counting
// pass is left out once the keys to keep are exactly those above some prefix.
// Counts are 64 bits wide, so count may exceed 2^32.
//
// REQUIRES: 1 <= keep <= count (keep == 0 for count == 0); scratch of
//   KeySelectScratchBytes(count, parallel_for.num_threads) bytes, any
//   alignment.
KernelStatus SelectLargestKeys(const KeyStream& stream, int64_t keep,
                               const KeptSink& sink,
                               const ParallelFor& parallel_for, void* scratch,
                               size_t scratch_bytes, uint64_t* threshold);

}  // namespace tfmot

#endif  // OPS_KERNELS_KEY_SELECT_H_
