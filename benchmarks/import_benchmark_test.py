# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the import benchmark once: that it still measures the import."""

import contextlib
import io
import json
import os
import tempfile
import unittest
from unittest import mock

from benchmarks import import_benchmark


class ImportBenchmarkTest(unittest.TestCase):
  def test_one_round(self):
    stdout = io.StringIO()
    with tempfile.TemporaryDirectory() as folder:
      path = os.path.join(folder, 'import.json')
      with contextlib.redirect_stdout(stdout):
        status = import_benchmark.main(['--rounds', '1', '--json', path])
      with open(path) as file:
        results = json.load(file)
    self.assertEqual(0, status)
    self.assertIn('target: under 150 ms', stdout.getvalue())
    self.assertEqual(1, len(results['statement_seconds']))
    # Files are read and classes are made, which is never free.
    self.assertGreater(results['statement_seconds'][0], 0.001)
    self.assertGreater(
      results['total_seconds']['with'][0], results['statement_seconds'][0]
    )

  def test_a_library_that_cannot_be_imported_is_an_error(self):
    with mock.patch.object(import_benchmark, '_BASE', 'import no_such_module'):
      with self.assertRaisesRegex(RuntimeError, '(?s)status=1.*no_such_module'):
        import_benchmark.main(['--rounds', '1'])


if __name__ == '__main__':
  unittest.main()
