// Copyright 2026 The TensorFlow Model Optimization Authors.
// SPDX-License-Identifier: Apache-2.0

#ifndef OPS_KERNELS_TESTING_MASK_SWEEP_H_
#define OPS_KERNELS_TESTING_MASK_SWEEP_H_

#include <stdint.h>
#include <string.h>

#include <vector>

#include "gtest/gtest.h"
#include "ops/kernels/block_mask.h"
#include "ops/kernels/block_mask_reference.h"
#include "ops/kernels/bracket_mask.h"
#include "ops/kernels/cpu_variant.h"
#include "ops/kernels/kept_count.h"
#include "ops/kernels/m_by_n_mask.h"
#include "ops/kernels/m_by_n_mask_reference.h"
#include "ops/kernels/magnitude_mask.h"
#include "ops/kernels/magnitude_mask_reference.h"
#include "ops/kernels/testing/distributions.h"
#include "ops/kernels/testing/guarded_buffer.h"
#include "ops/kernels/testing/parallel_for_testing.h"
#include "ops/kernels/testing/replay_rng.h"
#include "ops/kernels/weight_segments.h"

namespace tfmot {
namespace testing {

// Random cases for every mask, of one format, each on all variants that this
// CPU has: sizes, distributions, misalignments, threads. A case is made from
// its number alone, so that a failure can be repeated.
struct MaskSweep {
  int first_case;
  int cases;
  // Size of the largest ones, of which there are few.
  int64_t most_weights;
};

// Most are small; one in 8, 100 and 1000 is larger, and two may be as large as
// can be.
inline int64_t SweptCount(const MaskSweep& sweep, int i, ReplayRng* rng) {
  if (i == 0) return 0;
  if (i == 1) return sweep.most_weights;
  int64_t bound = 400;
  if (i == 2) {
    bound = sweep.most_weights;
  } else if (i % 1000 == 500) {
    bound = 1 << 19;
  } else if (i % 100 == 50) {
    bound = (1 << 16) + 2;
  } else if (i % 8 == 4) {
    bound = 5000;
  }
  return rng->Below(bound < sweep.most_weights ? bound : sweep.most_weights);
}

// What a run of a kernel works on, between red zones.
struct SweptBuffers {
  SweptBuffers(FloatFormat format, const std::vector<uint8_t>& bytes,
               ReplayRng* rng)
      : weights(bytes.size(), rng->Bits() % 64),
        mask(bytes.size() / FloatBytes(format), rng->Bits() % 64),
        threshold(FloatBytes(format), rng->Bits() % 64) {
    if (!bytes.empty()) memcpy(weights.data(), bytes.data(), bytes.size());
  }

  ::testing::AssertionResult Agree(FloatFormat format,
                                   const std::vector<uint8_t>& expected_mask,
                                   uint64_t expected_threshold) {
    if (!weights.IsIntact() || !mask.IsIntact() || !threshold.IsIntact()) {
      return ::testing::AssertionFailure() << "wrote out of bounds";
    }
    for (size_t i = 0; i < expected_mask.size(); ++i) {
      if (mask.data()[i] != expected_mask[i]) {
        return ::testing::AssertionFailure()
               << "mask[" << i << "] is " << int{mask.data()[i]}
               << ", expected " << int{expected_mask[i]};
      }
    }
    const uint64_t bits = LoadBits(format, threshold.data(), 0);
    if (bits != expected_threshold) {
      return ::testing::AssertionFailure()
             << "threshold bits are " << bits << ", expected "
             << expected_threshold;
    }
    return ::testing::AssertionSuccess();
  }

  GuardedBuffer weights;
  GuardedBuffer mask;
  GuardedBuffer threshold;
};

inline std::vector<uint64_t> MagnitudesOf(FloatFormat format,
                                          const std::vector<uint8_t>& bytes) {
  std::vector<uint64_t> keys(bytes.size() / FloatBytes(format));
  for (size_t i = 0; i < keys.size(); ++i) {
    keys[i] = LoadBits(format, bytes.data(), static_cast<int64_t>(i)) &
              ~SignBit(format);
  }
  return keys;
}

// Threads take longer to start than a small case takes to run.
inline ParallelFor SweptParallelFor(int i, ReplayRng* rng) {
  return AnyParallelFor(i % 16 == 4 || i < 3 ? 2 : i % 2,
                        1 + static_cast<int>(rng->Below(7)));
}

inline Distribution SweptDistribution(ReplayRng* rng) {
  return static_cast<Distribution>(rng->Below(kNumDistributions));
}

// Calls run_case(case, &rng) for all of them until one has failed.
template <typename Run>
void SweepCases(const MaskSweep& sweep, const Run& run_case) {
  for (int i = sweep.first_case; i < sweep.first_case + sweep.cases; ++i) {
    ReplayRng rng(static_cast<uint64_t>(i));
    run_case(i, &rng);
    if (::testing::Test::HasFailure()) return;
  }
}

template <typename Run>
void ForAllVariants(const Run& run) {
  for (int v = 0; v < kNumCpuVariants; ++v) {
    if (CpuVariantIsSupported(static_cast<CpuVariant>(v))) {
      run(static_cast<CpuVariant>(v));
    }
  }
}

// None, the threshold itself, or some weight's magnitude.
inline uint64_t SweptHint(const std::vector<uint64_t>& keys, uint64_t smallest,
                          ReplayRng* rng) {
  const int64_t choice = static_cast<int64_t>(rng->Below(3));
  if (choice == 0 || keys.empty()) return 0;
  if (choice == 1) return smallest;
  return keys[static_cast<size_t>(rng->Below(keys.size()))];
}

inline void SweepMagnitudeMask(FloatFormat format, const MaskSweep& sweep) {
  SweepCases(sweep, [&](int i, ReplayRng* rng) {
    const int64_t count = SweptCount(sweep, i, rng);
    const Distribution distribution = SweptDistribution(rng);
    const std::vector<uint8_t> bytes =
        MakeWeights(format, distribution, count, rng);
    const std::vector<uint64_t> keys = MagnitudesOf(format, bytes);
    const std::vector<int64_t> order = KeepingOrder(keys);
    const int64_t keep = KeptCount(count, rng->Uniform());
    const std::vector<uint8_t> expected = FirstInOrder(order, keep);
    const uint64_t smallest = SmallestKept(keys, order, keep);
    const bool rest_is_not_zero =
        keep < count && keys[static_cast<size_t>(order[keep])] != 0;
    const uint64_t hint = SweptHint(keys, smallest, rng);
    ForAllVariants([&](CpuVariant variant) {
      SweptBuffers buffers(format, bytes, rng);
      const ParallelFor parallel_for = SweptParallelFor(i, rng);
      uint64_t threshold = 0;
      // The variants differ in their brackets only.
      bool found = false;
      if (count >= 64) {
        BracketTuning tuning = DefaultBracketTuning();
        tuning.variant = variant;
        if (count < kLeastBracketCount) tuning.chunk = kLeastChunk;
        tuning.hint = hint;
        GuardedBuffer scratch(
            BracketMaskScratchBytes(format, count, parallel_for.num_threads),
            rng->Bits() % 64);
        WeightSegment segment = {buffers.weights.data(), buffers.mask.data(),
                                 count, 0, 0};
        bool rest_is_zero = false;
        found = BracketMask(format, WeightSegments{&segment, 1}, keep, tuning,
                            parallel_for, scratch.data(), &threshold,
                            &rest_is_zero);
        ASSERT_FALSE(found && rest_is_zero && rest_is_not_zero);
        StoreBits(format, threshold, buffers.threshold.data(), 0);
        ASSERT_TRUE(scratch.IsIntact());
      }
      if (!found) {
        GuardedBuffer scratch(
            MagnitudeMaskScratchBytes(format, count, parallel_for.num_threads),
            rng->Bits() % 64);
        ASSERT_EQ(MagnitudeMask(format, buffers.weights.data(), count, keep,
                                parallel_for, scratch.data(), scratch.bytes(),
                                buffers.mask.data(), buffers.threshold.data()),
                  kKernelOk);
        ASSERT_TRUE(scratch.IsIntact());
      }
      ASSERT_TRUE(buffers.Agree(format, expected, smallest))
          << "case " << i << ", " << CpuVariantName(variant) << ": " << keep
          << " of " << count << " " << DistributionName(distribution) << " "
          << FormatName(format);
    });
  });
}

inline void SweepBlockMask(FloatFormat format, const MaskSweep& sweep) {
  SweepCases(sweep, [&](int i, ReplayRng* rng) {
    const int64_t count = SweptCount(sweep, i, rng);
    const BlockPooling pooling = i % 2 == 0 ? kPoolAverage : kPoolMax;
    const int64_t sizes[] = {1, 2,  3 + rng->Below(5), 4,
                             8, 16, 1 + rng->Below(40)};
    BlockGrid grid;
    grid.planes = count < 1000 ? 1 + rng->Below(3) : 1;
    grid.block_height = sizes[rng->Below(7)];
    grid.block_width = sizes[rng->Below(7)];
    grid.cols = 1 + rng->Below(count < 1000 ? 60 : 3000);
    grid.rows = count / grid.planes / grid.cols;
    const Distribution distribution = SweptDistribution(rng);
    const std::vector<uint8_t> bytes =
        MakeWeights(format, distribution, WeightCount(grid), rng);
    const std::vector<uint64_t> keys =
        ReferenceKeys(format, pooling, grid, bytes.data());
    const std::vector<int64_t> order = KeepingOrder(keys);
    const int64_t keep = KeptCount(BlockCount(grid), rng->Uniform());
    const std::vector<uint8_t> expected =
        ReferenceExpand(grid, FirstInOrder(order, keep));
    uint64_t smallest = SmallestKept(keys, order, keep);
    if (pooling == kPoolAverage && FloatBytes(format) == 2 && smallest != 0) {
      smallest = ReferenceNarrow(format, static_cast<uint32_t>(smallest));
    }
    ForAllVariants([&](CpuVariant variant) {
      SweptBuffers buffers(format, bytes, rng);
      const ParallelFor parallel_for = SweptParallelFor(i, rng);
      GuardedBuffer scratch(BlockMaskScratchBytes(format, pooling, grid,
                                                  parallel_for.num_threads),
                            rng->Bits() % 64);
      ASSERT_EQ(BlockMaskOfVariant(
                    variant, format, pooling, grid, buffers.weights.data(),
                    keep, parallel_for, scratch.data(), scratch.bytes(),
                    buffers.mask.data(), buffers.threshold.data()),
                kKernelOk);
      ASSERT_TRUE(scratch.IsIntact());
      ASSERT_TRUE(buffers.Agree(format, expected, smallest))
          << "case " << i << ", " << CpuVariantName(variant) << ": "
          << DistributionName(distribution) << " " << FormatName(format) << " ["
          << grid.planes << ", " << grid.rows << ", " << grid.cols
          << "], blocks of " << grid.block_height << " x " << grid.block_width;
    });
  });
}

inline void SweepMByNMask(FloatFormat format, const MaskSweep& sweep) {
  SweepCases(sweep, [&](int i, ReplayRng* rng) {
    const int64_t count = SweptCount(sweep, i, rng);
    // Time grows with the square of a group's size.
    const int64_t sizes[] = {2, 4, 4, 8,
                             1 + rng->Below(count < 10000 ? 20 : 8)};
    ColumnGroups groups;
    groups.group_size = sizes[rng->Below(5)];
    groups.keep = 1 + rng->Below(groups.group_size);
    groups.planes = count < 1000 ? 1 + rng->Below(3) : 1;
    groups.cols = 1 + rng->Below(i % 2 == 0 ? 20 : count < 1000 ? 150 : 3000);
    groups.rows = count / groups.planes / groups.cols;
    const Distribution distribution = SweptDistribution(rng);
    const std::vector<uint8_t> bytes = MakeWeights(
        format, distribution, groups.planes * groups.rows * groups.cols, rng);
    const MByNReference expected =
        ReferenceMByN(groups, MagnitudesOf(format, bytes));
    ForAllVariants([&](CpuVariant variant) {
      SweptBuffers buffers(format, bytes, rng);
      ASSERT_EQ(
          MByNMaskOfVariant(variant, format, groups, buffers.weights.data(),
                            SweptParallelFor(i, rng), buffers.mask.data(),
                            buffers.threshold.data()),
          kKernelOk);
      ASSERT_TRUE(buffers.Agree(format, expected.mask, expected.threshold))
          << "case " << i << ", " << CpuVariantName(variant) << ": "
          << DistributionName(distribution) << " " << FormatName(format) << " ["
          << groups.planes << ", " << groups.rows << ", " << groups.cols
          << "], keep " << groups.keep << " of " << groups.group_size;
    });
  });
}

}  // namespace testing
}  // namespace tfmot

#endif  // OPS_KERNELS_TESTING_MASK_SWEEP_H_
