// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

// 10,000 random cases for each mask, format and variant, with up to 2^25 + 1
// weights. Needs some minutes and 3 GB.

#include <string>

#include "gtest/gtest.h"
#include "ops/kernels/testing/mask_sweep.h"

namespace tfmot {
namespace {

const testing::MaskSweep kSweep = {0, 10000, (1 << 25) + 1};

class MaskLongSweepTest : public ::testing::TestWithParam<FloatFormat> {};

TEST_P(MaskLongSweepTest, MagnitudeMask) {
  testing::SweepMagnitudeMask(GetParam(), kSweep);
}

TEST_P(MaskLongSweepTest, BlockMask) {
  testing::SweepBlockMask(GetParam(), kSweep);
}

TEST_P(MaskLongSweepTest, MByNMask) {
  testing::SweepMByNMask(GetParam(), kSweep);
}

INSTANTIATE_TEST_SUITE_P(AllFormats, MaskLongSweepTest,
                         ::testing::ValuesIn(testing::kAllFormats),
                         [](const ::testing::TestParamInfo<FloatFormat>& info) {
                           return std::string(testing::FormatName(info.param));
                         });

}  // namespace
}  // namespace tfmot
