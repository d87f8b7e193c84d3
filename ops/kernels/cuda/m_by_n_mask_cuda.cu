// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#include "ops/kernels/block_grid.h"
#include "ops/kernels/cuda/device_api.h"
#include "ops/kernels/cuda/key_range.h"
#include "ops/kernels/cuda/m_by_n_mask_cuda.h"
#include "ops/kernels/cuda/scratch.h"
#include "ops/kernels/cuda/thread_block.h"
#include "ops/kernels/cuda/weight_chunks.h"

namespace tfmot {
namespace device {
namespace {

// In scratch memory, all zeros at first.
struct GroupState {
  uint64_t inverse;  // all bits of the smallest kept key inverted: the largest
  uint32_t tickets;  // of IsLastBlock
};

struct GroupTask {
  const void* weights;
  uint8_t* mask;
  void* threshold;
  GroupState* state;
  int64_t rows;  // of a plane
  int64_t cols;
  int64_t group_size;
  int64_t group_rows;  // of a plane
  int64_t all_group_rows;
  int64_t keep;
};

// Neighbours in a row, read and written at once.
template <typename Format, int kCols>
struct WeightRun {
  alignas(kCols * sizeof(typename Format::Bits))
      typename Format::Bits bits[kCols];
};
template <int kCols>
struct FlagRun {
  alignas(kCols) uint8_t flag[kCols];
};

// Masks kCols columns of a group of kRows rows that lie below each other from
// `first`. Returns the smallest kept key.
template <typename Format, int kRows, int kCols>
TFMOT_DEVICE uint64_t MaskGroup(const GroupTask& task, int64_t first) {
  typedef typename Format::Key Key;
  typedef WeightRun<Format, kCols> Weights;
  const typename Format::Bits* weights =
      static_cast<const typename Format::Bits*>(task.weights);
  Weights runs[kRows];
  TFMOT_UNROLL
  for (int row = 0; row < kRows; ++row) {
    runs[row] =
        *reinterpret_cast<const Weights*>(weights + first + row * task.cols);
  }
  const int keep = task.keep < kRows ? static_cast<int>(task.keep) : kRows;
  uint64_t smallest = ~uint64_t{0};
  TFMOT_UNROLL
  for (int row = 0; row < kRows; ++row) {
    FlagRun<kCols> flags;
    TFMOT_UNROLL
    for (int col = 0; col < kCols; ++col) {
      const Key key =
          static_cast<Key>(runs[row].bits[col] & Format::kMagnitudeMask);
      int before = 0;
      TFMOT_UNROLL
      for (int other = 0; other < kRows; ++other) {
        const Key other_key =
            static_cast<Key>(runs[other].bits[col] & Format::kMagnitudeMask);
        // Equal and earlier is as good as larger.
        before += other < row ? other_key >= key : other_key > key;
      }
      const bool kept = before < keep;
      flags.flag[col] = kept ? 1 : 0;
      if (kept && key < smallest) smallest = key;
    }
    *reinterpret_cast<FlagRun<kCols>*>(task.mask + first + row * task.cols) =
        flags;
  }
  return smallest;
}

// One column of a group of any size.
template <typename Format>
TFMOT_DEVICE uint64_t MaskColumn(const GroupTask& task, int64_t first,
                                 int64_t rows) {
  typedef typename Format::Key Key;
  uint64_t smallest = ~uint64_t{0};
  for (int64_t row = 0; row < rows; ++row) {
    const Key key = KeyAt<Format>(task.weights, first + row * task.cols);
    int64_t before = 0;
    for (int64_t other = 0; other < rows; ++other) {
      const Key other_key =
          KeyAt<Format>(task.weights, first + other * task.cols);
      before += other < row ? other_key >= key : other_key > key;
    }
    const bool kept = before < task.keep;
    task.mask[first + row * task.cols] = kept ? 1 : 0;
    if (kept && key < smallest) smallest = key;
  }
  return smallest;
}

struct GroupShared {
  bool is_last;
};

// A thread takes kCols columns of a group. kRows: the size of groups, or 0 for
// any. REQUIRES: kCols divides the number of columns, and runs of kCols weights
// and flags lie at multiples of their size.
template <typename Format, int kRows, int kCols>
TFMOT_KERNEL void MaskGroups(GroupTask task) {
  TFMOT_SHARED(GroupShared, shared);
  const int64_t runs = task.cols / kCols;
  const int64_t work = task.all_group_rows * runs;
  const int64_t step = static_cast<int64_t>(GridBlocks()) * kThreads;
  uint64_t smallest = ~uint64_t{0};
  for (int64_t unit =
           static_cast<int64_t>(BlockIndex()) * kThreads + ThreadIndex();
       unit < work; unit += step) {
    const int64_t group_row = unit / runs;
    const int64_t plane = group_row / task.group_rows;
    const int64_t row = (group_row - plane * task.group_rows) * task.group_size;
    const int64_t first = (plane * task.rows + row) * task.cols +
                          (unit - group_row * runs) * kCols;
    const int64_t left = task.rows - row;
    uint64_t smallest_here = ~uint64_t{0};
    if (kRows > 0 && left >= kRows) {
      smallest_here =
          MaskGroup<Format, (kRows > 0 ? kRows : 1), kCols>(task, first);
    } else {
      for (int col = 0; col < kCols; ++col) {
        const uint64_t of_column = MaskColumn<Format>(
            task, first + col, left < task.group_size ? left : task.group_size);
        if (of_column < smallest_here) smallest_here = of_column;
      }
    }
    if (smallest_here < smallest) smallest = smallest_here;
  }
  const uint64_t inverse = WarpMax(~smallest);
  if (ThreadIndex() % 32 == 0 && inverse > 0) {
    AtomicMax(&task.state->inverse, inverse);
  }
  if (!IsLastBlock(&task.state->tickets, &shared.is_last)) return;
  if (ThreadIndex() == 0) {
    *static_cast<typename Format::Bits*>(task.threshold) =
        static_cast<typename Format::Bits>(~LoadFresh(&task.state->inverse));
  }
}

template <typename Format, int kRows, int kCols>
bool LaunchGroups(const GroupTask& task, void* stream) {
  const int64_t work = task.all_group_rows * (task.cols / kCols);
  return Launch(MaskGroups<Format, kRows, kCols>,
                GridFor(CeilDivide(work, kThreads), MultiprocessorCount()),
                kThreads, stream, task);
}

template <typename Format, int kRows>
bool LaunchRows(const GroupTask& task, void* stream) {
  const int kCols = sizeof(typename Format::Bits) == 8 ? 2 : 4;
  const bool runs =
      task.cols % kCols == 0 &&
      IsAligned(task.weights, kCols * sizeof(typename Format::Bits));
  return runs ? LaunchGroups<Format, kRows, kCols>(task, stream)
              : LaunchGroups<Format, kRows, 1>(task, stream);
}

template <typename Format>
bool LaunchFormat(const GroupTask& task, void* stream) {
  switch (task.group_size) {
    case 2:
      return LaunchRows<Format, 2>(task, stream);
    case 4:
      return LaunchRows<Format, 4>(task, stream);
    case 8:
      return LaunchRows<Format, 8>(task, stream);
    default:
      return LaunchGroups<Format, 0, 1>(task, stream);
  }
}

}  // namespace
}  // namespace device

size_t MByNMaskCudaScratchBytes() { return sizeof(device::GroupState); }

KernelStatus MByNMaskCuda(FloatFormat format, const ColumnGroups& groups,
                          const void* weights, void* stream, void* scratch,
                          size_t scratch_bytes, uint8_t* mask,
                          void* threshold) {
  if (!IsFloatFormat(format)) return kKernelBadFormat;
  if (groups.planes < 0 || groups.rows < 0 || groups.cols < 0) {
    return kKernelBadCount;
  }
  if (groups.group_size < 1) return kKernelBadBlock;
  if (groups.keep < 1 || groups.keep > groups.group_size) return kKernelBadKeep;
  if (scratch == nullptr || scratch_bytes < MByNMaskCudaScratchBytes()) {
    return kKernelBadScratch;
  }
  if (!IsAligned(weights, FloatBytes(format)) || !IsAligned(mask, 16) ||
      !IsAligned(scratch, 16) || !IsAligned(threshold, FloatBytes(format))) {
    return kKernelBadAlignment;
  }
  if (groups.planes == 0 || groups.rows == 0 || groups.cols == 0) {
    return device::ClearAsync(threshold, FloatBytes(format), stream)
               ? kKernelOk
               : kKernelLaunchFailed;
  }
  device::GroupTask task;
  task.weights = weights;
  task.mask = mask;
  task.threshold = threshold;
  task.state = static_cast<device::GroupState*>(scratch);
  task.rows = groups.rows;
  task.cols = groups.cols;
  task.group_size = groups.group_size;
  task.group_rows = CeilDivide(groups.rows, groups.group_size);
  task.all_group_rows = groups.planes * task.group_rows;
  task.keep = groups.keep;
  if (!device::ClearAsync(scratch, sizeof(device::GroupState), stream)) {
    return kKernelLaunchFailed;
  }
  bool launched = false;
  switch (format) {
    case kFloat16:
      // Keys of 15 bits are the same work whatever they mean.
    case kBfloat16:
      launched = device::LaunchFormat<Bfloat16Format>(task, stream);
      break;
    case kFloat32:
      launched = device::LaunchFormat<Float32Format>(task, stream);
      break;
    case kFloat64:
      launched = device::LaunchFormat<Float64Format>(task, stream);
      break;
  }
  return launched ? kKernelOk : kKernelLaunchFailed;
}

}  // namespace tfmot
