# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""`./dev doctor`: what is there, what is not, and the line that fixes it."""

import os
import platform
import shutil
import subprocess

from ci import console
from ci import interpreters
from ci import matrix
from ci import paths
from ci import system_packages
from ci import virtualenvs

# Three rows, the tools and Bazel's own folder.
_WANTED_DISK_GIB = 12

# Virtualenvs that are no rows, and the command that makes each.
TOOLS = (
  ('build', './dev wheel'),
  ('lint', './dev lint'),
  ('bench', './dev bench'),
)


def run():
  """Prints the report; returns 1 if something is missing that `./dev test` needs."""
  problems = []
  _line('Python (this script)', platform.python_version(), None, problems)
  _packages(problems)
  _version('bazel', ['dpkg-query', '-W', '-f=${Version}', 'bazel-bootstrap'])
  _version('compiler', ['g++', '--version'])
  _optional_program(
    'nvcc', '--version', 'only GPU builds need it: install CUDA'
  )
  _optional_program(
    'buildifier', '--version', 'only `./dev lint` uses it: put it on PATH'
  )
  clang_format = os.path.join(virtualenvs.folder('lint'), 'bin', 'clang-format')
  _optional_program(clang_format, '--version', './dev lint installs it')
  _disk(problems)

  console.say('\ninterpreters')
  versions = sorted({row.python for row in matrix.load()}, key=_numbers)
  presubmit = {row.python for row in matrix.select(matrix.load())}
  for version in versions:
    path = interpreters.find(version)
    needed = problems if version in presubmit else []
    if path is None:
      _line('python' + version, 'missing', interpreters.remedy(version), needed)
    elif not interpreters.has_ensurepip(path):
      package = os.path.basename(path) + '-venv'
      fix = system_packages.install_line([package])
      _line('python' + version, path + ', without venv', fix, needed)
    else:
      _line('python' + version, path, None, needed)

  console.say('\nvirtualenvs in .venvs/')
  for row in matrix.load():
    label = '{} ({}, TF {})'.format(row.id, row.tier, row.tf)
    _virtualenv(row.id, label, row.python, './dev setup ' + row.id)
  for name, command in TOOLS:
    _virtualenv(name, name, '3.11', command)

  console.say('')
  if problems:
    console.say('To fix (`./dev test` installs packages by itself):')
    for fix in problems:
      console.say('  ' + fix)
    return 1
  console.say('Nothing is missing that `./dev test` needs.')
  return 0


def _packages(problems):
  absent = system_packages.missing(system_packages.build_needs())
  for need in system_packages.build_needs():
    label = '{} ({})'.format(need.package, need.purpose)
    fix = system_packages.install_line([need.package])
    if need in absent:
      _line(label, 'missing', fix, [])
    else:
      _line(label, 'ok', None, [])
  if absent:
    problems.append(
      system_packages.install_line([need.package for need in absent])
    )


def _line(name, found, fix, problems):
  console.say('  {:38} {}'.format(name, found))
  if fix:
    console.say('  {:38}   fix: {}'.format('', fix))
    problems.append(fix)


def _version(name, command):
  """Prints the first line that `command` says, or nothing without it."""
  if shutil.which(name if name == 'bazel' else command[0]) is None:
    return  # Reported as missing already.
  try:
    lines = subprocess.run(
      command,
      stdout=subprocess.PIPE,
      stderr=subprocess.DEVNULL,
      universal_newlines=True,
    ).stdout.splitlines()
  except OSError:
    lines = []
  wanted = _wanted_bazel() if name == 'bazel' else ''
  console.say(
    '  {:38} {}{}'.format(
      name, lines[0] if lines else shutil.which(name), wanted
    )
  )


def _wanted_bazel():
  with open(os.path.join(paths.ROOT, '.bazeliskrc')) as stream:
    return ' (written for {})'.format(stream.read().strip().split('=')[1])


def _optional_program(name, argument, purpose):
  label = os.path.basename(name)
  if shutil.which(name) is None:
    console.say('  {:38} not found; {}'.format(label, purpose))
    return
  done = subprocess.run(
    [name, argument],
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    universal_newlines=True,
  )
  lines = [line for line in done.stdout.splitlines() if line.strip()]
  console.say('  {:38} {}'.format(label, lines[-1].strip() if lines else 'ok'))


def _disk(problems):
  free = shutil.disk_usage(paths.ROOT).free / 2.0**30
  fix = None
  if free < _WANTED_DISK_GIB:
    fix = 'free {} GiB of disk in {}; `bazel clean --expunge` helps'.format(
      _WANTED_DISK_GIB, paths.ROOT
    )
  _line('free disk', '{:.0f} GiB'.format(free), fix, problems)


def _virtualenv(name, label, python_version, command):
  interpreter = interpreters.find(python_version)
  if interpreter is None:
    console.say('  {:38} no python{}'.format(label, python_version))
    return
  state = virtualenvs.state(name, interpreter)
  hint = '' if state == virtualenvs.READY else '   made by: ' + command
  console.say('  {:38} {}{}'.format(label, state, hint))


def _numbers(version):
  return [int(part) for part in version.split('.')]
