# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which layers of a model are pruned at all."""

import abc

__all__ = ['PruningPolicy']


class PruningPolicy(abc.ABC):
  """Decides for each layer of a model whether it may be pruned.

  Passed to `prune_low_magnitude`; layers it turns down stay unwrapped.
  """

  @abc.abstractmethod
  def allow_pruning(self, layer):
    """Whether `layer` may be pruned.

    Args:
      layer: a layer of the model.

    Returns:
      True or False.
    """

  @abc.abstractmethod
  def ensure_model_supports_pruning(self, model):
    """Checks the whole model before anything is changed.

    Args:
      model: the Sequential or functional model to prune.

    Raises:
      ValueError: the policy cannot do for `model` what it promises.
    """
