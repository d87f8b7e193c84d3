# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning of subclassed models, which cannot be cloned with wrapped layers.

The model keeps its layers. A weight is pruned by its mask in the `PruningState`
of the model and by the constraint that keeps the zeros; the forward pass is left
as it is.
"""

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import flavored
from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_impl,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  weight_choice,
)

__all__ = ['PruningState', 'prune_in_place', 'strip_in_place']

# The attribute of a model that holds its PruningState.
ATTRIBUTE = 'pruning_state'


class PruningState(object):
  """The masks, thresholds and step counter of a model pruned in place.

  A layer that no other layer calls: Keras saves, restores and replicates its
  variables with the model's.

  Args:
    adapter: the Keras of the model.
    name: the layer's name.

  Attributes:
    weight_prunings: list of `WeightPruning`.
    pruning_vars: list of (weight, mask, threshold).
    pruning_step: int64 variable, the optimizer updates so far, -1 before
      training has begun.
  """

  def __new__(cls, adapter, name):
    bases = (adapter.keras.layers.Layer,)
    real_class = flavored.with_keras_bases(cls, bases)
    make = super(PruningState, real_class).__new__
    return (
      make(real_class) if make is object.__new__ else make(real_class, name)
    )

  def __init__(self, adapter, name):
    super().__init__(name=name, trainable=False)
    object.__setattr__(self, 'adapter', adapter)
    object.__setattr__(self, 'weight_prunings', [])
    object.__setattr__(self, 'pruning_vars', [])
    object.__setattr__(self, '_is_driven', False)
    object.__setattr__(self, '_refused_training', False)

  def add_masks(self, owner, chosen):
    """Adds the variables for weights of `owner` and keeps zeros from now.

    Args:
      owner: the model.
      chosen: list of (`LayerWeight`, `PruningSettings`).
    """
    weight_prunings = [
      pruning_impl.WeightPruning(
        found.path, owner, self._add_mask(i, found.weight), settings
      )
      for i, (found, settings) in enumerate(chosen)
    ]
    self.pruning_step = self.adapter.add_variable(
      self,
      'pruning_step',
      (),
      'int64',
      self.adapter.keras.initializers.Constant(pruning_wrapper.NOT_STARTED),
    )
    self.built = True
    for name, value in (
      ('weight_prunings', weight_prunings),
      ('pruning_vars', [pruning.variables for pruning in weight_prunings]),
      ('pruning_obj', pruning_impl.Pruning(weight_prunings, self.adapter)),
    ):
      object.__setattr__(self, name, value)

  def _add_mask(self, i, weight):
    mask = self.adapter.add_variable(
      self, 'mask_{}'.format(i), tuple(weight.shape), 'bool', 'ones'
    )
    threshold = self.adapter.add_variable(
      self,
      'threshold_{}'.format(i),
      (),
      self.adapter.storage_dtype(weight),
      'zeros',
    )
    setattr(self, 'mask_{}'.format(i), mask)
    setattr(self, 'threshold_{}'.format(i), threshold)
    self.adapter.set_constraint(
      weight,
      pruning_impl.KeepZeros(
        mask, self.adapter.constraint(weight), self._check_is_driven
      ),
    )
    return pruning_impl.PrunedWeight(weight, mask, threshold)

  def start(self):
    """Tells that something updates the masks from now on; see the wrapper's."""
    had_refused = self._refused_training
    object.__setattr__(self, '_is_driven', True)
    object.__setattr__(self, '_refused_training', False)
    return had_refused

  def _check_is_driven(self):
    """Refuses a training step that nothing drives.

    Returns:
      Operations that check it when the step runs, where it is built before the
      callbacks are told. Else an empty list.

    Raises:
      tf.errors.InvalidArgumentError: when the step is traced or runs eagerly.
    """
    if self.adapter.makes_step_before_callbacks():
      return [pruning_wrapper.assert_is_started(self)]
    if not self._is_driven:
      object.__setattr__(self, '_refused_training', True)
      # The trace is broken off inside the optimizer, which may by now hold
      # variables that were never initialized.
      raise pruning_wrapper.not_driven_error(
        self.name, ' Compile the model again before you go on.'
      )
    return []

  def call(self, inputs):
    """Not part of the model's forward pass."""
    return inputs


def prune_in_place(adapter, model, policy, per_weight, settings):
  """Prunes a subclassed model and returns it. See `prune_low_magnitude`.

  Raises:
    ValueError: the model is not built or pruned already, or an argument is wrong.
      Nothing is changed then.
  """
  if getattr(model, ATTRIBUTE, None) is not None:
    raise ValueError(
      '`to_prune` is pruned already. Received: to_prune={} {!r}. Call '
      'strip_pruning(model) first to prune it in another way.'.format(
        compat.describe_object(model), model.name
      )
    )
  layer_weights = model_walk.weights_by_path(
    adapter, model, pruning_wrapper.PruneLowMagnitude
  )
  if not layer_weights or not adapter.is_fully_built(model):
    raise ValueError(
      '`to_prune` is a subclassed model that is not built, so its weights are '
      'not known. Received: to_prune={} {!r}. Call it on a batch of inputs '
      'first.'.format(compat.describe_object(model), model.name)
    )
  if policy is not None:
    policy.ensure_model_supports_pruning(model)
    layer_weights = [
      found for found in layer_weights if policy.allow_pruning(found.layer)
    ]
  by_user = weight_choice.settings_by_weight(
    layer_weights, per_weight, settings
  )
  decided = [
    found.weight
    for found in model_walk.weights_by_path(adapter, model)
    if id(found.weight) in by_user
  ]
  prune_registry.check_is_supported(model, decided)
  by_default = {id(weight) for weight in prune_registry.prunable_weights(model)}
  chosen = []
  for found in layer_weights:
    default = settings if id(found.weight) in by_default else None
    of_weight = by_user.get(id(found.weight), default)
    if of_weight is not None:
      pruning_wrapper.check_shape(found, of_weight.structure)
      chosen.append((found, of_weight))

  state = PruningState(adapter, 'pruning_state')
  state.add_masks(model, chosen)
  adapter.attach_layer(model, ATTRIBUTE, state)
  # A training step that is compiled already knows nothing of the constraints.
  adapter.rebuild_train_function(model)
  return model


def strip_in_place(adapter, model):
  """Zeroes what the masks prune and takes them off. See `strip_pruning`."""
  for owner in adapter.all_sublayers(model):
    state = vars(owner).get(ATTRIBUTE)
    if not isinstance(state, PruningState):
      continue
    state.pruning_obj.keep_zeros()
    for variables in state.pruning_vars:
      adapter.set_constraint(
        variables.weight, adapter.constraint(variables.weight).inner
      )
    adapter.detach_layer(owner, ATTRIBUTE)
  adapter.rebuild_train_function(model)
  return model
