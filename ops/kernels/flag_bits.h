// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_FLAG_BITS_H_
#define OPS_KERNELS_FLAG_BITS_H_

#include <stdint.h>

namespace tfmot {

// Writes 64 bytes of 0 or 1; byte i is bit i.
inline void ExpandBits(uint64_t bits, uint8_t* out) {
  for (int byte = 0; byte < 8; ++byte) {
    // Eight copies of the byte, of which copy i keeps bit i, moved to bit 0.
    const uint64_t copies =
        ((bits >> (8 * byte)) & 0xff) * 0x0101010101010101ull;
    const uint64_t one_bit_each = copies & 0x8040201008040201ull;
    // Adding 0x7f carries into bit 7 of whatever is not 0.
    const uint64_t flags =
        (one_bit_each + 0x7f7f7f7f7f7f7f7full) >> 7 & 0x0101010101010101ull;
    for (int i = 0; i < 8; ++i) {
      out[8 * byte + i] = static_cast<uint8_t>(flags >> (8 * i));
    }
  }
}

// For source files of a variant, which include <immintrin.h> before this file
// and say so: headers of kernels have plain C types only.
#if defined(TFMOT_INTRINSICS_INCLUDED)

// 32 bytes of 0 or 1 from the lowest 32 bits.
__attribute__((target("avx2"), always_inline)) static inline __m256i
FlagsOfBitsAvx2(uint64_t bits) {
  const __m256i byte_of_bit =
      _mm256_setr_epi64x(0x0000000000000000, 0x0101010101010101,
                         0x0202020202020202, 0x0303030303030303);
  const __m256i bit =
      _mm256_set1_epi64x(static_cast<int64_t>(0x8040201008040201ull));
  const __m256i copies = _mm256_shuffle_epi8(
      _mm256_set1_epi32(static_cast<int32_t>(bits)), byte_of_bit);
  return _mm256_min_epu8(_mm256_and_si256(copies, bit), _mm256_set1_epi8(1));
}

// ExpandBits with the instructions of a variant.
__attribute__((target("avx2"), always_inline)) static inline void
ExpandBitsAvx2(uint64_t bits, uint8_t* out) {
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), FlagsOfBitsAvx2(bits));
  _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 32),
                      FlagsOfBitsAvx2(bits >> 32));
}

__attribute__((target("avx512f,avx512bw"), always_inline)) static inline void
ExpandBitsAvx512(uint64_t bits, uint8_t* out) {
  _mm512_storeu_si512(out, _mm512_maskz_set1_epi8(bits, 1));
}

#endif  // defined(TFMOT_INTRINSICS_INCLUDED)

}  // namespace tfmot

#endif  // OPS_KERNELS_FLAG_BITS_H_
