# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests that run once on each implementation of an op."""

import os

from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.ops import native

__all__ = ['force_in_test', 'native_library']


def native_library(test):
  """Path of the native library, for a `test` that needs it.

  Skips the test, saying why, when the library has not been built and nobody has
  asked for it. In a run with TFMOT_OPS=native a missing one is a failed test.

  Args:
    test: the running `TestCase`.
  """
  path = native.library_path()
  if not os.path.exists(path):
    reason = '{} is not built. `bazel test` builds it.'.format(path)
    if os.environ.get('TFMOT_OPS') == 'native':
      test.fail(reason)
    test.skipTest(reason)
  return path


def force_in_test(test, implementation):
  """Forces `implementation` for the ops of `test` until the test ends.

  A native library that is there and does not work is a failed test.

  Args:
    test: the running `TestCase`.
    implementation: 'tf' or 'native'; see `native_library`.
  """
  if implementation == 'native':
    native_library(test)
  forced = dispatch.force(implementation)
  forced.__enter__()
  test.addCleanup(forced.__exit__, None, None, None)
