# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Models whose weights stay packed in memory."""

import numpy as np

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression.keras import (
  algorithm_choice,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  architecture as architecture_lib,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  saved_class,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  weight_values,
)
from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import unfilled_weights
from tensorflow_model_optimization.python.core.keras import weight_substitution
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['PackedModel', 'pack', 'state_of']

_ATTRIBUTE = '_packed_weights'


class PackedModel(object):
  """What Keras saves a Sequential or functional model with packed weights as.

  `keras.models.load_model` within `compression_scope` gives it back. An object is
  a Sequential or functional model too.
  """

  def get_config(self):
    """The architecture, and how the weights are packed."""
    return state_of(self).config()

  @classmethod
  def from_config(cls, config, custom_objects=None):
    """A packed model of this config; its packed tensors are zeros."""
    adapter = compat.adapter_of_class(cls)
    architecture_lib.check_holds_no_code(config['architecture'])
    weights = [
      (
        entry['path'],
        compressed_weight.CompressedWeight.from_dict(
          entry['packed'],
          {
            name: np.zeros(shape, tensor_spec.numpy_dtype(dtype))
            for name, shape, dtype in entry['tensors']
          },
        ),
      )
      for entry in config['weights']
    ]
    with unfilled_weights.unfilled_weights(
      {(packed.spec.shape, packed.spec.dtype) for _, packed in weights}
    ) as unfilled:
      model = adapter.model_of_architecture(
        config['architecture'], custom_objects, False
      )
    # What is not packed comes from the file as it is.
    found = algorithm_choice.named_weights(adapter, model)
    by_path = {weight.path: weight for weight in found}
    unfilled.fill_others(adapter, [by_path[path].weight for path, _ in weights])
    return pack(
      adapter,
      model,
      config['architecture'],
      [(by_path[path], packed) for path, packed in weights],
      config['decompression'],
    )


def state_of(layer):
  """The `_PackedWeights` of a model; None if its weights are not packed."""
  return vars(layer).get(_ATTRIBUTE)


def pack(adapter, model, architecture, weights, decompression):
  """Packs weights of a model in place.

  Args:
    adapter: the Keras of `model`.
    model: a built model.
    architecture: its config; None for a subclassed model.
    weights: list of (`LayerWeight`, `CompressedWeight` or numpy array).
    decompression: 'at_first_call' or 'per_call'.

  Returns:
    `model`.

  Raises:
    ValueError: it cannot be. Nothing is changed then.
  """
  problem = adapter.substitution_problem()
  if problem:
    raise ValueError(
      "`decompression` must be 'at_load' with this Keras, because {}. Received: "
      'decompression={!r}.'.format(problem, decompression)
    )
  is_per_call = decompression == 'per_call'
  packed, dense = [], []
  for found, value in weights:
    if isinstance(value, compressed_weight.CompressedWeight):
      if adapter.is_state(found.layer, found.weight):
        # Its layer writes it.
        value = value.decompress()
      elif is_per_call:
        value = _as_far_as_in_graph(found.path, value)
    is_packed = isinstance(value, compressed_weight.CompressedWeight)
    (packed if is_packed else dense).append((found, value))
  state = _PackedWeights(adapter, model, architecture, packed, decompression)
  state.pack()
  for found, value in dense:
    adapter.set_value(found.weight, value)
  return model


def _as_far_as_in_graph(path, packed):
  left = packed.as_far_as_in_graph()
  if isinstance(left, compressed_weight.CompressedWeight):
    return left
  raise ValueError(
    "`decompression` cannot be 'per_call' for the weight {!r}: {!r} does not "
    'decompress in a call, and of its other stages nothing is left. Decompress '
    "'at_load' or 'at_first_call', or compress it with a stage before that "
    'which does.'.format(path, packed.compressor)
  )


class _PackedWeight(object):
  """One packed weight of a model.

  Attributes:
    path: its path.
    packed: its `CompressedWeight`, with `TensorSpec`s in place of tensors.
    variables: {path of a tensor: Keras variable}.
    computed: its `ComputedWeight`.
  """

  def __init__(self, adapter, found, packed, is_per_call):
    self.adapter = adapter
    self.path = found.path
    self.packed = packed.without_values()
    self.variables = {}
    self.computed = weight_substitution.ComputedWeight(
      adapter, found, self._in_graph if is_per_call else self._at_once
    )

  def add_variables(self, packed):
    layer = self.computed.layer
    for name, array in packed.tensors().items():
      attribute = '{}_packed_{}'.format(
        self.path.split('/')[-1], name.replace('/', '_')
      )
      variable = self.adapter.add_variable(
        layer,
        attribute,
        array.shape,
        tensor_spec.TensorSpec.of(array).dtype,
        lambda shape, dtype=None, array=array, **kwargs: tf.constant(array),
      )
      # TensorFlow's checkpoints of a Keras 3 layer hold its attributes only.
      self.adapter.attach_layer(layer, attribute, variable)
      self.variables[name] = variable

  def remove_variables(self):
    layer = self.computed.layer
    for name, variable in self.variables.items():
      attribute = '{}_packed_{}'.format(
        self.path.split('/')[-1], name.replace('/', '_')
      )
      self.adapter.detach_layer(layer, attribute)
      self.adapter.untrack_variable(layer, variable)
    self.variables = {}

  def value(self):
    """The dense weight, a numpy array."""
    tensors = {
      name: weight_values.value_of(self.adapter, variable)
      for name, variable in self.variables.items()
    }
    return self.packed.with_values(tensors).decompress()

  def _in_graph(self, training):
    del training
    return self.packed.decompress_in_graph(
      {
        name: tf.convert_to_tensor(self.adapter.tf_variable(variable))
        for name, variable in self.variables.items()
      }
    )

  def _at_once(self, training):
    del training
    with tf.init_scope():
      return tf.constant(self.value())


class _PackedWeights(object):
  """The packed weights of one model."""

  def __init__(self, adapter, model, architecture, weights, decompression):
    self._adapter = adapter
    self._model = model
    self._architecture = architecture
    self._decompression = decompression
    is_per_call = decompression == 'per_call'
    self._weights = [
      _PackedWeight(adapter, found, packed, is_per_call)
      for found, packed in weights
    ]
    self._values = [packed for _, packed in weights]
    self._substitution = None

  def pack(self):
    """Replaces the weights."""
    self._substitution = weight_substitution.WeightSubstitution(
      self._adapter,
      self._model,
      [weight.computed for weight in self._weights],
      self._adapter.methods_that_save_all_weights,
      self._unpack if self._decompression == 'at_first_call' else None,
    )
    for weight in self._weights:
      # First the large one goes.
      self._substitution.release(weight.computed)
      weight.add_variables(self._values.pop(0))
    object.__setattr__(self._model, _ATTRIBUTE, self)
    if self._architecture is not None:
      saved_class.take_class(self._model, PackedModel)

  def config(self):
    """What `PackedModel.from_config` takes."""
    return {
      'architecture': self._architecture,
      'decompression': self._decompression,
      'weights': [
        {
          'path': weight.path,
          'packed': weight.packed.to_dict(),
          'tensors': [
            [name, list(spec.shape), spec.dtype]
            for name, spec in weight.packed.tensors().items()
          ],
        }
        for weight in self._weights
      ],
    }

  def _unpack(self, layer, training):
    """Makes an ordinary model of it, before the first call of a layer."""
    if training is True:
      raise ValueError(
        'The weights of the model {!r} are packed until its first call, and '
        'that must not be one of training. Received: training=True, in the layer '
        '{!r}. Call the model on a batch before you train it.'.format(
          self._model.name, layer.name
        )
      )
    with tf.init_scope():
      if self._architecture is not None:
        saved_class.leave_class(self._model)
      object.__delattr__(self._model, _ATTRIBUTE)
      values = {weight.computed: weight.value() for weight in self._weights}
      for weight in self._weights:
        weight.remove_variables()
      self._substitution.undo(values)
