// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_TESTING_DISTRIBUTIONS_H_
#define OPS_KERNELS_TESTING_DISTRIBUTIONS_H_

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <algorithm>
#include <vector>

#include "ops/kernels/float_convert.h"
#include "ops/kernels/magnitude_bits.h"
#include "ops/kernels/testing/replay_rng.h"

namespace tfmot {
namespace testing {

const FloatFormat kAllFormats[] = {kFloat16, kBfloat16, kFloat32, kFloat64};

inline const char* FormatName(FloatFormat format) {
  static const char* const kNames[] = {"float16", "bfloat16", "float32",
                                       "float64"};
  return kNames[format];
}

// Kinds of weights that a selection might get wrong or become slow on.
enum Distribution {
  kNormal,
  kHeavyTail,
  kConstant,     // all tied
  kTwoValued,    // two large groups of ties, both signs
  kFewValues,    // many ties
  kMostlyZero,   // as in an already pruned layer
  kSorted,       // ascending magnitudes
  kReversed,     // descending magnitudes
  kSignedZeros,  // +0 and -0 only
  kDenormals,    // denormals and zeros
  kInfinities,   // some infinities among normal weights
  kNans,         // some NaNs of many payloads, infinities and normal weights
  kRandomBits,   // every pattern is as likely
  kNumDistributions,
};

inline const char* DistributionName(Distribution distribution) {
  static const char* const kNames[] = {
      "normal",      "heavy tail", "constant",   "two-valued",   "few values",
      "mostly zero", "sorted",     "reversed",   "signed zeros", "denormals",
      "infinities",  "NaNs",       "random bits"};
  return kNames[distribution];
}

inline int SignificandBits(FloatFormat format) {
  static const int kBits[] = {10, 7, 23, 52};
  return kBits[format];
}

inline uint64_t SignBit(FloatFormat format) {
  return uint64_t{1} << MagnitudeBits(format);
}

// The bits of infinity; below them all is finite, above them all is NaN.
inline uint64_t InfinityBits(FloatFormat format) {
  const uint64_t all = SignBit(format) - 1;
  return all & ~((uint64_t{1} << SignificandBits(format)) - 1);
}

// The bits of a finite value rounded to the format, sign included.
inline uint64_t BitsOfValue(FloatFormat format, double value) {
  if (format == kFloat64) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
  }
  const float narrow = static_cast<float>(value);
  uint32_t bits;
  memcpy(&bits, &narrow, sizeof(bits));
  if (format == kFloat32) return bits;
  const uint64_t sign = bits >> 31 != 0 ? SignBit(format) : 0;
  const uint32_t magnitude = bits & 0x7fffffffu;
  return sign | (format == kFloat16 ? Float32ToFloat16(magnitude)
                                    : Float32ToBfloat16(magnitude));
}

inline uint64_t LoadBits(FloatFormat format, const void* weights,
                         int64_t index) {
  uint64_t bits = 0;  // little-endian, as every machine that runs these tests
  memcpy(&bits, static_cast<const char*>(weights) + index * FloatBytes(format),
         FloatBytes(format));
  return bits;
}

inline void StoreBits(FloatFormat format, uint64_t bits, void* weights,
                      int64_t index) {
  memcpy(static_cast<char*>(weights) + index * FloatBytes(format), &bits,
         FloatBytes(format));
}

inline uint64_t DrawBits(FloatFormat format, Distribution distribution,
                         ReplayRng* rng) {
  const uint64_t sign = (rng->Bits() & 1) != 0 ? SignBit(format) : 0;
  const uint64_t significand =
      rng->Bits() & ((uint64_t{1} << SignificandBits(format)) - 1);
  const uint64_t infinity = InfinityBits(format);
  switch (distribution) {
    case kHeavyTail:
      return BitsOfValue(format, rng->Normal() * exp2(3 * rng->Normal()));
    case kConstant:
      return BitsOfValue(format, 0.37);
    case kTwoValued:
      return sign | BitsOfValue(format, rng->Below(3) == 0 ? 0.25 : 2.0);
    case kFewValues:
      return sign | BitsOfValue(format, 0.125 * rng->Below(5));
    case kMostlyZero:
      return rng->Below(10) == 0 ? BitsOfValue(format, rng->Normal()) : 0;
    case kSignedZeros:
      return sign;
    case kDenormals:
      return sign | (rng->Below(8) == 0 ? 0 : significand);
    case kInfinities:
      if (rng->Below(6) == 0) return sign | infinity;
      break;
    case kNans:
      if (rng->Below(8) == 0) return sign | infinity;
      // A NaN is infinity's exponent with any significand but 0.
      if (rng->Below(4) == 0) {
        return sign | infinity | (significand == 0 ? 1 : significand);
      }
      break;
    case kRandomBits:
      return rng->Bits() & ((SignBit(format) - 1) | SignBit(format));
    default:
      break;
  }
  return BitsOfValue(format, rng->Normal());
}

// `count` weights of the format, as bytes.
inline std::vector<uint8_t> MakeWeights(FloatFormat format,
                                        Distribution distribution,
                                        int64_t count, ReplayRng* rng) {
  std::vector<uint64_t> bits(count);
  for (uint64_t& weight : bits) weight = DrawBits(format, distribution, rng);
  const uint64_t magnitude_mask = SignBit(format) - 1;
  if (distribution == kSorted) {
    std::sort(bits.begin(), bits.end(), [=](uint64_t a, uint64_t b) {
      return (a & magnitude_mask) < (b & magnitude_mask);
    });
  } else if (distribution == kReversed) {
    std::sort(bits.begin(), bits.end(), [=](uint64_t a, uint64_t b) {
      return (a & magnitude_mask) > (b & magnitude_mask);
    });
  }
  std::vector<uint8_t> weights(count * FloatBytes(format));
  for (int64_t i = 0; i < count; ++i) {
    StoreBits(format, bits[i], weights.data(), i);
  }
  return weights;
}

}  // namespace testing
}  // namespace tfmot

#endif  // OPS_KERNELS_TESTING_DISTRIBUTIONS_H_
