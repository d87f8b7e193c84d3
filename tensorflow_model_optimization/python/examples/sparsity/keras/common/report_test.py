# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the table at the end."""

import unittest

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  report,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  saved_model,
)


def _weights(kept, total=10):
  values = np.zeros(total)
  values[:kept] = 1.0
  return values


class ReportTest(unittest.TestCase):
  def test_row_is_counted(self):
    row = report.weight_row(
      'dense/kernel',
      _weights(9).reshape(2, 5),
      _weights(2).reshape(2, 5),
      0.8,
      (1, 1),
    )
    self.assertEqual((2, 5), row.shape)
    self.assertEqual((10, 2), (row.weights, row.kept))
    self.assertAlmostEqual(0.1, row.zeros_before)
    self.assertAlmostEqual(0.8, row.zeros_after)
    self.assertTrue(row.exact)

  def test_one_weight_too_many_or_too_few_is_not_exact(self):
    for kept in (1, 3):
      row = report.weight_row('w', _weights(10), _weights(kept), 0.8, (1, 1))
      self.assertFalse(row.exact)
      self.assertEqual((kept, 2), (row.units_kept, row.units_expected))

  def test_blocks_count_as_blocks(self):
    pruned = np.zeros((4, 4))
    pruned[:2, :2] = 1.0
    row = report.weight_row('w', np.ones((4, 4)), pruned, 0.75, (2, 2))
    self.assertEqual((4, 1, 1), (row.kept, row.units_kept, row.units_expected))
    self.assertTrue(row.exact)

  def test_whole_text(self):
    rows = [
      report.weight_row(
        'conv/kernel', _weights(1000, 1000), _weights(200, 1000), 0.8, (1, 1)
      ),
      report.weight_row('dense/kernel', _weights(9), _weights(3), 0.8, (1, 1)),
    ]
    dense = report.ModelResult(0.9925, saved_model.FileSize(200000, 180000))
    pruned = report.ModelResult(0.991, saved_model.FileSize(200000, 60000))
    # pylint: disable=line-too-long
    expected = """\
Counted in the two reloaded files; asked for 80.00% zeros in weights.

pruned weight  shape  weights  kept  zeros before  zeros after  exact
------------------------------------------------------------------------------
conv/kernel    1000     1,000   200        0.00 %      80.00 %  yes
dense/kernel   10          10     3       10.00 %      70.00 %  NO: 3 kept, not 2
together                1,010   203        0.10 %      79.90 %  NO

whole model                  dense   pruned
---------------------------------------------------------
test accuracy              99.25 %  99.10 %  -0.15 points
file, bytes                200,000  200,000  1.00x smaller
file after gzip -9, bytes  180,000   60,000  3.00x smaller"""
    # pylint: enable=line-too-long
    text = report.format_report(rows, dense, pruned, 0.8, (1, 1))
    self.assertEqual(_without_rules(expected), _without_rules(text))

  def test_blocks_are_named(self):
    ragged = np.zeros((4, 5))
    ragged[:, 4] = 1.0
    result = report.ModelResult(1.0, saved_model.FileSize(1, 1))
    rows = [
      report.weight_row('w', np.ones((4, 5)), ragged, 0.5, (4, 4)),
      report.weight_row('w', np.ones((4, 5)), ragged, 0.0, (4, 4)),
    ]
    text = report.format_report(rows, result, result, 0.5, (4, 4))
    self.assertIn('asked for 50.00% zeros in blocks of 4 x 4', text)
    self.assertIn('80.00 %  yes: 1 of 2 blocks', text)
    self.assertIn('80.00 %  NO: 1 of 2 blocks kept, not 2', text)

  def test_seeds_and_their_mean(self):
    # pylint: disable=line-too-long
    expected = """\
test accuracy    dense   pruned
---------------------------------------------
seed 3         90.00 %  89.50 %  -0.50 points
seed 12        91.00 %  92.00 %  +1.00 points
mean           90.50 %  90.75 %  +0.25 points"""
    # pylint: enable=line-too-long
    self.assertEqual(
      expected, report.format_seeds([3, 12], [(0.9, 0.895), (0.91, 0.92)])
    )


def _without_rules(text):
  """The text without its lines of dashes, whose length says nothing."""
  return [line for line in text.split('\n') if set(line) != {'-'}]


if __name__ == '__main__':
  unittest.main()
