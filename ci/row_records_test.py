# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of row_records.py: only what ran, and of a commit, is recorded."""

import json
import os
import shutil
import subprocess
import tempfile
import time
import unittest
from unittest import mock

from ci import console
from ci import matrix
from ci import row_records
from ci import test_results

_ROW = matrix.Row(
  'old', '2.0.4', '3.7', 'tf.keras 2', 'cpu', 'nightly', 'cxx', ['eager'], {}
)
_RECORD = row_records.Record(
  '2.0.4', 'tf.keras 2', '3.7', 5, 0, 2, True, 90, '2026-01-31', 'abc'
)


def result(label, passed=3, failed=0, skipped=1):
  return test_results.TargetResult(label, passed, failed, skipped, 1.0, None)


class RecordsTest(unittest.TestCase):
  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.path = os.path.join(folder.name, 'results.json')
    self.write({})
    self.commit = 'abc'
    for where, name, value in (
      (row_records, 'clean_commit', lambda: self.commit),
      (
        row_records.time,
        'gmtime',
        lambda: time.struct_time((2026, 1, 31) + 6 * (0,)),
      ),
    ):
      patcher = mock.patch.object(where, name, value)
      patcher.start()
      self.addCleanup(patcher.stop)

  def write(self, entries):
    with open(self.path, 'w') as stream:
      json.dump({'rows': entries}, stream)

  def keep(self, *results):
    row_records.keep(_ROW, list(results), 89.6, 'abc', self.path)
    return row_records.load(self.path)['old']

  def test_record(self):
    parity = result(row_records.NATIVE_OP_TEST, 2, 0, 1)
    self.assertEqual(_RECORD, self.keep(result('//a'), parity))

  def test_a_record_replaces_the_rows_last_one_and_no_other(self):
    other = _RECORD._asdict()
    self.write({'old': dict(other, passed=99), 'other': other})
    self.keep(result('//a'))
    records = row_records.load(self.path)
    self.assertEqual((3, _RECORD), (records['old'].passed, records['other']))

  def test_failures_are_recorded_as_well(self):
    self.assertEqual(2, self.keep(result('//a', failed=2)).failed)

  def test_the_native_op_ran_where_its_comparison_passed(self):
    label = row_records.NATIVE_OP_TEST
    self.assertTrue(self.keep(result(label)).native_op)
    self.assertFalse(self.keep(result('//a')).native_op)
    self.assertFalse(self.keep(result(label, passed=0)).native_op)
    self.assertFalse(self.keep(result(label, failed=1)).native_op)

  def test_a_commit_that_changed_meanwhile_is_not_recorded(self):
    self.commit = 'def'
    with self.assertRaisesRegex(
      console.CommandError, 'old is not recorded: .* abc and ended on def'
    ):
      self.keep(result('//a'))
    self.assertEqual({}, row_records.load(self.path))

  def test_wrong_fields(self):
    entry = dict(_RECORD._asdict(), color='red')
    self.write({'old': entry})
    with self.assertRaisesRegex(
      console.CommandError, 'exactly the fields .* Received: fields=.*color'
    ):
      row_records.load(self.path)

  def test_a_record_of_other_versions_is_not_current(self):
    self.assertTrue(row_records.current(_RECORD, _ROW))
    self.assertFalse(row_records.current(None, _ROW))
    for name in ('tf', 'keras', 'python'):
      row = _ROW._replace(**{name: 'another'})
      self.assertFalse(row_records.current(_RECORD, row), name)


@unittest.skipUnless(shutil.which('git'), 'needs git')
class CleanCommitTest(unittest.TestCase):
  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.folder = folder.name
    os.mkdir(os.path.join(self.folder, 'ci'))
    for name in ('a.py', 'README.md', 'ci/results.json'):
      self.write(name, 'before')
    self.git('init', '-q')
    self.git('add', '.')
    identity = ('-c', 'user.name=n', '-c', 'user.email=e@example.com')
    self.git(*(identity + ('commit', '-q', '-m', 'm')))

  def write(self, name, text):
    with open(os.path.join(self.folder, name), 'w') as stream:
      stream.write(text)

  def git(self, *arguments):
    return subprocess.check_output(
      ('git',) + arguments, cwd=self.folder, universal_newlines=True
    )

  def test_commit(self):
    self.assertEqual(
      self.git('rev-parse', 'HEAD')[:10], row_records.clean_commit(self.folder)
    )

  def test_changed_and_new_files_are_refused_by_name(self):
    for name in ('a.py', 'new.py'):
      self.write(name, 'after')
      with self.assertRaisesRegex(console.CommandError, name):
        row_records.clean_commit(self.folder)
      self.write('a.py', 'before')

  def test_what_recording_writes_is_no_change(self):
    self.write('README.md', 'after')
    self.write('ci/results.json', 'after')
    row_records.clean_commit(self.folder)

  def test_outside_of_a_repository(self):
    shutil.rmtree(os.path.join(self.folder, '.git'))
    with self.assertRaisesRegex(console.CommandError, 'git .* failed'):
      row_records.clean_commit(self.folder)


if __name__ == '__main__':
  unittest.main()
