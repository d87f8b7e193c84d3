# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Checks that the public op wrappers share."""

import numbers

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import _bit_select
from tensorflow_model_optimization.python.core.tf_compat import tf


def weights_tensor(weights):
  """Converts `weights` to a tensor of a supported float dtype."""
  weights = tf.convert_to_tensor(weights, name='weights')
  if weights.dtype.base_dtype not in _bit_select.SUPPORTED_DTYPES:
    raise ValueError(
      '`weights` must have one of the dtypes {}. Received: weights.dtype={}. '
      'Cast the weights first.'.format(
        ', '.join(dtype.name for dtype in _bit_select.SUPPORTED_DTYPES),
        weights.dtype.name,
      )
    )
  return weights


def sparsity_tensor(sparsity):
  """Converts `sparsity` to a float64 scalar; checks it now if it is known now."""
  # Most calls, and `tf.is_tensor` takes as long as masking thousands of weights.
  if isinstance(sparsity, float) and 0.0 <= sparsity < 1.0:
    return tf.constant(float(sparsity), tf.float64)
  if not _is_real_scalar(sparsity):
    raise ValueError(
      '`sparsity` must be a scalar number in [0, 1). Received: sparsity={!r}. '
      'It is the fraction of weights to prune: 0.8 keeps one in five.'.format(
        sparsity
      )
    )
  known = tf_compat.static_value(sparsity)
  # `not (a <= x)` also catches NaN.
  if known is not None and not 0.0 <= float(known) < 1.0:
    raise ValueError(
      '`sparsity` must be in [0, 1). Received: sparsity={}. It is the fraction '
      'of weights to prune: 0.8 keeps one in five.'.format(known)
    )
  if tf.is_tensor(sparsity):
    return tf.cast(sparsity, tf.float64)
  return tf.constant(float(sparsity), tf.float64)


def hint_tensor(hint, dtype):
  """Converts `hint` to a scalar of the weights' dtype; None to 0, no hint."""
  if hint is None:
    return tf.constant(0.0, dtype)
  if not _is_real_scalar(hint):
    raise ValueError(
      '`hint` must be a scalar number or None. Received: hint={!r}. Pass the '
      'threshold of the mask before.'.format(hint)
    )
  if tf.is_tensor(hint):
    return tf.cast(hint, dtype)
  return tf.constant(float(hint), dtype)


def assert_sparsity_in_range(sparsity):
  """The twin's run-time check, for a sparsity that only the graph knows.

  Returns `sparsity`, so that its users depend on the check.
  """
  if sparsity.shape.rank is None:
    sparsity = tf_compat.checked(
      tf.equal(tf.rank(sparsity), 0),
      ['`sparsity` must be a scalar. Received: sparsity=', sparsity],
      sparsity,
    )
    sparsity = tf.reshape(sparsity, [])
  return tf_compat.checked(
    tf.logical_and(sparsity >= 0.0, sparsity < 1.0),
    ['`sparsity` must be in [0, 1). Received: sparsity=', sparsity],
    sparsity,
  )


def assert_has_plane(weights, parts='blocks'):
  """The twin's run-time check, for weights whose rank only the graph knows."""
  if weights.shape.rank is not None:
    return weights
  return tf_compat.checked(
    tf.rank(weights) >= 2,
    [
      '`weights` must have rank >= 2 to be cut into {}. Received: '
      'weights.shape='.format(parts),
      tf.shape(weights),
    ],
    weights,
  )


def size_argument(size):
  """Returns `size` as an int, or raises ValueError."""
  if isinstance(size, bool) or not isinstance(size, (int, np.integer)):
    size_is_right = False
  else:
    size_is_right = size >= 0
  if not size_is_right:
    raise ValueError(
      '`size` must be an int >= 0. Received: size={!r}. It is the number of '
      'elements of the result.'.format(size)
    )
  return int(size)


def packed_tensor(name, packed, length):
  """Converts to a uint8 vector; checks its length now if it is known now."""
  packed = tf.convert_to_tensor(packed, name=name)
  if packed.dtype.base_dtype != tf.uint8:
    raise ValueError(
      '`{0}` must have the dtype uint8. Received: {0}.dtype={1}. Pack it with '
      'the functions of this module.'.format(name, packed.dtype.name)
    )
  if not packed.shape.is_compatible_with([length]):
    raise ValueError(
      '`{0}` must have the shape [{1}], as `size` says. Received: {0}.shape={2}. '
      'Pass the size of what was packed.'.format(name, length, packed.shape)
    )
  return packed


def vector_of_weights(name, values):
  """Converts to a vector of a supported float dtype."""
  values = tf.convert_to_tensor(values, name=name)
  if values.dtype.base_dtype not in _bit_select.SUPPORTED_DTYPES:
    raise ValueError(
      '`{0}` must have one of the dtypes {1}. Received: {0}.dtype={2}. Cast it '
      'first.'.format(
        name,
        ', '.join(dtype.name for dtype in _bit_select.SUPPORTED_DTYPES),
        values.dtype.name,
      )
    )
  if values.shape.rank not in (None, 1):
    raise ValueError(
      '`{0}` must be a vector. Received: {0}.shape={1}. Flatten it '
      'first.'.format(name, values.shape)
    )
  return values


def assert_length(name, packed, length):
  """The twin's run-time check, for a shape that only the graph knows."""
  if packed.shape.is_fully_defined():
    return packed
  packed = tf_compat.checked(
    tf.logical_and(
      tf.equal(tf.rank(packed), 1), tf.equal(tf.size(packed), length)
    ),
    [
      '`{0}` must have the shape [{1}], as `size` says. Received: '
      '{0}.shape='.format(name, length),
      tf.shape(packed),
    ],
    packed,
  )
  return tf.reshape(packed, [length])


def assert_vector(name, values):
  """The twin's run-time check, for values whose rank only the graph knows."""
  if values.shape.rank is not None:
    return values
  values = tf_compat.checked(
    tf.equal(tf.rank(values), 1),
    [
      '`{0}` must be a vector. Received: {0}.shape='.format(name),
      tf.shape(values),
    ],
    values,
  )
  return tf.reshape(values, [-1])


def _is_real_scalar(value):
  if tf.is_tensor(value):
    is_real = value.dtype.is_floating or value.dtype.is_integer
    return is_real and value.shape.rank in (None, 0)
  if isinstance(value, (np.ndarray, np.generic)):
    return np.ndim(value) == 0 and value.dtype.kind in 'fiu'
  return isinstance(value, numbers.Real)
