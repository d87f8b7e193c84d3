# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Eager execution or TensorFlow 1 graphs: the mode in which a test process runs.

TensorFlow 1 does both and so do its users, so its rows run all tests in each.
TFMOT_TEST_MODE, which is 'eager' or 'graph', chooses; without it TensorFlow keeps
its own default. Importing this module enters the mode: TensorFlow allows that at
the start of a program only.
"""

import os

from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['is_eager']

_ENVIRONMENT_VARIABLE = 'TFMOT_TEST_MODE'


def is_eager():
  """Whether test code outside of any function runs eagerly."""
  return tf.executing_eagerly()


def _enter(mode):
  if mode == 'eager':
    tf.compat.v1.enable_v2_behavior()
  elif mode == 'graph':
    tf.compat.v1.disable_v2_behavior()
  elif mode is not None:
    raise ValueError(
      "`{0}` must be 'eager' or 'graph'. Received: {0}={1!r}.".format(
        _ENVIRONMENT_VARIABLE, mode
      )
    )


_enter(os.environ.get(_ENVIRONMENT_VARIABLE))
