# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prunes a trained model at once, without data and without training."""

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import model_copy
from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.sparsity import mask as mask_lib
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruned_weights,
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
):
  """Makes a pruned copy of a trained model, without data and without training.

  The weights of lowest magnitude become zero, in exactly the number that is
  asked for. Nothing is compensated: measure the accuracy afterwards, and train
  with `prune_low_magnitude` where it has suffered.

  ```python
  sparse_model = tfmot.sparsity.keras.prune_now(model, 0.5)
  tfmot.sparsity.keras.sparsity_report(
    sparse_model, verify=True, sparsity=0.5
  )
  sparse_model.save('sparse.keras')
  ```

  Args:
    model: a built Sequential or functional model, compiled or not, with nested
      ones in it. It is left as it is. Pruning wrappers in it are left out of the
      copy.
    sparsity: fraction of the weights, or of the blocks, of each layer to prune,
      in [0, 1). May be left out with `sparsity_m_by_n`.
    block_size: two ints (height, width). Zeros come in such blocks in the plane
      of the last two axes of a weight.
    block_pooling_type: 'AVG' or 'MAX': how a block is pooled to one number.
    pruning_policy: a `PruningPolicy` that chooses layers.
    sparsity_m_by_n: two ints (m, n): m zeros in every n consecutive weights
      along the last axis but one, the inputs. None for no such pattern.

  Returns:
    A new uncompiled model of the same layers, without wrappers, that shares no
    variable with `model`. Weights that are not trainable are copied unpruned.

  Raises:
    ValueError: `model` is no such model, an argument is wrong, it is undecided
      which weights of a layer to prune, a weight cannot have the blocks or the
      pattern, or a layer cannot be copied because its config is incomplete.

  Source: Han et al., Learning both Weights and Connections for Efficient Neural
  Networks, https://arxiv.org/abs/1506.02626, without the training afterwards.
  """
  adapter = _checked_adapter(model)
  structure = structure_lib.from_arguments(
    block_size, block_pooling_type, sparsity_m_by_n
  )
  if isinstance(structure, structure_lib.MByN):
    sparsity = structure.m / structure.n
  elif sparsity is None:
    raise ValueError(
      '`sparsity` or `sparsity_m_by_n` must be given. Received: sparsity=None, '
      'sparsity_m_by_n=None. Pass for example sparsity=0.5.'
    )
  sparsity = structure_lib.check_sparsity(sparsity)
  if pruning_policy is not None:
    pruning_policy.ensure_model_supports_pruning(model)

  chosen = _chosen_layers(adapter, model, pruning_policy)
  _check_shapes(chosen, structure)
  copy, copies = model_copy.copy_model(adapter, model, pruned_weights.unwrapped)
  for layer in chosen:
    for weight in _trainable_prunable_weights(copies[id(layer)]):
      _prune(adapter, adapter.tf_variable(weight), sparsity, structure)
  return copy


def _checked_adapter(model):
  adapter = compat.adapter_of(model)
  if (
    adapter is None
    or not adapter.is_model(model)
    or not adapter.has_layer_graph(model)
  ):
    raise ValueError(
      '`model` must be a Sequential or functional model. Received: model={}. '
      'Prune a subclassed model while it is trained, with prune_low_magnitude '
      'on its layers.'.format(compat.describe_object(model))
    )
  compat.check_is_built(model)
  return adapter


def _chosen_layers(adapter, model, policy):
  """The user's layers with weights to prune; every one is decided."""
  chosen = []
  for layer in model_walk.leaf_layers(adapter, model):
    layer = pruned_weights.unwrapped(layer)
    if policy is not None and not policy.allow_pruning(layer):
      continue
    if prune_registry.is_never_wrapped(layer):
      continue
    prune_registry.check_is_supported(layer)
    chosen.append(layer)
  return chosen


def _trainable_prunable_weights(layer):
  trainable_ids = {id(weight) for weight in layer.trainable_weights}
  return [
    weight
    for weight in prune_registry.prunable_weights(layer)
    if id(weight) in trainable_ids
  ]


def _check_shapes(layers, structure):
  """Raises ValueError if a weight to prune cannot have the structure."""
  for layer in layers:
    for weight in _trainable_prunable_weights(layer):
      shape = tuple(tf.TensorShape(weight.shape).as_list())
      problem = structure.problem_with_shape(shape)
      if problem:
        raise ValueError(
          'Cannot prune the weight {!r} of the layer {!r}: {}. Received: shape='
          '{}, structure={}. Leave this layer out with a `pruning_policy`.'.format(
            weight.name, layer.name, problem, shape, structure
          )
        )


def _prune(adapter, weight, sparsity, structure):
  def zero():
    mask, _ = mask_lib.compute_mask(weight, sparsity, structure)
    weight.assign(tf.where(mask, weight, tf.zeros_like(weight)))
    return [tf.constant(True)]

  adapter.function(zero)()
