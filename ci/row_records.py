# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""ci/results.json: what came of each row when `./dev test --record` last ran it."""

import collections
import json
import os
import subprocess
import time

from ci import paths
from ci import test_results
from ci.console import CommandError

# It compares each native op with its twin, and in a row's run it fails where the native
# library does not load.
NATIVE_OP_TEST = '//tensorflow_model_optimization/python/core/ops:parity_test'

# `seconds` is the time of the whole row, `native_op` whether the native ops ran, `date`
# the UTC day and `commit` what was checked out, without any change.
Record = collections.namedtuple(
  'Record',
  [
    'tf',
    'keras',
    'python',
    'passed',
    'failed',
    'skipped',
    'native_op',
    'seconds',
    'date',
    'commit',
  ],
)

# What a recorded run itself changes.
_WRITTEN_BY_RECORDING = ('ci/results.json', 'README.md')


def load(path=paths.RESULTS):
  """Returns {row id: Record}.

  Raises:
    CommandError: an entry has not exactly the fields of a Record.
  """
  with open(path) as stream:
    entries = json.load(stream)['rows']
  for row_id, entry in entries.items():
    if set(entry) != set(Record._fields):
      raise CommandError(
        'The record of row {} must have exactly the fields {}. Received: '
        'fields={}'.format(row_id, ', '.join(Record._fields), sorted(entry)),
        './dev test --row {} --record'.format(row_id),
      )
  return {row_id: Record(**entry) for row_id, entry in entries.items()}


def current(record, row):
  """Whether `record` is of the TensorFlow, Keras and Python that `row` has now.

  Args:
    record: Record, or None.
    row: matrix.Row.
  """
  return record is not None and (record.tf, record.keras, record.python) == (
    row.tf,
    row.keras,
    row.python,
  )


def keep(row, results, seconds, commit, path=paths.RESULTS):
  """Writes what came of `row` into the file at `path`, in place of its last record.

  Args:
    row: matrix.Row.
    results: list of TargetResult, all of the row.
    seconds: how long they took.
    commit: what `clean_commit` returned before the tests began.

  Raises:
    CommandError: files were changed since then.
  """
  now = clean_commit()
  if now != commit:
    raise CommandError(
      'Row {} is not recorded: it began on commit {} and ended on {}.'.format(
        row.id, commit, now
      ),
      './dev test --row {} --record'.format(row.id),
    )
  passed, failed, skipped = test_results.totals(results)
  records = load(path)
  records[row.id] = Record(
    row.tf,
    row.keras,
    row.python,
    passed,
    failed,
    skipped,
    _native_op_ran(results),
    int(round(seconds)),
    time.strftime('%Y-%m-%d', time.gmtime()),
    commit,
  )
  entries = {row_id: record._asdict() for row_id, record in records.items()}
  with open(path, 'w') as stream:
    json.dump({'rows': entries}, stream, indent=2, sort_keys=True)
    stream.write('\n')


def clean_commit(folder=paths.ROOT):
  """Returns the short hash of the commit that is checked out in `folder`.

  Raises:
    CommandError: there is no commit, or a file differs from it.
  """
  others = [':(exclude)' + name for name in _WRITTEN_BY_RECORDING]
  changed = _git(folder, 'status', '--porcelain', '--', '.', *others)
  if changed:
    raise CommandError(
      'Only a commit can be recorded, and these files differ from it:\n'
      + changed,
      'commit them, or run without --record',
    )
  return _git(folder, 'rev-parse', '--short=10', 'HEAD').strip()


def _native_op_ran(results):
  (parity,) = [r for r in results if r.label == NATIVE_OP_TEST] or [None]
  return parity is not None and parity.passed > 0 and not parity.failed


def _git(folder, *arguments):
  done = subprocess.run(
    ('git',) + arguments,
    cwd=folder,
    env=dict(os.environ, GIT_OPTIONAL_LOCKS='0'),
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    universal_newlines=True,
  )
  if done.returncode != 0:
    raise CommandError(
      '`git {}` failed:\n{}'.format(' '.join(arguments), done.stderr.strip()),
      'record in a checkout of the repository, or run without --record',
    )
  return done.stdout
