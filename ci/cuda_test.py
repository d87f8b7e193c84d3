# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of cuda.py: what the stage says with and without nvcc and GPU."""

import contextlib
import io
import os
import tempfile
import unittest
from unittest import mock

from ci import cuda
from ci import matrix
from ci import test_results
from ci import virtualenvs


class FindNvccTest(unittest.TestCase):
  def find(self, environment, on_path=None):
    with mock.patch.dict(os.environ, environment, clear=True):
      with mock.patch.object(cuda.shutil, 'which', return_value=on_path):
        return cuda.find_nvcc()

  def test_order(self):
    with tempfile.TemporaryDirectory() as folder:
      os.makedirs(os.path.join(folder, 'bin'))
      in_home = os.path.join(folder, 'bin', 'nvcc')
      other = os.path.join(folder, 'other')
      for path in (in_home, other):
        with open(path, 'w'):
          pass
      self.assertEqual(self.find({'TFMOT_NVCC': other}, in_home), other)
      self.assertEqual(self.find({'CUDA_HOME': folder}, other), in_home)
      self.assertEqual(self.find({}, other), other)

  def test_a_wrong_choice_is_not_replaced(self):
    self.assertIsNone(self.find({'TFMOT_NVCC': '/nowhere'}, '/bin/sh'))


class ResultsTest(unittest.TestCase):
  def run_stage(self, every, nvcc='/nvcc', failing=()):
    self.calls = []

    def call(command, options, targets):
      self.calls.append((command, list(options), list(targets)))
      return int(targets[0] in failing)

    with contextlib.ExitStack() as stack:
      for where, name, value in (
        (cuda, 'find_nvcc', lambda: nvcc),
        (cuda.bazel, 'call', call),
        (cuda, '_parity', lambda options: test_results.skip('parity', 'why')),
        (
          cuda.virtualenvs,
          'ensure',
          lambda row, python: virtualenvs.Virtualenv(row, '/python', 'stamp'),
        ),
      ):
        stack.enter_context(mock.patch.object(where, name, value))
      stack.enter_context(contextlib.redirect_stdout(io.StringIO()))
      stack.enter_context(contextlib.redirect_stderr(io.StringIO()))
      return test_results.totals(cuda.results(every))

  def test_without_nvcc(self):
    self.assertEqual(self.run_stage(False, None), (0, 0, 1))
    self.assertEqual(self.run_stage(True, None), (0, 1, 0))
    self.assertEqual(self.calls, [])

  def test_builds_everything(self):
    self.assertEqual(self.run_stage(False), (3, 0, 1))
    self.assertEqual(
      [targets for _, _, targets in self.calls],
      [[cuda.PARITY], [cuda.LIBRARY], [cuda.LIBRARY]],
    )
    for _, options, _ in self.calls:
      self.assertIn('--config=cuda', options)
      self.assertIn('--repo_env=TFMOT_CUDA_ARCHITECTURES=90', options)
    self.assertEqual(
      [options[-1] for _, options, _ in self.calls[1:]],
      ['--platform_suffix=-cuda-' + row for row in cuda.ROWS],
    )

  def test_all_means_all_architectures(self):
    self.run_stage(True)
    for _, options, _ in self.calls:
      self.assertFalse([o for o in options if 'ARCHITECTURES' in o])

  def test_what_does_not_build_fails_and_is_not_run(self):
    self.assertEqual(self.run_stage(False, failing=[cuda.PARITY]), (2, 1, 0))
    self.assertEqual(self.run_stage(False, failing=[cuda.LIBRARY]), (1, 2, 1))

  def test_rows_are_in_the_table(self):
    ids = [row.id for row in matrix.load()]
    for row in cuda.ROWS:
      self.assertIn(row, ids)


class ReadParityTest(unittest.TestCase):
  def test_without_a_device(self):
    result = cuda.read_parity(
      'SKIPPED: GPU tests need a CUDA device: no driver\n'
      '0 passed, 0 failed, 1 skipped\n',
      0,
      1.0,
    )
    self.assertEqual((result.passed, result.failed, result.skipped), (0, 0, 1))
    self.assertIn('no driver', result.note)

  def test_with_a_device(self):
    result = cuda.read_parity('x\n12 passed, 0 failed, 0 skipped\n', 0, 1.0)
    self.assertEqual((result.passed, result.failed, result.note), (12, 0, None))
    result = cuda.read_parity('11 passed, 1 failed, 0 skipped\n', 1, 1.0)
    self.assertEqual((result.passed, result.failed), (11, 1))

  def test_one_that_dies(self):
    self.assertEqual(cuda.read_parity('CUDA: error', 1, 1.0).failed, 1)
    died_late = cuda.read_parity('3 passed, 0 failed, 0 skipped\n', -11, 1.0)
    self.assertEqual(died_late.failed, 1)


if __name__ == '__main__':
  unittest.main()
