# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Copies of models, with weights of their own."""

from tensorflow_model_optimization.python.core.keras import model_walk

__all__ = ['copy_model']


def copy_model(adapter, model, unwrap=lambda layer: layer):
  """Copies a Sequential or functional model with its weights.

  Args:
    adapter: the Keras of `model`.
    model: a built Sequential or functional model.
    unwrap: function from a layer to the layer that is copied in its place, e.g.
      the one inside a wrapper.

  Returns:
    (copy, layers): a new uncompiled model that shares no variable with `model`;
    its layers by the id of the layer in `model` (or inside its wrapper) that each
    is the copy of. A layer without weights that no config can bring back, a
    Lambda or a lookup table, is shared.

  Raises:
    ValueError: a layer with weights cannot be made from its config.
  """
  layers = {}
  copied = []

  def copy_layer(layer):
    layer = unwrap(layer)
    layers[id(layer)] = _copy_layer(adapter, layer)
    copied.append(layer)
    return layers[id(layer)]

  copy = model_walk.replace_layers(adapter, model, copy_layer)
  for layer in copied:
    if layers[id(layer)] is layer or not layer.weights:
      continue
    layers[id(layer)].set_weights(layer.get_weights())
    # Preprocessing layers compute with values that they derive from weights.
    if hasattr(layers[id(layer)], 'finalize_state'):
      layers[id(layer)].finalize_state()
  return copy, layers


def _copy_layer(adapter, layer):
  has_weights = bool(layer.weights)
  if not has_weights and _lives_outside_its_config(adapter, layer):
    return layer
  try:
    return type(layer).from_config(layer.get_config())
  except Exception as e:  # Whatever a user's config or constructor raises.
    if not has_weights:
      return layer
    raise ValueError(
      'Cannot copy the layer {!r} of class {}: {}: {}. Let its `get_config` '
      'return every argument of its constructor, in a form that `from_config` '
      'takes.'.format(layer.name, type(layer).__name__, type(e).__name__, e)
    ) from e


def _lives_outside_its_config(adapter, layer):
  """Functions forget what they refer to, adapted layers what they learned."""
  return hasattr(layer, 'adapt') or (
    'Lambda' in adapter.builtin_class_names(layer)
  )
