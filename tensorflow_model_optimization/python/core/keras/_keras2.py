# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Keras 2's answers: `tf.keras` before TensorFlow 2.16, and `tf_keras`."""

from tensorflow_model_optimization.python.core.keras import _adapter
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['Keras2Adapter']


class Keras2Adapter(_adapter.KerasAdapter):
  """See KerasAdapter."""

  is_keras3 = False

  def _is_functional(self, model):
    return (
      self.is_model(model)
      and not self.is_sequential(model)
      and bool(getattr(model, '_is_graph_network', False))
    )

  def _module_roots(self):
    # `tf.keras` defines its classes in the package `keras`, older releases in
    # tensorflow.python.keras; the class knows.
    module = self.keras.layers.Layer.__module__
    if module.startswith('tensorflow.'):
      return ('tensorflow.python.keras',)
    return (module.split('.')[0],)

  def clone_model(self, model, clone_function):
    clone = self.keras.models.clone_model(model, clone_function=clone_function)
    if self._is_functional(model):
      clone.output_names = list(model.output_names)
    elif model.built and not clone.built:
      clone.build(model._build_input_shape)
    if clone.optimizer is not None:
      clone.optimizer = None
      clone._is_compiled = False
    return clone

  def optimizer_updates(self, model):
    optimizer = getattr(model, 'optimizer', None)
    if optimizer is None:
      return None
    return int(optimizer.iterations.numpy())

  def add_variable(self, layer, name, shape, dtype, initializer):
    return layer.add_weight(
      name=name,
      shape=shape,
      dtype=dtype,
      initializer=self.keras.initializers.get(initializer),
      trainable=False,
      aggregation=tf.VariableAggregation.ONLY_FIRST_REPLICA,
      # Masks are bool: automatic casting to a compute dtype is for floats.
      experimental_autocast=False,
    )

  def tf_variable(self, variable):
    # Under a mixed precision policy Keras 2 hands out a casting proxy.
    return getattr(variable, '_variable', variable)

  def variable_name(self, variable):
    return variable.name.split(':')[0]

  def constraint(self, variable):
    return self.tf_variable(variable).constraint

  def set_constraint(self, variable, constraint):
    # There is no setter; optimizers read this attribute through `constraint`.
    self.tf_variable(variable)._constraint = constraint

  def custom_object_scope(self, objects):
    return self.keras.utils.CustomObjectScope(objects)

  def custom_object(self, name):
    scoped = self.keras.utils.get_custom_objects().get(name)
    if scoped is not None:
      return scoped
    # Scopes are thread-local in newer releases and not among the global ones.
    return self.keras.utils.get_registered_object(name)

  def copy_input_shape(self, source, target):
    if hasattr(source, '_batch_input_shape'):
      target._batch_input_shape = source._batch_input_shape

  def wrapper_bases(self):
    return (self.keras.layers.Wrapper,)
