# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The rows of ci/matrix.json: which TensorFlow, Python and Keras are tested."""

import collections
import json

from ci import paths
from ci.console import CommandError

TIERS = ('presubmit', 'nightly', 'release')
DEVICES = ('cpu', 'gpu')
# Which registration of the op a row uses: the one binary on TensorFlow's C API, or
# one built against the C++ API of just this TensorFlow.
KINDS = ('stable', 'cxx')
# How a row's tests run TensorFlow: eagerly, or in TensorFlow 1 graphs and sessions.
MODES = ('eager', 'graph')

Row = collections.namedtuple(
  'Row',
  ['id', 'tf', 'python', 'keras', 'device', 'tier', 'kind', 'modes', 'env'],
)


def load(path=paths.MATRIX):
  """Returns the rows of the file at `path`, in order.

  Raises:
    CommandError: a row lacks a field, has an unknown one, or a wrong value.
  """
  with open(path) as stream:
    entries = json.load(stream)['rows']
  rows = [_row(entry, path) for entry in entries]
  ids = [row.id for row in rows]
  for row_id in ids:
    if ids.count(row_id) > 1:
      raise _error(path, '`id` must be unique', 'id', row_id)
  return rows


def select(rows, row_ids=None, every=False):
  """Returns the rows that a command line asks for; by default presubmit's.

  Args:
    rows: all rows.
    row_ids: ids, in the order in which they are to run, or None.
    every: whether all rows are asked for.

  Raises:
    CommandError: `row_ids` holds an id that no row has.
  """
  if row_ids:
    by_id = {row.id: row for row in rows}
    for row_id in row_ids:
      if row_id not in by_id:
        raise CommandError(
          'row must be one of {}. Received: row={}'.format(
            ', '.join(sorted(by_id)), row_id
          ),
          './dev doctor (lists the rows)',
        )
    return [by_id[row_id] for row_id in row_ids]
  return [row for row in rows if every or row.tier == 'presubmit']


def _row(entry, path):
  unknown = set(entry) - set(Row._fields)
  missing = set(Row._fields) - set(entry)
  if unknown or missing:
    raise _error(
      path,
      'A row must have exactly the fields {}'.format(', '.join(Row._fields)),
      'fields',
      sorted(entry),
    )
  row = Row(**entry)
  for name, allowed in (('tier', TIERS), ('device', DEVICES), ('kind', KINDS)):
    value = getattr(row, name)
    if value not in allowed:
      raise _error(
        path,
        '`{}` of row {} must be one of {}'.format(
          name, row.id, ', '.join(allowed)
        ),
        name,
        value,
      )
  if not row.modes or not set(row.modes) <= set(MODES):
    raise _error(
      path,
      '`modes` of row {} must be a list of {}'.format(row.id, ', '.join(MODES)),
      'modes',
      row.modes,
    )
  if not isinstance(row.env, dict):
    raise _error(
      path, '`env` of row {} must be an object'.format(row.id), 'env', row.env
    )
  return row


def _error(path, expected, name, value):
  return CommandError(
    '{}. Received: {}={!r}'.format(expected, name, value),
    'correct {}'.format(path),
  )
