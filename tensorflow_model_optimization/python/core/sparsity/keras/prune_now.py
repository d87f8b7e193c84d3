# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prunes a trained model at once, without data and without training."""

import collections

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import model_copy
from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.sparsity import mask as mask_lib
from tensorflow_model_optimization.python.core.sparsity import pruning_settings
from tensorflow_model_optimization.python.core.sparsity import (
  sparsity_distribution as distribution_lib,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruned_weights,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_impl,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  weight_choice,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  weight_structure,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['prune_now']


def prune_now(
  model,
  sparsity=None,
  block_size=(1, 1),
  block_pooling_type='AVG',
  pruning_policy=None,
  sparsity_m_by_n=None,
  per_weight=None,
  sparsity_distribution='uniform',
  prune_frozen_weights=False,
  whole_output_channels=False,
):
  """Prunes a trained model at once, without data and without training.

  The weights of lowest magnitude become zero, in exactly the number that is
  asked for. Nothing is compensated: measure the accuracy afterwards, and train
  with `prune_low_magnitude` where it has suffered. The result is a copy, but a
  subclassed model, which cannot be copied, is pruned in place.

  ```python
  sparse_model = tfmot.sparsity.keras.prune_now(model, 0.5)
  tfmot.sparsity.keras.sparsity_report(
    sparse_model, verify=True, sparsity=0.5
  )
  sparse_model.save('sparse.keras')
  ```

  Args:
    model: a built model, compiled or not. A Sequential or functional model is
      left as it is, and pruning wrappers in it are left out of the copy.
    sparsity: fraction of the weights, blocks or channels to prune, in [0, 1).
      May be left out with `sparsity_m_by_n`, or if `per_weight` says it.
    block_size: two ints (height, width). Zeros come in such blocks in the plane
      of the last two axes of a weight.
    block_pooling_type: 'AVG' or 'MAX': how a block is pooled to one number.
    pruning_policy: a `PruningPolicy` that chooses layers.
    sparsity_m_by_n: two ints (m, n): m zeros in every n consecutive weights
      along the last axis but one, the inputs. None for no such pattern.
    per_weight: dict from a pattern for paths to a dict of arguments of this
      function that replace the others', or None for weights not to be pruned; as
      in `prune_low_magnitude`. `{'head/.*': None, '.*/a/kernel': {'sparsity':
      0.9}}`.
    sparsity_distribution: 'uniform': every weight gets `sparsity`. 'erk': larger
      weights get more, by their shapes. 'global': one ranking of all weights,
      which needs a copy of them. With both the model gets `sparsity`.
    prune_frozen_weights: bool, prune weights also if they are not trainable.
    whole_output_channels: bool, prune whole output channels, as in
      `prune_low_magnitude`.

  Returns:
    A new uncompiled model of the same layers, without wrappers, that shares no
    variable with `model`; for a subclassed model, `model` itself.

  Raises:
    ValueError: `model` is no such model, an argument is wrong, a pattern matches
      no weight, it is undecided which weights of a layer to prune, a weight
      cannot have the structure, or a layer cannot be copied because its config
      is incomplete. Nothing is changed then.

  Source: Han et al., Learning both Weights and Connections for Efficient Neural
  Networks, https://arxiv.org/abs/1506.02626, without the training afterwards.
  """
  settings = pruning_settings.make_one_shot_settings(
    sparsity,
    block_size,
    block_pooling_type,
    sparsity_m_by_n,
    sparsity_distribution,
    prune_frozen_weights,
    whole_output_channels,
  )
  adapter = _checked_adapter(model)
  if pruning_policy is not None:
    pruning_policy.ensure_model_supports_pruning(model)
  is_copied = adapter.has_layer_graph(model)
  if is_copied:
    roots = _layers_to_prune(adapter, model, pruning_policy)
  else:
    roots = [model]
  chosen = _choose_weights(
    adapter, model, roots, pruning_policy, per_weight, settings
  )
  if is_copied:
    model, copies = model_copy.copy_model(
      adapter, model, pruned_weights.unwrapped
    )
    chosen = _in_copies(adapter, chosen, copies)
  _prune(adapter, chosen)
  return model


class _ChosenWeight(
  collections.namedtuple('_ChosenWeight', 'found root index settings')
):
  """A weight to prune.

  Attributes:
    found: its `LayerWeight`.
    root: the layer of the model that it is in, or the subclassed model.
    index: its place among the weights of `root`.
    settings: its `OneShotSettings`.
  """


def _checked_adapter(model):
  adapter = compat.adapter_of(model)
  if adapter is None or not adapter.is_model(model):
    raise ValueError(
      '`model` must be a Keras model. Received: model={}. Put a single layer '
      'into a Sequential model.'.format(compat.describe_object(model))
    )
  compat.check_is_built(model)
  if adapter.has_layer_graph(model):
    return adapter
  if not adapter.is_fully_built(model):
    raise compat.unbuilt_subclass_error(model, 'model')
  if pruned_weights.find_mask_owners(adapter, model):
    raise ValueError(
      '`model` is a subclassed model that is being pruned. Received: model={} '
      '{!r}. Call strip_pruning(model) first.'.format(
        compat.describe_object(model), model.name
      )
    )
  return adapter


def _layers_to_prune(adapter, model, policy):
  """The user's layers that a policy and their kinds allow to prune."""
  layers = [
    pruned_weights.unwrapped(layer)
    for layer in model_walk.leaf_layers(adapter, model)
  ]
  return [
    layer
    for layer in layers
    if (policy is None or policy.allow_pruning(layer))
    and not prune_registry.is_never_wrapped(layer)
  ]


def _choose_weights(adapter, model, roots, policy, per_weight, settings):
  """The weights to prune; every layer is decided, every argument checked.

  Returns:
    List of `_ChosenWeight`.
  """
  weights_of_root = [model_walk.weights_by_path(adapter, r) for r in roots]
  candidate_ids = {id(f.weight) for found in weights_of_root for f in found}
  candidates = [
    found
    for found in model_walk.weights_by_path(
      adapter, model, pruned_weights.WRAPPER
    )
    if id(found.weight) in candidate_ids
    and (
      policy is None or roots != [model] or policy.allow_pruning(found.layer)
    )
  ]
  by_user = weight_choice.settings_by_weight(candidates, per_weight, settings)
  found_by_id = {id(found.weight): found for found in candidates}
  chosen, seen = [], set()
  for root, found_in_root in zip(roots, weights_of_root):
    prune_registry.check_is_supported(
      root, [f.weight for f in found_in_root if id(f.weight) in by_user]
    )
    default_ids = {id(w) for w in prune_registry.prunable_weights(root)}
    trainable_ids = {id(weight) for weight in root.trainable_weights}
    for i, (_, _, weight) in enumerate(found_in_root):
      if id(weight) in seen or id(weight) not in found_by_id:
        continue
      seen.add(id(weight))
      default = settings if id(weight) in default_ids else None
      of_weight = by_user.get(id(weight), default)
      if of_weight is None or not (
        of_weight.prune_frozen_weights or id(weight) in trainable_ids
      ):
        continue
      found = found_by_id[id(weight)]
      _check_is_asked(found, of_weight)
      of_weight = weight_structure.fitted_settings(found, of_weight)
      chosen.append(_ChosenWeight(found, root, i, of_weight))
  return chosen


def _check_is_asked(found, settings):
  if settings.sparsity is None:
    raise ValueError(
      '`sparsity` or `sparsity_m_by_n` must be given for the weight {!r}. '
      'Received: sparsity=None, sparsity_m_by_n=None. Pass for example sparsity='
      "0.5, or per_weight={{'.*': None}} as its last entry.".format(found.path)
    )


def _in_copies(adapter, chosen, copies):
  """The same weights in the copies, by the id of the copied layer."""
  weights_of_copy = {
    id(weight.root): model_walk.weights_by_path(
      adapter, copies[id(weight.root)]
    )
    for weight in chosen
  }
  return [
    weight._replace(
      found=weight.found._replace(
        weight=weights_of_copy[id(weight.root)][weight.index].weight
      )
    )
    for weight in chosen
  ]


def _prune(adapter, chosen):
  """Zeroes what the settings of the `_ChosenWeight`s prune."""
  parts = distribution_lib.share_out(
    [weight.settings.sparsity_distribution for weight in chosen],
    [weight.settings.sparsity for weight in chosen],
    [weight.found.shape for weight in chosen],
  )
  for indices, sparsity in parts:
    part = [chosen[i] for i in indices]
    kept = _prune_together(adapter, part, sparsity)
    for weight, number in zip(part, kept):
      found = weight.found
      pruning_impl.warn_if_collapsed(found.path, found.shape, number)


def _prune_together(adapter, part, sparsity):
  """Prunes weights of one ranking; returns how many each keeps."""
  variables = [adapter.tf_variable(weight.found.weight) for weight in part]
  settings = part[0].settings

  def zero():
    masks, _, _ = mask_lib.compute_masks(
      variables,
      sparsity,
      settings.structure,
      settings.sparsity_distribution == 'global',
    )
    for variable, mask in zip(variables, masks):
      variable.assign(tf.where(mask, variable, tf.zeros_like(variable)))
    return [tf.math.count_nonzero(mask) for mask in masks]

  return adapter.function(zero)()
