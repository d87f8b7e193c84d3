// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_TESTING_GUARDED_BUFFER_H_
#define OPS_KERNELS_TESTING_GUARDED_BUFFER_H_

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#if defined(__SANITIZE_ADDRESS__)
#define TFMOT_TESTING_ASAN 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define TFMOT_TESTING_ASAN 1
#endif
#endif
#ifdef TFMOT_TESTING_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace tfmot {
namespace testing {

// Memory of exactly `bytes` bytes at a chosen misalignment between two red
// zones. Whoever writes into a red zone is found out by IsIntact; under the
// address sanitizer reading there fails at once, too.
class GuardedBuffer {
 public:
  // `misalignment` is the address of data() modulo 64.
  GuardedBuffer(size_t bytes, size_t misalignment)
      : bytes_(bytes), total_(bytes + 2 * kRedZone + 2 * kAlignment) {
    if (posix_memalign(&memory_, kAlignment, total_) != 0) abort();
    before_ = kRedZone + misalignment % kAlignment;
    memset(memory_, kPattern, total_);
    memset(data(), kInitial, bytes_);
    Poison();
  }
  ~GuardedBuffer() {
    Unpoison();
    free(memory_);
  }
  GuardedBuffer(const GuardedBuffer&) = delete;
  GuardedBuffer& operator=(const GuardedBuffer&) = delete;

  uint8_t* data() { return static_cast<uint8_t*>(memory_) + before_; }
  size_t bytes() const { return bytes_; }

  // Whether both red zones are as they were.
  bool IsIntact() {
    Unpoison();
    bool intact = true;
    const uint8_t* memory = static_cast<uint8_t*>(memory_);
    for (size_t i = 0; i < total_; ++i) {
      const bool inside = i >= before_ && i < before_ + bytes_;
      if (!inside && memory[i] != kPattern) intact = false;
    }
    Poison();
    return intact;
  }

  // Whether nobody has written to data() either.
  bool IsUntouched() {
    for (size_t i = 0; i < bytes_; ++i) {
      if (data()[i] != kInitial) return false;
    }
    return IsIntact();
  }

  // What data() holds at first: neither 0 nor 1, so that no mask looks done.
  static const uint8_t kInitial = 0x5c;

 private:
  static const size_t kRedZone = 128;
  static const size_t kAlignment = 64;
  static const uint8_t kPattern = 0xa7;

  void Poison() {
#ifdef TFMOT_TESTING_ASAN
    ASAN_POISON_MEMORY_REGION(memory_, before_);
    ASAN_POISON_MEMORY_REGION(data() + bytes_, total_ - before_ - bytes_);
#endif
  }
  void Unpoison() {
#ifdef TFMOT_TESTING_ASAN
    ASAN_UNPOISON_MEMORY_REGION(memory_, total_);
#endif
  }

  size_t bytes_;
  size_t total_;
  size_t before_;
  void* memory_;
};

}  // namespace testing
}  // namespace tfmot

#endif  // OPS_KERNELS_TESTING_GUARDED_BUFFER_H_
