# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""`./dev wheel`: builds the wheel, and tries it in fresh virtualenvs."""

import glob
import json
import os
import shutil
import subprocess
import tempfile
import time

from ci import bazel
from ci import console
from ci import interpreters
from ci import matrix
from ci import paths
from ci import system_packages
from ci import test_results
from ci import virtualenvs
from ci.console import CommandError

TARGET = '//pip_package:wheel'
# ziglang is the same for every Python; this one makes its virtualenv.
BUILD_PYTHON_VERSION = '3.11'

_SMOKE_TEST = os.path.join(paths.ROOT, 'pip_package', 'smoke_test.py')


def ensure_toolchain():
  """Installs the pinned compiler of the portable op; returns its Virtualenv."""
  return virtualenvs.ensure('build', BUILD_PYTHON_VERSION)


def bazel_options():
  """Returns the options with which Bazel finds that compiler."""
  virtualenv = ensure_toolchain()
  return [
    '--repo_env=TFMOT_ZIG_PYTHON=' + virtualenv.python,
    '--repo_env=TFMOT_ZIG_STAMP=' + virtualenv.stamp.replace(' ', '-'),
  ]


def run(smoke, row_ids):
  """Builds the wheel into dist/; returns the exit code.

  Args:
    smoke: whether to try it as well.
    row_ids: the rows to try it on, or None for all.
  """
  path = build()
  console.say('{}: {:.2f} MB'.format(path, os.path.getsize(path) / 1e6))
  if not smoke:
    return 0
  rows = matrix.select(matrix.load(), row_ids, every=not row_ids)
  outcome = _smoke(path, rows)
  for result in outcome:
    if result.failed:
      console.say('FAILED: {}: {}'.format(result.label, result.note))
  passed, failed, skipped = test_results.totals(outcome)
  console.say(
    '{} passed, {} failed, {} skipped'.format(passed, failed, skipped)
  )
  return 1 if failed else 0


def build():
  """Builds the wheel and returns its path in dist/."""
  system_packages.ensure(system_packages.build_needs())
  row = matrix.load()[0]
  virtualenv = virtualenvs.ensure(row.id, row.python)
  options = bazel.row_options(row, virtualenv) + bazel_options()
  with console.step('bazel build {}'.format(TARGET)):
    if bazel.call('build', options, [TARGET]) != 0:
      raise CommandError(
        'The wheel was not built.', "see Bazel's message above"
      )
  built_in = os.path.join(
    bazel.output_of('info', options + ['bazel-bin']), 'pip_package', 'wheel'
  )
  wheels = glob.glob(os.path.join(built_in, '*.whl'))
  if len(wheels) != 1:
    raise CommandError(
      '{} must hold one wheel. Received: {}'.format(built_in, wheels),
      'bazel clean, then ./dev wheel',
    )
  os.makedirs(paths.DIST, exist_ok=True)
  path = os.path.join(paths.DIST, os.path.basename(wheels[0]))
  if os.path.exists(path):
    os.remove(path)  # Bazel's outputs are read-only, and so are copies of them.
  shutil.copyfile(wheels[0], path)
  return path


def smoke_results(rows):
  """Builds the wheel, tries it on `rows`, and returns the TargetResults."""
  return _smoke(build(), rows)


def _smoke(path, rows):
  outcome = []
  digests = {}
  for row in rows:
    start = time.time()
    label = 'wheel smoke, ' + row.id
    try:
      with console.step('{}: TensorFlow {}'.format(label, row.tf)):
        digests[row.id] = _smoke_one(path, row)
      outcome.append(test_results.check(label, True, time.time() - start))
    except CommandError as error:
      console.warn('error: {}: {}'.format(label, error))
      outcome.append(
        test_results.check(label, False, time.time() - start, str(error))
      )
  same = len(set(digests.values())) <= 1
  if len(digests) > 1:
    note = None if same else 'masks differ: {}'.format(digests)
    outcome.append(
      test_results.check('wheel smoke, same masks', same, 0.0, note)
    )
  return outcome


def _smoke_one(path, row):
  """Tries the wheel on one row and returns the digest of the masks it computed.

  The virtualenv is new and outside of the repository; pip installs just the wheel into
  it. TensorFlow, which takes minutes to install, comes from the row's virtualenv
  through a .pth file.
  """
  virtualenv = virtualenvs.ensure(row.id, row.python)
  folder = tempfile.mkdtemp(prefix='tfmot_smoke_')
  try:
    fresh = os.path.join(folder, 'venv')
    _check_call([interpreters.require(row.python), '-m', 'venv', fresh])
    python = os.path.join(fresh, 'bin', 'python')
    # Offline and without dependencies: nothing but the wheel itself may arrive.
    _check_call(
      [
        python,
        '-m',
        'pip',
        'install',
        '--no-index',
        '--no-deps',
        '--no-input',
        path,
      ]
    )
    with open(os.path.join(_site_packages(python), 'row.pth'), 'w') as stream:
      stream.write(_site_packages(virtualenv.python) + '\n')
    script = os.path.join(folder, 'smoke_test.py')
    shutil.copyfile(_SMOKE_TEST, script)
    return _run_smoke_test(python, script, folder, row)
  finally:
    shutil.rmtree(folder, ignore_errors=True)


def _run_smoke_test(python, script, folder, row):
  empty = os.path.join(folder, 'bin')
  os.mkdir(empty)
  environment = {
    'CUDA_VISIBLE_DEVICES': '-1',
    'HOME': folder,
    'PATH': empty,  # No compiler, no anything.
    # The wheel's library is no use to a TensorFlow that needs one of its own.
    'TFMOT_OPS': 'native' if row.kind == 'stable' else 'tf',
    'TF_CPP_MIN_LOG_LEVEL': '2',
    'TMPDIR': folder,
  }
  environment.update(row.env)
  # -I: neither the environment nor the script's folder adds to sys.path.
  done = subprocess.run(
    [python, '-I', script],
    cwd='/',
    env=environment,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    universal_newlines=True,
  )
  lines = done.stdout.splitlines()
  if done.returncode != 0 or not lines:
    raise CommandError(
      'pip_package/smoke_test.py failed on {}:\n{}'.format(
        row.id, '\n'.join(lines[-30:])
      ),
      './dev wheel --smoke ' + row.id,
    )
  report = json.loads(lines[-1])
  console.say('    {}'.format(lines[-1]))
  return report['masks_sha256']


def _site_packages(python):
  return _check_call(
    [python, '-c', "import sysconfig; print(sysconfig.get_paths()['purelib'])"]
  ).strip()


def _check_call(command):
  done = subprocess.run(
    command,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    universal_newlines=True,
  )
  if done.returncode != 0:
    raise CommandError(
      '`{}` failed:\n{}'.format(' '.join(command), done.stdout.strip()),
      './dev doctor',
    )
  return done.stdout
