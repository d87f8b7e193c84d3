// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/key_classify.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define TFMOT_INTRINSICS_INCLUDED

#define TFMOT_TARGET                                        \
  __attribute__((                                           \
      target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2," \
             "popcnt")))
#include "ops/kernels/flag_bits.h"
#include "ops/kernels/key_classify_loop.h"

namespace tfmot {
namespace {

// Comparisons give bits at once, one per weight.
struct Avx512Lanes {
  template <typename Bits>
  TFMOT_TARGET static inline __attribute__((always_inline)) void AtLeast(
      const char* in, const uint64_t* bounds, uint64_t* words) {
    AtLeast(in, bounds, words, Bits());
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx512(bits, out);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void ExpandStream(
      uint64_t bits, uint8_t* out) {
    _mm512_stream_si512(reinterpret_cast<__m512i*>(out),
                        _mm512_maskz_set1_epi8(bits, 1));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void EndStream() {
    _mm_sfence();
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) int Count(
      uint64_t bits) {
    return static_cast<int>(_mm_popcnt_u64(bits));
  }

 private:
  // Words are joined as masks: g++ 12 has been seen to lose the upper half
  // where a mask of 32 bits becomes an integer of 64.

  TFMOT_TARGET static inline __attribute__((always_inline)) void AtLeast(
      const char* in, const uint64_t* bounds, uint64_t* words, uint16_t) {
    const __m512i magnitudes = _mm512_set1_epi16(0x7fff);
    const __m512i low = Load(in, magnitudes);
    const __m512i high = Load(in + 64, magnitudes);
    for (int b = 0; b < 2; ++b) {
      const __m512i bound = _mm512_set1_epi16(static_cast<int16_t>(bounds[b]));
      words[b] = _mm512_kunpackd(_mm512_cmpge_epu16_mask(high, bound),
                                 _mm512_cmpge_epu16_mask(low, bound));
    }
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) void AtLeast(
      const char* in, const uint64_t* bounds, uint64_t* words, uint32_t) {
    const __m512i magnitudes = _mm512_set1_epi32(0x7fffffff);
    __m512i keys[4];
    for (int i = 0; i < 4; ++i) keys[i] = Load(in + 64 * i, magnitudes);
    for (int b = 0; b < 2; ++b) {
      const __m512i bound = _mm512_set1_epi32(static_cast<int32_t>(bounds[b]));
      words[b] = _mm512_kunpackd(
          _mm512_kunpackw(_mm512_cmpge_epu32_mask(keys[3], bound),
                          _mm512_cmpge_epu32_mask(keys[2], bound)),
          _mm512_kunpackw(_mm512_cmpge_epu32_mask(keys[1], bound),
                          _mm512_cmpge_epu32_mask(keys[0], bound)));
    }
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) void AtLeast(
      const char* in, const uint64_t* bounds, uint64_t* words, uint64_t) {
    const __m512i magnitudes = _mm512_set1_epi64(0x7fffffffffffffff);
    __m512i keys[8];
    for (int i = 0; i < 8; ++i) keys[i] = Load(in + 64 * i, magnitudes);
    for (int b = 0; b < 2; ++b) {
      const __m512i bound = _mm512_set1_epi64(static_cast<int64_t>(bounds[b]));
      __mmask16 pairs[4];
      for (int i = 0; i < 4; ++i) {
        pairs[i] =
            _mm512_kunpackb(_mm512_cmpge_epu64_mask(keys[2 * i + 1], bound),
                            _mm512_cmpge_epu64_mask(keys[2 * i], bound));
      }
      words[b] = _mm512_kunpackd(_mm512_kunpackw(pairs[3], pairs[2]),
                                 _mm512_kunpackw(pairs[1], pairs[0]));
    }
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) __m512i
  Load(const char* in, __m512i magnitudes) {
    return _mm512_and_si512(_mm512_loadu_si512(in), magnitudes);
  }
};

}  // namespace

const KeyClassifiers kAvx512Classifiers = {Classify<uint16_t, Avx512Lanes>,
                                           Classify<uint32_t, Avx512Lanes>,
                                           Classify<uint64_t, Avx512Lanes>};

}  // namespace tfmot

#else

namespace tfmot {
const KeyClassifiers kAvx512Classifiers = {nullptr, nullptr, nullptr};
}  // namespace tfmot

#endif  // defined(__x86_64__)
