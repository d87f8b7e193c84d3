# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Finds the Python interpreters that rows ask for."""

import glob
import os
import re
import subprocess

from ci.console import CommandError

_PROBE = (
  'import sys, venv; '
  "print('%d.%d' % sys.version_info[:2]); "
  "import ensurepip; print('ensurepip')"
)


def find(version, environ=None):
  """Returns the path of a working Python `version`, or None.

  Looks for `pythonX.Y` on PATH, then among pyenv's versions. A file that is there
  but does not run as that version (a pyenv shim without its version, say) is passed
  over.

  Args:
    version: "X.Y".
    environ: environment variables; default: this process's.
  """
  for path in _candidates(version, os.environ if environ is None else environ):
    if _runs_as(path, version):
      return path
  return None


def require(version, environ=None):
  """Returns the path of a working Python `version`.

  Raises:
    CommandError: there is none.
  """
  path = find(version, environ)
  if path is None:
    raise CommandError(
      'Python {0} is needed, and no python{0} on PATH or under pyenv runs.'.format(
        version
      ),
      remedy(version),
    )
  return path


def remedy(version):
  """Returns the line that makes Python `version` available."""
  return (
    'sudo apt-get install python{0}-venv, where the system has it, or: '
    'pyenv install {0}'.format(version)
  )


def has_ensurepip(path):
  """Whether `path` can make virtualenvs (Debian packages that part apart)."""
  return 'ensurepip' in _probe(path)


def _candidates(version, environ):
  name = 'python' + version
  for folder in environ.get('PATH', os.defpath).split(os.pathsep):
    yield os.path.join(folder, name)
  pyenv = environ.get('PYENV_ROOT') or os.path.join(
    environ.get('HOME', os.path.expanduser('~')), '.pyenv'
  )
  pattern = os.path.join(pyenv, 'versions', version + '*', 'bin', name)
  for path in sorted(glob.glob(pattern), key=_numbers, reverse=True):
    yield path


def _numbers(path):
  return [int(part) for part in re.findall(r'\d+', path)]


def _runs_as(path, version):
  return os.access(path, os.X_OK) and version in _probe(path)


def _probe(path):
  """Returns the lines that the probe prints on the interpreter `path`."""
  try:
    done = subprocess.run(
      [path, '-c', _PROBE],
      stdout=subprocess.PIPE,
      stderr=subprocess.DEVNULL,
      universal_newlines=True,
      timeout=60,
    )
  except (OSError, subprocess.TimeoutExpired):
    return []
  return done.stdout.split()
