# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Masks: pure functions of weights, a sparsity and a structure."""

import numpy as np

from tensorflow_model_optimization.python.core.ops import block_mask
from tensorflow_model_optimization.python.core.ops import global_mask
from tensorflow_model_optimization.python.core.ops import m_by_n_mask
from tensorflow_model_optimization.python.core.ops import magnitude_mask
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['compute_global_masks', 'compute_mask', 'compute_masks']


def compute_mask(weights, sparsity, structure):
  """Marks the weights to keep.

  Args:
    weights: float tensor; rank >= 2 for every structure but `Unstructured`.
    sparsity: scalar in [0, 1), the fraction of weights, of blocks or of channels
      to prune.
    structure: an `Unstructured`, a `Block`, an `OutputChannels`, or an `MByN`,
      which fixes the sparsity itself.

  Returns:
    (mask, threshold): a bool tensor of the shape of `weights`, True = keep, with
    exactly max(1, round_half_even(n * (1 - sparsity))) weights, blocks or channels
    kept; the smallest kept magnitude, or pooled magnitude of a block or channel.

  Raises:
    ValueError: the weights cannot have this structure.
  """
  if isinstance(structure, structure_lib.Block):
    return block_mask.block_mask(
      weights,
      sparsity,
      (structure.height, structure.width),
      structure.pooling_type,
    )
  if isinstance(structure, structure_lib.MByN):
    return m_by_n_mask.m_by_n_mask(weights, structure)
  if isinstance(structure, structure_lib.OutputChannels):
    return _channel_mask(weights, sparsity, structure)
  return magnitude_mask.magnitude_mask(weights, sparsity)


def compute_masks(weights, sparsity, structure, are_ranked_together, hint=None):
  """`compute_mask` of one weight, or `compute_global_masks` of several.

  Args:
    weights: list of variables or tensors, one unless `are_ranked_together`.
    sparsity: as in these functions.
    structure: the structure of the one weight.
    are_ranked_together: bool, whether there is one ranking of all of them.
    hint: scalar, likely about the threshold, such as that of the masks before;
      it changes the time and never the result. Or None.

  Returns:
    (masks, threshold, zeroed): a list of masks, in the order of `weights`; a
    bool tensor, whether all weights that are pruned are zero already, or None
    where that is not known.
  """
  if are_ranked_together:
    return _global_masks(
      [tf.convert_to_tensor(weight) for weight in weights], sparsity, hint
    )
  (weight,) = weights
  if isinstance(structure, structure_lib.Unstructured):
    mask, threshold, zeroed = magnitude_mask.updated_magnitude_mask(
      weight, sparsity, hint
    )
    return [mask], threshold, zeroed
  mask, threshold = compute_mask(weight, sparsity, structure)
  return [mask], threshold, None


def compute_global_masks(weights, sparsity):
  """Marks the weights to keep in one ranking of several tensors.

  ```python
  first, second = tf.constant([1.0, 4.0]), tf.constant([2.0, 3.0])
  masks, threshold = compute_global_masks([first, second], 0.5)
  # masks: [[False, True], [False, True]]; threshold: 3.0
  ```

  Args:
    weights: list of float tensors of any shapes and dtypes. Among equal
      magnitudes the first tensor, and in it the lowest flat index, is kept.
    sparsity: scalar in [0, 1), the fraction of all of them together to prune.

  Returns:
    (masks, threshold): a list of bool tensors of the shapes of `weights`, True =
    keep, together with exactly max(1, round_half_even(n * (1 - sparsity))) True
    among the n weights; the smallest kept magnitude, in the dtype of the weights,
    float64 if they differ. A tensor may lose all its weights.
  """
  return _global_masks(weights, sparsity, None)[:2]


def _global_masks(weights, sparsity, hint):
  if len({weight.dtype for weight in weights}) > 1:
    # Exact and in the same order for every dtype that pruning knows.
    weights = [tf.cast(weight, tf.float64) for weight in weights]
  return global_mask.global_mask(weights, sparsity, hint)


def _channel_mask(weights, sparsity, structure):
  """A block as high as the matrix that has one output channel per column."""
  weights = tf.convert_to_tensor(weights)
  shape = weights.shape.as_list()
  order, num_channel_axes = structure.as_matrix(len(shape))
  is_moved = order != list(range(len(shape)))
  if is_moved:
    weights = tf.transpose(weights, order)
  moved_shape = [shape[axis] for axis in order]
  rows = int(np.prod(moved_shape[:-num_channel_axes], dtype=np.int64))
  columns = int(np.prod(moved_shape[-num_channel_axes:], dtype=np.int64))
  mask, threshold = block_mask.block_mask(
    tf.reshape(weights, [rows, columns]),
    sparsity,
    (max(rows, 1), 1),
    structure.pooling_type,
  )
  mask = tf.reshape(mask, moved_shape)
  if is_moved:
    mask = tf.transpose(mask, np.argsort(order))
  return mask, threshold
