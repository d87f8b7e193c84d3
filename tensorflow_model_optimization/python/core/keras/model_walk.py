# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Walks over models: list, find and replace layers."""

__all__ = ['find_layers', 'leaf_layers', 'replace_layers']


def replace_layers(adapter, model, replace):
  """Clones a Sequential or functional model, replacing its layers.

  Nested Sequential and functional models are cloned in the same way.

  Args:
    adapter: the Keras of `model`.
    model: a Sequential or functional model.
    replace: function from a layer that is not such a model to the layer that
      takes its place, possibly the same one. Called once per layer object.

  Returns:
    A new uncompiled model that shares the layers `replace` returns unchanged.
  """
  replaced = {}

  def replace_once(layer):
    if id(layer) not in replaced:
      if _is_nested_graph(adapter, layer):
        replaced[id(layer)] = adapter.clone_model(layer, replace_once)
      elif _is_leaf(adapter, layer):
        replaced[id(layer)] = replace(layer)
      else:
        # Keras 3 has operations that are no layers, e.g. for `x + y`.
        replaced[id(layer)] = layer
    return replaced[id(layer)]

  return adapter.clone_model(model, replace_once)


def leaf_layers(adapter, model):
  """The layers that `replace_layers` would offer for replacement, in order."""
  leaves, seen = [], set()

  def visit(layers):
    for layer in layers:
      if id(layer) in seen:
        continue
      seen.add(id(layer))
      if _is_nested_graph(adapter, layer):
        visit(layer.layers)
      elif _is_leaf(adapter, layer):
        leaves.append(layer)

  visit(model.layers)
  return leaves


def find_layers(adapter, model, wanted_class):
  """Every layer of `wanted_class` in `model`, at any depth, each once."""
  return [
    layer
    for layer in adapter.all_sublayers(model)
    if isinstance(layer, wanted_class)
  ]


def _is_nested_graph(adapter, layer):
  return adapter.is_model(layer) and adapter.has_layer_graph(layer)


def _is_leaf(adapter, layer):
  return adapter.is_layer(layer) and not adapter.is_input_layer(layer)
