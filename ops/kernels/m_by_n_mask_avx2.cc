// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/m_by_n_mask.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define TFMOT_INTRINSICS_INCLUDED

#define TFMOT_TARGET __attribute__((target("avx2,bmi,bmi2,popcnt")))
#include "ops/kernels/flag_bits.h"
#include "ops/kernels/m_by_n_mask_vectors.h"

namespace tfmot {
namespace {

// Comparisons are of signed integers, and magnitudes leave the sign bit free.
struct Avx216 {
  typedef __m256i Vector;
  static const int kLanes = 16;

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const char* weights) {
    return _mm256_and_si256(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights)),
        _mm256_set1_epi16(0x7fff));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  All(uint64_t number) {
    return _mm256_set1_epi16(static_cast<int16_t>(number));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Larger(Vector a, Vector b) {
    return _mm256_max_epu16(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Smaller(Vector a, Vector b) {
    return _mm256_min_epu16(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  AtLeast(Vector a, Vector b) {
    return BitsOf(_mm256_cmpeq_epi16(Larger(a, b), a));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Equal(Vector a, Vector b) {
    return BitsOf(_mm256_cmpeq_epi16(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  LoadNumbers(const uint16_t* in) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(in));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreNumbers(
      Vector vector, uint16_t* out) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(out), vector);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx2(bits, out);
  }

 private:
  // Bit i says whether number i is -1; it is -1 or 0.
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  BitsOf(Vector answers) {
    // Packing works on halves; the permutation puts the quarters into order.
    const Vector bytes = _mm256_permute4x64_epi64(
        _mm256_packs_epi16(answers, _mm256_setzero_si256()), 0xd8);
    return static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
  }
};

struct Avx232 {
  typedef __m256i Vector;
  static const int kLanes = 8;

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const char* weights) {
    return _mm256_and_si256(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights)),
        _mm256_set1_epi32(0x7fffffff));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  All(uint64_t number) {
    return _mm256_set1_epi32(static_cast<int32_t>(number));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Larger(Vector a, Vector b) {
    return _mm256_max_epu32(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Smaller(Vector a, Vector b) {
    return _mm256_min_epu32(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  AtLeast(Vector a, Vector b) {
    return BitsOf(_mm256_cmpeq_epi32(Larger(a, b), a));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Equal(Vector a, Vector b) {
    return BitsOf(_mm256_cmpeq_epi32(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  LoadNumbers(const uint32_t* in) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(in));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreNumbers(
      Vector vector, uint32_t* out) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(out), vector);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx2(bits, out);
  }

 private:
  // Bit i says whether number i is -1; it is -1 or 0.
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  BitsOf(Vector answers) {
    return static_cast<uint32_t>(
        _mm256_movemask_ps(_mm256_castsi256_ps(answers)));
  }
};

struct Avx264 {
  typedef __m256i Vector;
  static const int kLanes = 4;

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const char* weights) {
    return _mm256_and_si256(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights)),
        _mm256_set1_epi64x(0x7fffffffffffffff));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  All(uint64_t number) {
    return _mm256_set1_epi64x(static_cast<int64_t>(number));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Larger(Vector a, Vector b) {
    return _mm256_blendv_epi8(b, a, _mm256_cmpgt_epi64(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Smaller(Vector a, Vector b) {
    return _mm256_blendv_epi8(a, b, _mm256_cmpgt_epi64(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  AtLeast(Vector a, Vector b) {
    // Not: b is larger.
    return BitsOf(_mm256_cmpgt_epi64(b, a)) ^ 0xf;
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Equal(Vector a, Vector b) {
    return BitsOf(_mm256_cmpeq_epi64(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  LoadNumbers(const uint64_t* in) {
    return _mm256_load_si256(reinterpret_cast<const __m256i*>(in));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreNumbers(
      Vector vector, uint64_t* out) {
    _mm256_store_si256(reinterpret_cast<__m256i*>(out), vector);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx2(bits, out);
  }

 private:
  // Bit i says whether number i is -1; it is -1 or 0.
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  BitsOf(Vector answers) {
    return static_cast<uint32_t>(
        _mm256_movemask_pd(_mm256_castsi256_pd(answers)));
  }
};

}  // namespace

const GroupMaskers kAvx2GroupMaskers = {
    {MaskGroups<Float16Format, VectorTiles<Avx216> >,
     MaskGroups<Bfloat16Format, VectorTiles<Avx216> >,
     MaskGroups<Float32Format, VectorTiles<Avx232> >,
     MaskGroups<Float64Format, VectorTiles<Avx264> >}};

}  // namespace tfmot

#else

namespace tfmot {
const GroupMaskers kAvx2GroupMaskers = {{nullptr}};
}  // namespace tfmot

#endif  // defined(__x86_64__)
