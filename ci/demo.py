# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""`./dev demo`: trains, prunes and saves the example model."""

import os

from ci import bazel
from ci import console
from ci import matrix
from ci import paths
from ci import system_packages
from ci import virtualenvs

TARGET = '//tensorflow_model_optimization/python/examples/sparsity/keras/mnist:mnist_cnn'


def run(row_id, arguments):
  """Runs the example on a row's TensorFlow and Keras; returns its exit code.

  Args:
    row_id: a row of ci/matrix.json, or None for the first one.
    arguments: passed on to the example.
  """
  rows = matrix.load()
  row = matrix.select(rows, [row_id])[0] if row_id else rows[0]
  system_packages.ensure(system_packages.build_needs())
  virtualenv = virtualenvs.ensure(row.id, row.python)
  console.say('==> bazel run {} (row {})'.format(TARGET, row.id))
  environment = dict(row.env)
  environment['PYTHONUNBUFFERED'] = '1'  # The reader watches it train.
  environment.setdefault(
    'TF_CPP_MIN_LOG_LEVEL', os.environ.get('TF_CPP_MIN_LOG_LEVEL', '2')
  )
  return bazel.call(
    'run',
    bazel.row_options(row, virtualenv),
    [TARGET],
    cwd=_folder_in_workspace(),
    arguments=absolute_folders(arguments, os.getcwd()),
    env=environment,
  )


def absolute_folders(arguments, folder):
  """Returns `arguments` with the values of `--..._dir` flags made absolute.

  `bazel run` starts the program in a folder of its own, where a relative path would
  mean something else.

  Args:
    arguments: a command line.
    folder: what relative paths are relative to.
  """
  absolute = []
  flag_before = False
  for argument in arguments:
    name, equals, value = argument.partition('=')
    is_flag = name.startswith('--') and name.endswith('_dir')
    if is_flag and equals:
      argument = name + '=' + _absolute(value, folder)
    elif flag_before:
      argument = _absolute(argument, folder)
    flag_before = is_flag and not equals
    absolute.append(argument)
  return absolute


def _absolute(path, folder):
  return os.path.join(folder, os.path.expanduser(path))


def _folder_in_workspace():
  """Bazel runs only inside the workspace, and tells the program where that was."""
  here = os.path.realpath(os.getcwd())
  root = os.path.realpath(paths.ROOT)
  return here if os.path.commonpath([here, root]) == root else root
