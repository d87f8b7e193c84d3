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
  TFMOT_TARGET static inline __attribute__((always_inline)) void Beat(
      Vector later, Vector earlier, Vector* later_rank, Vector* earlier_rank) {
    const Vector larger = _mm256_cmpgt_epi16(later, earlier);  // -1 or 0
    *later_rank = _mm256_add_epi16(*later_rank, larger);
    *earlier_rank = _mm256_sub_epi16(*earlier_rank, larger);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Keep(Vector rank, Vector keep, Vector key, Vector* smallest) {
    const Vector kept = _mm256_cmpgt_epi16(keep, rank);
    // What is not kept counts as the largest magnitude there can be.
    const Vector candidate = _mm256_or_si256(
        key, _mm256_andnot_si256(kept, _mm256_set1_epi16(0x7fff)));
    *smallest = _mm256_min_epu16(*smallest, candidate);
    // Packing works on halves; the permutation puts the quarters into order.
    const Vector bytes = _mm256_permute4x64_epi64(
        _mm256_packs_epi16(kept, _mm256_setzero_si256()), 0xd8);
    return static_cast<uint32_t>(_mm256_movemask_epi8(bytes));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx2(bits, out);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Smallest(Vector vector) {
    alignas(32) uint16_t numbers[kLanes];
    _mm256_store_si256(reinterpret_cast<__m256i*>(numbers), vector);
    uint64_t smallest = numbers[0];
    for (int i = 1; i < kLanes; ++i) {
      if (numbers[i] < smallest) smallest = numbers[i];
    }
    return smallest;
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
  TFMOT_TARGET static inline __attribute__((always_inline)) void Beat(
      Vector later, Vector earlier, Vector* later_rank, Vector* earlier_rank) {
    const Vector larger = _mm256_cmpgt_epi32(later, earlier);  // -1 or 0
    *later_rank = _mm256_add_epi32(*later_rank, larger);
    *earlier_rank = _mm256_sub_epi32(*earlier_rank, larger);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Keep(Vector rank, Vector keep, Vector key, Vector* smallest) {
    const Vector kept = _mm256_cmpgt_epi32(keep, rank);
    // What is not kept counts as the largest magnitude there can be.
    const Vector candidate = _mm256_or_si256(
        key, _mm256_andnot_si256(kept, _mm256_set1_epi32(0x7fffffff)));
    *smallest = _mm256_min_epu32(*smallest, candidate);
    return static_cast<uint32_t>(_mm256_movemask_ps(_mm256_castsi256_ps(kept)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx2(bits, out);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Smallest(Vector vector) {
    alignas(32) uint32_t numbers[kLanes];
    _mm256_store_si256(reinterpret_cast<__m256i*>(numbers), vector);
    uint64_t smallest = numbers[0];
    for (int i = 1; i < kLanes; ++i) {
      if (numbers[i] < smallest) smallest = numbers[i];
    }
    return smallest;
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
  TFMOT_TARGET static inline __attribute__((always_inline)) void Beat(
      Vector later, Vector earlier, Vector* later_rank, Vector* earlier_rank) {
    const Vector larger = _mm256_cmpgt_epi64(later, earlier);  // -1 or 0
    *later_rank = _mm256_add_epi64(*later_rank, larger);
    *earlier_rank = _mm256_sub_epi64(*earlier_rank, larger);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Keep(Vector rank, Vector keep, Vector key, Vector* smallest) {
    const Vector kept = _mm256_cmpgt_epi64(keep, rank);
    // What is not kept counts as the largest magnitude there can be.
    const Vector candidate = _mm256_or_si256(
        key, _mm256_andnot_si256(kept, _mm256_set1_epi64x(0x7fffffffffffffff)));
    *smallest = _mm256_blendv_epi8(*smallest, candidate,
                                   _mm256_cmpgt_epi64(*smallest, candidate));
    return static_cast<uint32_t>(_mm256_movemask_pd(_mm256_castsi256_pd(kept)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx2(bits, out);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Smallest(Vector vector) {
    alignas(32) uint64_t numbers[kLanes];
    _mm256_store_si256(reinterpret_cast<__m256i*>(numbers), vector);
    uint64_t smallest = numbers[0];
    for (int i = 1; i < kLanes; ++i) {
      if (numbers[i] < smallest) smallest = numbers[i];
    }
    return smallest;
  }
};

}  // namespace

const GroupMaskers kAvx2GroupMaskers = {
    {MaskVectorGroup<Float16Format, Avx216>,
     MaskVectorGroup<Bfloat16Format, Avx216>,
     MaskVectorGroup<Float32Format, Avx232>,
     MaskVectorGroup<Float64Format, Avx264>}};

}  // namespace tfmot

#else

namespace tfmot {
const GroupMaskers kAvx2GroupMaskers = {{nullptr}};
}  // namespace tfmot

#endif  // defined(__x86_64__)
