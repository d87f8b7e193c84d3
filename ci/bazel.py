# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Calls Bazel, always for one row."""

import os
import shutil
import subprocess
import sys

from ci import paths
from ci.console import CommandError


def row_options(row, virtualenv):
  """Returns the options that make Bazel build and test for `row`.

  Args:
    row: matrix.Row.
    virtualenv: virtualenvs.Virtualenv of the row.
  """
  return [
    '--repo_env=TFMOT_PYTHON=' + virtualenv.python,
    '--repo_env=TFMOT_ROW_STAMP=' + virtualenv.stamp.replace(' ', '-'),
    # Rows keep their results apart, so that going back to one finds them again.
    '--platform_suffix=-' + row.id,
  ]


def test_environment(row, virtualenv):
  """Returns the environment variables with which tests of `row` run."""
  environment = {
    'CUDA_VISIBLE_DEVICES': '-1',
    # keras.json of whoever runs this must not choose the tests' backend.
    'KERAS_HOME': os.path.join(
      os.path.dirname(virtualenv.python), '..', 'keras'
    ),
    'PYTHONDONTWRITEBYTECODE': '1',
    'TFMOT_OPS': 'native',
    'TF_CPP_MIN_LOG_LEVEL': '2',
  }
  environment['KERAS_HOME'] = os.path.normpath(environment['KERAS_HOME'])
  environment.update(row.env)
  return environment


def test_environment_options(row, virtualenv):
  """Returns `test_environment` as options of `bazel test`."""
  variables = sorted(test_environment(row, virtualenv).items())
  return ['--test_env={}={}'.format(name, value) for name, value in variables]


def call(command, options, targets, cwd=paths.ROOT, arguments=None, env=None):
  """Runs Bazel with its output on this process's, and returns its exit code.

  Args:
    command: "build", "test", "run", ...
    options: Bazel's options.
    targets: labels or patterns; those that begin with "-" are left out.
    cwd: a folder in the workspace.
    arguments: what `bazel run` passes on to the program.
    env: environment variables on top of this process's.
  """
  options = list(options)
  if not sys.stdout.isatty():
    # A log needs no line for each package that is loaded.
    options += ['--noshow_loading_progress', '--show_progress_rate_limit=20']
  line = [require(), command] + options + ['--'] + list(targets)
  if command == 'run':
    line = [require(), command] + options + list(targets)
    line += ['--'] + list(arguments or [])
  return subprocess.call(line, cwd=cwd, env=dict(os.environ, **(env or {})))


def output_of(command, options):
  """Returns what `bazel command options` prints on standard output."""
  done = subprocess.run(
    [require(), command] + list(options),
    cwd=paths.ROOT,
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    universal_newlines=True,
  )
  if done.returncode != 0:
    raise CommandError(
      '`bazel {}` failed:\n{}'.format(command, done.stderr.strip()),
      './dev doctor',
    )
  return done.stdout.strip()


def require():
  """Returns the path of Bazel."""
  bazel = shutil.which('bazel')
  if bazel is None:
    raise CommandError('bazel is not on PATH.', './dev setup')
  return bazel
