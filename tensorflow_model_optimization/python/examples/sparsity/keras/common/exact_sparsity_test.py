# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the counting of weights and blocks."""

import unittest

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  exact_sparsity,
)


class ExactSparsityTest(unittest.TestCase):
  def test_expected_kept_rounds_half_to_even(self):
    for total, sparsity, kept in (
      (10, 0.8, 2),
      (800, 0.8, 160),
      (10, 0.75, 2),  # 2.5
      (10, 0.65, 4),  # 3.5
      (5, 0.5, 2),  # 2.5
      (7, 0.5, 4),  # 3.5
      (10, 0.0, 10),
      (10, 0.999, 1),  # 0.01: one weight stays
      (1, 0.9, 1),
    ):
      self.assertEqual(
        kept, exact_sparsity.expected_kept(total, sparsity), (total, sparsity)
      )

  def test_single_weights_of_any_rank(self):
    weight = np.zeros((2, 3, 4, 5))
    weight[1, 2, 3, 4] = weight[0, 0, 0, 0] = -1e-30
    self.assertEqual((120, 2), exact_sparsity.count_blocks(weight, (1, 1)))
    self.assertEqual(
      (3, 1), exact_sparsity.count_blocks(np.array([0.0, 2.0, 0.0]), (1, 1))
    )

  def test_blocks_begin_at_zero_and_the_last_is_smaller(self):
    weight = np.array(
      [
        [0, 0, 0, 0, 9],
        [0, 0, 0, 0, 0],
        [0, 1, 1, 0, 0],
      ]
    )
    # Rows 0-1 and 2; columns 0-1, 2-3 and 4.
    self.assertEqual((6, 3), exact_sparsity.count_blocks(weight, (2, 2)))
    self.assertEqual((3, 2), exact_sparsity.count_blocks(weight, (1, 5)))
    self.assertEqual((1, 1), exact_sparsity.count_blocks(weight, (8, 8)))

  def test_blocks_of_a_convolution_stay_in_their_kernel_position(self):
    weight = np.zeros((2, 1, 3, 4))
    weight[0, 0, 2, 3] = 1.0
    weight[1, 0, 2, 3] = 1.0
    self.assertEqual((8, 2), exact_sparsity.count_blocks(weight, (2, 2)))


if __name__ == '__main__':
  unittest.main()
