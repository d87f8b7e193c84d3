#!/usr/bin/env python3
# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes the table of what is supported into README.md.

Rows are those of ci/matrix.json, and what came of them is in ci/results.json.

Usage: ci/support_table.py
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ci import matrix
from ci import paths
from ci import row_records
from ci.console import CommandError

README = os.path.join(paths.ROOT, 'README.md')
BEGIN = (
  '<!-- By ci/support_table.py from matrix.json and results.json: begin -->\n'
)
END = '<!-- end -->\n'

_HEAD = """\
| TensorFlow | Keras | Python | native op | tested by | tested | passed | time |
|---|---|---|---|---|---|---|---|
"""
_NATIVE_OP = {'stable': 'in the wheel', 'cxx': 'built from source'}
_COMMAND = {'presubmit': './dev test', 'nightly': './dev test --all'}


def table(rows, records):
  """Returns the table as Markdown, newest TensorFlow first.

  Args:
    rows: list of matrix.Row.
    records: {row id: row_records.Record}.
  """
  # Rows of one TensorFlow stay in the order of the file.
  rows = sorted(rows, key=lambda row: _numbers(row.tf), reverse=True)
  return _HEAD + ''.join(_line(row, records.get(row.id)) for row in rows)


def with_table(text, rows, records):
  """Returns the README `text` with the table between the markers.

  Raises:
    CommandError: `text` has not each marker once, in their order.
  """
  before, begin, rest = text.partition(BEGIN)
  _, end, after = rest.partition(END)
  if not begin or not end or BEGIN in rest or END in after:
    raise CommandError(
      'README.md must have the lines {!r} and {!r} once.'.format(
        BEGIN.strip(), END.strip()
      ),
      'put them where the table of supported versions belongs',
    )
  return before + BEGIN + table(rows, records) + END + after


def write():
  """Brings README.md up to date.

  Raises:
    CommandError: see `with_table`.
  """
  with open(README) as stream:
    text = stream.read()
  text = with_table(text, matrix.load(), row_records.load())
  with open(README, 'w') as stream:
    stream.write(text)


def _line(row, record):
  keras = row.keras
  if row.modes != ['eager']:
    keras += ', ' + ' and '.join(row.modes)
  if row.device != 'cpu':
    keras += ', ' + row.device.upper()
  native_op = _NATIVE_OP[row.kind]
  if row_records.current(record, row):
    if not record.native_op:
      native_op += ', did not run'
    outcome = (
      '{} at {}'.format(record.date, record.commit),
      _counts(record),
      _minutes(record.seconds),
    )
  else:
    outcome = ('not recorded', '', '')
  cells = (
    '.'.join(row.tf.split('.')[:2]),
    keras,
    row.python,
    native_op,
    '`{}`'.format(_COMMAND.get(row.tier, './dev test --row ' + row.id)),
  ) + outcome
  return '| {} |\n'.format(' | '.join(cells))


def _counts(record):
  counts = str(record.passed)
  if record.failed:
    counts += ', **{} failed**'.format(record.failed)
  if record.skipped:
    counts += ', {} skipped'.format(record.skipped)
  return counts


def _minutes(seconds):
  return '{:.1f} min'.format(seconds / 60.0)


def _numbers(version):
  return [int(part) for part in version.split('.')]


def main():
  try:
    write()
  except CommandError as error:
    sys.exit('error: {}'.format(error))


if __name__ == '__main__':
  main()
