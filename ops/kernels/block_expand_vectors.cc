// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_expand.h"

#if defined(__x86_64__)
// g++ 12 warns of its own header, where a result is undefined on purpose.
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#endif
#include <immintrin.h>
#endif

namespace tfmot {

#if defined(__x86_64__)

namespace {

// For a byte shuffle: byte i comes from byte i / width.
struct Spread {
  explicit Spread(int64_t width) {
    for (int i = 0; i < 64; ++i) from[i] = static_cast<uint8_t>(i / width);
  }
  alignas(64) uint8_t from[64];
};

bool CanSpread(int64_t width) {
  return width == 4 || width == 8 || width == 16 || width == 32;
}

}  // namespace

__attribute__((target("avx2"))) static void RepeatFlagsAvx2(const uint8_t* kept,
                                                            int64_t blocks,
                                                            int64_t width,
                                                            uint8_t* row) {
  int64_t done = 0;
  if (CanSpread(width)) {
    const Spread spread(width);
    const __m256i from =
        _mm256_load_si256(reinterpret_cast<const __m256i*>(spread.from));
    const int64_t step = 32 / width;
    for (; done + step <= blocks; done += step) {
      const __m256i flags = _mm256_broadcastsi128_si256(
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(kept + done)));
      _mm256_storeu_si256(reinterpret_cast<__m256i*>(row + done * width),
                          _mm256_shuffle_epi8(flags, from));
    }
  }
  RepeatFlagsPortable(kept + done, blocks - done, width, row + done * width);
}

__attribute__((target("avx512f,avx512bw"))) static void RepeatFlagsAvx512(
    const uint8_t* kept, int64_t blocks, int64_t width, uint8_t* row) {
  int64_t done = 0;
  if (CanSpread(width)) {
    const Spread spread(width);
    const __m512i from = _mm512_load_si512(spread.from);
    const int64_t step = 64 / width;
    for (; done + step <= blocks; done += step) {
      const __m512i flags = _mm512_broadcast_i32x4(
          _mm_loadu_si128(reinterpret_cast<const __m128i*>(kept + done)));
      _mm512_storeu_si512(row + done * width, _mm512_shuffle_epi8(flags, from));
    }
  }
  RepeatFlagsPortable(kept + done, blocks - done, width, row + done * width);
}

FlagRepeater FlagRepeaterFor(CpuVariant variant) {
  return variant == kAvx512 ? RepeatFlagsAvx512
         : variant == kAvx2 ? RepeatFlagsAvx2
                            : RepeatFlagsPortable;
}

#else

FlagRepeater FlagRepeaterFor(CpuVariant /*variant*/) {
  return RepeatFlagsPortable;
}

#endif  // defined(__x86_64__)

}  // namespace tfmot
