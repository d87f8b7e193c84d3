# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The bytes of numbers, sorted by their place in the number.

The bytes with sign and exponent of floats are much alike, those with the end of
the mantissa are noise: apart from each other they compress far better.
"""

import sys

import numpy as np

from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['join', 'reason_against', 'split']


def reason_against(spec):
  """Why numbers of `spec` have no planes; None if they have."""
  dtype = tf.as_dtype(spec.dtype)
  if dtype.is_floating or dtype.is_integer or dtype.is_bool:
    return None
  return 'is of dtype {}, neither floats nor integers nor bools'.format(
    spec.dtype
  )


def split(array):
  """The planes of an array, the least significant first.

  ```python
  split(np.array([0x0102, 0x0304], np.uint16))  # [[2, 4], [1, 3]]
  ```

  Args:
    array: numpy array of floats, integers or bools, of any shape.

  Returns:
    uint8 array [bytes of a number, numbers].
  """
  # Flat before it is contiguous: numpy's ascontiguousarray adds an axis to
  # scalars.
  flat = np.ascontiguousarray(array.reshape([-1]))
  size = flat.dtype.itemsize
  rows = flat.view(np.uint8).reshape([flat.size, size])
  return np.ascontiguousarray(_least_first(rows).T)


def join(planes, spec):
  """The array of `spec` whose planes, as `split` gave them, these are.

  Args:
    planes: sequence of uint8 arrays, as many as a number has bytes.
    spec: `TensorSpec` without None.
  """
  rows = np.empty([spec.size, len(planes)], np.uint8)
  ordered = _least_first(rows)
  for i, plane in enumerate(planes):
    ordered[:, i] = plane
  dtype = tensor_spec.numpy_dtype(spec.dtype)
  return rows.reshape([-1]).view(dtype).reshape(spec.shape)


def _least_first(rows):
  return rows if sys.byteorder == 'little' else rows[:, ::-1]
