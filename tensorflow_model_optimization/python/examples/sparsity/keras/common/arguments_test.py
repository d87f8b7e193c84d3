# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the options that all examples share."""

import contextlib
import io
import os
import unittest
from unittest import mock

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  arguments,
)


def _parse(*argv):
  parser = arguments.make_parser('example', 'Prunes something.')
  parser.add_argument('--data_dir')
  parser.add_argument('--epochs', type=arguments.positive)
  parser.add_argument('--batch_size', type=arguments.positive)
  return arguments.finish(parser.parse_args(argv), epochs=7, batch_size=16)


class ArgumentsTest(unittest.TestCase):
  def _assert_refused(self, argv, *words):
    stderr = io.StringIO()
    with contextlib.redirect_stderr(stderr):
      with self.assertRaises(SystemExit) as caught:
        _parse(*argv)
    self.assertEqual(2, caught.exception.code)
    for word in words:
      self.assertIn(word, stderr.getvalue())

  def test_defaults(self):
    parsed = _parse()
    self.assertEqual('auto', parsed.keras)
    self.assertEqual(0.8, parsed.target_sparsity)
    self.assertEqual((1, 1), parsed.block_size)
    self.assertEqual([1], parsed.seeds)
    self.assertEqual((7, 16), (parsed.epochs, parsed.batch_size))
    self.assertIsNone(parsed.data_dir)
    self.assertIsNone(parsed.output_dir)
    self.assertIsNone(parsed.log_dir)
    self.assertFalse(parsed.jit_compile)
    self.assertFalse(parsed.quick)

  def test_quick_is_one_epoch_unless_said(self):
    self.assertEqual(1, _parse('--quick').epochs)
    self.assertEqual(3, _parse('--quick', '--epochs', '3').epochs)

  def test_block_size(self):
    self.assertEqual((4, 2), _parse('--block_size', '4', '2').block_size)

  def test_sparsity_bounds(self):
    self.assertEqual(0.0, _parse('--target_sparsity', '0').target_sparsity)
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

  def test_seeds_are_trained_once_in_the_order_given(self):
    argv = '--seed 7 --seed 2 --seed 7'.split()
    self.assertEqual([7, 2], _parse(*argv).seeds)

  def test_seed_fits_numpy(self):
    self.assertEqual([2**32 - 1], _parse('--seed=4294967295').seeds)
    self._assert_refused(['--seed=-1'], '--seed')
    self._assert_refused(['--seed=4294967296'], '--seed')

  def test_relative_folder_is_where_bazel_was_called(self):
    argv = ['--data_dir', 'data', '--output_dir', '/absolute', '--log_dir', '.']
    with mock.patch.dict(os.environ, {'BUILD_WORKING_DIRECTORY': '/called/in'}):
      parsed = _parse(*argv)
    self.assertEqual('/called/in/data', parsed.data_dir)
    self.assertEqual('/absolute', parsed.output_dir)
    self.assertEqual('/called/in', parsed.log_dir)

  def test_relative_folder_without_bazel(self):
    with mock.patch.dict(os.environ):
      os.environ.pop('BUILD_WORKING_DIRECTORY', None)
      parsed = _parse('--data_dir', 'data')
    self.assertEqual(os.path.join(os.getcwd(), 'data'), parsed.data_dir)


if __name__ == '__main__':
  unittest.main()
