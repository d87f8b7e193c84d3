# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the benchmarks of structured masks."""

import contextlib
import io
import unittest
from unittest import mock

import numpy as np

from benchmarks import blocks_benchmark
from benchmarks import mask_worker
from benchmarks import nm_benchmark
from benchmarks import structured_candidates


def _output_of(benchmark, *argv):
  with contextlib.redirect_stdout(io.StringIO()) as stdout:
    status = benchmark.main(
      ['--size', '32', '--rounds', '1', '--incumbent_python', ''] + list(argv)
    )
  assert status == 0
  return stdout.getvalue()


class StructuredMasksTest(unittest.TestCase):
  def test_each_structure_has_a_row(self):
    output = _output_of(blocks_benchmark)
    for row in ('(1, 16) AVG', '(16, 1) MAX', '(4, 4) AVG', '(8, 8) MAX'):
      self.assertIn(row, output)
    output = _output_of(nm_benchmark)
    for row in ('1:2', '2:4', '4:8'):
      self.assertIn(row, output)

  def test_a_wrong_native_mask_fails(self):
    real_mask = structured_candidates.library_mask

    def wrong_mask(mode, structure):
      make = real_mask(mode, {'m_by_n': [3, 4]} if mode == 'tf' else structure)
      return make

    with mock.patch.object(structured_candidates, 'library_mask', wrong_mask):
      with self.assertRaisesRegex(RuntimeError, 'different weights'):
        _output_of(nm_benchmark)

  def test_numpy_keeps_the_same_weights(self):
    weights = mask_worker.make_weights(32 * 32, seed=3).reshape(32, 32)
    for structure in list(blocks_benchmark.STRUCTURES.values()) + list(
      nm_benchmark.STRUCTURES.values()
    ):
      mask, _ = structured_candidates.numpy_mask(structure)(weights, 0.8)()
      expected, _ = structured_candidates.library_mask('tf', structure)(
        weights, 0.8
      )()
      np.testing.assert_array_equal(mask, np.asarray(expected), str(structure))

  def test_sizes_and_rounds_are_checked(self):
    for argv in (['--size', '20'], ['--size', '0'], ['--rounds', '0']):
      with contextlib.redirect_stderr(io.StringIO()) as stderr:
        with self.assertRaises(SystemExit):
          nm_benchmark.main(argv)
      self.assertIn('expected', stderr.getvalue())


if __name__ == '__main__':
  unittest.main()
