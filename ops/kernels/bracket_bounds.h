// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_BRACKET_BOUNDS_H_
#define OPS_KERNELS_BRACKET_BOUNDS_H_

#include "ops/kernels/bracket_mask.h"
#include "ops/kernels/bracket_settle.h"

namespace tfmot {

// The first half of BracketMask: between which bounds the pass looks for the
// threshold. Both functions set the call's bounds, cut_chunk and
// rest_is_zero_ties.

// Chooses them from the sample, `width` standard deviations on each side.
// REQUIRES: the sample is drawn.
void ChooseBounds(const BracketTuning& tuning, double width, Bracketing* call);

// Chooses them next to the hint: less than 1 % of its magnitude away, or, for
// formats whose numbers are as far from each other, one number; and down to
// zero where that adds few candidates, as for weights that are pruned already.
// False if there is no hint, or a small sample says that it is wrong.
bool ChooseBoundsFromHint(const BracketTuning& tuning, Bracketing* call);

}  // namespace tfmot

#endif  // OPS_KERNELS_BRACKET_BOUNDS_H_
