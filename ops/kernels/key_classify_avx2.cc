// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/key_classify.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define TFMOT_INTRINSICS_INCLUDED

#define TFMOT_TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))
#include "ops/kernels/flag_bits.h"
#include "ops/kernels/key_classify_loop.h"

namespace tfmot {
namespace {

// The comparisons there are ask for "greater" and take signed integers. Both
// are no loss: magnitudes leave the sign bit free, and a bound less one fits.
struct Avx2Lanes {
  template <typename Bits>
  TFMOT_TARGET static inline __attribute__((always_inline)) void AtLeast(
      const char* in, const uint64_t* bounds, uint64_t* words) {
    AtLeast(in, bounds, words, Bits());
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx2(bits, out);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void ExpandStream(
      uint64_t bits, uint8_t* out) {
    _mm256_stream_si256(reinterpret_cast<__m256i*>(out), FlagsOfBitsAvx2(bits));
    _mm256_stream_si256(reinterpret_cast<__m256i*>(out + 32),
                        FlagsOfBitsAvx2(bits >> 32));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void EndStream() {
    _mm_sfence();
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) int Count(
      uint64_t bits) {
    return static_cast<int>(_mm_popcnt_u64(bits));
  }

 private:
  TFMOT_TARGET static inline __attribute__((always_inline)) __m256i
  Load(const char* in, __m256i magnitudes) {
    return _mm256_and_si256(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in)), magnitudes);
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) void AtLeast(
      const char* in, const uint64_t* bounds, uint64_t* words, uint16_t) {
    const __m256i magnitudes = _mm256_set1_epi16(0x7fff);
    words[0] = words[1] = 0;
    for (int i = 0; i < 2; ++i) {
      const __m256i low = Load(in + 64 * i, magnitudes);
      const __m256i high = Load(in + 64 * i + 32, magnitudes);
      for (int b = 0; b < 2; ++b) {
        const __m256i below =
            _mm256_set1_epi16(static_cast<int16_t>(bounds[b] - 1));
        // Packing works on halves of the registers; the permutation puts the
        // four quarters into order.
        const __m256i bytes = _mm256_permute4x64_epi64(
            _mm256_packs_epi16(_mm256_cmpgt_epi16(low, below),
                               _mm256_cmpgt_epi16(high, below)),
            0xd8);
        words[b] |= uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(bytes))}
                    << (32 * i);
      }
    }
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) void AtLeast(
      const char* in, const uint64_t* bounds, uint64_t* words, uint32_t) {
    const __m256i magnitudes = _mm256_set1_epi32(0x7fffffff);
    const __m256i order = _mm256_setr_epi32(0, 4, 1, 5, 2, 6, 3, 7);
    words[0] = words[1] = 0;
    for (int i = 0; i < 2; ++i) {
      __m256i keys[4];
      for (int j = 0; j < 4; ++j) {
        keys[j] = Load(in + 128 * i + 32 * j, magnitudes);
      }
      for (int b = 0; b < 2; ++b) {
        const __m256i below =
            _mm256_set1_epi32(static_cast<int32_t>(bounds[b] - 1));
        const __m256i low =
            _mm256_packs_epi32(_mm256_cmpgt_epi32(keys[0], below),
                               _mm256_cmpgt_epi32(keys[1], below));
        const __m256i high =
            _mm256_packs_epi32(_mm256_cmpgt_epi32(keys[2], below),
                               _mm256_cmpgt_epi32(keys[3], below));
        const __m256i bytes =
            _mm256_permutevar8x32_epi32(_mm256_packs_epi16(low, high), order);
        words[b] |= uint64_t{static_cast<uint32_t>(_mm256_movemask_epi8(bytes))}
                    << (32 * i);
      }
    }
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) void AtLeast(
      const char* in, const uint64_t* bounds, uint64_t* words, uint64_t) {
    const __m256i magnitudes = _mm256_set1_epi64x(0x7fffffffffffffff);
    words[0] = words[1] = 0;
    for (int i = 0; i < 16; ++i) {
      const __m256i keys = Load(in + 32 * i, magnitudes);
      for (int b = 0; b < 2; ++b) {
        const __m256i below =
            _mm256_set1_epi64x(static_cast<int64_t>(bounds[b] - 1));
        const int bits = _mm256_movemask_pd(
            _mm256_castsi256_pd(_mm256_cmpgt_epi64(keys, below)));
        words[b] |= uint64_t{static_cast<uint32_t>(bits)} << (4 * i);
      }
    }
  }
};

}  // namespace

const KeyClassifiers kAvx2Classifiers = {Classify<uint16_t, Avx2Lanes>,
                                         Classify<uint32_t, Avx2Lanes>,
                                         Classify<uint64_t, Avx2Lanes>};

}  // namespace tfmot

#else

namespace tfmot {
const KeyClassifiers kAvx2Classifiers = {nullptr, nullptr, nullptr};
}  // namespace tfmot

#endif  // defined(__x86_64__)
