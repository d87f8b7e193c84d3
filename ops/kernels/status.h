// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_STATUS_H_
#define OPS_KERNELS_STATUS_H_

namespace tfmot {

// What a kernel answers. A kernel checks its arguments before it writes
// anything, so after any other answer than kKernelOk no output has changed.
//
// Codes and no strings: the caller knows the names under which its user passed
// the arguments, a kernel does not.
enum KernelStatus {
  kKernelOk = 0,
  kKernelBadCount = 1,    // A size is negative.
  kKernelBadKeep = 2,     // Not (1 <= keep <= count), or keep != 0 for count 0.
  kKernelBadBlock = 3,    // A block height or width is below 1.
  kKernelBadThreads = 4,  // num_threads is below 1.
  kKernelBadScratch = 5,  // Scratch is missing or smaller than asked for.
  kKernelBadFormat = 6,   // A format or key width the kernel does not know.
  kKernelBadMask = 7,     // A mask has not as many bits set as it should.
  kKernelBadIndex = 8,    // An index is not less than the number of entries.
  kKernelBadBits = 9,     // A width in bits is out of its range.
  // On a GPU only:
  kKernelBadAlignment = 10,  // Memory at an address that the kernel cannot use.
  // CUDA refused to start a kernel; outputs may be half written.
  kKernelLaunchFailed = 11,
};

}  // namespace tfmot

#endif  // OPS_KERNELS_STATUS_H_
