#!/usr/bin/env python3
# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the tests of one row of ci/matrix.json, as `./dev test --row ID` does.

Usage: ci/run_row.py ID
"""

import os
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ci import bazel
from ci import console
from ci import matrix
from ci import system_packages
from ci import test_results
from ci import virtualenvs

# What a row's tests are. Kernels know no TensorFlow and are tested once, not per row.
ROW_TARGETS = ['//tensorflow_model_optimization/...']
# What runs once more in each further mode of a row. The other tests go through all
# modes by themselves, or have none.
_PYTHON = '//tensorflow_model_optimization/python/'
MODE_TARGETS = [
  _PYTHON + 'core/keras/...',
  _PYTHON + 'core/sparsity/keras/...',
]


def run_tests(title, options, targets):
  """Runs `bazel test` and returns the TargetResults.

  Args:
    title: what this is, for the reader.
    options: Bazel's options.
    targets: labels or patterns.
  """
  folder = tempfile.mkdtemp(prefix='tfmot_events_')
  events = os.path.join(folder, 'events.json')
  try:
    with console.step(title):
      code = bazel.call(
        'test',
        list(options) + ['--keep_going', '--build_event_json_file=' + events],
        targets,
      )
      return test_results.read_events(events, code)
  finally:
    shutil.rmtree(folder, ignore_errors=True)


def tag_options(slow):
  """Returns the options that run or leave out the tests with the tag `slow`."""
  return [] if slow else ['--test_tag_filters=-' + test_results.SLOW_TAG]


def run_row(row, slow=False, afresh=False):
  """Sets up `row`, runs its tests in each of its modes; returns the TargetResults.

  Args:
    row: matrix.Row.
    slow: whether tests with the tag `slow` run as well.
    afresh: whether tests run that passed before, and of whose files none has changed.
  """
  virtualenv = virtualenvs.ensure(row.id, row.python)
  results = []
  for mode in row.modes:
    options = bazel.row_options(row, virtualenv)
    options += bazel.test_environment_options(row, virtualenv)
    options.append('--test_env=TFMOT_TEST_MODE=' + mode)
    options += tag_options(slow)
    if afresh:
      options.append('--nocache_test_results')
    title = 'row {}: TensorFlow {}, {}, Python {}, {}'.format(
      row.id, row.tf, row.keras, row.python, mode
    )
    if mode == row.modes[0]:
      results += run_tests(title, options, ROW_TARGETS)
    else:
      # Its own folder of logs; the results of the first mode stay.
      options.append('--platform_suffix=-{}-{}'.format(row.id, mode))
      results += [
        result._replace(label='{} ({})'.format(result.label, mode))
        for result in run_tests(title, options, MODE_TARGETS)
      ]
  return results


def main():
  if len(sys.argv) != 2:
    sys.exit(__doc__)
  try:
    row = matrix.select(matrix.load(), [sys.argv[1]])[0]
    system_packages.ensure(system_packages.build_needs())
    results = run_row(row)
  except console.CommandError as error:
    sys.exit('error: {}'.format(error))
  passed, failed, skipped = test_results.totals(results)
  print('{} passed, {} failed, {} skipped'.format(passed, failed, skipped))
  sys.exit(1 if failed else 0)


if __name__ == '__main__':
  main()
