# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of bazel.py: what Bazel is told about a row."""

import unittest

from ci import bazel
from ci import matrix
from ci import virtualenvs

_ROW = matrix.Row(
  'r',
  '2.21.0',
  '3.11',
  'tf_keras',
  'cpu',
  'presubmit',
  'stable',
  ['eager'],
  {'K': '1'},
)
_VENV = virtualenvs.Virtualenv('r', '/v/r/bin/python', 'abc 7')


class BazelTest(unittest.TestCase):
  def test_row_options_name_interpreter_and_stamp(self):
    options = bazel.row_options(_ROW, _VENV)
    self.assertIn('--repo_env=TFMOT_PYTHON=/v/r/bin/python', options)
    self.assertIn('--repo_env=TFMOT_ROW_STAMP=abc-7', options)

  def test_a_new_virtualenv_at_the_same_path_changes_the_options(self):
    other = _VENV._replace(stamp='abc 8')
    self.assertNotEqual(
      bazel.row_options(_ROW, _VENV), bazel.row_options(_ROW, other)
    )

  def test_tests_run_natively_without_gpu_and_with_the_rows_variables(self):
    options = bazel.test_environment_options(_ROW, _VENV)
    for expected in ('TFMOT_OPS=native', 'CUDA_VISIBLE_DEVICES=-1', 'K=1'):
      self.assertIn('--test_env=' + expected, options)

  def test_keras_settings_of_the_person_are_not_used(self):
    environment = bazel.test_environment(_ROW, _VENV)
    self.assertEqual(environment['KERAS_HOME'], '/v/r/keras')


if __name__ == '__main__':
  unittest.main()
