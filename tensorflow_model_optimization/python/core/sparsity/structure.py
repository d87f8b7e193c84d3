# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which zeros may stand where: the structure of a sparsity pattern, as data."""

import collections

from tensorflow_model_optimization.python.core.ops import block_mask
from tensorflow_model_optimization.python.core.ops import m_by_n_mask

__all__ = [
  'Block',
  'MByN',
  'OutputChannels',
  'Unstructured',
  'check_sparsity',
  'from_arguments',
]


class Unstructured(collections.namedtuple('Unstructured', [])):
  """Any single weight may be zero."""

  def problem_with_shape(self, shape):
    """Why a weight of `shape` cannot have this structure; None if it can."""
    del shape
    return None


class Block(collections.namedtuple('Block', 'height width pooling_type')):
  """Rectangles of height x width weights are zero or kept together.

  Blocks lie in the plane of the last two axes: (inputs, outputs) of a matrix,
  (input channels, output channels) of each kernel position of a convolution.
  """

  def problem_with_shape(self, shape):
    """Why a weight of `shape` cannot have this structure; None if it can."""
    if len(shape) < 2:
      return 'blocks of {}x{} need a weight of rank 2 or more'.format(
        self.height, self.width
      )
    return None


class MByN(collections.namedtuple('MByN', 'm n')):
  """m zeros in every n consecutive weights along the reduction axis.

  That axis is the last but one: the inputs of a matrix [inputs, outputs], the
  input channels of a convolution kernel. The pattern fixes the sparsity, m / n.
  """

  def problem_with_shape(self, shape):
    """Why a weight of `shape` cannot have this structure; None if it can."""
    if len(shape) < 2:
      return '{}:{} groups need a weight of rank 2 or more'.format(
        self.m, self.n
      )
    return None


class OutputChannels(
  collections.namedtuple('OutputChannels', 'pooling_type axes')
):
  """Whole output channels are zero or kept: a block over all other axes.

  Attributes:
    pooling_type: 'AVG' or 'MAX', how a channel is pooled before ranking.
    axes: tuple of negative ints, ascending: the axes that count output channels.
      (-1,) for [inputs, outputs], (-2, -1) where both together are the outputs.
  """

  def problem_with_shape(self, shape):
    """Why a weight of `shape` cannot have this structure; None if it can."""
    if len(shape) < 2:
      return 'whole output channels need a weight of rank 2 or more'
    return None

  def as_matrix(self, rank):
    """How to turn a weight into a matrix with one channel per column.

    Args:
      rank: the number of axes of the weight.

    Returns:
      The order of its axes, as for a transposition, and how many of them, at the
      end, are channels.
    """
    channels = [rank + axis for axis in self.axes]
    others = [axis for axis in range(rank) if axis not in channels]
    return others + channels, len(channels)


def from_arguments(
  block_size=(1, 1),
  block_pooling_type='AVG',
  sparsity_m_by_n=None,
  whole_output_channels=False,
):
  """Turns the public arguments into a structure.

  Args:
    block_size: two positive ints (height, width); (1, 1) is unstructured.
    block_pooling_type: 'AVG' or 'MAX'.
    sparsity_m_by_n: two ints (m, n), 0 <= m < n; None or an empty value for no
      such pattern. It takes precedence over `block_size`.
    whole_output_channels: bool; not together with the two above. The channels
      are those of the last axis, until somebody knows better.

  Returns:
    An `Unstructured`, a `Block`, an `MByN` or an `OutputChannels`.

  Raises:
    ValueError: for anything else, naming the argument.
  """
  if block_pooling_type not in block_mask.POOLING_TYPES:
    raise ValueError(
      '`block_pooling_type` must be one of {}. Received: block_pooling_type='
      "{!r}. 'AVG' ranks blocks by their mean magnitude, 'MAX' by their "
      'largest.'.format(block_mask.POOLING_TYPES, block_pooling_type)
    )
  height, width = block_mask.check_block_size(block_size)
  if whole_output_channels not in (False, True):
    raise ValueError(
      '`whole_output_channels` must be a bool. Received: '
      'whole_output_channels={!r}. True prunes whole output '
      'channels.'.format(whole_output_channels)
    )
  if whole_output_channels:
    if (height, width) != (1, 1) or sparsity_m_by_n:
      raise ValueError(
        '`whole_output_channels` is a structure of its own, without blocks and '
        'without an m:n pattern. Received: whole_output_channels=True, '
        'block_size={}, sparsity_m_by_n={}. Leave these two out.'.format(
          block_size, sparsity_m_by_n
        )
      )
    return OutputChannels(block_pooling_type, (-1,))
  if sparsity_m_by_n:
    return MByN(*_check_m_by_n(sparsity_m_by_n))
  if (height, width) == (1, 1):
    return Unstructured()
  return Block(height, width, block_pooling_type)


def check_sparsity(sparsity):
  """Returns the argument `sparsity` as a float, or raises ValueError.

  Args:
    sparsity: fraction of the weights, or of the blocks, to prune, in [0, 1).
  """
  # `not (a <= x)` also catches NaN.
  if isinstance(sparsity, (bool, str)) or not 0.0 <= sparsity < 1.0:
    raise ValueError(
      '`sparsity` must be in [0, 1). Received: sparsity={!r}. It is the fraction '
      'of weights to prune: 0.8 keeps one in five.'.format(sparsity)
    )
  return float(sparsity)


def _check_m_by_n(sparsity_m_by_n):
  try:
    return m_by_n_mask.check_m_by_n(sparsity_m_by_n)
  except ValueError as e:
    # The same check under the name that the user knows.
    raise ValueError(str(e).replace('m_by_n', 'sparsity_m_by_n')) from None
