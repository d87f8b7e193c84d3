# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of arguments.py."""

import unittest

from ci import arguments


class SplitTest(unittest.TestCase):
  def check(self, line, own, others):
    self.assertEqual(
      arguments.split(line.split()), (own.split(), others.split())
    )

  def test_other_commands_are_all_ours(self):
    self.check('test --row a', 'test --row a', '')
    self.check('', '', '')

  def test_demo(self):
    self.check('demo', 'demo', '')
    self.check('demo --help', 'demo --help', '')
    self.check('demo -- --help', 'demo', '--help')
    self.check(
      'demo --dataset mnist --row a --data_dir d --row=b',
      'demo --row a --row=b',
      '--dataset mnist --data_dir d',
    )
    self.check('demo --rows 3', 'demo', '--rows 3')

  def test_bench(self):
    self.check('bench', 'bench', '')
    self.check('bench --help', 'bench --help', '')
    self.check('bench masks', 'bench masks', '')
    self.check('bench masks --help', 'bench masks', '--help')
    self.check('bench masks -- --sizes 3', 'bench masks', '--sizes 3')
    self.check('bench --sizes 3', 'bench', '--sizes 3')


if __name__ == '__main__':
  unittest.main()
