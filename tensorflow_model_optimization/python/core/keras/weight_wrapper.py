# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""A wrapper layer that owns variables beside the weights of its inner layer."""

import inspect

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import flavored

__all__ = ['WeightWrapper']


class WeightWrapper(object):
  """Base of wrappers that act on the weights of one layer, not on its outputs.

  The inner layer is called through `__call__`: its dtype policy, Keras masks,
  regularizers and name work as if it were not wrapped. Subclasses implement
  `create_variables`, which runs once the inner layer is built.

  An object made of a subclass is a `keras.layers.Wrapper` of the Keras that the
  inner layer comes from.

  Attributes:
    layer: the inner layer.
    adapter: its Keras.
  """

  def __new__(cls, layer=None, *args, **kwargs):
    adapter = compat.adapter_of(layer)
    if adapter is None:
      raise ValueError(
        '`layer` must be a Keras layer. Received: layer={} ({}).'.format(
          layer, compat.describe_object(layer)
        )
      )
    real_class = flavored.with_keras_bases(cls, adapter.wrapper_bases())
    make = super(WeightWrapper, real_class).__new__
    if make is object.__new__:
      return make(real_class)
    return make(real_class, layer, *args, **kwargs)

  def __init__(self, layer, **kwargs):
    # Plain attributes of Keras layers are tracked; this one is not state.
    object.__setattr__(self, 'adapter', compat.adapter_of(layer))
    trainable = kwargs.pop('trainable', None)
    super().__init__(layer, **kwargs)
    self.supports_masking = True
    # The inner layer casts its own inputs.
    self.adapter.prepare_wrapper(self)
    self.adapter.copy_input_shape(layer, self)
    object.__setattr__(self, '_call_parameters', _call_parameters(layer))
    object.__setattr__(self, '_has_variables', False)
    if trainable is not None:
      self.trainable = trainable

  def create_variables(self):
    """Adds this wrapper's variables; the inner layer's weights exist."""
    raise NotImplementedError

  def __call__(self, *args, **kwargs):
    """Builds the inner layer if need be, and calls it."""
    if not args and self._call_parameters[0] in kwargs:
      args = (kwargs.pop(self._call_parameters[0]),)
    # By name, because TensorFlow 2.6 takes a second one for `training`.
    names = self._call_parameters[1 : len(args)]
    kwargs.update(zip(names, args[1:]))
    args = args[:1] + args[1 + len(names) :]
    # Masks travel on the tensors; a layer that has no use for one gets none.
    if 'mask' in kwargs and 'mask' not in self._call_parameters:
      del kwargs['mask']
    if not self.layer.built:
      self.adapter.build_for_call(self.layer, args, kwargs)
    return super().__call__(*args, **kwargs)

  def build(self, input_shape=None):
    """Builds the inner layer, then this wrapper's variables."""
    super().build(_as_shape(input_shape))
    if self.adapter.is_fully_built(self.layer):
      self._create_variables_once()

  def _create_variables_once(self):
    if not self._has_variables:
      object.__setattr__(self, '_has_variables', True)
      self.create_variables()

  def call(self, inputs, *args, training=None, **kwargs):
    """Calls the inner layer; `training` and `mask` only if it knows them."""
    if training is not None and 'training' in self._call_parameters:
      kwargs['training'] = training
    if 'mask' in kwargs and 'mask' not in self._call_parameters:
      del kwargs['mask']
    outputs = self.layer(inputs, *args, **kwargs)
    # Some layers build their parts in their first call.
    self._create_variables_once()
    return outputs

  def compute_output_shape(self, *args, **kwargs):
    """The inner layer's output shape."""
    return self.layer.compute_output_shape(*args, **kwargs)

  def compute_mask(self, inputs, mask=None, previous_mask=None):
    """The inner layer's Keras mask."""
    mask = mask if mask is not None else previous_mask
    if not self.layer.supports_masking:
      return None
    return self.layer.compute_mask(inputs, mask)

  @property
  def trainable(self):
    """Whether the inner layer is trainable; setting it sets the inner layer."""
    return self.layer.trainable

  @trainable.setter
  def trainable(self, value):
    self.layer.trainable = value


def _as_shape(input_shape):
  """A tuple for the list that a file holds; Keras takes a list for shapes."""
  if isinstance(input_shape, list) and all(
    size is None or isinstance(size, int) for size in input_shape
  ):
    return tuple(input_shape)
  return input_shape


def _call_parameters(layer):
  """Names of the parameters of `layer.call`, in order."""
  return tuple(
    parameter.name
    for parameter in inspect.signature(layer.call).parameters.values()
    if parameter.kind
    in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)
  )
