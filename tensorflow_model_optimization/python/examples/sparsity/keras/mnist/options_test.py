# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the command line."""

import contextlib
import io
import unittest

from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  options,
)


class OptionsTest(unittest.TestCase):
  def test_defaults(self):
    parsed = options.parse([])
    self.assertEqual('digits', parsed.dataset)
    self.assertEqual((30, 32), (parsed.epochs, parsed.batch_size))
    self.assertEqual(0.8, parsed.target_sparsity)
    self.assertIsNone(parsed.data_dir)

  def test_defaults_of_mnist(self):
    parsed = options.parse(['--dataset', 'mnist'])
    self.assertEqual((8, 128), (parsed.epochs, parsed.batch_size))

  def test_unknown_dataset(self):
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr):
      with self.assertRaises(SystemExit) as caught:
        options.parse(['--dataset', 'cifar'])
    self.assertEqual(2, caught.exception.code)
    self.assertIn('cifar', stderr.getvalue())
    self.assertIn('fashion_mnist', stderr.getvalue())


if __name__ == '__main__':
  unittest.main()
