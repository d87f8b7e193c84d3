# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""A layer that owns the masks of weights, whether it wraps them or not."""

from tensorflow_model_optimization.python.core.sparsity.keras import keep_zeros
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_impl,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['NOT_STARTED', 'MaskOwner', 'assert_is_started', 'not_driven_error']

# The value of `pruning_step` before training has begun.
NOT_STARTED = -1


class MaskOwner(object):
  """Mixed into a Keras layer that has an attribute `adapter`, its Keras.

  Attributes:
    weight_prunings: list of `WeightPruning`, empty before `add_masks`.
    pruning_vars: list of (weight, mask, threshold), likewise.
    prunable_weights: the weights, after `add_masks`.
    pruning_step: int64 variable, the optimizer updates so far, -1 before
      training has begun; after `add_masks`.
    pruning_obj: the `Pruning` of these weights, after `add_masks`.
  """

  def init_masks(self):
    """Prepares the attributes; to be called by `__init__`."""
    # Plain attributes of Keras layers are tracked as state; these are views.
    object.__setattr__(self, 'weight_prunings', [])
    object.__setattr__(self, 'pruning_vars', [])
    object.__setattr__(self, 'is_driven', False)
    object.__setattr__(self, '_refused_training', False)

  def add_masks(self, owner, chosen, check=None):
    """Adds masks, thresholds and the step counter, and keeps zeros from now.

    Args:
      owner: the layer in whose `trainable_weights` the weights are.
      chosen: list of (`LayerWeight`, `PruningSettings`, suffix of the names of
        its variables).
      check: see `KeepZeros`.
    """
    weight_prunings = [
      pruning_impl.WeightPruning(
        found.path, owner, self._add_mask(found.weight, suffix, check), settings
      )
      for found, settings, suffix in chosen
    ]
    self.pruning_step = self.adapter.add_variable(
      self,
      'pruning_step',
      (),
      'int64',
      self.adapter.keras.initializers.Constant(NOT_STARTED),
    )
    pruning_vars = [pruning.variables for pruning in weight_prunings]
    for name, value in (
      ('weight_prunings', weight_prunings),
      ('pruning_vars', pruning_vars),
      ('prunable_weights', [variables.weight for variables in pruning_vars]),
      ('pruning_obj', pruning_impl.Pruning(weight_prunings, self.adapter)),
    ):
      object.__setattr__(self, name, value)

  def _add_mask(self, weight, suffix, check):
    mask = self.adapter.add_variable(
      self, 'mask' + suffix, tuple(weight.shape), 'bool', 'ones'
    )
    threshold = self.adapter.add_variable(
      self,
      'threshold' + suffix,
      (),
      self.adapter.storage_dtype(weight),
      'zeros',
    )
    # TensorFlow's checkpoints of a Keras 3 layer hold its attributes only.
    setattr(self, 'mask' + suffix, mask)
    setattr(self, 'threshold' + suffix, threshold)
    self.adapter.set_constraint(
      weight,
      keep_zeros.KeepZeros(
        mask,
        self.adapter.constraint(weight),
        check,
        self.adapter.tf_variable,
      ),
    )
    return pruning_impl.PrunedWeight(weight, mask, threshold)

  def start(self):
    """Tells the layer that something updates its masks from now on."""
    object.__setattr__(self, 'is_driven', True)

  def take_refusal(self):
    """Whether the layer has refused to be trained since this was last asked.

    A training step whose tracing failed for this reason must be traced anew.
    """
    had_refused = self._refused_training
    object.__setattr__(self, '_refused_training', False)
    return had_refused

  def refuse_training(self, more_remedy=''):
    """Raises the error of a training in which nothing updates the masks."""
    object.__setattr__(self, '_refused_training', True)
    raise not_driven_error(self.name, more_remedy)


def not_driven_error(name, more_remedy=''):
  """The error of a training in which nothing updates the masks of a layer."""
  return tf.errors.InvalidArgumentError(
    None, None, _not_driven_message(name) + more_remedy
  )


def assert_is_started(layer, training=True):
  """An operation that fails if nothing drives `layer` when `training` is true."""
  step = layer.adapter.tf_variable(layer.pruning_step)
  return tf.debugging.Assert(
    tf.logical_or(
      step > NOT_STARTED, tf.logical_not(tf.cast(training, tf.bool))
    ),
    [_not_driven_message(layer.name)],
  )


def _not_driven_message(name):
  return (
    'The layer {!r} is pruned, but nothing updates its masks in this training. '
    'Add tfmot.sparsity.keras.UpdatePruningStep() to the `callbacks` of `fit`; '
    'with `train_on_batch` or a loop of your own, call its `set_model(model)` '
    'and `on_train_begin()` first and its `on_train_batch_begin(batch)` before '
    'each batch.'.format(name)
  )
