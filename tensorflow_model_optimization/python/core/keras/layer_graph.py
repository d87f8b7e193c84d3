# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which layer of a model feeds which, with nested models taken apart."""

__all__ = ['LayerGraph']


class LayerGraph(object):
  """The layers of a Sequential or functional model as a graph.

  Nested Sequential and functional models are taken apart: their layers are in the
  graph, they themselves are not. A layer that is called more than once is there
  once, with all its producers and consumers.

  Args:
    adapter: the Keras of `model`.
    model: a built Sequential or functional model.

  Attributes:
    inputs: list of (name of the input, list of the layers that it feeds).
    outputs: list of (name of the output layer, list with that layer, or with
      those that make the outputs of that nested model).
  """

  def __init__(self, adapter, model):
    self._adapter = adapter
    self._producers, self._consumers = {}, {}
    self._ends = {}
    self.inputs, self.outputs = self._take_apart(model)

  def producers(self, layer):
    """The layers that feed `layer`; not the inputs of the model."""
    return list(self._producers.get(id(layer), ()))

  def consumers(self, layer):
    """The layers that `layer` feeds."""
    return list(self._consumers.get(id(layer), ()))

  def walk(self, layers, step, is_last=lambda layer: False):
    """Lists what is reached from some layers.

    Args:
      layers: where to begin; these are reached.
      step: `producers` or `consumers`.
      is_last: function from a layer to whether the walk ends there. Such a layer
        is reached, what is behind it is not, unless by another way.

    Returns:
      List of layers, each once, nearest first.
    """
    reached, seen = list(layers), {id(layer) for layer in layers}
    for layer in reached:  # It grows.
      if is_last(layer):
        continue
      for neighbour in step(layer):
        if id(neighbour) not in seen:
          seen.add(id(neighbour))
          reached.append(neighbour)
    return reached

  def _take_apart(self, model):
    """Adds the edges of a model; its (inputs, outputs)."""
    if id(model) in self._ends:
      return self._ends[id(model)]
    inputs = {}
    if self._adapter.is_sequential(model) and model.layers:
      first = model.layers[0]
      inputs[first.name] = self._first_leaves(first)
    for producer, consumer in self._adapter.layer_edges(model):
      if self._adapter.is_input_layer(producer):
        fed = inputs.setdefault(producer.name, [])
        fed.extend(self._first_leaves(consumer))
        continue
      for source in self._last_leaves(producer):
        for target in self._first_leaves(consumer):
          _add_once(self._consumers.setdefault(id(source), []), target)
          _add_once(self._producers.setdefault(id(target), []), source)
    outputs = [
      (layer.name, self._last_leaves(layer))
      for layer in self._adapter.output_layers(model)
    ]
    self._ends[id(model)] = list(inputs.items()), outputs
    return self._ends[id(model)]

  def _first_leaves(self, layer):
    if not self._is_nested(layer):
      return [layer]
    return [leaf for _, leaves in self._take_apart(layer)[0] for leaf in leaves]

  def _last_leaves(self, layer):
    if self._adapter.is_input_layer(layer):
      return []
    if not self._is_nested(layer):
      return [layer]
    return [leaf for _, leaves in self._take_apart(layer)[1] for leaf in leaves]

  def _is_nested(self, layer):
    return self._adapter.is_model(layer) and self._adapter.has_layer_graph(
      layer
    )


def _add_once(layers, layer):
  if not any(layer is other for other in layers):
    layers.append(layer)
