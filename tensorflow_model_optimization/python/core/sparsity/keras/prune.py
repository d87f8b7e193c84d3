# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The entry points: prune a model or layer, load a pruned one, strip it."""

import contextlib

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as schedule_lib,
)
from tensorflow_model_optimization.python.core.sparsity import pruning_settings
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruned_in_place,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  weight_choice,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  wrapper_removal,
)

__all__ = ['prune_low_magnitude', 'prune_scope', 'strip_pruning']


def prune_low_magnitude(
  to_prune,
  pruning_schedule=schedule_lib.ConstantSparsity(0.5, 0),
  block_size=(1, 1),
  block_pooling_type='AVG',
  pruning_policy=None,
  sparsity_m_by_n=None,
  per_weight=None,
  sparsity_distribution='uniform',
  prune_frozen_weights=False,
  whole_output_channels=False,
  **kwargs,
):
  """Makes a Keras layer or model prune its weights of low magnitude in training.

  Works with the Keras of the object it is given: Keras 3, `tf_keras` or
  `tf.keras`. The result shares its layers and variables with `to_prune`:
  pre-trained weights are kept, and training one trains the other. A subclassed
  model, which cannot be cloned, is pruned in place and returned itself.

  ```python
  pruned_model = tfmot.sparsity.keras.prune_low_magnitude(
    model, tfmot.sparsity.keras.PolynomialDecay(0.0, 0.8, 0, 1000)
  )
  pruned_model.compile('adam', 'mse')
  pruned_model.fit(x, y, callbacks=[tfmot.sparsity.keras.UpdatePruningStep()])
  small_model = tfmot.sparsity.keras.strip_pruning(pruned_model)
  ```

  Args:
    to_prune: a Keras layer, a list of layers, or a model, in which nested models
      are pruned too. A subclassed model must be built.
    pruning_schedule: a `PruningSchedule`; when to prune, to which sparsity.
    block_size: two ints (height, width). Zeros come in such blocks in the plane
      of the last two axes of a weight: (inputs, outputs) of a matrix, (input,
      output channels) at each position of a convolution kernel.
    block_pooling_type: 'AVG' or 'MAX': how a block is pooled to one number.
    pruning_policy: a `PruningPolicy` that chooses layers; for models only.
    sparsity_m_by_n: two ints (m, n): m zeros in every n consecutive weights
      along the last axis but one, the inputs. The pattern fixes the sparsity;
      the schedule says when masks are updated. None for no such pattern.
    per_weight: dict that decides on single weights of built layers. A key is a
      regular expression for a whole path such as 'encoder/dense/kernel', or a
      function from a path to a bool; a value is a dict of arguments of this
      function that replace the others', or None for weights not to be pruned.
      The first key that matches counts; weights that none matches are pruned as
      if it were not there. `{'head/.*': None, '.*/kernel': {'block_size': (1,
      16)}}`.
    sparsity_distribution: 'uniform': every weight gets the sparsity of the
      schedule. 'erk': larger weights get more, by their shapes. 'global': one
      ranking of all weights, which needs a copy of them during an update. With
      both the sparsity of the model is that of the schedule.
    prune_frozen_weights: bool, prune weights also while they are not trainable.
      Otherwise they are left bit for bit.
    whole_output_channels: bool, prune whole output channels: units of a Dense
      layer, filters of a convolution, ranked by `block_pooling_type`. The
      schedule's sparsity is the fraction of channels. Not with `block_size` or
      `sparsity_m_by_n`, nor with 'global'.
    **kwargs: arguments of a Keras layer; for a layer only.

  Returns:
    A wrapper layer, a list of them, a new uncompiled model, or `to_prune` if it
    is a subclassed model.

  Raises:
    ValueError: `to_prune` is none of these, an argument is wrong, a pattern
      matches no weight, or it is undecided which weights of a layer to prune.
      Nothing is changed then.

  Source: Zhu and Gupta, To prune, or not to prune,
  https://arxiv.org/abs/1710.01878.
  """
  settings = pruning_settings.make_settings(
    pruning_schedule,
    block_size,
    block_pooling_type,
    sparsity_m_by_n,
    sparsity_distribution,
    prune_frozen_weights,
    whole_output_channels,
  )
  if isinstance(to_prune, list):
    for layer in to_prune:
      _check_list_element(layer)
    chosen = _chosen_in_layers(to_prune, per_weight, settings)
    return [_prune_list_element(layer, settings, chosen) for layer in to_prune]

  adapter = compat.adapter_of(to_prune)
  if adapter is not None and adapter.is_model(to_prune):
    if not adapter.has_layer_graph(to_prune):
      return pruned_in_place.prune_in_place(
        adapter, to_prune, pruning_policy, per_weight, settings
      )
    return _prune_model(adapter, to_prune, pruning_policy, per_weight, settings)
  if adapter is not None:
    chosen = _chosen_in_layers([to_prune], per_weight, settings)
    return _wrap(to_prune, settings, chosen, **kwargs)
  raise ValueError(
    '`to_prune` must be a Keras layer, a list of layers, or a Sequential or '
    'functional model, of {}. Received: to_prune={}. Make it with the Keras '
    'that you import.'.format(
      ' or '.join(a.description for a in compat.loaded_adapters())
      or 'Keras (none is imported yet)',
      compat.describe_object(to_prune),
    )
  )


@contextlib.contextmanager
def prune_scope():
  """Lets Keras load files that contain pruned layers.

  ```python
  with tfmot.sparsity.keras.prune_scope():
    pruned_model = keras.models.load_model('pruned.keras')
  ```

  Returns:
    A context manager; it serves every Keras that the process has imported.
  """
  with contextlib.ExitStack() as scopes:
    for adapter in compat.loaded_adapters() or [compat.default_adapter()]:
      cls = pruning_wrapper.flavored_class(adapter)
      scopes.enter_context(
        adapter.custom_object_scope({'PruneLowMagnitude': cls})
      )
    yield


def strip_pruning(model):
  """Returns the model without wrappers, masks and counters, for deployment.

  The masks are applied a last time, so the zeros are exact. The result shares
  its layers and variables with `model`, has the original layer names, is not
  compiled, and once saved loads without this library. A layer of Keras that holds
  a wrapper, such as `TimeDistributed(prune_low_magnitude(layer))`, is shared too
  and holds the plain layer afterwards: do not train `model` any further. Wrappers
  in attributes of your own classes stay, with a warning.

  Args:
    model: a model made by `prune_low_magnitude`.

  Returns:
    A new model of the class Sequential or functional; for a model that was pruned
    in place, `model` itself.

  Raises:
    ValueError: `model` is no such model.
  """
  adapter = compat.adapter_of(model)
  if adapter is None or not adapter.is_model(model):
    raise ValueError(
      '`model` must be a Keras model. Received: {}. To unwrap a single layer '
      'use its attribute `layer`.'.format(compat.describe_object(model)),
      model,
    )
  for layer in model_walk.find_layers(
    adapter, model, pruning_wrapper.PruneLowMagnitude
  ):
    if layer.built:
      layer.pruning_obj.keep_zeros()
  if not adapter.has_layer_graph(model):
    pruned_in_place.strip_in_place(adapter, model)
  return wrapper_removal.remove_wrappers(adapter, model)


def _check_list_element(layer):
  adapter = compat.adapter_of(layer)
  if adapter is None or adapter.is_model(layer):
    raise ValueError(
      'Every element of the list `to_prune` must be a Keras layer. Received: '
      '{}. Prune a nested model by itself first.'.format(
        compat.describe_object(layer)
      )
    )
  if not _is_wrapped(layer) and not adapter.is_input_layer(layer):
    prune_registry.check_is_supported(layer)


def _chosen_in_layers(layers, per_weight, settings):
  """What `per_weight` says of weights in layers without a common model."""
  if per_weight is None:
    return {}
  found = []
  for layer in layers:
    adapter = compat.adapter_of(layer)
    found.extend(
      weight._replace(path='{}/{}'.format(layer.name, weight.path))
      for weight in model_walk.weights_by_path(adapter, layer)
    )
  return weight_choice.settings_by_weight(found, per_weight, settings)


def _prune_list_element(layer, settings, chosen):
  if _is_wrapped(layer):
    return layer
  if compat.adapter_of(layer).is_input_layer(layer):
    return type(layer).from_config(layer.get_config())
  return _wrap(layer, settings, chosen)


def _wrap(layer, settings, chosen, **kwargs):
  """A wrapper of `layer`; `chosen` is a result of `settings_by_weight`."""
  weight_settings = []
  if chosen:
    weights = model_walk.weights_by_path(compat.adapter_of(layer), layer)
    weight_settings = [
      (i, chosen[id(found.weight)])
      for i, found in enumerate(weights)
      if id(found.weight) in chosen
    ]
  return pruning_wrapper.PruneLowMagnitude(
    layer, weight_settings=weight_settings, **dict(settings.arguments, **kwargs)
  )


def _prune_model(adapter, model, policy, per_weight, settings):
  if policy is not None:
    policy.ensure_model_supports_pruning(model)

  def is_wanted(layer):
    if _is_wrapped(layer):
      return False
    if policy is not None and not policy.allow_pruning(layer):
      return False
    return not prune_registry.is_never_wrapped(layer)

  leaves = [
    layer
    for layer in model_walk.leaf_layers(adapter, model)
    if is_wanted(layer)
  ]
  chosen = {}
  if per_weight is not None:
    allowed_ids = {
      id(found.weight)
      for layer in leaves
      for found in model_walk.weights_by_path(adapter, layer)
    }
    layer_weights = [
      found
      for found in model_walk.weights_by_path(adapter, model)
      if id(found.weight) in allowed_ids
    ]
    chosen = weight_choice.settings_by_weight(
      layer_weights, per_weight, settings
    )
  # First every check, then the first change: making a wrapper changes nothing
  # in its layer, building it does.
  wrappers = {id(layer): _wrap(layer, settings, chosen) for layer in leaves}
  return model_walk.replace_layers(
    adapter, model, lambda layer: wrappers.get(id(layer), layer)
  )


def _is_wrapped(layer):
  return isinstance(layer, pruning_wrapper.PruneLowMagnitude)
