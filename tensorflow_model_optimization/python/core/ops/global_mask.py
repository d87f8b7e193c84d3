# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The global mask op: which weights of several tensors to keep together."""

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import _arguments
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.ops import magnitude_mask
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['global_mask']


def global_mask(weights, sparsity, hint=None, name=None):
  """Marks the weights of largest magnitude in one ranking of several tensors.

  What `updated_magnitude_mask` gives for their concatenation. The native op does
  not make it; its TensorFlow twin does, and so does a build with GPU kernels
  beside a GPU.

  ```python
  masks, threshold, zeroed = global_mask([[1.0, 4.0], [2.0, 3.0]], 0.5)
  # masks: [[False, True], [False, True]]; threshold: 3.0; zeroed: False
  ```

  Args:
    weights: list of at least one tensor, of any shapes and one dtype: float16,
      bfloat16, float32 or float64. Among equal magnitudes the first tensor, and
      in it the lowest flat index, is kept.
    sparsity: scalar, the fraction of all of them to prune, in [0, 1).
    hint: see `updated_magnitude_mask`.
    name: name of the op in a graph.

  Returns:
    (masks, threshold, zeroed): a list of bool tensors of the shapes of `weights`,
    True = keep; a scalar of their dtype, the smallest magnitude that is kept (0 if
    there are no weights); a bool scalar, whether every weight that is not kept is
    zero (or -0) already.

  Raises:
    ValueError: no tensor, different or unsupported dtypes, or a sparsity known to
      be outside [0, 1).
    tf.errors.InvalidArgumentError: such a sparsity that only the graph knows.

  Source: magnitude pruning, Zhu and Gupta, https://arxiv.org/abs/1710.01878;
  semantics: ops/README.md.
  """
  weights = [_arguments.weights_tensor(weight) for weight in weights]
  dtypes = sorted({weight.dtype.base_dtype.name for weight in weights})
  if len(dtypes) != 1:
    raise ValueError(
      '`weights` must be a list of at least one tensor, all of one dtype. '
      'Received: {} tensors of the dtypes {}. Cast them first.'.format(
        len(weights), dtypes
      )
    )
  native_ops = dispatch.native_ops()
  # There is no GPU kernel for a list, and one for its concatenation.
  if native_ops is None or dispatch.runs_on_gpu():
    with tf.name_scope(name or 'global_mask'):
      masks, threshold, zeroed = _of_concatenation(weights, sparsity)
  else:
    with dispatch.native_placement():
      threshold, zeroed, masks = native_ops.tfmot_global_mask(
        sparsity=_arguments.sparsity_tensor(sparsity),
        hint=_arguments.hint_tensor(hint, weights[0].dtype.base_dtype),
        weights=weights,
        num_threads=tf_compat.intra_op_threads(),
        name=name,
      )
  # Not known to the op's own shape function everywhere.
  for mask, weight in zip(masks, weights):
    mask.set_shape(weight.shape)
  return list(masks), threshold, zeroed


def _of_concatenation(weights, sparsity):
  """The pure-TensorFlow twin; with a GPU, of the op for one tensor."""
  flat = tf.concat([tf.reshape(weight, [-1]) for weight in weights], axis=0)
  mask, threshold, zeroed = magnitude_mask.updated_magnitude_mask(
    flat, sparsity
  )
  masks = tf.split(mask, [tf.size(weight) for weight in weights])
  masks = [
    tf.reshape(mask, tf.shape(weight)) for mask, weight in zip(masks, weights)
  ]
  return masks, threshold, zeroed
