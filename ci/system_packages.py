# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Installs the few system packages that a build needs, with apt-get."""

import collections
import os
import shutil
import subprocess

from ci import console
from ci.console import CommandError

# `is_present` tells without asking apt, so that a machine which has the thing from
# elsewhere (bazelisk as `bazel`, say) is left alone.
Need = collections.namedtuple('Need', ['package', 'purpose', 'is_present'])


def _on_path(program):
  return lambda: shutil.which(program) is not None


def _exists(path):
  return lambda: os.path.exists(path)


def _bazel_is_not_debians():
  bazel = shutil.which('bazel')
  return bazel is not None and not os.path.realpath(bazel).startswith(
    '/usr/bin/'
  )


def build_needs():
  """Returns what every build needs."""
  needs = [
    Need('bazel-bootstrap', 'builds and tests', _on_path('bazel')),
    Need('g++', 'compiles the ops', _on_path('g++')),
    Need(
      'libgtest-dev', 'C++ tests', _exists('/usr/src/googletest/googletest')
    ),
  ]
  if not _bazel_is_not_debians():
    # Debian's Bazel cannot download its Java rules; other ones fetch their own.
    needs.append(
      Need(
        'bazel-rules-java',
        "Bazel's own start",
        _exists('/usr/share/bazel/rules/java/java/defs.bzl'),
      )
    )
  return needs


def missing(needs):
  """Returns those of `needs` that are not there."""
  return [need for need in needs if not need.is_present()]


def ensure(needs):
  """Installs what is missing of `needs`.

  Raises:
    CommandError: something is missing and cannot be installed from here.
  """
  absent = missing(needs)
  if not absent:
    return
  packages = [need.package for need in absent]
  line = install_line(packages)
  if shutil.which('apt-get') is None:
    raise CommandError(
      'Missing: {}; and there is no apt-get here.'.format(', '.join(packages)),
      "install them with this system's package manager, then run this again",
    )
  if os.geteuid() != 0 and shutil.which('sudo') is None:
    raise CommandError(
      'Missing: {}; and this user may not install.'.format(', '.join(packages)),
      'as root: ' + line.replace('sudo ', ''),
    )
  why = ', '.join('{} ({})'.format(n.package, n.purpose) for n in absent)
  with console.step('apt-get install: ' + why):
    sudo = [] if os.geteuid() == 0 else ['sudo']
    # Stale package lists are the usual reason for a failing install.
    _apt(sudo + ['apt-get', 'update', '-q'], line)
    _apt(sudo + ['apt-get', 'install', '-y', '-q'] + packages, line)


def install_line(packages):
  """Returns the line with which a person installs `packages`."""
  return 'sudo apt-get update && sudo apt-get install -y ' + ' '.join(packages)


def _apt(command, line):
  environment = dict(os.environ, DEBIAN_FRONTEND='noninteractive')
  done = subprocess.run(
    command,
    env=environment,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    universal_newlines=True,
  )
  if done.returncode != 0:
    tail = '\n'.join(done.stdout.splitlines()[-15:])
    raise CommandError(
      '`{}` failed ({}):\n{}'.format(' '.join(command), done.returncode, tail),
      line,
    )
