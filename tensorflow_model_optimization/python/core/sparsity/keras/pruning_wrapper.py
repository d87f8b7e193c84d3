# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The wrapper layer that prunes the weights of one layer."""

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import flavored
from tensorflow_model_optimization.python.core.keras import weight_wrapper
from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as schedule_lib,
)
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_impl,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['PruneLowMagnitude', 'flavored_class']

# The value of `pruning_step` before training has begun.
NOT_STARTED = -1


class PruneLowMagnitude(weight_wrapper.WeightWrapper):
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
    **kwargs: arguments of a Keras layer.

  Attributes:
    pruning_vars: list of (weight, mask, threshold), empty before `build`.
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
    **kwargs,
  ):
    structure = structure_lib.from_arguments(
      block_size, block_pooling_type, sparsity_m_by_n
    )
    if not callable(pruning_schedule):
      raise ValueError(
        '`pruning_schedule` must be a PruningSchedule. Received: '
        'pruning_schedule={!r}. Use for example ConstantSparsity(0.5, 0).'.format(
          pruning_schedule
        )
      )
    if isinstance(layer, PruneLowMagnitude):
      raise ValueError(
        '`layer` is pruned already. Received: layer={!r}. Wrap the layer '
        'inside it, `layer.layer`, to prune it in another way.'.format(
          layer.name
        )
      )
    prune_registry.check_is_supported(layer)
    if compat.adapter_of(layer).is_fully_built(layer):
      _check_shapes(layer, structure)
    kwargs['name'] = 'prune_low_magnitude_' + layer.name
    super().__init__(layer, **kwargs)
    self.pruning_schedule = pruning_schedule
    self.block_size = list(block_size)
    self.block_pooling_type = block_pooling_type
    self.sparsity_m_by_n = tuple(sparsity_m_by_n) if sparsity_m_by_n else None
    # Plain attributes of Keras layers are tracked as state; these are views.
    object.__setattr__(self, '_structure', structure)
    object.__setattr__(self, 'pruning_vars', [])
    object.__setattr__(self, '_is_driven', False)
    object.__setattr__(self, '_refused_training', False)

  def create_variables(self):
    """Adds masks, thresholds and the step counter, and keeps zeros from now."""
    _check_shapes(self.layer, self._structure)
    weights = prune_registry.prunable_weights(self.layer)
    pruned_weights = [
      self._add_mask(weight, '' if i == 0 else '_{}'.format(i))
      for i, weight in enumerate(weights)
    ]
    self.pruning_step = self.adapter.add_variable(
      self, 'pruning_step', (), 'int64', self._initializer(NOT_STARTED)
    )
    object.__setattr__(self, 'prunable_weights', weights)
    object.__setattr__(self, 'pruning_vars', pruned_weights)
    object.__setattr__(
      self,
      'pruning_obj',
      pruning_impl.Pruning(
        pruned_weights,
        self._structure,
        self.adapter,
        lambda: self.layer.trainable_weights,
      ),
    )

  def _add_mask(self, weight, suffix):
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
      weight, pruning_impl.KeepZeros(mask, self.adapter.constraint(weight))
    )
    return pruning_impl.PrunedWeight(weight, mask, threshold)

  def _initializer(self, value):
    return self.adapter.keras.initializers.Constant(value)

  def start(self):
    """Tells the wrapper that something updates its masks from now on.

    Returns:
      Whether the wrapper has refused to be trained before. A training step whose
      tracing failed for this reason must be traced anew.
    """
    had_refused = self._refused_training
    object.__setattr__(self, '_is_driven', True)
    object.__setattr__(self, '_refused_training', False)
    return had_refused

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
      and not self._is_driven
      and not self.adapter.is_exporting()
    ):
      object.__setattr__(self, '_refused_training', True)
      raise tf.errors.InvalidArgumentError(
        None, None, _not_driven_message(self.name)
      )
    if tf.is_tensor(is_training):
      # In a TensorFlow 1 graph the answer is known only when it runs.
      with tf.control_dependencies([self._assert_is_started(is_training)]):
        inputs = tf.nest.map_structure(tf.identity, inputs)
    return super().call(inputs, *args, training=training, **kwargs)

  def _assert_is_started(self, training):
    is_started = self.adapter.tf_variable(self.pruning_step) > NOT_STARTED
    return tf.debugging.Assert(
      tf.logical_or(is_started, tf.logical_not(tf.cast(training, tf.bool))),
      [_not_driven_message(self.name)],
    )

  def get_config(self):
    """Every constructor argument, serialized."""
    config = super().get_config()
    config.update(
      {
        'pruning_schedule': self.pruning_schedule.get_config(),
        'block_size': list(self.block_size),
        'block_pooling_type': self.block_pooling_type,
        'sparsity_m_by_n': self.sparsity_m_by_n,
      }
    )
    return config

  @classmethod
  def from_config(cls, config, custom_objects=None):
    """Makes a wrapper from `get_config()`, for a schedule of any known class."""
    if not flavored.is_flavored(cls):
      return _only_flavored_class().from_config(config, custom_objects)
    adapter = compat.adapter_of_class(cls)
    config = dict(config)
    config['pruning_schedule'] = _schedule_from_config(
      config['pruning_schedule'], adapter, custom_objects
    )
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


def _schedule_from_config(config, adapter, custom_objects):
  name = config['class_name']
  known = {
    cls.__name__: cls
    for cls in (schedule_lib.ConstantSparsity, schedule_lib.PolynomialDecay)
  }
  cls = (
    (custom_objects or {}).get(name)
    or known.get(name)
    or adapter.custom_object(name)
  )
  if cls is None:
    raise ValueError(
      'The pruning schedule {!r} of a saved layer is not known. Load it inside '
      '`with keras.utils.custom_object_scope({{{!r}: ...}}):` with its class.'.format(
        name, name
      )
    )
  return cls.from_config(config['config'])


def _not_driven_message(name):
  return (
    'The layer {!r} is pruned, but nothing updates its masks in this training. '
    'Add tfmot.sparsity.keras.UpdatePruningStep() to the `callbacks` of `fit`; '
    'with `train_on_batch` or a loop of your own, call its `set_model(model)` '
    'and `on_train_begin()` first and its `on_train_batch_begin(batch)` before '
    'each batch.'.format(name)
  )


def _check_shapes(layer, structure):
  """Raises ValueError if a weight of a built layer cannot have the structure."""
  for weight in prune_registry.prunable_weights(layer):
    problem = structure.problem_with_shape(tuple(weight.shape))
    if problem:
      raise ValueError(
        'Cannot prune the weight {!r} of the layer {!r}: {}. Received: shape='
        '{}, structure={}. Prune this layer with block_size=(1, 1).'.format(
          weight.name, layer.name, problem, tuple(weight.shape), structure
        )
      )
