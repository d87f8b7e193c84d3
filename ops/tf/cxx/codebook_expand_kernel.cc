// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "ops/kernels/codebook_expand.h"
#include "ops/tf/cxx/expand_op.h"

namespace tfmot {
namespace {

class CodebookExpandKernel : public ExpandOpKernel {
 public:
  explicit CodebookExpandKernel(tensorflow::OpKernelConstruction* construction)
      : ExpandOpKernel(construction, "indices", "codebook") {
    OP_REQUIRES_OK(construction, construction->GetAttr("bits", &bits_));
    OP_REQUIRES(construction, bits_ <= kMaxIndexBits,
                InvalidArgument("bits must be at most " +
                                std::to_string(kMaxIndexBits) +
                                ". Received: bits=" + std::to_string(bits_)));
  }

 protected:
  int64_t PackedBytes() const override {
    return PackedIndexBytes(size(), static_cast<int>(bits_));
  }

  TfStatus Run(const ExpandInputs& inputs) const override {
    const KernelStatus status = CodebookExpand(
        inputs.format, {inputs.packed, size(), static_cast<int>(bits_)},
        inputs.numbers, inputs.number_count, inputs.parallel_for, inputs.out);
    if (status == kKernelOk) return Success();
    const std::string message =
        "indices must be less than the number of entries of codebook. "
        "Received: a larger one, " +
        std::to_string(inputs.number_count) + " entries (code " +
        std::to_string(static_cast<int>(status)) + ")";
    return status == kKernelBadIndex ? InvalidArgument(message)
                                     : InternalError(message);
  }

 private:
  TfInt64 bits_ = 1;
};

REGISTER_KERNEL_BUILDER(
    Name("TfmotCodebookExpand").Device(tensorflow::DEVICE_CPU),
    CodebookExpandKernel);

}  // namespace
}  // namespace tfmot
