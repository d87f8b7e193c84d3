// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/cpu_variant.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace tfmot {
namespace {

const char* const kNames[kNumCpuVariants] = {"portable", "avx2", "avx512"};

// The best variant that can run here.
//
// Asks the CPU itself: __builtin_cpu_supports needs a runtime library that not
// every compiler of this library links.
CpuVariant BestVariant() {
#if defined(__x86_64__)
  unsigned eax = 0;
  unsigned ebx = 0;
  unsigned ecx = 0;
  unsigned edx = 0;
  const unsigned kOsxsave = 1u << 27;
  const unsigned kAvxF16cPopcnt = (1u << 28) | (1u << 29) | (1u << 23);
  if (__get_cpuid(1, &eax, &ebx, &ecx, &edx) == 0) return kPortable;
  if ((ecx & kOsxsave) == 0) return kPortable;
  if ((ecx & kAvxF16cPopcnt) != kAvxF16cPopcnt) return kPortable;
  unsigned xcr0 = 0;
  unsigned xcr0_high = 0;
  // Which registers the operating system saves.
  __asm__("xgetbv" : "=a"(xcr0), "=d"(xcr0_high) : "c"(0));
  const unsigned kYmmState = 0x06;
  const unsigned kZmmState = 0xe6;
  if (__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) == 0) return kPortable;
  const unsigned kAvx2Bmi = (1u << 5) | (1u << 3) | (1u << 8);
  const unsigned kAvx512FDqBwVl =
      (1u << 16) | (1u << 17) | (1u << 30) | (1u << 31);
  if ((xcr0 & kYmmState) != kYmmState) return kPortable;
  if ((ebx & kAvx2Bmi) != kAvx2Bmi) return kPortable;
  if ((xcr0 & kZmmState) != kZmmState) return kAvx2;
  return (ebx & kAvx512FDqBwVl) == kAvx512FDqBwVl ? kAvx512 : kAvx2;
#else
  return kPortable;
#endif
}

CpuVariant VariantFromEnvironment() {
  const CpuVariant best = BestVariant();
  const char* name = getenv("TFMOT_CPU_VARIANT");
  if (name == nullptr || *name == '\0') return best;
  for (int variant = 0; variant <= best; ++variant) {
    if (strcmp(name, kNames[variant]) == 0) {
      return static_cast<CpuVariant>(variant);
    }
  }
  fprintf(stderr,
          "libtfmot_ops: TFMOT_CPU_VARIANT must be portable, avx2 or avx512, "
          "and something that this CPU has. Received: TFMOT_CPU_VARIANT=%s. "
          "Using %s.\n",
          name, kNames[best]);
  return best;
}

}  // namespace

const char* CpuVariantName(CpuVariant variant) { return kNames[variant]; }

bool CpuVariantIsSupported(CpuVariant variant) {
  return variant <= BestVariant();
}

CpuVariant ChosenCpuVariant() {
  // Threads that come here at once find the same answer, so the last store
  // changes nothing.
  static int chosen = -1;
  int variant = __atomic_load_n(&chosen, __ATOMIC_RELAXED);
  if (variant < 0) {
    variant = VariantFromEnvironment();
    __atomic_store_n(&chosen, variant, __ATOMIC_RELAXED);
  }
  return static_cast<CpuVariant>(variant);
}

}  // namespace tfmot
