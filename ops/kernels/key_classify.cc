// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/key_classify.h"

#define TFMOT_TARGET
#include "ops/kernels/flag_bits.h"
#include "ops/kernels/key_classify_loop.h"

namespace tfmot {
namespace {

// Loops without a branch, for the compiler to vectorise.
struct PortableLanes {
  template <typename Bits>
  static void AtLeast(const char* in, const uint64_t* bounds, uint64_t* words) {
    const Bits kMagnitudes = static_cast<Bits>(~Bits{0}) >> 1;
    Bits keys[64];
    memcpy(keys, in, sizeof(keys));
    for (int i = 0; i < 64; ++i) keys[i] &= kMagnitudes;
    for (int b = 0; b < 2; ++b) {
      const Bits bound = static_cast<Bits>(bounds[b]);
      uint8_t flags[64];
      for (int i = 0; i < 64; ++i) flags[i] = keys[i] >= bound;
      words[b] = BitsOfFlags(flags);
    }
  }

  static void Expand(uint64_t bits, uint8_t* out) { ExpandBits(bits, out); }
  static void ExpandStream(uint64_t bits, uint8_t* out) { Expand(bits, out); }
  static void EndStream() {}

  static int Count(uint64_t bits) { return __builtin_popcountll(bits); }

 private:
  // Bit i is flags[i], which is 0 or 1.
  static uint64_t BitsOfFlags(const uint8_t* flags) {
    uint64_t bits = 0;
    for (int byte = 0; byte < 8; ++byte) {
      uint64_t eight = 0;
      for (int i = 0; i < 8; ++i) {
        eight |= uint64_t{flags[8 * byte + i]} << (8 * i);
      }
      // The product moves flag i to bit 56 + i.
      bits |= (eight * 0x0102040810204080ull >> 56) << (8 * byte);
    }
    return bits;
  }
};

}  // namespace

const KeyClassifiers kPortableClassifiers = {Classify<uint16_t, PortableLanes>,
                                             Classify<uint32_t, PortableLanes>,
                                             Classify<uint64_t, PortableLanes>};

KeyClassifier KeyClassifierFor(CpuVariant variant, FloatFormat format) {
  const KeyClassifiers& classifiers = variant == kAvx512 ? kAvx512Classifiers
                                      : variant == kAvx2 ? kAvx2Classifiers
                                                         : kPortableClassifiers;
  return format == kFloat64   ? classifiers.of_64_bits
         : format == kFloat32 ? classifiers.of_32_bits
                              : classifiers.of_16_bits;
}

}  // namespace tfmot
