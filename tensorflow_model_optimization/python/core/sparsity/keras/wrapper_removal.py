# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Takes the pruning wrappers out of a model."""

import logging

from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.keras import weight_holders
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruned_weights,
)

__all__ = ['remove_wrappers']

_log = logging.getLogger('tensorflow_model_optimization')


def remove_wrappers(adapter, model):
  """The model with the user's layers where wrappers were.

  Args:
    adapter: the Keras of `model`.
    model: a model of any kind.

  Returns:
    A new uncompiled model that shares the layers, if it is Sequential or
    functional; else `model`. A layer of Keras that holds a wrapper, such as a
    TimeDistributed around one, is shared and holds the user's layer from now on.
    What classes of the user hold stays, with a warning: their code may call it as
    only a wrapper can be called.
  """
  if adapter.has_layer_graph(model):
    model = model_walk.replace_layers(adapter, model, pruned_weights.unwrapped)
  layers = adapter.all_sublayers(model)
  plain = {}
  for layer in layers:
    if isinstance(layer, pruned_weights.WRAPPER):
      plain[id(layer)] = layer.layer
    elif layer is not model and _is_graph_with_wrappers(adapter, layer):
      plain[id(layer)] = model_walk.replace_layers(
        adapter, layer, pruned_weights.unwrapped
      )
  for layer in layers:
    if isinstance(layer, pruned_weights.WRAPPER):
      continue
    held = weight_holders.attributes_with(adapter, layer, plain)
    if held and type(layer).__name__ not in adapter.builtin_class_names(layer):
      _log.warning(
        'The layer %r of the class %s goes on holding pruning wrappers, in %s. '
        'They keep the zeros and prune no more. To be rid of them, make one of '
        'layers that are not wrapped, and set its weights.',
        layer.name,
        type(layer).__name__,
        ', '.join(sorted(held)),
      )
      continue
    for name, value in held.items():
      adapter.detach_layer(layer, name)
      adapter.attach_layer(
        layer,
        name,
        weight_holders.replaced(value, lambda leaf: plain.get(id(leaf), leaf)),
      )
  return model


def _is_graph_with_wrappers(adapter, layer):
  return model_walk.is_nested_graph(adapter, layer) and bool(
    model_walk.find_layers(adapter, layer, pruned_weights.WRAPPER)
  )
