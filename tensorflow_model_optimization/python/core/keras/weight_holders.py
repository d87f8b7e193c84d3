# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Where in a model a weight is held: attributes of layers, lists in them."""

__all__ = ['attributes_with', 'leaves', 'replaced', 'units_of']


def attributes_with(adapter, layer, weights):
  """The attributes of a layer in which one of `weights` is.

  Args:
    adapter: the Keras of `layer`.
    layer: a layer.
    weights: dict from the id of a weight to anything.

  Returns:
    {name: value}; a value is a weight, or lists, tuples and dicts around it.
  """
  return {
    name: value
    for name, value in adapter.attributes(layer).items()
    if any(id(leaf) in weights for leaf in leaves(value))
  }


def leaves(value):
  """What is in a value that may be made of lists, tuples and dicts."""
  if isinstance(value, dict):
    value = list(value.values())
  if not isinstance(value, (list, tuple)):
    return [value]
  return [leaf for inner in value for leaf in leaves(inner)]


def replaced(value, replace):
  """A copy of such a value with `replace(leaf)` in place of each leaf."""
  if isinstance(value, dict):
    return {key: replaced(inner, replace) for key, inner in value.items()}
  if isinstance(value, tuple) and hasattr(value, '_fields'):
    return type(value)(*[replaced(inner, replace) for inner in value])
  if isinstance(value, tuple):
    return tuple(replaced(inner, replace) for inner in value)
  if isinstance(value, list):
    return [replaced(inner, replace) for inner in value]
  return replace(value)


def units_of(adapter, model):
  """The layers by which a model computes, and what each may read.

  A layer may read the weights of the layers in it without calling them, as an
  LSTM reads those of its cell. So it is one unit with all that is in it. A model
  is none: what its layers hold is read when they are called.

  Args:
    adapter: the Keras of `model`.
    model: a layer or model.

  Returns:
    List of (layer, layers): a unit, and the layers whose weights belong to it.
    A layer that is called in several places is in several units.
  """
  units, seen = [], set()

  def visit(layer):
    if id(layer) in seen:
      return
    seen.add(id(layer))
    if not adapter.is_model(layer):
      units.append((layer, adapter.all_sublayers(layer)))
      return
    units.append((layer, [layer]))
    for sublayer in adapter.direct_sublayers(layer):
      visit(sublayer)

  visit(model)
  return units
