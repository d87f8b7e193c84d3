# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of run_row.py: a row's tests run in each of its modes."""

import unittest
from unittest import mock

from ci import matrix
from ci import run_row
from ci import test_results
from ci import virtualenvs

_VENV = virtualenvs.Virtualenv('r', '/v/r/bin/python', 'abc 7')


class RunRowTest(unittest.TestCase):
  def setUp(self):
    patch = mock.patch.object(run_row.virtualenvs, 'ensure', return_value=_VENV)
    patch.start()
    self.addCleanup(patch.stop)
    patch = mock.patch.object(run_row, 'run_tests')
    self.run_tests = patch.start()
    self.run_tests.return_value = [
      test_results.TargetResult('//a', 3, 0, 1, 1.0, None)
    ]
    self.addCleanup(patch.stop)

  def run_in(self, *modes, **options):
    row = matrix.Row(
      'r', '1.15.5', '3.7', 'k', 'cpu', 'presubmit', 'cxx', modes, {}
    )
    return run_row.run_row(row, **options)

  def test_one_mode_runs_everything_once(self):
    results = self.run_in('eager')
    ((title, options, targets), _) = self.run_tests.call_args
    self.assertIn('eager', title)
    self.assertEqual(['//tensorflow_model_optimization/...'], targets)
    self.assertIn('--test_env=TFMOT_TEST_MODE=eager', options)
    self.assertNotIn('--nocache_test_results', options)
    self.assertEqual(1, self.run_tests.call_count)
    self.assertEqual(['//a'], [result.label for result in results])

  def test_afresh_nothing_is_taken_from_the_cache_in_any_mode(self):
    self.run_in('eager', 'graph', afresh=True)
    for (_, options, _), _ in self.run_tests.call_args_list:
      self.assertIn('--nocache_test_results', options)

  def test_a_second_mode_runs_layers_with_a_mode_and_keeps_the_first_results(
    self,
  ):
    results = self.run_in('eager', 'graph')
    self.assertEqual(2, self.run_tests.call_count)
    ((_, options, targets), _) = self.run_tests.call_args
    self.assertEqual(
      [
        '//tensorflow_model_optimization/python/core/keras/...',
        '//tensorflow_model_optimization/python/core/sparsity/keras/...',
      ],
      targets,
    )
    self.assertIn('--test_env=TFMOT_TEST_MODE=graph', options)
    suffixes = [o for o in options if o.startswith('--platform_suffix')]
    self.assertEqual('--platform_suffix=-r-graph', suffixes[-1])
    self.assertEqual(
      ['//a', '//a (graph)'], [result.label for result in results]
    )


if __name__ == '__main__':
  unittest.main()
