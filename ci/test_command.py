# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""`./dev test`: the stages of a run, its tables, and the one line that CI reads."""

import collections
import time

from ci import bazel
from ci import console
from ci import cuda
from ci import interpreters
from ci import lint
from ci import matrix
from ci import row_records
from ci import run_row
from ci import support_table
from ci import system_packages
from ci import test_results
from ci import virtualenvs
from ci import wheel
from ci.console import CommandError

# No test there needs TensorFlow; what does need it is not built.
KERNEL_TARGETS = ['//ops/...']
KERNEL_OPTIONS = ['--build_tests_only']
# On the emulator these take as long as all others together; with a sanitizer
# they run under --all.
EMULATED_TARGETS = ['//ops/kernels/cuda/...']
# A quarter of an hour and more with a sanitizer, optimised: run by hand, as
# ops/README.md says.
LONG_TARGETS = ['//ops/kernels:mask_long_sweep_test']
# Everything that is neither a kernel's nor a row's: the commands, the wheel, the
# repository rules, the benchmarks.
HOUSE_TARGETS = ['//...', '-//ops/...', '-//tensorflow_model_optimization/...']
PRESUBMIT_SANITIZERS = ['asan', 'ubsan']
ALL_SANITIZERS = ['asan', 'ubsan', 'tsan']

_Stage = collections.namedtuple('_Stage', ['name', 'results', 'seconds'])


def run(row_ids=None, every=False, slow=False, record=False):
  """Runs what the command line asks for and returns the exit code.

  Args:
    row_ids: run only the tests of these rows, or None for all stages.
    every: all rows, sanitizers and slow tests instead of presubmit's.
    slow: run slow tests as well.
    record: write what comes of each row into ci/results.json and README.md.
  """
  rows = matrix.select(matrix.load(), row_ids, every)
  slow = slow or every
  commit = row_records.clean_commit() if record else None
  system_packages.ensure(system_packages.build_needs())
  stages = []
  if not row_ids:
    _run_stage(stages, 'lint', lint.results)
    _run_stage(stages, 'build files', _load_build_files, rows[0])
    _run_stage(stages, 'kernels', _kernels, [], slow)
    for name in ALL_SANITIZERS if every else PRESUBMIT_SANITIZERS:
      options = ['--config=' + name]
      _run_stage(stages, 'kernels, ' + name, _kernels, options, slow)
    _run_stage(stages, 'cuda', cuda.results, every)
    _run_stage(stages, 'house', _house, rows[0], slow)
  for row in rows:
    if not (every or row_ids) and interpreters.find(row.python) is None:
      stages.append(_Stage(row.id, [_absent(row)], 0.0))
    else:
      _run_stage(stages, row.id, _row, row, slow, commit)
  if not row_ids:
    smoke_rows = rows if every else rows[:1]
    _run_stage(stages, 'wheel smoke', wheel.smoke_results, smoke_rows)
  return _report(stages)


def _run_stage(stages, name, work, *arguments):
  """Does `work`; a stage that cannot run is a failure, and the others go on."""
  start = time.time()
  try:
    results = work(*arguments)
  except CommandError as error:
    console.warn('error: {}: {}'.format(name, error))
    results = [test_results.check(name, False, 0.0, str(error))]
  stages.append(_Stage(name, results, time.time() - start))


def _row(row, slow, commit):
  """Runs a row; records what came of it, unless `commit` is None."""
  start = time.time()
  results = run_row.run_row(row, slow, afresh=commit is not None)
  if commit is not None:
    try:
      row_records.keep(row, results, time.time() - start, commit)
      support_table.write()
    except CommandError as error:
      console.warn('error: {}: {}'.format(row.id, error))
      results = results + [
        test_results.check('record of ' + row.id, False, 0.0, str(error))
      ]
  return results


def _absent(row):
  """A row that presubmit leaves out, on a machine without its old Python."""
  reason = 'no Python {} on this machine'.format(row.python)
  console.warn(
    'skipped: row {}: {}. To run it: {}'.format(
      row.id, reason, interpreters.remedy(row.python)
    )
  )
  return test_results.skip(row.id, reason)


def _load_build_files(row):
  """Every BUILD file loads and every target can be analysed; takes seconds."""
  virtualenv = virtualenvs.ensure(row.id, row.python)
  start = time.time()
  with console.step('bazel build --nobuild //...'):
    options = bazel.row_options(row, virtualenv) + ['--nobuild']
    code = bazel.call('build', options, ['//...'])
  return [
    test_results.check(
      'bazel build --nobuild //...', code == 0, time.time() - start
    )
  ]


def _kernels(options, slow):
  title = ' '.join(['kernels'] + options)
  targets = list(KERNEL_TARGETS)
  if options:
    left_out = LONG_TARGETS if slow else LONG_TARGETS + EMULATED_TARGETS
    targets += ['-' + target for target in left_out]
  options = KERNEL_OPTIONS + options + run_row.tag_options(slow)
  return run_row.run_tests(title, options, targets)


def _house(row, slow):
  wheel.ensure_toolchain()
  virtualenv = virtualenvs.ensure(row.id, row.python)
  options = bazel.row_options(row, virtualenv) + wheel.bazel_options()
  options += bazel.test_environment_options(row, virtualenv)
  options += run_row.tag_options(slow)
  return run_row.run_tests("the house's own tests", options, HOUSE_TARGETS)


def _report(stages):
  results = [result for stage in stages for result in stage.results]
  _print_slowest(results)
  console.say(
    '\n{:24} {:>8} {:>8} {:>8} {:>9}'.format(
      'stage', 'passed', 'failed', 'skipped', 'seconds'
    )
  )
  for stage in stages:
    console.say(
      '{:24} {:8d} {:8d} {:8d} {:9.1f}'.format(
        stage.name, *(test_results.totals(stage.results) + (stage.seconds,))
      )
    )
  _print_failures(stages)
  passed, failed, skipped = test_results.totals(results)
  console.say()
  console.say(
    '{} passed, {} failed, {} skipped'.format(passed, failed, skipped)
  )
  return 1 if failed or not passed else 0


def _print_slowest(results):
  slowest = sorted(results, key=lambda result: -result.seconds)[:5]
  console.say('\nfive slowest')
  for result in slowest:
    console.say('  {:7.1f} s  {}'.format(result.seconds, result.label))


def _print_failures(stages):
  for stage in stages:
    for result in stage.results:
      if result.skipped and result.note:
        console.say('NOT RUN: {}: {}'.format(stage.name, result.note))
      if result.failed:
        note = ' ({})'.format(result.note) if result.note else ''
        console.say('FAILED in {}: {}{}'.format(stage.name, result.label, note))
