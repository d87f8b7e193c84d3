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
from tensorflow_model_optimization.python.core.sparsity.keras import mask_owner
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  weight_choice,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  weight_structure,
)

__all__ = ['PruningState', 'prune_in_place', 'strip_in_place']

# The attribute of a model that holds its PruningState.
ATTRIBUTE = 'pruning_state'


class PruningState(mask_owner.MaskOwner):
  """The masks, thresholds and step counter of a model pruned in place.

  A layer that no other layer calls: Keras saves, restores and replicates its
  variables with the model's.

  Args:
    adapter: the Keras of the model.
    name: the layer's name.
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
    self.init_masks()

  def prune(self, owner, chosen):
    """Prunes weights of `owner`, (`LayerWeight`, `PruningSettings`) each."""
    self.add_masks(
      owner,
      [
        (found, settings, '_{}'.format(i))
        for i, (found, settings) in enumerate(chosen)
      ],
      self._check_is_driven,
    )
    self.built = True

  def _check_is_driven(self):
    """Refuses a training step that nothing drives.

    Returns:
      Operations that check it when the step runs, where it is built before the
      callbacks are told. Else an empty list.

    Raises:
      tf.errors.InvalidArgumentError: when the step is traced or runs eagerly.
    """
    if self.adapter.makes_step_before_callbacks():
      return [mask_owner.assert_is_started(self)]
    if not self.is_driven:
      # The trace is broken off inside the optimizer, which may by now hold
      # variables that were never initialized.
      self.refuse_training(' Compile the model again before you go on.')
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
    raise compat.unbuilt_subclass_error(model, 'to_prune')
  if policy is not None:
    policy.ensure_model_supports_pruning(model)
    layer_weights = [
      found for found in layer_weights if policy.allow_pruning(found.layer)
    ]
  by_user = weight_choice.settings_by_weight(
    layer_weights, per_weight, settings
  )
  decided = [
    found.weight for found in layer_weights if id(found.weight) in by_user
  ]
  prune_registry.check_is_supported(model, decided)
  by_default = {id(weight) for weight in prune_registry.prunable_weights(model)}
  chosen = []
  for found in layer_weights:
    default = settings if id(found.weight) in by_default else None
    of_weight = by_user.get(id(found.weight), default)
    if of_weight is not None:
      of_weight = weight_structure.fitted_settings(found, of_weight)
      chosen.append((found, of_weight))

  state = PruningState(adapter, 'pruning_state')
  state.prune(model, chosen)
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
