# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Masks: a pure function of (weights, sparsity, structure)."""

from tensorflow_model_optimization.python.core.ops import block_mask
from tensorflow_model_optimization.python.core.ops import m_by_n_mask
from tensorflow_model_optimization.python.core.ops import magnitude_mask
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)

__all__ = ['compute_mask']


def compute_mask(weights, sparsity, structure):
  """Marks the weights to keep.

  Args:
    weights: float tensor; rank >= 2 for a `Block` structure.
    sparsity: scalar in [0, 1), the fraction of weights, or of blocks, to prune.
    structure: an `Unstructured`, a `Block`, or an `MByN`, which fixes the
      sparsity itself.

  Returns:
    (mask, threshold): a bool tensor of the shape of `weights`, True = keep, with
    exactly max(1, round_half_even(n * (1 - sparsity))) weights or blocks kept;
    the smallest kept magnitude, or pooled magnitude of a block.

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
  return magnitude_mask.magnitude_mask(weights, sparsity)
