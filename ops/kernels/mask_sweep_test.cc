// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// The first random cases for each mask and format; mask_long_sweep_test.cc has
// them all.

#include "ops/kernels/testing/mask_sweep.h"

#include <string>

#include "gtest/gtest.h"

namespace tfmot {
namespace {

const testing::MaskSweep kSweep = {0, 500, (1 << 16) + 1};

class MaskSweepTest : public ::testing::TestWithParam<FloatFormat> {};

TEST_P(MaskSweepTest, MagnitudeMask) {
  testing::SweepMagnitudeMask(GetParam(), kSweep);
}

TEST_P(MaskSweepTest, BlockMask) {
  testing::SweepBlockMask(GetParam(), kSweep);
}

TEST_P(MaskSweepTest, MByNMask) { testing::SweepMByNMask(GetParam(), kSweep); }

INSTANTIATE_TEST_SUITE_P(AllFormats, MaskSweepTest,
                         ::testing::ValuesIn(testing::kAllFormats),
                         [](const ::testing::TestParamInfo<FloatFormat>& info) {
                           return std::string(testing::FormatName(info.param));
                         });

}  // namespace
}  // namespace tfmot
