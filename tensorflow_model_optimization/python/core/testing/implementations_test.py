# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""A native test that ran on the twin would prove nothing."""

import os
import unittest
from unittest import mock

from absl.testing import absltest

from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.ops import native
from tensorflow_model_optimization.python.core.testing import implementations


def _outcome_of_native_test(environment, path):
  """Runs a test that forces the native ops; returns its TestResult."""

  class Test(unittest.TestCase):
    def runTest(self):
      implementations.force_in_test(self, 'native')
      dispatch.native_ops()

  result = unittest.TestResult()
  with mock.patch.dict(os.environ, environment):
    if not environment:
      os.environ.pop('TFMOT_OPS', None)
    with mock.patch.multiple(
      native, library_path=lambda: path, _ops=None, _load_error=None
    ):
      Test().run(result)
  return result


class ImplementationsTest(absltest.TestCase):
  def test_without_the_library_native_tests_are_skipped_with_a_reason(self):
    for environment in ({}, {'TFMOT_OPS': 'auto'}, {'TFMOT_OPS': 'tf'}):
      result = _outcome_of_native_test(environment, '/nowhere/lib.so')
      self.assertTrue(result.wasSuccessful())
      self.assertLen(result.skipped, 1)
      self.assertIn('/nowhere/lib.so is not built', result.skipped[0][1])

  def test_without_the_library_a_native_run_fails(self):
    result = _outcome_of_native_test({'TFMOT_OPS': 'native'}, '/nowhere/lib.so')
    self.assertEmpty(result.skipped)
    self.assertLen(result.failures, 1)

  def test_a_library_that_does_not_load_is_no_reason_to_skip(self):
    path = self.create_tempfile('lib.so', 'no library').full_path
    result = _outcome_of_native_test({}, path)
    self.assertEmpty(result.skipped)
    self.assertLen(result.errors, 1)
    self.assertIn('NativeOpsUnavailableError', result.errors[0][1])

  def test_the_choice_ends_with_the_test(self):
    class Test(unittest.TestCase):
      def runTest(self):
        implementations.force_in_test(self, 'tf')
        assert dispatch.native_ops() is None

    with mock.patch.object(native, 'load', return_value='native ops'):
      with mock.patch.dict(os.environ, {'TFMOT_OPS': 'native'}):
        result = unittest.TestResult()
        Test().run(result)
        self.assertEmpty(result.errors)
        self.assertEqual('native ops', dispatch.native_ops())


if __name__ == '__main__':
  absltest.main()
