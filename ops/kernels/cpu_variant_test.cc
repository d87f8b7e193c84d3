// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cpu_variant.h"

#include <stdlib.h>

#include "gtest/gtest.h"

namespace tfmot {
namespace {

// Chooses in a process of its own, because the choice is made once. Exits with
// the variant's number.
void ChooseAndExit(const char* environment) {
  if (environment == nullptr) {
    unsetenv("TFMOT_CPU_VARIANT");
  } else {
    setenv("TFMOT_CPU_VARIANT", environment, 1);
  }
  exit(ChosenCpuVariant());
}

int LastSupported() {
  int last = kPortable;
  for (int v = 0; v < kNumCpuVariants; ++v) {
    if (CpuVariantIsSupported(static_cast<CpuVariant>(v))) last = v;
  }
  return last;
}

TEST(CpuVariantDeathTest, TakesTheLastThatIsSupported) {
  EXPECT_EXIT(ChooseAndExit(nullptr),
              ::testing::ExitedWithCode(LastSupported()), "^$");
  EXPECT_EXIT(ChooseAndExit(""), ::testing::ExitedWithCode(LastSupported()),
              "^$");
}

TEST(CpuVariantDeathTest, TheEnvironmentNamesAnotherOne) {
  EXPECT_EXIT(ChooseAndExit("portable"), ::testing::ExitedWithCode(kPortable),
              "^$");
}

TEST(CpuVariantDeathTest, AnUnknownNameIsSaid) {
  EXPECT_EXIT(ChooseAndExit("sse9"), ::testing::ExitedWithCode(LastSupported()),
              "Received: TFMOT_CPU_VARIANT=sse9. Using ");
}

TEST(CpuVariantTest, PortableRunsEverywhere) {
  EXPECT_TRUE(CpuVariantIsSupported(kPortable));
  EXPECT_STREQ(CpuVariantName(kPortable), "portable");
  EXPECT_STREQ(CpuVariantName(kAvx2), "avx2");
  EXPECT_STREQ(CpuVariantName(kAvx512), "avx512");
}

}  // namespace
}  // namespace tfmot
