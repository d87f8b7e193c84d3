// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/m_by_n_mask.h"

#if defined(__x86_64__)
// g++ 12 warns of its own header, where a result is undefined on purpose.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#define TFMOT_INTRINSICS_INCLUDED

#define TFMOT_TARGET                                        \
  __attribute__((                                           \
      target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2," \
             "popcnt")))
#include "ops/kernels/flag_bits.h"
#include "ops/kernels/m_by_n_mask_vectors.h"

namespace tfmot {
namespace {

struct Avx51216 {
  typedef __m512i Vector;
  static const int kLanes = 32;

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const char* weights) {
    return _mm512_and_si512(_mm512_loadu_si512(weights),
                            _mm512_set1_epi16(0x7fff));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  All(uint64_t number) {
    return _mm512_set1_epi16(static_cast<int16_t>(number));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Beat(
      Vector later, Vector earlier, Vector* later_rank, Vector* earlier_rank) {
    const __mmask32 larger = _mm512_cmpgt_epu16_mask(later, earlier);
    const Vector one = _mm512_set1_epi16(1);
    *later_rank = _mm512_mask_sub_epi16(*later_rank, larger, *later_rank, one);
    *earlier_rank =
        _mm512_mask_add_epi16(*earlier_rank, larger, *earlier_rank, one);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Keep(Vector rank, Vector keep, Vector key, Vector* smallest) {
    const __mmask32 kept = _mm512_cmplt_epu16_mask(rank, keep);
    *smallest = _mm512_mask_min_epu16(*smallest, kept, *smallest, key);
    return _cvtmask32_u32(kept);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx512(bits, out);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Smallest(Vector vector) {
    alignas(64) uint16_t numbers[kLanes];
    _mm512_store_si512(numbers, vector);
    uint64_t smallest = numbers[0];
    for (int i = 1; i < kLanes; ++i) {
      if (numbers[i] < smallest) smallest = numbers[i];
    }
    return smallest;
  }
};

struct Avx51232 {
  typedef __m512i Vector;
  static const int kLanes = 16;

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const char* weights) {
    return _mm512_and_si512(_mm512_loadu_si512(weights),
                            _mm512_set1_epi32(0x7fffffff));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  All(uint64_t number) {
    return _mm512_set1_epi32(static_cast<int32_t>(number));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Beat(
      Vector later, Vector earlier, Vector* later_rank, Vector* earlier_rank) {
    const __mmask16 larger = _mm512_cmpgt_epu32_mask(later, earlier);
    const Vector one = _mm512_set1_epi32(1);
    *later_rank = _mm512_mask_sub_epi32(*later_rank, larger, *later_rank, one);
    *earlier_rank =
        _mm512_mask_add_epi32(*earlier_rank, larger, *earlier_rank, one);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Keep(Vector rank, Vector keep, Vector key, Vector* smallest) {
    const __mmask16 kept = _mm512_cmplt_epu32_mask(rank, keep);
    *smallest = _mm512_mask_min_epu32(*smallest, kept, *smallest, key);
    return _cvtmask16_u32(kept);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx512(bits, out);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Smallest(Vector vector) {
    alignas(64) uint32_t numbers[kLanes];
    _mm512_store_si512(numbers, vector);
    uint64_t smallest = numbers[0];
    for (int i = 1; i < kLanes; ++i) {
      if (numbers[i] < smallest) smallest = numbers[i];
    }
    return smallest;
  }
};

struct Avx51264 {
  typedef __m512i Vector;
  static const int kLanes = 8;

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const char* weights) {
    return _mm512_and_si512(_mm512_loadu_si512(weights),
                            _mm512_set1_epi64(0x7fffffffffffffff));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  All(uint64_t number) {
    return _mm512_set1_epi64(static_cast<int64_t>(number));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Beat(
      Vector later, Vector earlier, Vector* later_rank, Vector* earlier_rank) {
    const __mmask8 larger = _mm512_cmpgt_epu64_mask(later, earlier);
    const Vector one = _mm512_set1_epi64(1);
    *later_rank = _mm512_mask_sub_epi64(*later_rank, larger, *later_rank, one);
    *earlier_rank =
        _mm512_mask_add_epi64(*earlier_rank, larger, *earlier_rank, one);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Keep(Vector rank, Vector keep, Vector key, Vector* smallest) {
    const __mmask8 kept = _mm512_cmplt_epu64_mask(rank, keep);
    *smallest = _mm512_mask_min_epu64(*smallest, kept, *smallest, key);
    return _cvtmask8_u32(kept);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx512(bits, out);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Smallest(Vector vector) {
    alignas(64) uint64_t numbers[kLanes];
    _mm512_store_si512(numbers, vector);
    uint64_t smallest = numbers[0];
    for (int i = 1; i < kLanes; ++i) {
      if (numbers[i] < smallest) smallest = numbers[i];
    }
    return smallest;
  }
};

}  // namespace

const GroupMaskers kAvx512GroupMaskers = {
    {MaskVectorGroup<Float16Format, Avx51216>,
     MaskVectorGroup<Bfloat16Format, Avx51216>,
     MaskVectorGroup<Float32Format, Avx51232>,
     MaskVectorGroup<Float64Format, Avx51264>}};

}  // namespace tfmot

#else

namespace tfmot {
const GroupMaskers kAvx512GroupMaskers = {{nullptr}};
}  // namespace tfmot

#endif  // defined(__x86_64__)
