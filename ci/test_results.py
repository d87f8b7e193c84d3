# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Counts test cases truthfully, from Bazel's event file and the tests' XML."""

import collections
import json
import os
import urllib.parse
import xml.etree.ElementTree

# What became of one test target. `note` says why a target counts as failed although no
# test case of it did, or None.
TargetResult = collections.namedtuple(
  'TargetResult', ['label', 'passed', 'failed', 'skipped', 'seconds', 'note']
)

# Targets with this tag are left out of presubmit; see `read_events`.
SLOW_TAG = 'slow'


def read_events(path, exit_code):
  """Returns the TargetResults of one `bazel test`.

  Every test target of the run is in the list: one that was not built or not run has one
  failure, one that presubmit leaves out has one skip. A failing run is never without
  a failure.

  Args:
    path: the file of --build_event_json_file.
    exit_code: what `bazel test` returned.
  """
  configured = {}
  attempts = collections.defaultdict(dict)
  if os.path.exists(path):
    with open(path) as stream:
      for line in stream:
        _read_event(json.loads(line), configured, attempts)

  results = []
  for label in sorted(set(configured) | set(attempts)):
    if label in attempts:
      results.append(_target_result(label, attempts[label].values()))
    elif SLOW_TAG in configured[label]:
      results.append(TargetResult(label, 0, 0, 1, 0.0, 'slow: left out here'))
    else:
      results.append(
        TargetResult(label, 0, 1, 0, 0.0, 'was not built or not run')
      )
  if exit_code != 0 and not any(result.failed for result in results):
    note = 'bazel failed with exit code {}'.format(exit_code)
    results.append(TargetResult('bazel', 0, 1, 0, 0.0, note))
  return results


def check(label, passed, seconds, note=None):
  """Returns the TargetResult of something that is one check and no Bazel test."""
  return TargetResult(label, int(passed), int(not passed), 0, seconds, note)


def skip(label, note):
  """Returns the TargetResult of something that was not run, and why not."""
  return TargetResult(label, 0, 0, 1, 0.0, note)


def totals(results):
  """Returns the numbers of passed, failed and skipped cases, as a tuple."""
  return (
    sum(result.passed for result in results),
    sum(result.failed for result in results),
    sum(result.skipped for result in results),
  )


def _read_event(event, configured, attempts):
  identity = event.get('id', {})
  if 'targetConfigured' in identity and 'testSize' in event.get(
    'configured', {}
  ):
    label = identity['targetConfigured']['label']
    configured[label] = event['configured'].get('tag', [])
  if 'testResult' in identity and 'testResult' in event:
    key = identity['testResult']
    part = (key.get('run', 0), key.get('shard', 0))
    # A later attempt replaces the earlier one.
    attempts[key['label']][part] = event['testResult']


def _target_result(label, parts):
  """Sums the shards and runs of one target."""
  passed, failed, skipped, seconds, note = 0, 0, 0, 0.0, None
  for part in parts:
    seconds += int(part.get('testAttemptDurationMillis', 0)) / 1000.0
    counts = _count_cases(_xml_path(part))
    succeeded = part.get('status') in ('PASSED', 'FLAKY')
    if counts is None:
      counts = (int(succeeded), int(not succeeded), 0)
    if not succeeded and counts[1] == 0:
      # It died outside of a test case, or its time ran out.
      note = 'no test case failed, but the target: {}'.format(
        part.get('status')
      )
      counts = (counts[0], 1, counts[2])
    if succeeded and sum(counts) == 0:
      note = 'holds no test case'
      counts = (0, 1, 0)
    passed += counts[0]
    failed += counts[1]
    skipped += counts[2]
  return TargetResult(label, passed, failed, skipped, seconds, note)


def _xml_path(part):
  for output in part.get('testActionOutput', []):
    if output.get('name') == 'test.xml':
      return urllib.parse.unquote(urllib.parse.urlparse(output['uri']).path)
  return None


def _count_cases(path):
  """Returns (passed, failed, skipped) of a JUnit file, or None without a readable one."""
  try:
    root = xml.etree.ElementTree.parse(path).getroot()
  except (OSError, TypeError, xml.etree.ElementTree.ParseError):
    return None
  passed, failed, skipped = 0, 0, 0
  for case in root.iter('testcase'):
    if case.find('failure') is not None or case.find('error') is not None:
      failed += 1
    elif _is_skipped(case):
      skipped += 1
    else:
      passed += 1
  return passed, failed, skipped


def _is_skipped(case):
  # googletest says result="skipped" or, for DISABLED_ tests, status="notrun"; absl too
  # says the latter.
  return (
    case.find('skipped') is not None
    or case.get('result') in ('skipped', 'suppressed')
    or case.get('status') == 'notrun'
  )
