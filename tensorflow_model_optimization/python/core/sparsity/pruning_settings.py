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

__all__ = ['PruningSettings', 'make_settings']


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
    structure: an `Unstructured`, `Block` or `MByN`.
    sparsity_distribution: 'uniform', 'erk' or 'global'.
    prune_frozen_weights: bool, prune it also while it is not trainable.
    arguments: dict of the arguments of `make_settings` that it was made of.
  """

  def replace(self, overrides):
    """Settings with some arguments of `make_settings` changed.

    Raises:
      ValueError: an unknown argument, or a wrong value of one.
    """
    unknown = sorted(set(overrides) - set(self.arguments))
    if unknown:
      raise ValueError(
        'The settings of a weight may name {}. Received: {}.'.format(
          ', '.join(sorted(self.arguments)), ', '.join(unknown)
        )
      )
    return make_settings(**dict(self.arguments, **overrides))

  def get_config(self):
    """The arguments, with the schedule serialized."""
    return dict(
      self.arguments,
      block_size=list(self.arguments['block_size']),
      pruning_schedule=self.pruning_schedule.get_config(),
    )


def make_settings(
  pruning_schedule,
  block_size=(1, 1),
  block_pooling_type='AVG',
  sparsity_m_by_n=None,
  sparsity_distribution='uniform',
  prune_frozen_weights=False,
):
  """Checks the public arguments of pruning and makes settings of them.

  Args:
    pruning_schedule: a `PruningSchedule`.
    block_size: two positive ints.
    block_pooling_type: 'AVG' or 'MAX'.
    sparsity_m_by_n: two ints (m, n), 0 <= m < n; or None.
    sparsity_distribution: 'uniform', 'erk' or 'global'.
    prune_frozen_weights: bool.

  Returns:
    A `PruningSettings`.

  Raises:
    ValueError: an argument is wrong, or they do not go together.
  """
  structure = structure_lib.from_arguments(
    block_size, block_pooling_type, sparsity_m_by_n
  )
  if not callable(pruning_schedule):
    raise ValueError(
      '`pruning_schedule` must be a PruningSchedule. Received: '
      'pruning_schedule={!r}. Use for example ConstantSparsity(0.5, 0).'.format(
        pruning_schedule
      )
    )
  distribution_lib.check_distribution(sparsity_distribution)
  if sparsity_distribution == 'global' and not isinstance(
    structure, structure_lib.Unstructured
  ):
    raise ValueError(
      "`sparsity_distribution='global'` ranks single weights, so it must have no "
      'blocks and no m:n pattern. Received: block_size={}, sparsity_m_by_n={}. '
      "Use 'erk' or 'uniform' with them.".format(block_size, sparsity_m_by_n)
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
  arguments = {
    'pruning_schedule': pruning_schedule,
    'block_size': tuple(block_size),
    'block_pooling_type': block_pooling_type,
    'sparsity_m_by_n': tuple(sparsity_m_by_n) if sparsity_m_by_n else None,
    'sparsity_distribution': sparsity_distribution,
    'prune_frozen_weights': bool(prune_frozen_weights),
  }
  return PruningSettings(
    pruning_schedule,
    structure,
    sparsity_distribution,
    bool(prune_frozen_weights),
    arguments,
  )
