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
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Larger(Vector a, Vector b) {
    return _mm512_max_epu16(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Smaller(Vector a, Vector b) {
    return _mm512_min_epu16(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  AtLeast(Vector a, Vector b) {
    return _cvtmask32_u32(_mm512_cmpge_epu16_mask(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Equal(Vector a, Vector b) {
    return _cvtmask32_u32(_mm512_cmpeq_epu16_mask(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  LoadNumbers(const uint16_t* in) {
    return _mm512_load_si512(in);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreNumbers(
      Vector vector, uint16_t* out) {
    _mm512_store_si512(out, vector);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx512(bits, out);
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
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Larger(Vector a, Vector b) {
    return _mm512_max_epu32(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Smaller(Vector a, Vector b) {
    return _mm512_min_epu32(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  AtLeast(Vector a, Vector b) {
    return _cvtmask16_u32(_mm512_cmpge_epu32_mask(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Equal(Vector a, Vector b) {
    return _cvtmask16_u32(_mm512_cmpeq_epu32_mask(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  LoadNumbers(const uint32_t* in) {
    return _mm512_load_si512(in);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreNumbers(
      Vector vector, uint32_t* out) {
    _mm512_store_si512(out, vector);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx512(bits, out);
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
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Larger(Vector a, Vector b) {
    return _mm512_max_epu64(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Smaller(Vector a, Vector b) {
    return _mm512_min_epu64(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  AtLeast(Vector a, Vector b) {
    return _cvtmask8_u32(_mm512_cmpge_epu64_mask(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) uint64_t
  Equal(Vector a, Vector b) {
    return _cvtmask8_u32(_mm512_cmpeq_epu64_mask(a, b));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  LoadNumbers(const uint64_t* in) {
    return _mm512_load_si512(in);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreNumbers(
      Vector vector, uint64_t* out) {
    _mm512_store_si512(out, vector);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Expand(
      uint64_t bits, uint8_t* out) {
    ExpandBitsAvx512(bits, out);
  }
};

}  // namespace

const GroupMaskers kAvx512GroupMaskers = {
    {MaskGroups<Float16Format, VectorTiles<Avx51216> >,
     MaskGroups<Bfloat16Format, VectorTiles<Avx51216> >,
     MaskGroups<Float32Format, VectorTiles<Avx51232> >,
     MaskGroups<Float64Format, VectorTiles<Avx51264> >}};

}  // namespace tfmot

#else

namespace tfmot {
const GroupMaskers kAvx512GroupMaskers = {{nullptr}};
}  // namespace tfmot

#endif  // defined(__x86_64__)
