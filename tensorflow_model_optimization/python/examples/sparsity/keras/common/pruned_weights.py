# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Finds the pruned weights of a model that is being pruned."""

import collections


class PrunedWeight(
  collections.namedtuple('PrunedWeight', 'layer_name index name')
):
  """Where a pruned weight is found in the model without wrappers.

  Attributes:
    layer_name: name of the layer that owns it.
    index: its place in that layer's `get_weights()`.
    name: its own short name, such as 'kernel'.
  """

  @property
  def label(self):
    return f'{self.layer_name}/{self.name}'


def find(pruned_model):
  """Lists the pruned weights of a model made by `prune_low_magnitude`.

  Args:
    pruned_model: a flat model; what wraps its layers has `pruning_vars`, a
      list of (weight, mask, threshold).

  Returns:
    A list of `PrunedWeight` in the order of the layers.
  """
  found = []
  for wrapper in _wrappers(pruned_model):
    for weight, _, _ in wrapper.pruning_vars:
      is_weight = [candidate is weight for candidate in wrapper.layer.weights]
      found.append(
        PrunedWeight(
          wrapper.layer.name, is_weight.index(True), _short_name(weight)
        )
      )
  return found


def read(pruned_model):
  """The values of the pruned weights now, as {label: numpy array}."""
  layers = {
    wrapper.layer.name: wrapper.layer for wrapper in _wrappers(pruned_model)
  }
  return {
    weight.label: layers[weight.layer_name].get_weights()[weight.index]
    for weight in find(pruned_model)
  }


def _wrappers(model):
  return [layer for layer in model.layers if getattr(layer, 'pruning_vars', ())]


def _short_name(weight):
  """'kernel', from Keras 3's 'kernel' or Keras 2's 'dense/kernel:0'."""
  return weight.name.split('/')[-1].split(':')[0]
