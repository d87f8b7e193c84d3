# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the pictures of masks."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.sparsity import (
  mask_picture as lib,
)


class MaskPictureTest(parameterized.TestCase):
  def test_a_small_mask_has_one_dot_per_weight(self):
    picture = lib.mask_picture([[True, False, True], [False, False, True]], 3)
    self.assertEqual(np.uint8, picture.dtype)
    self.assertEqual([[255, 0, 255], [0, 0, 255]], picture.tolist())

  def test_a_large_mask_is_averaged(self):
    # Rows 0 | 1, 2 and columns 0 | 1, 2: parts of 1, 2, 2 and 4 weights.
    mask = np.array([[1, 1, 0], [0, 1, 0], [1, 0, 0]], bool)
    self.assertEqual(
      [[255, 128], [128, 64]], lib.mask_picture(mask, 2).tolist()
    )

  def test_no_picture_is_larger_than_the_size(self):
    picture = lib.mask_picture(np.ones((1000, 3), bool), 256)
    self.assertEqual((256, 3), picture.shape)
    self.assertEqual({255}, set(picture.ravel().tolist()))

  @parameterized.parameters(
    ((), (1, 1)),
    ((5,), (1, 5)),
    ((2, 3, 4), (6, 4)),
    ((3, 3, 2, 4), (18, 4)),
    ((0, 4), (1, 1)),
    ((0,), (1, 1)),
  )
  def test_every_shape_is_drawn_as_a_matrix(self, shape, expected):
    mask = np.zeros(shape, bool)
    self.assertEqual(expected, lib.mask_picture(mask, 100).shape)

  def test_the_last_axis_is_the_width(self):
    mask = np.zeros((2, 2, 2), bool)
    mask[1, 0, 1] = True
    self.assertEqual(
      [[0, 0], [0, 0], [0, 255], [0, 0]], lib.mask_picture(mask, 9).tolist()
    )


if __name__ == '__main__':
  absltest.main()
