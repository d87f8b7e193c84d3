# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Where a few values stand among many zeros, as the gaps between them.

A byte per value says how many zeros stand before it. A byte of 255 says that 255
zeros are there and no value yet. Below one value in about eight elements this is
smaller than a bit per element.
"""

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import bitmask_expand
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['expand_gaps', 'pack_gaps']

_NO_VALUE_YET = 255


def pack_gaps(mask):
  """Codes where the elements of a mask are True.

  ```python
  pack_gaps(np.array([False, False, True, True, False]))  # [2, 0]
  ```

  Args:
    mask: numpy array of bools, of any shape.

  Returns:
    uint8 array, a byte for each True and more where they are far apart.
  """
  places = np.flatnonzero(mask)
  gaps = np.diff(places, prepend=-1) - 1
  skips = gaps // _NO_VALUE_YET
  # Each value comes after its own skips.
  positions = np.cumsum(skips) + np.arange(places.size)
  packed = np.full([places.size + int(skips.sum())], _NO_VALUE_YET, np.uint8)
  packed[positions] = gaps % _NO_VALUE_YET
  return packed


def expand_gaps(gaps, values, size):
  """Puts values where the gaps say, and zeros elsewhere; TensorFlow code.

  Args:
    gaps: uint8 tensor of known length, see `pack_gaps`.
    values: float tensor of shape [number of True], in order.
    size: int, number of elements of the result.

  Returns:
    A tensor of shape [size] and the dtype of `values`.

  Raises:
    tf.errors.InvalidArgumentError: there are not as many values as the gaps say,
      or they reach beyond `size`. (Code that XLA compiles cannot raise it.)
  """
  length = int(gaps.shape[0])
  index_type = tf.int32 if size < 2**31 else tf.int64
  gaps = tf.cast(gaps, index_type)
  has_value = tf.cast(gaps < _NO_VALUE_YET, index_type)
  count = tf.reduce_sum(has_value)
  # A gap is followed by its value, a skip is as long as its byte says.
  end = tf.reduce_sum(gaps + has_value)
  zeros = tf_compat.checked(
    tf.logical_and(
      tf.equal(count, tf.size(values, out_type=index_type)), end <= size
    ),
    [
      '`values` must have as many elements as `gaps` has values, all of them '
      'before `size`. Received: number of values, in `gaps`, end, size:',
      tf.size(values),
      count,
      end,
      size,
    ],
    tf.zeros([size], values.dtype),
  )
  if length == 0:
    return zeros
  places = bitmask_expand.running_sums(gaps + has_value, length) - 1
  order = bitmask_expand.running_sums(has_value, length) * has_value
  # The last byte of a skip stands at a zero, which is put there once more.
  table = tf.concat([tf.zeros([1], values.dtype), values], axis=0)
  return tf.tensor_scatter_nd_update(
    zeros, places[:, tf.newaxis], tf.gather(table, order)
  )
