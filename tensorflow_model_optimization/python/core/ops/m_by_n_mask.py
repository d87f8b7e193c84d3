# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The m:n mask op: in each group of n weights keep the n - m largest."""

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import _arguments
from tensorflow_model_optimization.python.core.ops import _bit_select
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['check_m_by_n', 'm_by_n_mask']


def m_by_n_mask(weights, m_by_n, name=None):
  """Marks the n - m weights of largest magnitude in each group of n.

  Groups are n consecutive weights along the last axis but one, which is the
  reduction axis of a matrix [inputs, outputs] and of a convolution kernel
  [..., input channels, output channels]. They start at index 0. A shorter last
  group is held to the same bound: it keeps at most n - m.

  ```python
  mask, threshold = m_by_n_mask([[1.], [-4.], [3.], [2.]], (2, 4))
  # mask: [[False], [True], [True], [False]]; threshold: 3.0
  ```

  Args:
    weights: tensor of rank >= 2; float16, bfloat16, float32 or float64.
    m_by_n: (m, n), two ints with 0 <= m < n: m zeros in every n weights. Among
      equal magnitudes the lowest index is kept.
    name: name of the op in a graph.

  Returns:
    (mask, threshold): a bool tensor of the shape of `weights`, True = keep; a
    scalar of their dtype, the smallest magnitude that is kept anywhere (0 if
    there are no weights).

  Raises:
    ValueError: unsupported dtype, a rank known to be < 2, or wrong `m_by_n`.

  Source: Mishra et al., Accelerating Sparse Deep Neural Networks,
  https://arxiv.org/abs/2104.08378.
  """
  weights = _arguments.weights_tensor(weights)
  zeros, group_size = check_m_by_n(m_by_n)
  if weights.shape.rank is not None and weights.shape.rank < 2:
    raise ValueError(
      '`weights` must have rank >= 2 to be cut into groups. Received: '
      'weights.shape={}. Use `magnitude_mask` for vectors.'.format(
        weights.shape
      )
    )
  native_ops = dispatch.native_ops()
  if native_ops is None:
    with tf.name_scope(name or 'm_by_n_mask'):
      return _tf_impl(weights, zeros, group_size)
  with dispatch.native_placement():
    return tuple(
      native_ops.tfmot_m_by_n_mask(
        weights=weights,
        zeros=zeros,
        group_size=group_size,
        num_threads=tf_compat.intra_op_threads(),
        name=name,
      )
    )


def check_m_by_n(m_by_n):
  """Returns (m, n), or raises ValueError for anything but ints 0 <= m < n."""
  try:
    values = tuple(m_by_n)
  except TypeError:
    values = ()
  if len(values) != 2 or not all(
    isinstance(value, int) and not isinstance(value, bool) for value in values
  ):
    raise ValueError(
      '`m_by_n` must be two ints (m, n): m zeros in every n weights. Received: '
      'm_by_n={!r}. The pattern that GPUs run faster is (2, 4).'.format(m_by_n)
    )
  if not 0 <= values[0] < values[1]:
    raise ValueError(
      '`m_by_n` must satisfy 0 <= m < n: m zeros in every n weights. Received: '
      'm_by_n={!r}. The pattern that GPUs run faster is (2, 4).'.format(m_by_n)
    )
  return values


def _tf_impl(weights, zeros, group_size):
  """The pure-TensorFlow twin."""
  weights = _arguments.assert_has_plane(weights, 'groups')
  shape = tf.shape(weights)
  length, columns = shape[-2], shape[-1]
  planes = tf.reduce_prod(shape[:-2])
  groups = (length + group_size - 1) // group_size
  keys_plc = tf.reshape(
    _bit_select.magnitude_keys(weights), tf.stack([planes, length, columns])
  )
  # No magnitude has the key -1, so padding ranks below every weight.
  padded = tf.pad(
    keys_plc,
    [[0, 0], [0, groups * group_size - length], [0, 0]],
    constant_values=-1,
  )
  keys_pgnc = tf.reshape(
    padded, tf.stack([planes, groups, group_size, columns])
  )
  mask = _ranks(keys_pgnc, group_size) < group_size - zeros
  mask = tf.reshape(mask, tf.stack([planes, groups * group_size, columns]))
  mask = tf.reshape(mask[:, :length], shape)
  mask.set_shape(weights.shape)

  keys = tf.reshape(keys_plc, [-1])
  kept = tf.boolean_mask(keys, tf.reshape(mask, [-1]))
  smallest = tf.where(
    tf.equal(tf.size(kept), 0), tf.zeros([], keys.dtype), tf.reduce_min(kept)
  )
  return mask, _bit_select.values_of_keys(smallest, weights.dtype)


def _ranks(keys_pgnc, group_size):
  """How many of its group stand before each key: larger, or equal and earlier."""
  ranks = tf.zeros_like(keys_pgnc)
  position = tf.reshape(tf.range(group_size), [1, 1, group_size, 1])
  for i in range(group_size):
    other = keys_pgnc[:, :, i : i + 1]
    is_before = tf.logical_or(
      other > keys_pgnc,
      tf.logical_and(tf.equal(other, keys_pgnc), position > i),
    )
    ranks += tf.cast(is_before, ranks.dtype)
  return ranks
