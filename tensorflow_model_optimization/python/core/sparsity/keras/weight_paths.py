# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Names for the weights of a model that say where in it they are."""

from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruned_weights,
)

__all__ = ['weights_with_paths']

_WRAPPER_PREFIX = 'prune_low_magnitude_'


def weights_with_paths(adapter, model):
  """Lists the weights of the layers of a built model, each once.

  The path of a weight holds the names of the nested Sequential and functional
  models and of the layer, without pruning wrappers, and what the layer calls it:
  'encoder/dense/kernel'. It is the same before and after `strip_pruning`.

  Args:
    adapter: the Keras of `model`.
    model: a built Keras model.

  Returns:
    List of (path, layer, weight); the layer is the innermost that has the
    weight.
  """
  owners = {}
  # Parents come first, so the innermost layer counts.
  for layer in adapter.all_sublayers(model):
    layer = pruned_weights.unwrapped(layer)
    if layer.built:
      owners.update((id(weight), layer) for weight in layer.weights)
  found = {}

  def visit(layer, names):
    layer = pruned_weights.unwrapped(layer)
    if adapter.is_model(layer) and adapter.has_layer_graph(layer):
      for sublayer in layer.layers:
        visit(sublayer, names + [pruned_weights.unwrapped(sublayer).name])
    elif adapter.is_layer(layer) and layer.built:
      for weight in layer.weights:
        own = _name_in_layer(adapter, layer, weight)
        path = '/'.join(names + [own])
        found.setdefault(id(weight), (path, owners[id(weight)], weight))

  visit(model, [])
  return list(found.values())


def _name_in_layer(adapter, layer, weight):
  """What comes after the layer in the full name, e.g. 'lstm_cell/kernel'."""
  names = []
  for name in adapter.variable_name(weight).split('/'):
    if name.startswith(_WRAPPER_PREFIX):
      name = name[len(_WRAPPER_PREFIX) :]
    # A wrapper and its layer are one.
    if names[-1:] != [name]:
      names.append(name)
  if layer.name in names[:-1]:
    return '/'.join(names[names.index(layer.name) + 1 :])
  return names[-1]
