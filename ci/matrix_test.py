# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of matrix.py, and of the real ci/matrix.json and its requirements."""

import json
import os
import re
import tempfile
import unittest

from ci import console
from ci import matrix
from ci import paths
from third_party.tf import tensorflow_facts

_ROW = {
  'id': 'a',
  'tf': '2.15.1',
  'python': '3.11',
  'keras': 'Keras 3',
  'device': 'cpu',
  'tier': 'presubmit',
  'kind': 'stable',
  'modes': ['eager'],
  'env': {},
}


def _numbers(version):
  return [int(part) for part in version.split('.')]


def load(*entries):
  with tempfile.NamedTemporaryFile('w', suffix='.json') as stream:
    json.dump({'rows': entries}, stream)
    stream.flush()
    return matrix.load(stream.name)


class LoadTest(unittest.TestCase):
  def test_row(self):
    (row,) = load(_ROW)
    self.assertEqual((row.id, row.tf, row.env), ('a', '2.15.1', {}))

  def test_missing_field(self):
    entry = dict(_ROW)
    del entry['keras']
    with self.assertRaisesRegex(console.CommandError, 'exactly the fields'):
      load(entry)

  def test_unknown_field(self):
    with self.assertRaisesRegex(
      console.CommandError, 'Received: fields=.*color'
    ):
      load(dict(_ROW, color='red'))

  def test_wrong_values(self):
    for name in ('tier', 'device', 'kind'):
      with self.assertRaisesRegex(
        console.CommandError, "Received: {}='no'".format(name)
      ):
        load(dict(_ROW, **{name: 'no'}))

  def test_wrong_modes(self):
    for modes in ([], ['eager', 'lazy']):
      with self.assertRaisesRegex(
        console.CommandError, '`modes` of row a must be a list of eager, graph'
      ):
        load(dict(_ROW, modes=modes))

  def test_env_must_be_an_object(self):
    with self.assertRaisesRegex(console.CommandError, '`env` of row a'):
      load(dict(_ROW, env='A=B'))

  def test_same_id_twice(self):
    with self.assertRaisesRegex(console.CommandError, "unique.*id='a'"):
      load(_ROW, _ROW)


class SelectTest(unittest.TestCase):
  def setUp(self):
    self.rows = load(
      _ROW, dict(_ROW, id='b', tier='nightly'), dict(_ROW, id='c')
    )

  def ids(self, *arguments):
    return [row.id for row in matrix.select(self.rows, *arguments)]

  def test_presubmit_by_default(self):
    self.assertEqual(self.ids(), ['a', 'c'])

  def test_every(self):
    self.assertEqual(self.ids(None, True), ['a', 'b', 'c'])

  def test_by_id_in_the_order_asked_for(self):
    self.assertEqual(self.ids(['c', 'b']), ['c', 'b'])

  def test_unknown_id_is_named_with_the_known_ones(self):
    with self.assertRaisesRegex(
      console.CommandError, 'one of a, b, c. Received: row=d'
    ):
      matrix.select(self.rows, ['d'])


class RealMatrixTest(unittest.TestCase):
  def test_every_row_has_pinned_requirements_with_its_tensorflow(self):
    for row in matrix.load():
      pins = self.pins(row.id)
      versions = {
        version
        for name, version in pins.items()
        if name in ('tensorflow', 'tensorflow-cpu')
      }
      self.assertEqual(versions, {row.tf}, row.id)

  def test_the_examples_needs_are_in_every_row(self):
    for row in matrix.load():
      for name in ('absl-py', 'matplotlib', 'scikit-learn', 'tensorboard'):
        self.assertIn(name, self.pins(row.id), row.id)

  def test_legacy_keras_is_chosen_where_tf_keras_is_meant_and_only_there(self):
    for row in matrix.load():
      chosen = row.env.get('TF_USE_LEGACY_KERAS') == '1'
      self.assertEqual(chosen, row.keras == 'tf_keras', row.id)
      self.assertEqual('tf_keras' in self.pins(row.id), chosen, row.id)

  def test_the_op_is_registered_as_the_rows_tensorflow_takes_it(self):
    for row in matrix.load():
      self.assertEqual(row.kind, tensorflow_facts.registration(row.tf), row.id)

  def test_tensorflow_1_runs_in_both_modes(self):
    for row in matrix.load():
      self.assertEqual('graph' in row.modes, row.tf.startswith('1.'), row.id)
      self.assertIn('eager', row.modes, row.id)

  def test_presubmit_has_the_oldest_and_the_two_newest_rows(self):
    rows = matrix.load()
    tiers = {row.id: row.tier for row in rows}
    oldest = min(rows, key=lambda row: _numbers(row.tf))
    self.assertEqual('presubmit', oldest.tier, oldest.id)
    newest = max(rows, key=lambda row: _numbers(row.tf)).tf
    kerases = {
      row.keras for row in rows if row.tf == newest and row.tier == 'presubmit'
    }
    self.assertEqual({'Keras 3', 'tf_keras'}, kerases, tiers)

  def test_bazels_default_row_is_the_first_row(self):
    path = os.path.join(paths.ROOT, 'third_party/python/python_configure.bzl')
    with open(path) as stream:
      default = re.search(r'^DEFAULT_ROW = "(.*)"$', stream.read(), re.M).group(
        1
      )
    self.assertEqual(default, matrix.load()[0].id)

  def test_readme_lists_the_rows(self):
    with open(os.path.join(paths.ROOT, 'ci/README.md')) as stream:
      listed = re.findall(
        r'^\| `([^`]+)`[^|]*\| ([^|]+) \| .* \| ([0-9.]+) \| (\w+) \|$',
        stream.read(),
        re.M,
      )
    rows = [(r.id, r.tf, r.python, r.tier) for r in matrix.load()]
    self.assertEqual(listed, rows)

  def pins(self, name):
    """Returns {package: version}; fails if a line pins no exact version."""
    pins = {}
    with open(os.path.join(paths.REQUIREMENTS, name + '.txt')) as stream:
      for line in stream:
        line = line.strip()
        if not line or line.startswith('#'):
          continue
        self.assertRegex(line, r'^[A-Za-z0-9_.-]+==[0-9][A-Za-z0-9.]*$', name)
        package, version = line.split('==')
        pins[package] = version
    return pins


if __name__ == '__main__':
  unittest.main()
