# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of test_results.py: nothing may be counted as passed that did not pass."""

import json
import os
import tempfile
import unittest

from ci import test_results

_GTEST = """<testsuites><testsuite name="A">
<testcase name="B" status="run" result="completed"/>
<testcase name="C" status="run" result="completed"><failure message="m"/></testcase>
<testcase name="D" status="run" result="skipped"><skipped message="m"/></testcase>
<testcase name="DISABLED_E" status="notrun" result="suppressed"/>
</testsuite></testsuites>"""
_ABSL = """<testsuites><testsuite name="A">
<testcase name="b" status="run"/>
<testcase name="c" status="notrun"/>
<testcase name="d" status="run"><error type="t"/></testcase>
</testsuite></testsuites>"""
_GREEN = '<testsuites><testsuite><testcase name="a"/></testsuite></testsuites>'
_EMPTY = '<testsuites><testsuite name="A"></testsuite></testsuites>'


class ReadEventsTest(unittest.TestCase):
  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.folder = folder.name
    self.events = []

  def configured(self, label, tags=()):
    self.events.append(
      {
        'id': {'targetConfigured': {'label': label}},
        'configured': {'testSize': 'SMALL', 'tag': list(tags)},
      }
    )

  def result(self, label, status, xml=None, shard=1, attempt=1, millis='1500'):
    outputs = []
    if xml is not None:
      path = os.path.join(self.folder, 'a test {}.xml'.format(len(self.events)))
      with open(path, 'w') as stream:
        stream.write(xml)
      uri = 'file://' + path.replace(' ', '%20')
      outputs.append({'name': 'test.xml', 'uri': uri})
    identity = {'label': label, 'run': 1, 'shard': shard, 'attempt': attempt}
    self.events.append(
      {
        'id': {'testResult': identity},
        'testResult': {
          'status': status,
          'testAttemptDurationMillis': millis,
          'testActionOutput': outputs,
        },
      }
    )

  def read(self, exit_code=0):
    path = os.path.join(self.folder, 'events.json')
    with open(path, 'w') as stream:
      for event in self.events:
        stream.write(json.dumps(event) + '\n')
    return test_results.read_events(path, exit_code)

  def counts(self, exit_code=0):
    return test_results.totals(self.read(exit_code))

  def test_googletest(self):
    self.result('//a', 'FAILED', _GTEST)
    self.assertEqual(self.counts(3), (1, 1, 2))

  def test_absl(self):
    self.result('//a', 'FAILED', _ABSL)
    self.assertEqual(self.counts(3), (1, 1, 1))

  def test_without_xml_a_target_is_one_case(self):
    self.result('//a', 'PASSED')
    self.result('//b', 'FAILED')
    self.assertEqual(self.counts(3), (1, 1, 0))

  def test_a_target_that_fails_outside_of_its_cases(self):
    self.result('//a', 'TIMEOUT', _GREEN)
    (result,) = self.read(3)
    self.assertEqual((result.passed, result.failed), (1, 1))
    self.assertIn('TIMEOUT', result.note)

  def test_a_target_without_cases_is_a_failure(self):
    self.result('//a', 'PASSED', _EMPTY)
    (result,) = self.read()
    self.assertEqual((result.passed, result.failed), (0, 1))

  def test_a_target_that_was_not_built_is_a_failure(self):
    self.configured('//a')
    self.configured('//b')
    self.result('//b', 'PASSED', _GREEN)
    self.assertEqual(self.counts(1), (1, 1, 0))

  def test_a_slow_target_that_was_left_out_is_a_skip(self):
    self.configured('//a', ['slow'])
    self.assertEqual(self.counts(), (0, 0, 1))

  def test_a_slow_target_that_ran_is_counted(self):
    self.configured('//a', ['slow'])
    self.result('//a', 'FAILED', _GREEN)
    self.assertEqual(self.counts(3), (1, 1, 0))

  def test_shards_add_up_and_a_later_attempt_replaces(self):
    self.result('//a', 'PASSED', _GREEN, shard=1)
    self.result('//a', 'FAILED', _GTEST, shard=2, attempt=1)
    self.result('//a', 'PASSED', _GREEN, shard=2, attempt=2)
    (result,) = self.read()
    self.assertEqual((result.passed, result.failed), (2, 0))
    self.assertEqual(result.seconds, 3.0)

  def test_a_failing_bazel_is_never_green(self):
    self.result('//a', 'PASSED', _GREEN)
    self.assertEqual(self.counts(37), (1, 1, 0))

  def test_no_event_file(self):
    results = test_results.read_events(os.path.join(self.folder, 'none'), 2)
    self.assertEqual(test_results.totals(results), (0, 1, 0))


if __name__ == '__main__':
  unittest.main()
