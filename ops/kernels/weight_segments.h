// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_WEIGHT_SEGMENTS_H_
#define OPS_KERNELS_WEIGHT_SEGMENTS_H_

#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"

namespace tfmot {

// Weights that are ranked together and lie in several pieces of memory: as if
// they were concatenated, in the order of the list.

struct WeightSegment {
  const void* weights;
  uint8_t* mask;
  int64_t count;  // may be 0
  // Set by PlaceSegments:
  int64_t begin;        // index of its first weight in the concatenation
  int64_t first_chunk;  // no chunk has weights of two segments
};

struct WeightSegments {
  WeightSegment* list;
  int64_t size;  // at least 1
};

// A piece of one segment.
struct WeightPiece {
  const char* weights;
  uint8_t* mask;
  int64_t count;
};

// Sets `begin` and `first_chunk`, for chunks of so many weights. Returns the
// number of chunks.
inline int64_t PlaceSegments(const WeightSegments& segments, int64_t chunk) {
  int64_t begin = 0;
  int64_t chunks = 0;
  for (int64_t i = 0; i < segments.size; ++i) {
    segments.list[i].begin = begin;
    segments.list[i].first_chunk = chunks;
    begin += segments.list[i].count;
    chunks += (segments.list[i].count + chunk - 1) / chunk;
  }
  return chunks;
}

// The last segment whose `place`, a member that ascends, is at most `value`:
// that is none without weights, if `value` is the place of any.
inline const WeightSegment& SegmentAt(const WeightSegments& segments,
                                      int64_t WeightSegment::* place,
                                      int64_t value) {
  int64_t first = 0;
  int64_t last = segments.size - 1;
  while (first < last) {
    const int64_t middle = last - (last - first) / 2;
    if (segments.list[middle].*place <= value) {
      first = middle;
    } else {
      last = middle - 1;
    }
  }
  return segments.list[first];
}

// From the weight with this index on, the rest of its segment.
// REQUIRES: PlaceSegments; 0 <= index < number of weights.
inline WeightPiece PieceFrom(const WeightSegments& segments, FloatFormat format,
                             int64_t index) {
  const WeightSegment& segment =
      SegmentAt(segments, &WeightSegment::begin, index);
  const int64_t offset = index - segment.begin;
  WeightPiece piece;
  piece.weights = static_cast<const char*>(segment.weights) +
                  offset * static_cast<int64_t>(FloatBytes(format));
  piece.mask = segment.mask + offset;
  piece.count = segment.count - offset;
  return piece;
}

}  // namespace tfmot

#endif  // OPS_KERNELS_WEIGHT_SEGMENTS_H_
