// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/m_by_n_mask.h"

#if defined(__x86_64__)
#define TFMOT_TARGET                                        \
  __attribute__((                                           \
      target("avx512f,avx512bw,avx512dq,avx512vl,bmi,bmi2," \
             "popcnt")))
#include "ops/kernels/m_by_n_mask_loop.h"

namespace tfmot {

const GroupMaskers kAvx512GroupMaskers = {
    {MaskGroup<Float16Format>, MaskGroup<Bfloat16Format>,
     MaskGroup<Float32Format>, MaskGroup<Float64Format>}};

}  // namespace tfmot

#else

namespace tfmot {
const GroupMaskers kAvx512GroupMaskers = {{nullptr}};
}  // namespace tfmot

#endif  // defined(__x86_64__)
