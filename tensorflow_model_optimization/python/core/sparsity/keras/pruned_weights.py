# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which weights of a model are being pruned, and how.

The one place that knows how a model is pruned. Reports ask here, so that a
further way of pruning is one more loop in `find_pruned_weights`.
"""

import collections

from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)

__all__ = ['WeightInPruning', 'find_pruned_weights', 'unwrapped']


class WeightInPruning(
  collections.namedtuple(
    'WeightInPruning', 'layer weight mask structure schedule step bookkeeping'
  )
):
  """One weight that is being pruned.

  Attributes:
    layer: the user's layer that holds the weight.
    weight: its variable, of Keras.
    mask: bool variable of the same shape, of Keras; True = keep.
    structure: a structure from `sparsity/structure.py`.
    schedule: a `PruningSchedule`.
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
  for wrapper in model_walk.find_layers(
    adapter, model, pruning_wrapper.PruneLowMagnitude
  ):
    structure = structure_lib.from_arguments(
      wrapper.block_size, wrapper.block_pooling_type, wrapper.sparsity_m_by_n
    )
    for weight, mask, threshold in wrapper.pruning_vars:
      step = wrapper.pruning_step
      found[id(weight)] = WeightInPruning(
        wrapper.layer,
        weight,
        mask,
        structure,
        wrapper.pruning_schedule,
        step,
        (mask, threshold, step),
      )
  return list(found.values())


def unwrapped(layer):
  """The user's layer inside a pruning wrapper; any other layer itself."""
  if isinstance(layer, pruning_wrapper.PruneLowMagnitude):
    return layer.layer
  return layer
