#!/usr/bin/env python3
# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes the table of what is supported, from ci/matrix.json, into README.md.

Usage: ci/support_table.py
"""

import os
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from ci import matrix
from ci import paths
from ci.console import CommandError

README = os.path.join(paths.ROOT, 'README.md')
BEGIN = '<!-- From ci/matrix.json by ci/support_table.py: begin -->\n'
END = '<!-- end -->\n'

_HEAD = """\
| TensorFlow | Keras | Python | native op | tested by |
|---|---|---|---|---|
"""
_NATIVE_OP = {'stable': 'in the wheel', 'cxx': 'built from source'}
_COMMAND = {'presubmit': './dev test', 'nightly': './dev test --all'}


def table(rows):
  """Returns the table as Markdown, newest TensorFlow first.

  Args:
    rows: list of matrix.Row.
  """
  # Rows of one TensorFlow stay in the order of the file.
  rows = sorted(rows, key=lambda row: _numbers(row.tf), reverse=True)
  return _HEAD + ''.join(_line(row) for row in rows)


def with_table(text, rows):
  """Returns the README `text` with the table of `rows` between the markers.

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
  return before + BEGIN + table(rows) + END + after


def _line(row):
  keras = row.keras
  if row.modes != ['eager']:
    keras += ', ' + ' and '.join(row.modes)
  if row.device != 'cpu':
    keras += ', ' + row.device.upper()
  cells = (
    '.'.join(row.tf.split('.')[:2]),
    keras,
    row.python,
    _NATIVE_OP[row.kind],
    '`{}`'.format(_COMMAND.get(row.tier, './dev test --row ' + row.id)),
  )
  return '| {} |\n'.format(' | '.join(cells))


def _numbers(version):
  return [int(part) for part in version.split('.')]


def main():
  with open(README) as stream:
    text = stream.read()
  try:
    text = with_table(text, matrix.load())
  except CommandError as error:
    sys.exit('error: {}'.format(error))
  with open(README, 'w') as stream:
    stream.write(text)


if __name__ == '__main__':
  main()
