// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include <string>

#include "ops/kernels/bitmask_expand.h"
#include "ops/tf/cxx/expand_op.h"

namespace tfmot {
namespace {

class BitmaskExpandKernel : public ExpandOpKernel {
 public:
  explicit BitmaskExpandKernel(tensorflow::OpKernelConstruction* construction)
      : ExpandOpKernel(construction, "mask_bits", "values") {}

 protected:
  int64_t PackedBytes() const override { return BitmaskBytes(size()); }

  TfStatus Run(const ExpandInputs& inputs) const override {
    const KernelStatus status = BitmaskExpand(
        inputs.format, inputs.packed, inputs.numbers, inputs.number_count,
        size(), inputs.parallel_for, inputs.out);
    if (status == kKernelOk) return Success();
    const std::string message =
        "values must have as many elements as mask_bits has bits set, all of "
        "them before size. Received: " +
        std::to_string(inputs.number_count) +
        " values, size=" + std::to_string(size()) + " (code " +
        std::to_string(static_cast<int>(status)) + ")";
    return status == kKernelBadMask ? InvalidArgument(message)
                                    : InternalError(message);
  }
};

REGISTER_KERNEL_BUILDER(
    Name("TfmotBitmaskExpand").Device(tensorflow::DEVICE_CPU),
    BitmaskExpandKernel);

}  // namespace
}  // namespace tfmot
