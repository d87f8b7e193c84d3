# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Import path kept for users of TFMOT; the code is in ../prune_now.py."""

from tensorflow_model_optimization.python.core.sparsity.keras import prune_now

__all__ = ['prune_for_benchmark']


def prune_for_benchmark(keras_model, target_sparsity, block_size=(1, 1)):
  """Makes a pruned copy of a model, to measure its size and speed.

  Args:
    keras_model: a built Sequential or functional model; it is left as it is.
    target_sparsity: fraction of the weights, or of the blocks, to prune.
    block_size: two ints (height, width).

  Returns:
    A new uncompiled model without wrappers; see `prune_now`.

  Raises:
    ValueError: see `prune_now`.
  """
  return prune_now.prune_now(keras_model, target_sparsity, block_size)
