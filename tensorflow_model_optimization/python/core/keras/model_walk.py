# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Walks over models: list, find and replace layers; name their weights."""

import collections

__all__ = [
  'LayerWeight',
  'find_layers',
  'is_nested_graph',
  'leaf_layers',
  'replace_layers',
  'weights_by_path',
]


class LayerWeight(collections.namedtuple('LayerWeight', 'path layer weight')):
  """A weight, the layer that holds it, and its path in a model."""

  @property
  def shape(self):
    """The weight's shape, a tuple of ints; TensorFlow 1 has other lengths."""
    return tuple(int(length) for length in self.weight.shape)


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
      if is_nested_graph(adapter, layer):
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
      if is_nested_graph(adapter, layer):
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


def weights_by_path(adapter, root, unnamed_class=()):
  """Every weight of `root`, at any depth, with its path.

  The path joins the names of the layers that hold the weight, from the outermost
  inside `root`, and the weight's own name: 'encoder/dense/kernel'. It is the same
  in Keras 2 and Keras 3, which name variables differently.

  Args:
    adapter: the Keras of `root`.
    root: a layer or model.
    unnamed_class: class, or tuple of them, of layers that add nothing to the
      path, such as wrappers.

  Returns:
    A list of `LayerWeight`; a weight that is shared has its first path.
  """
  found, seen = [], set()

  def visit(layer, prefix):
    seen.add(id(layer))
    for weight in adapter.own_weights(layer):
      if id(weight) not in seen:
        seen.add(id(weight))
        name = adapter.variable_name(weight).split('/')[-1]
        found.append(LayerWeight(prefix + name, layer, weight))
    for sublayer in adapter.direct_sublayers(layer):
      if id(sublayer) not in seen:
        is_named = not isinstance(sublayer, unnamed_class)
        visit(sublayer, prefix + sublayer.name + '/' if is_named else prefix)

  visit(root, '')
  return found


def is_nested_graph(adapter, layer):
  """Whether `layer` is a Sequential or functional model."""
  return adapter.is_model(layer) and adapter.has_layer_graph(layer)


def _is_leaf(adapter, layer):
  return adapter.is_layer(layer) and not adapter.is_input_layer(layer)
