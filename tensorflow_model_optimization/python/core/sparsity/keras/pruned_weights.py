# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which weights of a model are being pruned, and how.

The one place that knows what does the pruning in a model. Reports ask here.
"""

import collections

from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruned_in_place,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)

__all__ = ['WRAPPER', 'WeightInPruning', 'find_pruned_weights', 'unwrapped']

WRAPPER = pruning_wrapper.PruneLowMagnitude


class WeightInPruning(
  collections.namedtuple(
    'WeightInPruning', 'weight mask settings step bookkeeping'
  )
):
  """One weight that is being pruned.

  Attributes:
    weight: its variable, of Keras.
    mask: bool variable of the same shape, of Keras; True = keep.
    settings: its `PruningSettings`: schedule, structure, distribution.
    step: int64 variable, the optimizer updates so far; negative before training.
    bookkeeping: the variables that pruning has added for this weight.
  """


def find_pruned_weights(adapter, model):
  """Lists the weights of a model that are being pruned.

  Args:
    adapter: the Keras of `model`.
    model: a model, or a layer.

  Returns:
    List of `WeightInPruning`, each weight once; weights of wrappers that are not
    built are not there yet.
  """
  found = {}
  for pruner in model_walk.find_layers(
    adapter, model, (WRAPPER, pruned_in_place.PruningState)
  ):
    for pruning in pruner.weight_prunings:
      weight, mask, threshold = pruning.variables
      found[id(weight)] = WeightInPruning(
        weight,
        mask,
        pruning.settings,
        pruner.pruning_step,
        (mask, threshold, pruner.pruning_step),
      )
  return list(found.values())


def unwrapped(layer):
  """The user's layer inside a pruning wrapper; any other layer itself."""
  return layer.layer if isinstance(layer, WRAPPER) else layer
