# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs Python code in a process of its own."""

import os
import subprocess
import sys

__all__ = ['run']


def run(code, environment=None):
  """Runs `code` in a fresh interpreter that finds the same packages.

  Args:
    code: Python source.
    environment: variables to set, or with the value None to unset.

  Returns:
    `subprocess.CompletedProcess` with text output. A negative return code is a
    crash.
  """
  variables = dict(os.environ)
  for name, value in (environment or {}).items():
    variables.pop(name, None)
    if value is not None:
      variables[name] = value
  # Not through PYTHONPATH, which the code under test could be seen to change.
  code = 'import sys; sys.path[:] = {!r}\n{}'.format(sys.path, code)
  return subprocess.run(
    [sys.executable, '-c', code],
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    universal_newlines=True,
    timeout=120,
    env=variables,
  )
