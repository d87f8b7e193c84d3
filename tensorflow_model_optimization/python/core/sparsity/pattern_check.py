# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Counts zeros, zero blocks and m:n groups, and says how many were asked for."""

import collections

import numpy as np

from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)

__all__ = ['PatternCount', 'check_pattern', 'kept_count']


class PatternCount(
  collections.namedtuple('PatternCount', 'unit number pruned asked')
):
  """How far a weight has the pattern that it should have.

  Attributes:
    unit: what is counted: 'weight', 'block', 'channel' or 'group'.
    number: how many of these the weight consists of.
    pruned: how many are pruned: zero weights, blocks or channels of zeros only,
      or groups that keep at most n - m weights.
    asked: how many should be; None if nothing was asked for.
  """

  @property
  def is_exact(self):
    """Whether it is just as many as asked; None if nothing was asked for."""
    return None if self.asked is None else self.pruned == self.asked


def kept_count(number, sparsity):
  """max(1, number * (1 - sparsity)), rounded half to even; 0 of nothing."""
  return min(number, max(1, round(number * (1.0 - float(sparsity)))))


def check_pattern(kept, sparsity, structure):
  """Compares the kept weights with what a sparsity and structure ask for.

  Args:
    kept: bool array of the shape of the weight; False where it is zero.
    sparsity: scalar in [0, 1), the fraction of weights, of blocks or of channels
      that should be pruned; None if nothing was asked for. An `MByN` fixes it
      itself.
    structure: an `Unstructured`, a `Block`, an `OutputChannels` or an `MByN`.

  Returns:
    A `PatternCount`.

  Raises:
    ValueError: a weight of this shape cannot have the structure.
  """
  kept = np.asarray(kept)
  problem = structure.problem_with_shape(kept.shape)
  if problem:
    raise ValueError(
      '`kept` must have a shape that the structure fits: {}. Received: '
      'kept.shape={}, structure={}. Use Unstructured().'.format(
        problem, kept.shape, structure
      )
    )
  if isinstance(structure, structure_lib.MByN):
    return _check_groups(kept, structure)
  if isinstance(structure, structure_lib.Block):
    unit = 'block'
    cells = _in_tiles(kept, structure.height, structure.width)
    kept = cells.any(axis=(2, 4))
  elif isinstance(structure, structure_lib.OutputChannels):
    unit = 'channel'
    kept = _kept_channels(kept, structure)
  else:
    unit = 'weight'
  number = kept.size
  pruned = number - int(np.count_nonzero(kept))
  asked = None if sparsity is None else number - kept_count(number, sparsity)
  return PatternCount(unit, number, pruned, asked)


def _kept_channels(kept, structure):
  """Whether any weight of each output channel is kept; of no weights, nothing."""
  if not kept.size:
    return np.zeros(0, bool)
  order, num_channel_axes = structure.as_matrix(kept.ndim)
  rows = tuple(range(kept.ndim - num_channel_axes))
  return np.transpose(kept, order).any(axis=rows)


def _check_groups(kept, structure):
  cells = _in_tiles(kept, structure.n, 1)
  kept_of_group = cells.sum(axis=(2, 4))
  conforming = int(np.count_nonzero(kept_of_group <= structure.n - structure.m))
  return PatternCount(
    'group', kept_of_group.size, conforming, kept_of_group.size
  )


def _in_tiles(kept, height, width):
  """[plane, tile row, row in it, tile column, column in it], padded with False."""
  rows, columns = kept.shape[-2:]
  num_planes = int(np.prod(kept.shape[:-2], dtype=np.int64))
  planes = kept.reshape((num_planes, rows, columns))
  # No taller than the weight: a tile may be much larger than the plane.
  height, width = min(height, max(rows, 1)), min(width, max(columns, 1))
  padded = np.pad(
    planes,
    [(0, 0), (0, -rows % height), (0, -columns % width)],
    mode='constant',
  )
  return padded.reshape(
    (
      num_planes,
      padded.shape[1] // height,
      height,
      padded.shape[2] // width,
      width,
    )
  )
