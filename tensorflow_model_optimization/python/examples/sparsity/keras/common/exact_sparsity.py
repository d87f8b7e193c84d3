# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Counts what is left of a pruned weight and what should be left of it.

The rule: of n weights, max(1, round_half_even(n * (1 - sparsity))) are kept,
computed in float64. With blocks, n and the kept count are numbers of blocks.
"""

import math


def expected_kept(total, sparsity):
  """How many of `total` weights or blocks are kept at `sparsity`."""
  # Python's round is half-to-even, and its float is float64.
  return min(total, max(1, round(total * (1.0 - sparsity))))


def count_blocks(weight, block_size):
  """Counts the blocks of a weight.

  The blocks tile the plane of the last two dimensions and begin at its index
  0; the last of a row or column may be smaller. Leading dimensions are further
  planes. Block size (1, 1) counts single weights, whatever their rank.

  Args:
    weight: numpy array of any rank, of rank 2 at least for real blocks.
    block_size: (height, width).

  Returns:
    (number of blocks, number of blocks with a weight that is not zero).
  """
  if tuple(block_size) == (1, 1):
    return weight.size, int((weight != 0).sum())
  height, width = block_size
  rows, columns = weight.shape[-2:]
  planes = weight.reshape((-1, rows, columns))
  total = (
    planes.shape[0] * math.ceil(rows / height) * math.ceil(columns / width)
  )
  kept = 0
  for row in range(0, rows, height):
    for column in range(0, columns, width):
      blocks = planes[:, row : row + height, column : column + width]
      kept += int((blocks != 0).any(axis=(1, 2)).sum())
  return total, kept
