// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/testing/guarded_buffer.h"

#include <stdint.h>

#include "gtest/gtest.h"

namespace tfmot {
namespace testing {
namespace {

TEST(GuardedBufferTest, HasTheAddressAskedFor) {
  for (size_t misalignment = 0; misalignment < 64; ++misalignment) {
    GuardedBuffer buffer(10, misalignment);
    EXPECT_EQ(reinterpret_cast<uintptr_t>(buffer.data()) % 64, misalignment);
  }
}

TEST(GuardedBufferTest, WritingInsideIsAllowedAndSeen) {
  GuardedBuffer buffer(10, 3);
  EXPECT_TRUE(buffer.IsUntouched());
  buffer.data()[0] = 1;
  buffer.data()[9] = 1;
  EXPECT_TRUE(buffer.IsIntact());
  EXPECT_FALSE(buffer.IsUntouched());
}

// Under the address sanitizer the write itself ends the test program.
#ifndef TFMOT_TESTING_ASAN
TEST(GuardedBufferTest, WritingOutsideIsSeen) {
  for (const int offset : {-100, -1, 10, 100}) {
    GuardedBuffer buffer(10, 3);
    uint8_t* data = buffer.data();
    data[offset] ^= 1;
    EXPECT_FALSE(buffer.IsIntact()) << offset;
    data[offset] ^= 1;
    EXPECT_TRUE(buffer.IsIntact()) << offset;
  }
}
#endif

}  // namespace
}  // namespace testing
}  // namespace tfmot
