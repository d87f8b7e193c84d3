# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""How one weight is to be pruned, as checked data."""

import collections

from tensorflow_model_optimization.python.core.sparsity import (
  sparsity_distribution as distribution_lib,
)
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)

__all__ = [
  'OneShotSettings',
  'PruningSettings',
  'make_one_shot_settings',
  'make_settings',
]


class PruningSettings(
  collections.namedtuple(
    'PruningSettings',
    'pruning_schedule structure sparsity_distribution prune_frozen_weights '
    'arguments',
  )
):
  """When and how a weight is pruned.

  Attributes:
    pruning_schedule: a `PruningSchedule`.
    structure: an `Unstructured`, `Block`, `MByN` or `OutputChannels`.
    sparsity_distribution: 'uniform', 'erk' or 'global'.
    prune_frozen_weights: bool, prune it also while it is not trainable.
    arguments: dict of the arguments of `make_settings` that it was made of.
  """

  def replace(self, overrides):
    """Settings with some arguments of `make_settings` changed.

    Raises:
      ValueError: an unknown argument, or a wrong value of one.
    """
    return make_settings(**_replaced(self.arguments, overrides))

  def get_config(self):
    """The arguments, with the schedule serialized."""
    return dict(
      self.arguments,
      block_size=list(self.arguments['block_size']),
      pruning_schedule=self.pruning_schedule.get_config(),
    )


class OneShotSettings(
  collections.namedtuple(
    'OneShotSettings',
    'sparsity structure sparsity_distribution prune_frozen_weights arguments',
  )
):
  """How much and how a weight is pruned at once.

  Attributes:
    sparsity: float in [0, 1), also for an `MByN`; None if nobody said it.
    arguments: dict of the arguments of `make_one_shot_settings`.
    structure, sparsity_distribution, prune_frozen_weights: as above.
  """

  def replace(self, overrides):
    """Settings with some arguments of `make_one_shot_settings` changed.

    Raises:
      ValueError: an unknown argument, or a wrong value of one.
    """
    return make_one_shot_settings(**_replaced(self.arguments, overrides))


def make_settings(
  pruning_schedule,
  block_size=(1, 1),
  block_pooling_type='AVG',
  sparsity_m_by_n=None,
  sparsity_distribution='uniform',
  prune_frozen_weights=False,
  whole_output_channels=False,
):
  """Checks the public arguments of pruning and makes settings of them.

  Args:
    pruning_schedule: a `PruningSchedule`.
    block_size: two positive ints.
    block_pooling_type: 'AVG' or 'MAX'.
    sparsity_m_by_n: two ints (m, n), 0 <= m < n; or None.
    sparsity_distribution: 'uniform', 'erk' or 'global'.
    prune_frozen_weights: bool.
    whole_output_channels: bool.

  Returns:
    A `PruningSettings`.

  Raises:
    ValueError: an argument is wrong, or they do not go together.
  """
  pattern = _checked_pattern(
    block_size,
    block_pooling_type,
    sparsity_m_by_n,
    sparsity_distribution,
    prune_frozen_weights,
    whole_output_channels,
  )
  if not callable(pruning_schedule):
    raise ValueError(
      '`pruning_schedule` must be a PruningSchedule. Received: '
      'pruning_schedule={!r}. Use for example ConstantSparsity(0.5, 0).'.format(
        pruning_schedule
      )
    )
  structure, arguments = pattern
  arguments = dict(arguments, pruning_schedule=pruning_schedule)
  return PruningSettings(
    pruning_schedule,
    structure,
    sparsity_distribution,
    bool(prune_frozen_weights),
    arguments,
  )


def make_one_shot_settings(
  sparsity=None,
  block_size=(1, 1),
  block_pooling_type='AVG',
  sparsity_m_by_n=None,
  sparsity_distribution='uniform',
  prune_frozen_weights=False,
  whole_output_channels=False,
):
  """Checks the arguments of pruning without training; see `make_settings`.

  Args:
    sparsity: fraction in [0, 1), or None. An m:n pattern replaces it.
    block_size: these and the others as in `make_settings`.

  Returns:
    An `OneShotSettings`.

  Raises:
    ValueError: an argument is wrong, or they do not go together.
  """
  structure, arguments = _checked_pattern(
    block_size,
    block_pooling_type,
    sparsity_m_by_n,
    sparsity_distribution,
    prune_frozen_weights,
    whole_output_channels,
  )
  if sparsity is not None:
    sparsity = structure_lib.check_sparsity(sparsity)
  arguments = dict(arguments, sparsity=sparsity)
  if isinstance(structure, structure_lib.MByN):
    sparsity = structure.m / structure.n
  return OneShotSettings(
    sparsity,
    structure,
    sparsity_distribution,
    bool(prune_frozen_weights),
    arguments,
  )


def _checked_pattern(
  block_size,
  block_pooling_type,
  sparsity_m_by_n,
  sparsity_distribution,
  prune_frozen_weights,
  whole_output_channels,
):
  """(structure, dict of these arguments), or ValueError."""
  structure = structure_lib.from_arguments(
    block_size, block_pooling_type, sparsity_m_by_n, whole_output_channels
  )
  distribution_lib.check_distribution(sparsity_distribution)
  if sparsity_distribution == 'global' and not isinstance(
    structure, structure_lib.Unstructured
  ):
    raise ValueError(
      "`sparsity_distribution='global'` ranks single weights, so it must have no "
      'blocks, no m:n pattern and no whole output channels. Received: block_size='
      '{}, sparsity_m_by_n={}, whole_output_channels={}. '
      "Use 'erk' or 'uniform' with them.".format(
        block_size, sparsity_m_by_n, whole_output_channels
      )
    )
  if sparsity_distribution != 'uniform' and isinstance(
    structure, structure_lib.MByN
  ):
    raise ValueError(
      '`sparsity_m_by_n` fixes the sparsity of each weight, so '
      "`sparsity_distribution` must be 'uniform'. Received: "
      'sparsity_distribution={!r}, sparsity_m_by_n={}.'.format(
        sparsity_distribution, sparsity_m_by_n
      )
    )
  return structure, {
    'block_size': tuple(block_size),
    'block_pooling_type': block_pooling_type,
    'sparsity_m_by_n': tuple(sparsity_m_by_n) if sparsity_m_by_n else None,
    'sparsity_distribution': sparsity_distribution,
    'prune_frozen_weights': bool(prune_frozen_weights),
    'whole_output_channels': bool(whole_output_channels),
  }


def _replaced(arguments, overrides):
  unknown = sorted(set(overrides) - set(arguments))
  if unknown:
    raise ValueError(
      'The settings of a weight may name {}. Received: {}.'.format(
        ', '.join(sorted(arguments)), ', '.join(unknown)
      )
    )
  return dict(arguments, **overrides)
