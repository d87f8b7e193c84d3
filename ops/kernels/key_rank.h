// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_KEY_RANK_H_
#define OPS_KERNELS_KEY_RANK_H_

#include <stdint.h>
#include <string.h>

namespace tfmot {

// Finds the key of a given rank among keys in memory, by counting the digits
// from the top. For the few keys of a sample or between two bounds; never
// moves them.
//
// `Stored` is how keys lie in memory, `Key` at least as wide.
template <typename Stored, typename Key>
class RankFinder {
 public:
  // `count` keys, at most 2^32 - 1, in [base, base + 2^key_bits).
  RankFinder(const Stored* keys, int64_t count, uint64_t base, int key_bits)
      : keys_(keys),
        count_(count),
        base_(static_cast<Key>(base)),
        first_shift_(key_bits > kDigitBits ? key_bits - kDigitBits : 0) {
    memset(first_bins_, 0, sizeof(first_bins_));
    for (int64_t i = 0; i < count; ++i) {
      ++first_bins_[static_cast<Key>(keys[i] - base_) >> first_shift_];
    }
  }

  // The smallest key that has the first digit of the key of this rank.
  uint64_t FirstDigitFloor(int64_t rank) const {
    return base_ + (uint64_t{BinOfRank(first_bins_, &rank)} << first_shift_);
  }

  // The key that has exactly `rank` others before it when the largest comes
  // first. REQUIRES: 0 <= rank < number of keys.
  uint64_t KeyOfRank(int64_t rank) const {
    int shift = first_shift_;
    Key prefix = BinOfRank(first_bins_, &rank);
    uint32_t bins[1 << kDigitBits];
    while (shift > 0) {
      const int bits = shift < kDigitBits ? shift : kDigitBits;
      const int prefix_shift = shift;
      shift -= bits;
      const Key digits = static_cast<Key>((1 << bits) - 1);
      memset(bins, 0, sizeof(bins));
      for (int64_t i = 0; i < count_; ++i) {
        const Key key = static_cast<Key>(keys_[i] - base_);
        if (key >> prefix_shift == prefix) ++bins[(key >> shift) & digits];
      }
      prefix = static_cast<Key>(prefix << bits) | BinOfRank(bins, &rank);
    }
    return uint64_t{base_} + prefix;
  }

 private:
  static const int kDigitBits = 11;

  // The bin that holds the key of the given rank; afterwards *rank counts from
  // the top of that bin.
  static uint32_t BinOfRank(const uint32_t* bins, int64_t* rank) {
    int bin = (1 << kDigitBits) - 1;
    while (bin > 0 && *rank >= bins[bin]) *rank -= bins[bin--];
    return static_cast<uint32_t>(bin);
  }

  const Stored* const keys_;
  const int64_t count_;
  const Key base_;
  const int first_shift_;
  uint32_t first_bins_[1 << kDigitBits];
};

}  // namespace tfmot

#endif  // OPS_KERNELS_KEY_RANK_H_
