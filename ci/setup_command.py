# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""`./dev setup`: everything that the other commands would install by themselves."""

from ci import console
from ci import matrix
from ci import system_packages
from ci import virtualenvs


def run(row_ids, every):
  """Installs Bazel and the virtualenvs of the rows; returns the exit code.

  Args:
    row_ids: rows of ci/matrix.json; empty: presubmit's.
    every: all rows.
  """
  rows = matrix.select(matrix.load(), row_ids, every)
  system_packages.ensure(system_packages.build_needs())
  failures = []
  for row in rows:
    try:
      virtualenv = virtualenvs.ensure(row.id, row.python)
      console.say('ready: {} ({})'.format(row.id, virtualenv.python))
    except console.CommandError as error:
      # The other rows are still worth having.
      console.warn('error: row {}: {}'.format(row.id, error))
      failures.append(row.id)
  if failures:
    console.warn('not set up: ' + ', '.join(failures))
    return 1
  console.say('\nNext:\n  ./dev demo\n  ./dev test\n  ./dev lint')
  return 0
