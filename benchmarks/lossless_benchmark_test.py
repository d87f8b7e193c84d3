# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The bound that the lossless benchmark compares with."""

import contextlib
import io
import unittest

import numpy as np

from benchmarks import lossless_benchmark


class EntropyTest(unittest.TestCase):
  def test_mask_and_bytes_each_count(self):
    # The mask: 4 x 1 bit. The bytes of 1.0 are 3f 80 00 00, those of 2.0 are
    # 40 00 00 00: two bytes of each value take 1 bit, the others none.
    kernel = np.array([[1.0, 0.0], [0.0, 2.0]], np.float32)
    self.assertEqual((4 + 4) / 8.0, lossless_benchmark.entropy_bytes(kernel))

  def test_a_constant_takes_nothing(self):
    self.assertEqual(0.0, lossless_benchmark.entropy_bytes(np.ones([3, 5])))


class ArgumentsTest(unittest.TestCase):
  def test_epochs_are_checked(self):
    with contextlib.redirect_stderr(io.StringIO()) as stderr:
      with self.assertRaises(SystemExit):
        lossless_benchmark.main(['--epochs', '0'])
    self.assertIn('expected at least 1. Received: 0', stderr.getvalue())


if __name__ == '__main__':
  unittest.main()
