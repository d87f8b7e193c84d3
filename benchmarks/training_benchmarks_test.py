# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the step and the memory benchmark, small: that they still work."""

import contextlib
import importlib.util
import io
import json
import os
import tempfile
import unittest
from unittest import mock

from benchmarks import memory_benchmark
from benchmarks import step_benchmark
from benchmarks import worker_process

_KERAS = 'tf_keras' if importlib.util.find_spec('tf_keras') else 'keras'


def _run(benchmark, *argv):
  """Runs a benchmark; returns (its output, its results)."""
  with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'results.json')
    with contextlib.redirect_stdout(io.StringIO()) as stdout:
      with mock.patch.object(worker_process, 'find_incumbent', lambda: None):
        status = benchmark.main(
          ['--keras', _KERAS, '--width', '16', '--rounds', '1', '--jit', '0']
          + list(argv)
          + ['--json', path]
        )
    assert status == 0
    with open(path) as file:
      return stdout.getvalue(), json.load(file)


class StepBenchmarkTest(unittest.TestCase):
  def test_each_candidate_has_a_row(self):
    output, results = _run(step_benchmark, '--models', 'mlp', '--steps', '2')
    self.assertIn('the incumbent: not measured', output)
    self.assertEqual(
      ['pruned, no update', 'pruned, every step', 'inference, unstripped'],
      [row['what'] for row in results['rows']],
    )
    for row in results['rows']:
      self.assertGreater(row['clock_dense_seconds'], 0.0)
      self.assertAlmostEqual(
        row['clock_seconds'],
        row['clock_ratio'] * row['clock_dense_seconds'],
      )

  def test_arguments_are_checked(self):
    for argv in (['--rounds', '0'], ['--steps', '0'], ['--width', '-1']):
      with contextlib.redirect_stderr(io.StringIO()) as stderr:
        with self.assertRaises(SystemExit):
          step_benchmark.main(argv)
      self.assertIn('expected at least 1', stderr.getvalue())


class MemoryBenchmarkTest(unittest.TestCase):
  def test_each_measure_has_a_row(self):
    _, results = _run(memory_benchmark, '--soak_steps', '40')
    peak, scratch, first, soak = results['rows']
    # A process with TensorFlow has more than 100 MB.
    self.assertGreater(peak['peak_bytes']['0'][0], 100 << 20)
    self.assertGreater(scratch['extra_peak_bytes'], -1)
    self.assertGreater(first['result'], 0.0)
    self.assertEqual(20, len(soak['resident_bytes']))

  def test_a_worker_that_fails_says_why(self):
    with self.assertRaisesRegex(RuntimeError, '(?s)status=2.*choose from'):
      worker_process.measure('memory_worker.py', {'what': 'nothing'})


if __name__ == '__main__':
  unittest.main()
