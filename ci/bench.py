# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""`./dev bench`: runs the benchmarks, optimised, beside the libraries compared with."""

import glob
import os

from ci import bazel
from ci import console
from ci import paths
from ci import system_packages
from ci import virtualenvs
from ci.console import CommandError

# ci/requirements/bench.txt is for this Python.
PYTHON_VERSION = '3.11'

_SUFFIX = '_benchmark.py'


def names():
  """Returns the benchmarks' names, from the files in benchmarks/."""
  files = glob.glob(os.path.join(paths.ROOT, 'benchmarks', '*' + _SUFFIX))
  return sorted(os.path.basename(path)[: -len(_SUFFIX)] for path in files)


def run(name, arguments):
  """Runs the benchmark `name`, or all of them; returns the exit code.

  Args:
    name: benchmarks/NAME_benchmark.py, or None.
    arguments: passed on to the benchmark.
  """
  known = names()
  if name is not None and name not in known:
    raise CommandError(
      'name must be one of {}. Received: name={}'.format(
        ', '.join(known) or '(there is none yet)', name
      ),
      './dev bench {}'.format(known[0] if known else ''),
    )
  if not known:
    raise CommandError('benchmarks/ holds no benchmark.', 'write one there')
  system_packages.ensure(system_packages.build_needs())
  virtualenv = virtualenvs.ensure('bench', PYTHON_VERSION)
  options = [
    '--compilation_mode=opt',
    '--repo_env=TFMOT_PYTHON=' + virtualenv.python,
    '--repo_env=TFMOT_ROW_STAMP=' + virtualenv.stamp.replace(' ', '-'),
    '--platform_suffix=-bench',
  ]
  environment = {'PYTHONUNBUFFERED': '1', 'TF_CPP_MIN_LOG_LEVEL': '2'}
  worst = 0
  for each in [name] if name else known:
    target = '//benchmarks:{}_benchmark'.format(each)
    console.say('==> bazel run {}'.format(target))
    code = bazel.call(
      'run', options, [target], arguments=arguments, env=environment
    )
    worst = max(worst, code)
  return worst
