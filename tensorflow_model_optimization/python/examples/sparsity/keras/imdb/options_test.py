# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the command line."""

import contextlib
import io
import unittest

from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  options,
)


class OptionsTest(unittest.TestCase):
  def test_defaults(self):
    parsed = options.parse([])
    self.assertEqual('word_order', parsed.dataset)
    self.assertEqual((10, 64), (parsed.epochs, parsed.batch_size))
    self.assertEqual(0.8, parsed.target_sparsity)
    self.assertIsNone(parsed.data_dir)

  def test_defaults_of_imdb(self):
    parsed = options.parse(['--dataset', 'imdb', '--data_dir', '/reviews'])
    self.assertEqual((3, 64), (parsed.epochs, parsed.batch_size))
    self.assertEqual('/reviews', parsed.data_dir)

  def test_unknown_dataset(self):
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr):
      with self.assertRaises(SystemExit) as caught:
        options.parse(['--dataset', 'reuters'])
    self.assertEqual(2, caught.exception.code)
    self.assertIn('reuters', stderr.getvalue())
    self.assertIn('word_order', stderr.getvalue())


if __name__ == '__main__':
  unittest.main()
