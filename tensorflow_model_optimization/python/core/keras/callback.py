# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Callbacks that work with a model of either Keras."""

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import flavored

__all__ = ['KerasCallback']


class KerasCallback(object):
  """Base of callbacks that take on the Keras of the model they are set on.

  A callback is made before anybody knows its model. So an object starts with the
  callback class of a Keras that is there, and changes to that of its model's
  Keras in `set_model`, should it be the other one.

  Attributes:
    keras_base: name of the class in `keras.callbacks` to derive from.
    adapter: the Keras of the model, after `set_model`.
  """

  keras_base = 'Callback'
  adapter = None

  def __new__(cls, *args, **kwargs):
    adapters = compat.loaded_adapters() or [compat.default_adapter()]
    real_class = _class_for(cls, adapters[0])
    callback = super(KerasCallback, real_class).__new__(real_class)
    callback._constructor_arguments = (args, kwargs)
    return callback

  def __init__(self, *args, **kwargs):
    super().__init__(*args, **kwargs)
    # Keras 2 then hands over `logs` without waiting for their values: under a
    # ParameterServerStrategy it refuses callbacks of batches that would wait.
    self._supports_tf_logs = True

  def set_model(self, model):
    """Sets the model; called by Keras, or by the user in a loop of their own.

    Raises:
      ValueError: `model` is not a Keras model.
    """
    adapter = compat.adapter_of(model)
    if adapter is None or not adapter.is_model(model):
      raise ValueError(
        '`model` must be a Keras model. Received: model={} ({}).'.format(
          model, compat.describe_object(model)
        )
      )
    if flavored.is_flavored(type(self)):
      real_class = _class_for(type(self).__bases__[0], adapter)
      if type(self) is not real_class:
        args, kwargs = self._constructor_arguments
        self.__class__ = real_class
        self.__init__(*args, **kwargs)
    self.adapter = adapter
    super().set_model(model)


def _class_for(cls, adapter):
  base = getattr(adapter.keras.callbacks, cls.keras_base)
  return flavored.with_keras_bases(cls, (base,))
