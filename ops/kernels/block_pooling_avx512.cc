// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_pooling.h"

#if defined(__x86_64__)
// g++ 12 warns of its own header, where a result is undefined on purpose.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>

#define TFMOT_TARGET \
  __attribute__((    \
      target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2,f16c,popcnt")))
#include "ops/kernels/block_pooling_loop.h"
#include "ops/kernels/block_pooling_vectors.h"

namespace tfmot {
namespace {

// A type for each width of Halve, to choose between overloads.
template <int kHalf>
struct Half {};

struct Avx512Doubles {
  typedef __m512d Vector;
  static const int kLanes = 8;

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const double* in) {
    return _mm512_loadu_pd(in);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Store(
      Vector vector, double* out) {
    _mm512_storeu_pd(out, vector);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Combine(Vector a, Vector b) {
    return _mm512_add_pd(a, b);
  }
  template <typename Format>
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights) {
    return Magnitudes(weights, Format());
  }
  template <int kHalf>
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b) {
    return Halve(a, b, Half<kHalf>());
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreKeys(
      Vector sums, int64_t cells, uint32_t* keys) {
    const __m512d averages = Divide(sums, cells);
    const __mmask8 normal = _mm512_cmp_pd_mask(
        averages, _mm512_set1_pd(1.1754943508222875e-38), _CMP_NLT_UQ);
    const __mmask8 nan = _mm512_cmp_pd_mask(sums, sums, _CMP_UNORD_Q);
    const __m256i bits = _mm256_maskz_mov_epi32(
        normal, _mm256_castps_si256(_mm512_cvtpd_ps(averages)));
    _mm256_storeu_si256(
        reinterpret_cast<__m256i*>(keys),
        _mm256_mask_mov_epi32(bits, nan, _mm256_set1_epi32(0x7fc00000)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreKeys(
      Vector sums, int64_t cells, uint64_t* keys) {
    const __mmask8 normal = _mm512_cmp_pd_mask(
        sums,
        _mm512_set1_pd(2.2250738585072014e-308 * static_cast<double>(cells)),
        _CMP_NLT_UQ);
    const __mmask8 nan = _mm512_cmp_pd_mask(sums, sums, _CMP_UNORD_Q);
    const __m512i bits = _mm512_maskz_mov_epi64(
        normal, _mm512_castpd_si512(Divide(sums, cells)));
    _mm512_storeu_si512(
        keys, _mm512_mask_mov_epi64(bits, nan,
                                    _mm512_set1_epi64(0x7ff8000000000000)));
  }

 private:
  // Multiplying by 1 / cells is the same for powers of two, and faster.
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Divide(Vector sums, int64_t cells) {
    const double count = static_cast<double>(cells);
    return (cells & (cells - 1)) == 0
               ? _mm512_mul_pd(sums, _mm512_set1_pd(1 / count))
               : _mm512_div_pd(sums, _mm512_set1_pd(count));
  }
  // Floats from bits of magnitudes, denormals as zero.
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  FromFloat32(__m256i bits) {
    const __mmask8 normal =
        _mm256_cmpge_epu32_mask(bits, _mm256_set1_epi32(0x00800000));
    return _mm512_cvtps_pd(
        _mm256_castsi256_ps(_mm256_maskz_mov_epi32(normal, bits)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) __m128i
  Load16Bits(const char* weights) {
    return _mm_and_si128(
        _mm_loadu_si128(reinterpret_cast<const __m128i*>(weights)),
        _mm_set1_epi16(0x7fff));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights, Float32Format) {
    return FromFloat32(_mm256_and_si256(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights)),
        _mm256_set1_epi32(0x7fffffff)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights, Bfloat16Format) {
    return FromFloat32(
        _mm256_slli_epi32(_mm256_cvtepu16_epi32(Load16Bits(weights)), 16));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights, Float16Format) {
    const __m128i bits = Load16Bits(weights);
    const __mmask8 normal = _mm_cmpge_epu16_mask(bits, _mm_set1_epi16(0x0400));
    return _mm512_cvtps_pd(_mm256_cvtph_ps(_mm_maskz_mov_epi16(normal, bits)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights, Float64Format) {
    const __m512i bits = _mm512_and_si512(
        _mm512_loadu_si512(weights), _mm512_set1_epi64(0x7fffffffffffffff));
    const __mmask8 normal =
        _mm512_cmpge_epu64_mask(bits, _mm512_set1_epi64(0x0010000000000000));
    return _mm512_castsi512_pd(_mm512_maskz_mov_epi64(normal, bits));
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b, Half<4>) {
    return _mm512_add_pd(_mm512_shuffle_f64x2(a, b, 0x44),
                         _mm512_shuffle_f64x2(a, b, 0xee));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b, Half<2>) {
    return _mm512_add_pd(_mm512_shuffle_f64x2(a, b, 0x88),
                         _mm512_shuffle_f64x2(a, b, 0xdd));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b, Half<1>) {
    // Unpacking alternates between a and b.
    return _mm512_permutexvar_pd(
        _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7),
        _mm512_add_pd(_mm512_unpacklo_pd(a, b), _mm512_unpackhi_pd(a, b)));
  }
};

struct Avx512Integers {
  typedef __m512i Vector;
  static const int kLanes = 16;

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const uint32_t* in) {
    return _mm512_loadu_si512(in);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Store(
      Vector vector, uint32_t* out) {
    _mm512_storeu_si512(out, vector);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Combine(Vector a, Vector b) {
    return _mm512_max_epu32(a, b);
  }
  template <typename Format>
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights) {
    return Magnitudes(weights, typename Format::Bits());
  }
  template <int kHalf>
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b) {
    return Halve(a, b, Half<kHalf>());
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreKeys(
      Vector values, int64_t /*cells*/, uint32_t* keys) {
    Store(values, keys);
  }

 private:
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights, uint32_t) {
    // Memory is read faster by halves: the processor sees better what comes.
    const __m256i* halves = reinterpret_cast<const __m256i*>(weights);
    return _mm512_and_si512(
        _mm512_inserti64x4(_mm512_castsi256_si512(_mm256_loadu_si256(halves)),
                           _mm256_loadu_si256(halves + 1), 1),
        _mm512_set1_epi32(0x7fffffff));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights, uint16_t) {
    return _mm512_and_si512(_mm512_cvtepu16_epi32(_mm256_loadu_si256(
                                reinterpret_cast<const __m256i*>(weights))),
                            _mm512_set1_epi32(0x7fff));
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b, Half<8>) {
    return Combine(_mm512_shuffle_i32x4(a, b, 0x44),
                   _mm512_shuffle_i32x4(a, b, 0xee));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b, Half<4>) {
    return Combine(_mm512_shuffle_i32x4(a, b, 0x88),
                   _mm512_shuffle_i32x4(a, b, 0xdd));
  }
  // Unpacking and shuffling alternate between a and b, two values at a time.
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  InOrder(Vector pairs) {
    return _mm512_permutexvar_epi64(_mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7),
                                    pairs);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b, Half<2>) {
    return InOrder(
        Combine(_mm512_unpacklo_epi64(a, b), _mm512_unpackhi_epi64(a, b)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b, Half<1>) {
    const __m512 x = _mm512_castsi512_ps(a);
    const __m512 y = _mm512_castsi512_ps(b);
    return InOrder(Combine(_mm512_castps_si512(_mm512_shuffle_ps(x, y, 0x88)),
                           _mm512_castps_si512(_mm512_shuffle_ps(x, y, 0xdd))));
  }
};

}  // namespace

const BlockKeyReaders kAvx512Readers = {
    {{ReadBlockKeys<AveragePool<Float16Format>, VectorLanes<Avx512Doubles> >,
      ReadBlockKeys<MaxPool<Float16Format>, VectorLanes<Avx512Integers> >},
     {ReadBlockKeys<AveragePool<Bfloat16Format>, VectorLanes<Avx512Doubles> >,
      ReadBlockKeys<MaxPool<Bfloat16Format>, VectorLanes<Avx512Integers> >},
     {ReadBlockKeys<AveragePool<Float32Format>, VectorLanes<Avx512Doubles> >,
      ReadBlockKeys<MaxPool<Float32Format>, VectorLanes<Avx512Integers> >},
     {ReadBlockKeys<AveragePool<Float64Format>, VectorLanes<Avx512Doubles> >,
      ReadBlockKeys<MaxPool<Float64Format>, PlainLanes>}}};

}  // namespace tfmot

#else

namespace tfmot {
const BlockKeyReaders kAvx512Readers = {{{nullptr}}};
}  // namespace tfmot

#endif  // defined(__x86_64__)
