# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The magnitude mask op: which weights of a tensor to keep."""

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import _arguments
from tensorflow_model_optimization.python.core.ops import _bit_select
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['magnitude_mask', 'updated_magnitude_mask']


def magnitude_mask(weights, sparsity, name=None):
  """Marks the weights of largest magnitude, exactly as many as asked for.

  The result equals sorting |weights| and keeping the k largest, with
  `k = max(1, round_half_even(n * (1 - sparsity)))` in float64, but takes linear
  time. Beside the mask the native op needs next to no memory, its TensorFlow
  twin about 13 bytes a weight. Among equal magnitudes the lowest flat
  index is kept. Magnitudes are compared by their bits: -0 equals +0, denormals
  count, NaN ranks above infinity.

  ```python
  mask, threshold = magnitude_mask([0.1, -3.0, 2.0, 0.5], sparsity=0.5)
  # mask: [False, True, True, False]; threshold: 2.0
  ```

  Args:
    weights: tensor of any shape; float16, bfloat16, float32 or float64.
    sparsity: scalar, the fraction of weights to prune, in [0, 1). Its float64
      value counts: 0.05 as a float32 is not 0.05.
    name: name of the op in a graph.

  Returns:
    (mask, threshold): a bool tensor of the shape of `weights`, True = keep; a
    scalar of their dtype, the smallest magnitude that is kept (0 if there are
    no weights).

  Raises:
    ValueError: unsupported dtype, or a sparsity known to be outside [0, 1).
    tf.errors.InvalidArgumentError: such a sparsity that only the graph knows.

  Source: magnitude pruning, Zhu and Gupta, https://arxiv.org/abs/1710.01878;
  semantics: ops/README.md.
  """
  weights = _arguments.weights_tensor(weights)
  return _mask(weights, sparsity, None, name)[:2]


def updated_magnitude_mask(weights, sparsity, hint=None, name=None):
  """`magnitude_mask` for weights that had a mask and have moved a little.

  ```python
  mask, threshold, zeroed = updated_magnitude_mask(
    [0.0, -3.0, 2.0, 0.0], sparsity=0.5, hint=2.1
  )
  # mask: [False, True, True, False]; threshold: 2.0; zeroed: True
  ```

  Args:
    weights: as there.
    sparsity: as there.
    hint: scalar, any number; None or 0 for none. A magnitude that is likely about
      the threshold, such as that of the mask before. It changes the time, and
      never the result. The twin ignores it.
    name: as there.

  Returns:
    (mask, threshold, zeroed): the first two as there; a bool scalar, whether every
    weight that is not kept is zero (or -0) already. On a GPU it may be False all
    the same.

  Raises:
    ValueError: as there, or a hint that is no scalar number.
    tf.errors.InvalidArgumentError: as there, or such a hint that only the graph
      knows.
  """
  weights = _arguments.weights_tensor(weights)
  mask, threshold, zeroed = _mask(weights, sparsity, hint, name)
  if zeroed is None:
    # By the bits: TensorFlow's arithmetic takes denormals for zeros.
    keys = _bit_select.magnitude_keys(weights)
    left = tf.logical_and(tf.not_equal(keys, 0), tf.logical_not(mask))
    zeroed = tf.logical_not(tf.reduce_any(left))
  return mask, threshold, zeroed


def _mask(weights, sparsity, hint, name):
  """(mask, threshold, zeroed) of a tensor; the twin leaves the last one None."""
  sparsity = _arguments.sparsity_tensor(sparsity)
  hint = _arguments.hint_tensor(hint, weights.dtype.base_dtype)
  native_ops = dispatch.native_ops()
  if native_ops is None:
    with tf.name_scope(name or 'magnitude_mask'):
      return _tf_impl(weights, sparsity) + (None,)
  with dispatch.native_placement():
    return tuple(
      native_ops.tfmot_magnitude_mask(
        weights=weights,
        sparsity=sparsity,
        hint=hint,
        num_threads=tf_compat.intra_op_threads(),
        name=name,
      )
    )


def _tf_impl(weights, sparsity):
  """The pure-TensorFlow twin."""
  sparsity = _arguments.assert_sparsity_in_range(sparsity)
  keys = tf.reshape(_bit_select.magnitude_keys(weights), [-1])
  mask, threshold = _bit_select.mask_of_largest(keys, weights.dtype, sparsity)
  mask = tf.reshape(mask, tf.shape(weights))
  mask.set_shape(weights.shape)
  return mask, _bit_select.values_of_keys(threshold, weights.dtype)
