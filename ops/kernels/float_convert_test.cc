// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/float_convert.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "gtest/gtest.h"
#include "ops/kernels/block_mask_reference.h"
#include "ops/kernels/testing/distributions.h"

namespace tfmot {
namespace {

double ToDouble(FloatFormat format, uint64_t magnitude) {
  const uint32_t narrow = static_cast<uint32_t>(magnitude);
  switch (format) {
    case kFloat16:
      return MagnitudeToDouble(Float16Format(), narrow);
    case kBfloat16:
      return MagnitudeToDouble(Bfloat16Format(), narrow);
    case kFloat32:
      return MagnitudeToDouble(Float32Format(), narrow);
    default:
      return MagnitudeToDouble(Float64Format(), magnitude);
  }
}

void ExpectReferenceValue(FloatFormat format, uint64_t magnitude) {
  const double expected = ReferenceValue(format, magnitude);
  const double actual = ToDouble(format, magnitude);
  if (isnan(expected)) {
    EXPECT_TRUE(isnan(actual)) << testing::FormatName(format) << magnitude;
  } else {
    EXPECT_EQ(actual, expected) << testing::FormatName(format) << magnitude;
  }
}

TEST(MagnitudeToDoubleTest, LiteralValues) {
  EXPECT_EQ(ToDouble(kFloat16, 0x3c00), 1.0);
  EXPECT_EQ(ToDouble(kFloat16, 0x7bff), 65504.0);
  EXPECT_EQ(ToDouble(kFloat16, 0x0400), exp2(-14));
  EXPECT_EQ(ToDouble(kFloat16, 0x03ff), 0.0);  // denormal
  EXPECT_EQ(ToDouble(kBfloat16, 0x3fc0), 1.5);
  EXPECT_EQ(ToDouble(kBfloat16, 0x007f), 0.0);  // denormal
  EXPECT_EQ(ToDouble(kFloat32, 0x3f800000), 1.0);
  EXPECT_EQ(ToDouble(kFloat32, 0x00800000), exp2(-126));
  EXPECT_EQ(ToDouble(kFloat32, 0x007fffff), 0.0);  // denormal
  EXPECT_EQ(ToDouble(kFloat32, 0x7f800000), HUGE_VAL);
  EXPECT_EQ(ToDouble(kFloat64, 0x3ff0000000000000), 1.0);
  EXPECT_EQ(ToDouble(kFloat64, 0x000fffffffffffff), 0.0);  // denormal
}

TEST(MagnitudeToDoubleTest, EveryNumberOf16Bits) {
  for (const FloatFormat format : {kFloat16, kBfloat16}) {
    for (uint64_t magnitude = 0; magnitude < 0x8000; ++magnitude) {
      ExpectReferenceValue(format, magnitude);
    }
  }
}

TEST(MagnitudeToDoubleTest, RandomNumbersOf32And64Bits) {
  testing::ReplayRng rng(1);
  for (int i = 0; i < 100000; ++i) {
    ExpectReferenceValue(kFloat32, rng.Bits() & 0x7fffffffu);
    ExpectReferenceValue(kFloat64, rng.Bits() >> 1);
  }
}

TEST(NarrowTest, LiteralValues) {
  EXPECT_EQ(Float32ToFloat16(0), 0u);
  EXPECT_EQ(Float32ToFloat16(0x3f800000), 0x3c00u);   // 1
  EXPECT_EQ(Float32ToFloat16(0x477fefff), 0x7bffu);   // just below 65520
  EXPECT_EQ(Float32ToFloat16(0x477ff000), 0x7c00u);   // 65520
  EXPECT_EQ(Float32ToFloat16(0x33000000), 0u);        // 2^-25, a tie with 0
  EXPECT_EQ(Float32ToFloat16(0x33000001), 1u);        // just above
  EXPECT_EQ(Float32ToFloat16(0x7f800000), 0x7c00u);   // infinity
  EXPECT_EQ(Float32ToFloat16(0x7f800001), 0x7e00u);   // NaN
  EXPECT_EQ(Float32ToBfloat16(0x3f808000), 0x3f80u);  // tie, to even
  EXPECT_EQ(Float32ToBfloat16(0x3f818000), 0x3f82u);  // tie, to even
  EXPECT_EQ(Float32ToBfloat16(0x7f7fffff), 0x7f80u);  // the largest float32
  EXPECT_EQ(Float32ToBfloat16(0x7fffffff), 0x7fc0u);  // NaN
}

void ExpectRightAround(FloatFormat format, uint32_t center) {
  for (const uint32_t bits :
       {center - 2, center - 1, center, center + 1, center + 2}) {
    // Float32 denormals are no possible keys; the reference has none.
    if (bits < 0x00800000u || bits > 0x7fffffffu) continue;
    EXPECT_EQ(
        format == kFloat16 ? Float32ToFloat16(bits) : Float32ToBfloat16(bits),
        ReferenceNarrow(format, bits))
        << testing::FormatName(format) << " of " << bits;
  }
}

// Every bfloat16 and the point halfway to the next one.
TEST(NarrowTest, AroundEveryBfloat16) {
  for (uint32_t bits = 0; bits <= 0x7f80u; ++bits) {
    ExpectRightAround(kBfloat16, bits << 16);
    ExpectRightAround(kBfloat16, (bits << 16) + 0x8000u);
  }
}

// A float16, or 65536 for its infinity; denormals are normal in float32.
float Float16Value(uint32_t bits) {
  const uint32_t significand = bits & 0x3ffu;
  return bits < 0x0400u ? ldexpf(static_cast<float>(significand), -24)
                        : ldexpf(static_cast<float>(0x400u | significand),
                                 static_cast<int>(bits >> 10) - 25);
}

uint32_t Float32Bits(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof(bits));
  return bits;
}

// Every float16 and the point halfway to the next one.
TEST(NarrowTest, AroundEveryFloat16) {
  for (uint32_t bits = 0; bits <= 0x7bffu; ++bits) {
    const float value = Float16Value(bits);
    const float next = Float16Value(bits + 1);
    ExpectRightAround(kFloat16, Float32Bits(value));
    ExpectRightAround(kFloat16, Float32Bits((value + next) / 2));
  }
}

TEST(NarrowTest, RandomNumbers) {
  testing::ReplayRng rng(2);
  for (int i = 0; i < 200000; ++i) {
    const uint32_t bits = static_cast<uint32_t>(rng.Bits()) & 0x7fffffffu;
    EXPECT_EQ(Float32ToFloat16(bits), ReferenceNarrow(kFloat16, bits)) << bits;
    // Float32 denormals are no possible keys; the reference has none.
    if (bits < 0x00800000u) continue;
    EXPECT_EQ(Float32ToBfloat16(bits), ReferenceNarrow(kBfloat16, bits))
        << bits;
  }
}

}  // namespace
}  // namespace tfmot
