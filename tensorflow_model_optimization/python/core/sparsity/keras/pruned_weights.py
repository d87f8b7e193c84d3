# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which weights of a model are being pruned, and how.

The one place that knows what does the pruning in a model. Reports ask here.
"""

import collections

from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.sparsity.keras import mask_owner
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)

__all__ = [
  'WRAPPER',
  'WeightInPruning',
  'find_mask_owners',
  'find_pruned_weights',
  'unwrapped',
]

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


def find_mask_owners(adapter, model):
  """Lists the wrappers and the states of in-place pruning in a model.

  Args:
    adapter: the Keras of `model`.
    model: a model, or a layer.

  Returns:
    List of `MaskOwner`, built or not, at any depth, each once.
  """
  return model_walk.find_layers(adapter, model, mask_owner.MaskOwner)


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
  for owner in find_mask_owners(adapter, model):
    for pruning in owner.weight_prunings:
      weight, mask, threshold = pruning.variables
      found[id(weight)] = WeightInPruning(
        weight,
        mask,
        pruning.settings,
        owner.pruning_step,
        (mask, threshold, owner.pruning_step),
      )
  return list(found.values())


def unwrapped(layer):
  """The user's layer inside a pruning wrapper; any other layer itself."""
  return layer.layer if isinstance(layer, WRAPPER) else layer
