# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of support_table.py, and that README.md holds what it writes."""

import unittest

from ci import console
from ci import matrix
from ci import row_records
from ci import support_table

_RECORD = row_records.Record(
  '2.9.1', 'Keras 3', '3.11', 800, 0, 0, True, 255, '2026-01-31', 'abc'
)


def row(row_id, tf, tier='presubmit', kind='stable', modes=('eager',)):
  return matrix.Row(
    row_id, tf, '3.11', 'Keras 3', 'cpu', tier, kind, list(modes), {}
  )


class SupportTableTest(unittest.TestCase):
  def test_table(self):
    rows = [
      row('old', '1.15.5', 'nightly', 'cxx', ('eager', 'graph')),
      row('newer', '2.9.1'),
      row('newest', '2.21.0', 'release'),
    ]
    records = {
      'newer': _RECORD,
      'old': _RECORD._replace(
        tf='1.15.5', failed=2, skipped=30, native_op=False
      ),
    }
    self.assertEqual(
      '| TensorFlow | Keras | Python | native op | tested by | tested | passed |'
      ' time |\n'
      '|---|---|---|---|---|---|---|---|\n'
      '| 2.21 | Keras 3 | 3.11 | in the wheel |'
      ' `./dev test --row newest` | not recorded |  |  |\n'
      '| 2.9 | Keras 3 | 3.11 | in the wheel | `./dev test` |'
      ' 2026-01-31 at abc | 800 | 4.2 min |\n'
      '| 1.15 | Keras 3, eager and graph | 3.11 |'
      ' built from source, did not run | `./dev test --all` |'
      ' 2026-01-31 at abc | 800, **2 failed**, 30 skipped | 4.2 min |\n',
      support_table.table(rows, records),
    )

  def test_a_record_of_other_versions_is_not_shown(self):
    records = {'r': _RECORD}
    self.assertIn('2026', support_table.table([row('r', '2.9.1')], records))
    table = support_table.table([row('r', '2.9.2')], records)
    self.assertNotIn('2026', table)
    self.assertIn('| not recorded |', table)

  def test_only_what_is_between_the_markers_changes(self):
    text = 'a\n{}old\n{}b\n'.format(support_table.BEGIN, support_table.END)
    changed = support_table.with_table(text, [row('r', '2.9.1')], {})
    self.assertTrue(changed.startswith('a\n' + support_table.BEGIN + '| Tens'))
    self.assertTrue(changed.endswith('|\n' + support_table.END + 'b\n'))
    self.assertNotIn('old', changed)
    self.assertEqual(
      changed, support_table.with_table(changed, [row('r', '2.9.1')], {})
    )

  def test_markers_must_be_there_once(self):
    begin, end = support_table.BEGIN, support_table.END
    for text in (
      '',
      begin,
      end + begin,
      begin + begin + end,
      2 * (begin + end),
    ):
      with self.assertRaisesRegex(console.CommandError, 'README.md must have'):
        support_table.with_table(text, [], {})

  def test_only_rows_of_the_matrix_are_recorded(self):
    rows = {row.id for row in matrix.load()}
    self.assertLessEqual(
      set(row_records.load()), rows, 'Remedy: edit ci/results.json'
    )

  def test_readme_has_the_table_of_the_matrix_and_the_records(self):
    with open(support_table.README) as stream:
      text = stream.read()
    self.assertEqual(
      support_table.with_table(text, matrix.load(), row_records.load()),
      text,
      'README.md is stale. Remedy: python3 ci/support_table.py',
    )


if __name__ == '__main__':
  unittest.main()
