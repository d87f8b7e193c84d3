# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of test_command.py: which stages run, and what the last line says."""

import contextlib
import io
import unittest
from unittest import mock

from ci import console
from ci import matrix
from ci import test_command
from ci import test_results

_PASS = [test_results.TargetResult('//a', 3, 0, 1, 1.0, None)]
_FAIL = [test_results.TargetResult('//b', 3, 2, 0, 1.0, 'broke')]


def row(row_id, tier='presubmit'):
  return matrix.Row(
    row_id, '2.0', '3.11', 'k', 'cpu', tier, 'stable', ['eager'], {}
  )


class TestCommandTest(unittest.TestCase):
  def setUp(self):
    self.stages = []
    self.outcome = {}
    self.absent = set()
    self.patch(test_command.matrix, 'load', self.rows)
    self.patch(test_command.system_packages, 'ensure', lambda needs: None)
    self.patch(test_command.lint, 'results', lambda: self.stage('lint'))
    self.patch(
      test_command, '_load_build_files', lambda row: self.stage('load')
    )
    self.patch(
      test_command,
      '_kernels',
      lambda options, slow: self.stage(' '.join(options), slow),
    )
    self.patch(
      test_command.cuda,
      'results',
      lambda every: self.stage('cuda, all' if every else 'cuda'),
    )
    self.patch(test_command, '_house', lambda row, slow: self.stage('house'))
    self.patch(
      test_command.run_row,
      'run_row',
      lambda row, slow, afresh: self.stage(
        row.id + (' afresh' if afresh else ''), slow
      ),
    )
    self.patch(
      test_command.wheel,
      'smoke_results',
      lambda rows: self.stage('smoke ' + ' '.join(row.id for row in rows)),
    )

    self.patch(
      test_command.interpreters,
      'find',
      lambda version: None if version in self.absent else '/python' + version,
    )

    self.recorded = []
    self.patch(test_command.row_records, 'clean_commit', lambda: 'abc')
    self.patch(
      test_command.row_records,
      'keep',
      lambda row, results, seconds, commit: self.keep(row.id, results, commit),
    )
    self.patch(
      test_command.support_table,
      'write',
      lambda: self.recorded.append('README'),
    )

  def keep(self, row_id, results, commit):
    self.recorded.append((row_id, results, commit))
    if row_id in self.outcome.get('not kept', ()):
      raise console.CommandError('files were changed', 'commit them')

  def rows(self):
    return [row('a'), row('b'), row('old', 'nightly')]

  def patch(self, where, name, value):
    patcher = mock.patch.object(where, name, value)
    patcher.start()
    self.addCleanup(patcher.stop)

  def stage(self, name, slow=False):
    self.stages.append(name + (' slow' if slow else ''))
    outcome = self.outcome.get(name, _PASS)
    if isinstance(outcome, Exception):
      raise outcome
    return outcome

  def run_command(self, *arguments):
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
      with contextlib.redirect_stderr(output):
        code = test_command.run(*arguments)
    return code, output.getvalue()

  def test_presubmit(self):
    code, output = self.run_command()
    self.assertEqual(code, 0)
    self.assertEqual(
      self.stages,
      [
        'lint',
        'load',
        '',
        '--config=asan',
        '--config=ubsan',
        'cuda',
        'house',
        'a',
        'b',
        'smoke a',
      ],
    )
    self.assertEqual(output.splitlines()[-1], '30 passed, 0 failed, 10 skipped')

  def test_all(self):
    self.run_command(None, True)
    self.assertIn('--config=tsan slow', self.stages)
    self.assertEqual(
      self.stages[-4:], ['a slow', 'b slow', 'old slow', 'smoke a b old']
    )

  def test_one_row(self):
    code, output = self.run_command(['old'])
    self.assertEqual((code, self.stages), (0, ['old']))
    self.assertEqual(output.splitlines()[-1], '3 passed, 0 failed, 1 skipped')

  def test_a_failure_does_not_stop_the_rest_and_is_named(self):
    self.outcome['a'] = _FAIL
    code, output = self.run_command()
    self.assertEqual(code, 1)
    self.assertIn('smoke a', self.stages)
    self.assertIn('FAILED in a: //b (broke)', output)
    self.assertEqual(output.splitlines()[-1], '30 passed, 2 failed, 9 skipped')

  def test_an_absent_interpreter_is_a_loud_failure(self):
    self.outcome['old'] = console.CommandError('no Python 3.7', 'get it')
    code, output = self.run_command(None, True)
    self.assertEqual(code, 1)
    self.assertIn('error: old: no Python 3.7\n  Remedy: get it', output)
    self.assertIn(' 1 failed', output.splitlines()[-1])

  def test_presubmit_leaves_out_a_row_without_its_interpreter_loudly(self):
    self.absent = {'3.11'}
    code, output = self.run_command()
    self.assertEqual(code, 0)
    self.assertNotIn('a', self.stages)
    self.assertIn('skipped: row a: no Python 3.11 on this machine. To', output)
    self.assertIn('NOT RUN: a: no Python 3.11 on this machine\n', output)
    self.assertEqual(output.splitlines()[-1], '24 passed, 0 failed, 10 skipped')

  def test_a_row_that_is_asked_for_is_not_left_out(self):
    self.absent = {'3.11'}
    self.run_command(['old'])
    self.run_command(None, True)
    self.assertEqual(self.stages.count('old'), 1)
    self.assertIn('old slow', self.stages)

  def test_nothing_is_recorded_unasked(self):
    self.run_command(None, True)
    self.assertEqual([], self.recorded)

  def test_record(self):
    self.outcome['old afresh'] = _FAIL
    code, output = self.run_command(['a', 'old'], False, False, True)
    self.assertEqual(
      [('a', _PASS, 'abc'), 'README', ('old', _FAIL, 'abc'), 'README'],
      self.recorded,
    )
    self.assertEqual(output.splitlines()[-1], '6 passed, 2 failed, 1 skipped')

  def test_a_row_that_could_not_run_is_not_recorded(self):
    self.outcome['old afresh'] = console.CommandError('no Python', 'get it')
    self.run_command(['old'], False, False, True)
    self.assertEqual([], self.recorded)

  def test_a_record_that_is_not_kept_is_a_failure(self):
    self.outcome['not kept'] = ['a']
    code, output = self.run_command(['a'], False, False, True)
    self.assertEqual(code, 1)
    self.assertIn('FAILED in a: record of a (files were changed', output)
    self.assertEqual(output.splitlines()[-1], '3 passed, 1 failed, 1 skipped')

  def test_nothing_at_all_is_not_green(self):
    self.outcome['old'] = []
    code, output = self.run_command(['old'])
    self.assertEqual(code, 1)


if __name__ == '__main__':
  unittest.main()
