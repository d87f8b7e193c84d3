// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_CUDA_SCRATCH_H_
#define OPS_KERNELS_CUDA_SCRATCH_H_

#include <stddef.h>
#include <stdint.h>

namespace tfmot {

inline bool IsAligned(const void* address, size_t alignment) {
  return reinterpret_cast<uintptr_t>(address) % alignment == 0;
}

// Hands out parts of scratch memory, each at a multiple of 16 bytes. Without
// memory it only adds up their sizes.
class ScratchParts {
 public:
  explicit ScratchParts(void* memory)
      : memory_(static_cast<char*>(memory)), bytes_(0) {}

  template <typename T>
  T* Take(int64_t count) {
    T* part =
        memory_ == nullptr ? nullptr : reinterpret_cast<T*>(memory_ + bytes_);
    bytes_ += (static_cast<size_t>(count) * sizeof(T) + 15) / 16 * 16;
    return part;
  }
  size_t bytes() const { return bytes_; }

 private:
  char* memory_;
  size_t bytes_;
};

}  // namespace tfmot

#endif  // OPS_KERNELS_CUDA_SCRATCH_H_
