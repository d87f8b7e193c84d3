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
    CountDigits(0, 0, first_shift_, first_bins_);
  }

  // The smallest key that has the first digit of the key of this rank.
  uint64_t FirstDigitFloor(int64_t rank) const {
    return base_ + (uint64_t{BinOfRank(first_bins_, &rank)} << first_shift_);
  }

  // Copies the keys that may have a rank of [first, last] to `spare`, if it has
  // room for them, so that KeyOfRank of those ranks need not look at all keys.
  void Narrow(int64_t first, int64_t last, Stored* spare, int64_t room) {
    const uint32_t top_bin = BinOfRank(first_bins_, &first);
    const uint32_t low_bin = BinOfRank(first_bins_, &last);
    int64_t total = 0;
    for (uint32_t bin = low_bin; bin <= top_bin; ++bin) {
      total += first_bins_[bin];
    }
    // One more, because a key is stored before it is known to belong there.
    if (total >= room) return;
    int64_t found = 0;
    for (int64_t i = 0; i < count_; ++i) {
      const Key bin = static_cast<Key>(keys_[i] - base_) >> first_shift_;
      spare[found] = keys_[i];
      found += bin - low_bin <= top_bin - low_bin;
    }
    keys_ = spare;
    count_ = found;
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
      CountDigits(prefix_shift, prefix, shift, bins);
      prefix = static_cast<Key>(prefix << bits) | BinOfRank(bins, &rank);
    }
    return uint64_t{base_} + prefix;
  }

 private:
  static const int kDigitBits = 11;

  // Counts the digits above `shift` of the keys that start with `prefix`; of
  // all keys where prefix_shift is 0.
  void CountDigits(int prefix_shift, Key prefix, int shift,
                   uint32_t* bins) const {
    memset(bins, 0, sizeof(bins[0]) << kDigitBits);
    if (prefix_shift == 0) {
      for (int64_t i = 0; i < count_; ++i) {
        ++bins[static_cast<Key>(keys_[i] - base_) >> shift];
      }
      return;
    }
    const Key digits = (Key{1} << (prefix_shift - shift)) - 1;
    for (int64_t i = 0; i < count_; ++i) {
      const Key key = static_cast<Key>(keys_[i] - base_);
      if (key >> prefix_shift == prefix) ++bins[(key >> shift) & digits];
    }
  }

  // The bin that holds the key of the given rank; afterwards *rank counts from
  // the top of that bin.
  static uint32_t BinOfRank(const uint32_t* bins, int64_t* rank) {
    int bin = (1 << kDigitBits) - 1;
    while (bin > 0 && *rank >= bins[bin]) *rank -= bins[bin--];
    return static_cast<uint32_t>(bin);
  }

  const Stored* keys_;
  int64_t count_;
  const Key base_;
  const int first_shift_;
  uint32_t first_bins_[1 << kDigitBits];
};

}  // namespace tfmot

#endif  // OPS_KERNELS_KEY_RANK_H_
