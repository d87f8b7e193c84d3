# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the training of the LeNets does to images."""

import unittest

import numpy as np

from benchmarks import lenet_training


class MovedTest(unittest.TestCase):
  def test_each_image_is_moved_by_up_to_a_pixel(self):
    image = np.arange(1, 10, dtype=np.float32).reshape([3, 3, 1])
    moved = lenet_training.moved(
      np.stack([image] * 200), np.random.RandomState(0)
    )
    self.assertEqual((200, 3, 3, 1), moved.shape)
    found = {tuple(one.ravel().astype(int)) for one in moved}
    self.assertEqual(9, len(found))
    self.assertIn((1, 2, 3, 4, 5, 6, 7, 8, 9), found)
    self.assertIn((0, 0, 0, 0, 1, 2, 0, 4, 5), found)  # Down and to the right.
    self.assertIn((2, 3, 0, 5, 6, 0, 8, 9, 0), found)  # To the left.


if __name__ == '__main__':
  unittest.main()
