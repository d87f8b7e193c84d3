# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The wrapper layer that prunes the weights of one layer."""

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import flavored
from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.keras import weight_wrapper
from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as schedule_lib,
)
from tensorflow_model_optimization.python.core.sparsity import pruning_settings
from tensorflow_model_optimization.python.core.sparsity.keras import mask_owner
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  weight_structure,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['PruneLowMagnitude', 'flavored_class']


class PruneLowMagnitude(weight_wrapper.WeightWrapper, mask_owner.MaskOwner):
  """Wraps a layer so that its weights of low magnitude are pruned in training.

  Made by `prune_low_magnitude`. It adds, per pruned weight, a bool mask and a
  scalar threshold, and one step counter. The masks are updated by the callback
  `UpdatePruningStep`, outside the compiled training step; the zeros are kept
  inside it, by a constraint on the weight. Calling the layer does no extra work.

  Args:
    layer: the Keras layer to prune.
    pruning_schedule: a `PruningSchedule`.
    block_size: two ints (height, width); zeros come in such blocks in the plane
      of the last two axes of a weight.
    block_pooling_type: 'AVG' or 'MAX', how a block is pooled before ranking.
    sparsity_m_by_n: two ints (m, n), m zeros in every n consecutive weights
      along the last axis but one; or None.
    sparsity_distribution: 'uniform', 'erk' or 'global'.
    prune_frozen_weights: bool, prune weights also while they are not trainable.
    weight_settings: None, or list of (index, settings): for single weights, by
      their index in `layer`, the `PruningSettings` that replace those above, or
      None for a weight not to be pruned.
    whole_output_channels: bool, prune whole output channels.
    **kwargs: arguments of a Keras layer.

  Attributes:
    pruning_vars: list of (weight, mask, threshold), empty before `build`.
    weight_prunings: list of `WeightPruning`, the same with paths and settings.
    prunable_weights: the weights of `layer` that are pruned, after `build`.
    pruning_step: int64 variable, the optimizer updates so far, -1 before
      training has begun; after `build`.

  Raises:
    ValueError: an argument is wrong, or it is undecided which weights of
      `layer` to prune.
  """

  def __init__(
    self,
    layer,
    pruning_schedule=schedule_lib.ConstantSparsity(0.5, 0),
    block_size=(1, 1),
    block_pooling_type='AVG',
    sparsity_m_by_n=None,
    sparsity_distribution='uniform',
    prune_frozen_weights=False,
    weight_settings=None,
    whole_output_channels=False,
    **kwargs,
  ):
    settings = pruning_settings.make_settings(
      pruning_schedule,
      block_size,
      block_pooling_type,
      sparsity_m_by_n,
      sparsity_distribution,
      prune_frozen_weights,
      whole_output_channels,
    )
    weight_settings = dict(weight_settings or [])
    if isinstance(layer, PruneLowMagnitude):
      raise ValueError(
        '`layer` is pruned already. Received: layer={!r}. Wrap the layer '
        'inside it, `layer.layer`, to prune it in another way.'.format(
          layer.name
        )
      )
    adapter = compat.adapter_of(layer)
    prune_registry.check_is_supported(
      layer, decided=_weights_at(adapter, layer, weight_settings)
    )
    if adapter.is_fully_built(layer):
      _choose_weights(adapter, layer, settings, weight_settings)
    kwargs['name'] = 'prune_low_magnitude_' + layer.name
    super().__init__(layer, **kwargs)
    self.pruning_schedule = pruning_schedule
    self.block_size = list(block_size)
    self.block_pooling_type = block_pooling_type
    self.sparsity_m_by_n = tuple(sparsity_m_by_n) if sparsity_m_by_n else None
    self.sparsity_distribution = sparsity_distribution
    self.prune_frozen_weights = bool(prune_frozen_weights)
    self.whole_output_channels = bool(whole_output_channels)
    # Plain attributes of Keras layers are tracked as state; these are not.
    object.__setattr__(self, '_settings', settings)
    object.__setattr__(self, '_weight_settings', weight_settings)
    self.init_masks()

  def create_variables(self):
    """Adds masks, thresholds and the step counter, and keeps zeros from now."""
    chosen = _choose_weights(
      self.adapter, self.layer, self._settings, self._weight_settings
    )
    self.add_masks(
      self.layer,
      [
        (
          found._replace(path='{}/{}'.format(self.layer.name, found.path)),
          settings,
          '' if i == 0 else '_{}'.format(i),
        )
        for i, (found, settings) in enumerate(chosen)
      ],
    )

  def get_prunable_weights(self):
    """Nothing: what is below this wrapper is pruned already."""
    return []

  def call(self, inputs, *args, training=None, **kwargs):
    """Calls the inner layer.

    Raises:
      tf.errors.InvalidArgumentError: in training, when nothing updates the
        masks. The check runs when the training step is traced and costs the
        compiled step nothing.
    """
    is_training = self.adapter.resolve_training(training)
    if (
      is_training is True
      and not self.is_driven
      and not self.adapter.is_exporting()
    ):
      self.refuse_training()
    if tf.is_tensor(is_training):
      # In a TensorFlow 1 graph the answer is known only when it runs.
      check = mask_owner.assert_is_started(self, is_training)
      with tf.control_dependencies([check]):
        inputs = tf.nest.map_structure(tf.identity, inputs)
    return super().call(inputs, *args, training=training, **kwargs)

  def get_config(self):
    """Every constructor argument, serialized."""
    config = super().get_config()
    config.update(
      {
        'pruning_schedule': self.pruning_schedule.get_config(),
        'block_size': list(self.block_size),
        'block_pooling_type': self.block_pooling_type,
        'sparsity_m_by_n': self.sparsity_m_by_n,
        'sparsity_distribution': self.sparsity_distribution,
        'prune_frozen_weights': self.prune_frozen_weights,
        'whole_output_channels': self.whole_output_channels,
        'weight_settings': [
          [i, settings and settings.get_config()]
          for i, settings in sorted(self._weight_settings.items())
        ],
      }
    )
    return config

  @classmethod
  def from_config(cls, config, custom_objects=None):
    """Makes a wrapper from `get_config()`, for a schedule of any known class."""
    if not flavored.is_flavored(cls):
      return _only_flavored_class().from_config(config, custom_objects)
    adapter = compat.adapter_of_class(cls)

    def find_schedule_class(name):
      given = (custom_objects or {}).get(name)
      if given or name in schedule_lib.BUILT_IN:
        return given
      return adapter.custom_object(name)

    config = dict(config)
    config['pruning_schedule'] = schedule_lib.schedule_from_config(
      config['pruning_schedule'], find_schedule_class
    )
    config['weight_settings'] = [
      (i, of_weight and _settings_from_config(of_weight, find_schedule_class))
      for i, of_weight in config.get('weight_settings', [])
    ]
    return super().from_config(config, custom_objects=custom_objects)


def flavored_class(adapter):
  """The class of the wrappers of one Keras, as that Keras deserializes it."""
  return flavored.with_keras_bases(PruneLowMagnitude, adapter.wrapper_bases())


def _only_flavored_class():
  """Without `prune_scope` the Keras to use is clear only if there is one."""
  adapters = compat.loaded_adapters()
  if len(adapters) != 1:
    raise ValueError(
      'A pruned layer is being loaded in a process with {}, and it is not '
      'clear which one it is for. Load it inside `with '
      'tfmot.sparsity.keras.prune_scope():`.'.format(
        ' and '.join(adapter.description for adapter in adapters) or 'no Keras'
      )
    )
  return flavored_class(adapters[0])


def _settings_from_config(config, find_schedule_class):
  schedule = schedule_lib.schedule_from_config(
    config['pruning_schedule'], find_schedule_class
  )
  return pruning_settings.make_settings(
    **dict(config, pruning_schedule=schedule)
  )


def _weights_at(adapter, layer, indices):
  layer_weights = model_walk.weights_by_path(adapter, layer)
  return [found.weight for i, found in enumerate(layer_weights) if i in indices]


def _choose_weights(adapter, layer, settings, weight_settings):
  """The weights of a built layer to prune, each with its settings.

  Args:
    adapter: the Keras of `layer`.
    layer: a built layer.
    settings: `PruningSettings` of the weights that nobody chose one by one.
    weight_settings: dict from the index of a weight to its settings or None.

  Returns:
    A list of (`LayerWeight`, `PruningSettings`): first the weights that the
    registry or the layer names, in that order, then the others.

  Raises:
    ValueError: a weight cannot have the structure it is to have.
  """
  layer_weights = model_walk.weights_by_path(adapter, layer)
  index_of = {id(found.weight): i for i, found in enumerate(layer_weights)}
  chosen, seen = [], set()
  for weight in prune_registry.prunable_weights(layer):
    seen.add(id(weight))
    if id(weight) in index_of:
      i = index_of[id(weight)]
      chosen.append((layer_weights[i], weight_settings.get(i, settings)))
    else:
      # A layer may name a weight that Keras does not know to be one of its own.
      name = adapter.variable_name(weight).split('/')[-1]
      chosen.append((model_walk.LayerWeight(name, layer, weight), settings))
  for i in sorted(weight_settings):
    if id(layer_weights[i].weight) not in seen:
      chosen.append((layer_weights[i], weight_settings[i]))
  return [
    (found, weight_structure.fitted_settings(found, of_weight))
    for found, of_weight in chosen
    if of_weight is not None
  ]
