// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_PRUNED_ZEROS_H_
#define OPS_KERNELS_PRUNED_ZEROS_H_

#include <stdint.h>

#include "ops/kernels/magnitude_bits.h"

namespace tfmot {

// Whether every weight where the mask is 0 is zero, or -0. Stops soon after the
// first that is not; a denormal is not zero.
//
//   weights [0, -3, -0], mask [0, 1, 0]  ->  true
//   weights [0, -3, .1], mask [0, 1, 0]  ->  false
//
// REQUIRES: count >= 0; both hold so many elements; the mask has only 0 and 1.
bool PrunedAreZero(FloatFormat format, const void* weights, int64_t count,
                   const uint8_t* mask);

}  // namespace tfmot

#endif  // OPS_KERNELS_PRUNED_ZEROS_H_
