// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CPU_VARIANT_H_
#define OPS_KERNELS_CPU_VARIANT_H_

namespace tfmot {

// The instruction sets for which the inner loops are compiled. All of them are
// in every binary, and give the same bits; the CPU chooses at run time. Tests
// and benchmarks go through this list, so that no variant is forgotten.
enum CpuVariant {
  kPortable = 0,  // what the compiler makes of C++ for its target
  kAvx2 = 1,      // with BMI1, BMI2, F16C and POPCNT, as since 2013
  kAvx512 = 2,    // F, BW, DQ and VL on top of the former
};

const int kNumCpuVariants = 3;

// "portable", "avx2", "avx512".
const char* CpuVariantName(CpuVariant variant);

// Whether this CPU and its operating system can run the variant.
bool CpuVariantIsSupported(CpuVariant variant);

// The variant that kernels use unless they are told another one: the last of
// the list that is supported. The environment variable TFMOT_CPU_VARIANT, read
// once, names another one; if that is unknown or unsupported, a line on
// standard error says so.
CpuVariant ChosenCpuVariant();

}  // namespace tfmot

#endif  // OPS_KERNELS_CPU_VARIANT_H_
