# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of demo.py."""

import unittest

from ci import demo


class AbsoluteFoldersTest(unittest.TestCase):
  def test_both_spellings(self):
    self.assertEqual(
      demo.absolute_folders(
        ['--data_dir', 'd', '--output_dir=o/p', '--dataset', 'mnist'], '/here'
      ),
      ['--data_dir', '/here/d', '--output_dir=/here/o/p', '--dataset', 'mnist'],
    )

  def test_absolute_ones_stay(self):
    arguments = ['--data_dir=/d', '--data_dir', '/e']
    self.assertEqual(demo.absolute_folders(arguments, '/here'), arguments)

  def test_flag_at_the_end(self):
    self.assertEqual(
      demo.absolute_folders(['--data_dir'], '/h'), ['--data_dir']
    )


if __name__ == '__main__':
  unittest.main()
