// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_pooling.h"

#if defined(__x86_64__)
#include <immintrin.h>

#define TFMOT_TARGET __attribute__((target("avx2,bmi,bmi2,f16c,popcnt")))
#include "ops/kernels/block_pooling_loop.h"
#include "ops/kernels/block_pooling_vectors.h"

namespace tfmot {
namespace {

// A type for each width of Halve, to choose between overloads.
template <int kHalf>
struct Half {};

// Two registers make a vector.
struct Avx2Doubles {
  struct Vector {
    __m256d low;
    __m256d high;
  };
  static const int kLanes = 8;

  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const double* in) {
    return {_mm256_loadu_pd(in), _mm256_loadu_pd(in + 4)};
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Store(
      Vector vector, double* out) {
    _mm256_storeu_pd(out, vector.low);
    _mm256_storeu_pd(out + 4, vector.high);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Combine(Vector a, Vector b) {
    return {_mm256_add_pd(a.low, b.low), _mm256_add_pd(a.high, b.high)};
  }
  template <typename Format>
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights) {
    return Magnitudes(weights, Format());
  }
  template <int kHalf>
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b) {
    return {Halve(a.low, a.high, Half<kHalf>()),
            Halve(b.low, b.high, Half<kHalf>())};
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreKeys(
      Vector sums, int64_t cells, uint32_t* keys) {
    StoreKeys(sums.low, cells, keys);
    StoreKeys(sums.high, cells, keys + 4);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreKeys(
      Vector sums, int64_t cells, uint64_t* keys) {
    StoreKeys(sums.low, cells, keys);
    StoreKeys(sums.high, cells, keys + 4);
  }

 private:
  // Multiplying by 1 / cells is the same for powers of two, and faster.
  TFMOT_TARGET static inline __attribute__((always_inline)) __m256d
  Divide(__m256d sums, int64_t cells) {
    const double count = static_cast<double>(cells);
    return (cells & (cells - 1)) == 0
               ? _mm256_mul_pd(sums, _mm256_set1_pd(1 / count))
               : _mm256_div_pd(sums, _mm256_set1_pd(count));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreKeys(
      __m256d sums, int64_t cells, uint32_t* keys) {
    const __m256d averages = Divide(sums, cells);
    const __m256d normal = _mm256_cmp_pd(
        averages, _mm256_set1_pd(1.1754943508222875e-38), _CMP_NLT_UQ);
    const __m256d nan = _mm256_cmp_pd(sums, sums, _CMP_UNORD_Q);
    const __m128 bits =
        _mm_and_ps(_mm256_cvtpd_ps(averages), Every32Bits(normal));
    const __m128 nan_bits = _mm_castsi128_ps(_mm_set1_epi32(0x7fc00000));
    _mm_storeu_ps(reinterpret_cast<float*>(keys),
                  _mm_blendv_ps(bits, nan_bits, Every32Bits(nan)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreKeys(
      __m256d sums, int64_t cells, uint64_t* keys) {
    const __m256d normal = _mm256_cmp_pd(
        sums,
        _mm256_set1_pd(2.2250738585072014e-308 * static_cast<double>(cells)),
        _CMP_NLT_UQ);
    const __m256d nan = _mm256_cmp_pd(sums, sums, _CMP_UNORD_Q);
    const __m256d bits = _mm256_and_pd(Divide(sums, cells), normal);
    const __m256d nan_bits =
        _mm256_castsi256_pd(_mm256_set1_epi64x(0x7ff8000000000000));
    _mm256_storeu_pd(reinterpret_cast<double*>(keys),
                     _mm256_blendv_pd(bits, nan_bits, nan));
  }
  // The same answers for values of half the width.
  TFMOT_TARGET static inline __attribute__((always_inline)) __m128
  Every32Bits(__m256d answers) {
    const __m256 halves = _mm256_castpd_ps(answers);
    return _mm_shuffle_ps(_mm256_castps256_ps128(halves),
                          _mm256_extractf128_ps(halves, 1), 0x88);
  }

  // Floats from bits of magnitudes, denormals as zero.
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  FromFloat32(__m256i bits) {
    const __m256i normal =
        _mm256_cmpgt_epi32(bits, _mm256_set1_epi32(0x007fffff));
    return Widen(_mm256_castsi256_ps(_mm256_and_si256(bits, normal)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Widen(__m256 floats) {
    return {_mm256_cvtps_pd(_mm256_castps256_ps128(floats)),
            _mm256_cvtps_pd(_mm256_extractf128_ps(floats, 1))};
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
    const __m128i normal = _mm_cmpgt_epi16(bits, _mm_set1_epi16(0x03ff));
    return Widen(_mm256_cvtph_ps(_mm_and_si128(bits, normal)));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights, Float64Format) {
    return {Normal64(weights), Normal64(weights + 32)};
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) __m256d
  Normal64(const char* weights) {
    const __m256i bits = _mm256_and_si256(
        _mm256_loadu_si256(reinterpret_cast<const __m256i*>(weights)),
        _mm256_set1_epi64x(0x7fffffffffffffff));
    const __m256i normal =
        _mm256_cmpgt_epi64(bits, _mm256_set1_epi64x(0x000fffffffffffff));
    return _mm256_castsi256_pd(_mm256_and_si256(bits, normal));
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) __m256d
  Halve(__m256d a, __m256d b, Half<4>) {
    return _mm256_add_pd(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) __m256d
  Halve(__m256d a, __m256d b, Half<2>) {
    return _mm256_add_pd(_mm256_permute2f128_pd(a, b, 0x20),
                         _mm256_permute2f128_pd(a, b, 0x31));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) __m256d
  Halve(__m256d a, __m256d b, Half<1>) {
    return _mm256_permute4x64_pd(_mm256_hadd_pd(a, b), 0xd8);
  }
};

struct Avx2Integers {
  struct Vector {
    __m256i low;
    __m256i high;
  };
  static const int kLanes = 16;

  TFMOT_TARGET static inline __attribute__((always_inline)) __m256i
  LoadHalf(const void* in) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(in));
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Load(const uint32_t* in) {
    return {LoadHalf(in), LoadHalf(in + 8)};
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void Store(
      Vector vector, uint32_t* out) {
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out), vector.low);
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + 8), vector.high);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Combine(Vector a, Vector b) {
    return {_mm256_max_epu32(a.low, b.low), _mm256_max_epu32(a.high, b.high)};
  }
  template <typename Format>
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights) {
    return Magnitudes(weights, typename Format::Bits());
  }
  template <int kHalf>
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Halve(Vector a, Vector b) {
    return {Halve(a.low, a.high, Half<kHalf>()),
            Halve(b.low, b.high, Half<kHalf>())};
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) void StoreKeys(
      Vector values, int64_t /*cells*/, uint32_t* keys) {
    Store(values, keys);
  }

 private:
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights, uint32_t) {
    const __m256i magnitudes = _mm256_set1_epi32(0x7fffffff);
    return {_mm256_and_si256(LoadHalf(weights), magnitudes),
            _mm256_and_si256(LoadHalf(weights + 32), magnitudes)};
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) Vector
  Magnitudes(const char* weights, uint16_t) {
    const __m256i bits =
        _mm256_and_si256(LoadHalf(weights), _mm256_set1_epi16(0x7fff));
    return {_mm256_cvtepu16_epi32(_mm256_castsi256_si128(bits)),
            _mm256_cvtepu16_epi32(_mm256_extracti128_si256(bits, 1))};
  }

  TFMOT_TARGET static inline __attribute__((always_inline)) __m256i
  Halve(__m256i a, __m256i b, Half<8>) {
    return _mm256_max_epu32(a, b);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) __m256i
  Halve(__m256i a, __m256i b, Half<4>) {
    return _mm256_max_epu32(_mm256_permute2x128_si256(a, b, 0x20),
                            _mm256_permute2x128_si256(a, b, 0x31));
  }
  // Unpacking and shuffling alternate between a and b, two values at a time.
  TFMOT_TARGET static inline __attribute__((always_inline)) __m256i
  Halve(__m256i a, __m256i b, Half<2>) {
    return _mm256_permute4x64_epi64(
        _mm256_max_epu32(_mm256_unpacklo_epi64(a, b),
                         _mm256_unpackhi_epi64(a, b)),
        0xd8);
  }
  TFMOT_TARGET static inline __attribute__((always_inline)) __m256i
  Halve(__m256i a, __m256i b, Half<1>) {
    const __m256 x = _mm256_castsi256_ps(a);
    const __m256 y = _mm256_castsi256_ps(b);
    return _mm256_permute4x64_epi64(
        _mm256_max_epu32(_mm256_castps_si256(_mm256_shuffle_ps(x, y, 0x88)),
                         _mm256_castps_si256(_mm256_shuffle_ps(x, y, 0xdd))),
        0xd8);
  }
};

}  // namespace

const BlockKeyReaders kAvx2Readers = {
    {{ReadBlockKeys<AveragePool<Float16Format>, VectorLanes<Avx2Doubles> >,
      ReadBlockKeys<MaxPool<Float16Format>, VectorLanes<Avx2Integers> >},
     {ReadBlockKeys<AveragePool<Bfloat16Format>, VectorLanes<Avx2Doubles> >,
      ReadBlockKeys<MaxPool<Bfloat16Format>, VectorLanes<Avx2Integers> >},
     {ReadBlockKeys<AveragePool<Float32Format>, VectorLanes<Avx2Doubles> >,
      ReadBlockKeys<MaxPool<Float32Format>, VectorLanes<Avx2Integers> >},
     {ReadBlockKeys<AveragePool<Float64Format>, VectorLanes<Avx2Doubles> >,
      ReadBlockKeys<MaxPool<Float64Format>, PlainLanes>}}};

}  // namespace tfmot

#else

namespace tfmot {
const BlockKeyReaders kAvx2Readers = {{{nullptr}}};
}  // namespace tfmot

#endif  // defined(__x86_64__)
