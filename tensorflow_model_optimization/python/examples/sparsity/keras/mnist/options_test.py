# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the command line."""

import contextlib
import io
import os
import unittest
from unittest import mock

from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  options,
)


class OptionsTest(unittest.TestCase):
  def _assert_refused(self, argv, *words):
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr):
      with self.assertRaises(SystemExit) as caught:
        options.parse(argv)
    self.assertEqual(2, caught.exception.code)
    for word in words:
      self.assertIn(word, stderr.getvalue())

  def test_defaults(self):
    parsed = options.parse([])
    self.assertEqual('digits', parsed.dataset)
    self.assertEqual('auto', parsed.keras)
    self.assertEqual(0.8, parsed.target_sparsity)
    self.assertEqual((1, 1), parsed.block_size)
    self.assertEqual(32, parsed.batch_size)
    self.assertIsNone(parsed.data_dir)
    self.assertIsNone(parsed.output_dir)
    self.assertFalse(parsed.jit_compile)

  def test_defaults_of_mnist(self):
    parsed = options.parse(['--dataset', 'mnist'])
    self.assertEqual(128, parsed.batch_size)
    self.assertGreater(parsed.epochs, 1)

  def test_quick_is_one_epoch_unless_said(self):
    self.assertEqual(1, options.parse(['--quick']).epochs)
    self.assertEqual(3, options.parse(['--quick', '--epochs', '3']).epochs)

  def test_block_size(self):
    self.assertEqual(
      (4, 2), options.parse(['--block_size', '4', '2']).block_size
    )

  def test_sparsity_bounds(self):
    self.assertEqual(
      0.0, options.parse(['--target_sparsity', '0']).target_sparsity
    )
    for wrong in ('1', '-0.1', '80', 'nan', 'much'):
      self._assert_refused(
        ['--target_sparsity=' + wrong],
        '--target_sparsity',
        'Received',
        repr(wrong),
      )

  def test_counts_are_at_least_one(self):
    for flag in ('--epochs', '--batch_size'):
      for wrong in ('0', '-1', '1.5'):
        self._assert_refused([flag + '=' + wrong], flag, repr(wrong))
    self._assert_refused(['--block_size', '0', '1'], '--block_size', "'0'")
    self._assert_refused(['--block_size', '4'], '--block_size')

  def test_seed_fits_numpy(self):
    self.assertEqual(7, options.parse(['--seed', '7']).seed)
    self._assert_refused(['--seed=-1'], '--seed')
    self._assert_refused(['--seed=4294967296'], '--seed')

  def test_unknown_dataset(self):
    self._assert_refused(['--dataset', 'cifar'], 'cifar', 'fashion_mnist')

  def test_relative_folder_is_where_bazel_was_called(self):
    argv = ['--data_dir', 'data', '--output_dir', '/absolute', '--log_dir', '.']
    with mock.patch.dict(os.environ, {'BUILD_WORKING_DIRECTORY': '/called/in'}):
      parsed = options.parse(argv)
    self.assertEqual('/called/in/data', parsed.data_dir)
    self.assertEqual('/absolute', parsed.output_dir)
    self.assertEqual('/called/in', parsed.log_dir)

  def test_relative_folder_without_bazel(self):
    with mock.patch.dict(os.environ):
      os.environ.pop('BUILD_WORKING_DIRECTORY', None)
      parsed = options.parse(['--data_dir', 'data'])
    self.assertEqual(os.path.join(os.getcwd(), 'data'), parsed.data_dir)


if __name__ == '__main__':
  unittest.main()
