# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests that run once on each implementation of an op."""

import os

from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.ops import native

__all__ = ['force_in_test']


def force_in_test(test, implementation):
  """Forces `implementation` for the ops of `test` until the test ends.

  Skips the test, saying why, when the native library has not been built and
  nobody has asked for it. A library that is there and does not work is a failed
  test, and so is a missing one in a run with TFMOT_OPS=native.

  Args:
    test: the running `TestCase`.
    implementation: 'tf' or 'native'.
  """
  if (
    implementation == 'native'
    and not os.path.exists(native.library_path())
    and os.environ.get('TFMOT_OPS', 'auto') != 'native'
  ):
    test.skipTest(
      '{} is not built. `bazel test` builds it.'.format(native.library_path())
    )
  forced = dispatch.force(implementation)
  forced.__enter__()
  test.addCleanup(forced.__exit__, None, None, None)
