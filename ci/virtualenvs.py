# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Virtualenvs in .venvs/, one for each row or tool, from pinned requirements."""

import collections
import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import time

from ci import console
from ci import interpreters
from ci import paths
from ci import system_packages
from ci.console import CommandError

# `python` is the interpreter inside; `stamp` differs whenever it was made anew.
Virtualenv = collections.namedtuple('Virtualenv', ['name', 'python', 'stamp'])

# States that `state` returns.
READY = 'ready'
ABSENT = 'absent'
OUTDATED = 'outdated'

_STAMP_FILE = 'tfmot_stamp'


def folder(name):
  """Returns the folder of the virtualenv `name`."""
  return os.path.join(paths.VENVS, name)


def requirements_file(name):
  """Returns the file that pins what the virtualenv `name` holds."""
  return os.path.join(paths.REQUIREMENTS, name + '.txt')


def fingerprint(requirements, interpreter):
  """Returns a hash of what decides a virtualenv's content.

  Args:
    requirements: path of the requirements file.
    interpreter: path of the Python that the virtualenv is made with.
  """
  digest = hashlib.sha256()
  with open(requirements, 'rb') as stream:
    digest.update(stream.read())
  digest.update(b'\0' + interpreter.encode())
  return digest.hexdigest()


def state(name, interpreter):
  """Returns READY, ABSENT or OUTDATED for the virtualenv `name`."""
  if not os.path.exists(folder(name)):
    return ABSENT
  wanted = fingerprint(requirements_file(name), interpreter)
  return READY if _read_stamp(name).startswith(wanted) else OUTDATED


def ensure(name, python_version):
  """Makes the virtualenv `name` unless it is there and up to date.

  Args:
    name: a row's id, or a tool's name; ci/requirements has a file of that name.
    python_version: "X.Y".

  Returns:
    Virtualenv.

  Raises:
    CommandError: no such Python, or pip could not install.
  """
  interpreter = interpreters.require(python_version)
  os.makedirs(paths.VENVS, exist_ok=True)
  with _lock(name):
    if state(name, interpreter) != READY:
      _make(name, interpreter)
    return Virtualenv(
      name, os.path.join(folder(name), 'bin', 'python'), _read_stamp(name)
    )


def _make(name, interpreter):
  requirements = requirements_file(name)
  if not os.path.exists(requirements):
    raise CommandError(
      'No requirements for {}: {} does not exist.'.format(name, requirements),
      'write it: pip freeze > ci/requirements/{}.txt'.format(name),
    )
  _ensure_venv_module(interpreter)
  target = folder(name)
  title = '.venvs/{} from ci/requirements/{}.txt with {}'.format(
    name, name, interpreter
  )
  with console.step(title):
    shutil.rmtree(target, ignore_errors=True)
    _run([interpreter, '-m', 'venv', target], name)
    python = os.path.join(target, 'bin', 'python')
    # pip's own configuration (index, cache, certificates) is the machine's business.
    pip = [python, '-m', 'pip', 'install', '--no-input']
    _run(pip + ['--disable-pip-version-check', '-r', requirements], name)
    with open(os.path.join(target, _STAMP_FILE), 'w') as stream:
      stream.write(
        '{} {}'.format(fingerprint(requirements, interpreter), time.time_ns())
      )


def _ensure_venv_module(interpreter):
  if interpreters.has_ensurepip(interpreter):
    return
  package = os.path.basename(interpreter) + '-venv'
  system_packages.ensure(
    [
      system_packages.Need(
        package,
        'makes virtualenvs',
        lambda: interpreters.has_ensurepip(interpreter),
      )
    ]
  )


def _read_stamp(name):
  try:
    with open(os.path.join(folder(name), _STAMP_FILE)) as stream:
      return stream.read()
  except OSError:
    return ''  # Half made: the stamp is written last.


def _run(command, name):
  done = subprocess.run(
    command,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    universal_newlines=True,
  )
  if done.returncode != 0:
    tail = '\n'.join(done.stdout.splitlines()[-20:])
    raise CommandError(
      '`{}` failed ({}):\n{}'.format(' '.join(command), done.returncode, tail),
      'see that `pip download tensorflow` works here, then: ./dev setup '
      + name,
    )


@contextlib.contextmanager
def _lock(name):
  """Keeps two commands from making one virtualenv at the same time."""
  with open(os.path.join(paths.VENVS, name + '.lock'), 'w') as stream:
    try:
      fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
      console.say('waiting for another command that makes .venvs/' + name)
      fcntl.flock(stream, fcntl.LOCK_EX)
    yield
