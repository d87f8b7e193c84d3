# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The stage `cuda` of `./dev test`: what is written for GPUs compiles and links.

Needs nvcc and no GPU. Where there is a GPU the kernels are compared with the CPU's
as well; ops/kernels/cuda/run_on_gpu.sh does more.
"""

import os
import re
import shutil
import subprocess
import time

from ci import bazel
from ci import console
from ci import matrix
from ci import paths
from ci import test_results
from ci import virtualenvs

# The oldest and the newest TensorFlow that the GPU kernels are registered for.
ROWS = ('tf221-keras3', 'tf215')

# For presubmit, one architecture is enough to see that everything compiles.
PRESUBMIT_ARCHITECTURES = '90'

LIBRARY = '//ops/tf/cuda:libtfmot_ops.so'
PARITY = '//ops/kernels/cuda/testing:device_parity'
_TOTALS = re.compile(r'^(\d+) passed, (\d+) failed, (\d+) skipped$', re.M)
_SKIPPED = re.compile(r'^SKIPPED: (.*)$', re.M)


def find_nvcc():
  """Returns the path of nvcc as third_party/cuda looks for it, or None."""
  candidates = [os.environ.get('TFMOT_NVCC')]
  if not candidates[0]:
    home = os.environ.get('CUDA_HOME')
    candidates = [
      home and os.path.join(home, 'bin', 'nvcc'),
      shutil.which('nvcc'),
      '/usr/local/cuda/bin/nvcc',
    ]
  for path in candidates:
    if path and os.path.exists(path):
      return path
  return None


def results(every):
  """Builds, tests what can be tested here, and returns the TargetResults.

  Args:
    every: for every architecture, and no nvcc is a failure; else for one, and
      without nvcc nothing is run.
  """
  if find_nvcc() is None:
    reason = 'no nvcc on this machine; see docs/gpu.md'
    if every:
      return [test_results.check('cuda', False, 0.0, reason)]
    console.warn('skipped: cuda: ' + reason)
    return [test_results.skip('cuda', reason)]
  options = ['--config=cuda']
  if not every:
    options.append(
      '--repo_env=TFMOT_CUDA_ARCHITECTURES=' + PRESUBMIT_ARCHITECTURES
    )
  built = _build(PARITY, options)
  outcome = [built]
  if not built.failed:
    outcome.append(_parity(options))
  for row in matrix.select(matrix.load(), list(ROWS)):
    virtualenv = virtualenvs.ensure(row.id, row.python)
    row_options = bazel.row_options(row, virtualenv) + options
    # Apart from the row's other outputs.
    row_options.append('--platform_suffix=-cuda-' + row.id)
    outcome.append(_build(LIBRARY, row_options, ' for ' + row.id))
  return outcome


def _build(target, options, title=''):
  start = time.time()
  label = 'bazel build --config=cuda ' + target + title
  with console.step(label):
    code = bazel.call('build', options, [target])
  return test_results.check(label, code == 0, time.time() - start)


def _parity(options):
  """Runs the comparison of GPU with CPU, which needs a GPU."""
  folder = bazel.output_of('info', options + ['bazel-bin'])
  program = os.path.join(folder, PARITY.lstrip('/').replace(':', '/'))
  start = time.time()
  done = subprocess.run(
    [program],
    cwd=paths.ROOT,
    stdout=subprocess.PIPE,
    stderr=subprocess.STDOUT,
    universal_newlines=True,
  )
  console.say(done.stdout.rstrip())
  return read_parity(done.stdout, done.returncode, time.time() - start)


def read_parity(output, code, seconds):
  """Returns the TargetResult that the output of device_parity stands for."""
  totals = _TOTALS.findall(output)
  if not totals:
    note = 'exit code {} and no last line'.format(code)
    return test_results.check(PARITY, False, seconds, note)
  passed, failed, skipped = (int(number) for number in totals[-1])
  if code != 0 and not failed:
    return test_results.check(
      PARITY, False, seconds, 'exit code {}'.format(code)
    )
  why = _SKIPPED.search(output)
  note = why.group(1) if why else None
  return test_results.TargetResult(
    PARITY, passed, failed, skipped, seconds, note
  )
