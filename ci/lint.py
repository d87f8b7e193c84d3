# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""`./dev lint`: formatters and linters, each with the version that the project pins."""

import os
import shutil
import subprocess
import time

from ci import console
from ci import paths
from ci import test_results
from ci import virtualenvs

# The tools themselves run on this Python; what they accept is set in pyproject.toml.
PYTHON_VERSION = '3.11'

CXX_SUFFIXES = ('.c', '.cc', '.cu', '.h', '.inc')
_SCRIPTS = ('dev',)


def run(fix=False, only=None):
  """Checks files, or corrects them with `fix`; returns the exit code.

  Args:
    fix: whether to change files.
    only: files and folders relative to the repository, or None for all files.
  """
  outcome = results(fix, only)
  passed, failed, skipped = test_results.totals(outcome)
  for result in outcome:
    if result.failed:
      console.say('FAILED: {}. Remedy: ./dev lint --fix'.format(result.label))
  console.say(
    '{} passed, {} failed, {} skipped'.format(passed, failed, skipped)
  )
  return 1 if failed else 0


def results(fix=False, only=None):
  """Runs every tool and returns one TargetResult for each."""
  tools = os.path.dirname(virtualenvs.ensure('lint', PYTHON_VERSION).python)
  python, cxx, build = _files(only)
  ruff = os.path.join(tools, 'ruff')
  clang_format = [os.path.join(tools, 'clang-format')]
  if fix:
    modes = (['check', '--fix'], ['format'], ['-i'])
  else:
    modes = (['check'], ['format', '--diff'], ['--dry-run', '--Werror'])
  return [
    _tool('ruff check', [ruff] + modes[0], python),
    _tool('ruff format', [ruff] + modes[1], python),
    _tool('clang-format', clang_format + modes[2], cxx),
    _buildifier(fix, build),
  ]


def _buildifier(fix, files):
  program = shutil.which('buildifier')
  if program is None:
    console.say('skipped: buildifier not found')
    return test_results.TargetResult('buildifier', 0, 0, 1, 0.0, 'not found')
  mode = ['-mode=fix'] if fix else ['-mode=check', '-lint=warn']
  return _tool('buildifier', [program] + mode, files)


def _tool(label, command, files):
  if not files:
    return test_results.TargetResult(
      label, 0, 0, 1, 0.0, 'no files of its kind'
    )
  start = time.time()
  with console.step('{} ({} files)'.format(label, len(files))):
    code = subprocess.call(command + files, cwd=paths.ROOT)
  return test_results.check(label, code == 0, time.time() - start)


def _files(only):
  """Returns the Python, C++ and Bazel files, tracked or to be tracked."""
  done = subprocess.run(
    [
      'git',
      'ls-files',
      '--cached',
      '--others',
      '--exclude-standard',
      '-z',
      '--',
    ]
    + list(only or []),
    cwd=paths.ROOT,
    stdout=subprocess.PIPE,
    universal_newlines=True,
  )
  if done.returncode != 0:
    raise console.CommandError(
      '`git ls-files` failed: lint needs a git checkout.',
      'git clone the repository, and run ./dev lint in the clone',
    )
  listed = done.stdout.split('\0')
  names = sorted({name for name in listed if _is_file(name)})
  python = [n for n in names if n.endswith(('.py', '.pyi')) or n in _SCRIPTS]
  cxx = [n for n in names if n.endswith(CXX_SUFFIXES)]
  build = [
    n
    for n in names
    if os.path.basename(n) in ('BUILD', 'WORKSPACE')
    or n.endswith(('.bzl', '.BUILD'))
  ]
  return python, cxx, build


def _is_file(name):
  # A file that was deleted but not yet committed is still listed.
  return bool(name) and os.path.isfile(os.path.join(paths.ROOT, name))
