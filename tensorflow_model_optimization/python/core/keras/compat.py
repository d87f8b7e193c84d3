# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which Keras does an object belong to?

A process can hold two: Keras 3 (`keras`) and Keras 2 (`tf_keras`, or `tf.keras`
before TensorFlow 2.16). Nothing here chooses for the user or changes the
process: each call works with the Keras of the object it was given.
"""

import sys

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import _keras2
from tensorflow_model_optimization.python.core.keras import _keras3
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = [
  'adapter_of',
  'adapter_of_class',
  'check_is_built',
  'default_adapter',
  'describe_object',
  'loaded_adapters',
  'unbuilt_subclass_error',
]

# From this release on `tf.keras` is one of the packages keras and tf_keras.
_TF_WITHOUT_OWN_KERAS = (2, 16)

# Keras's Layer class -> adapter, so that `keras` and `tf.keras` with the same
# classes share one.
_adapters = {}


def adapter_of(value):
  """The adapter of the Keras that made `value` (a layer or model), or None.

  Raises:
    ImportError: that Keras runs on another backend than TensorFlow.
  """
  for adapter in loaded_adapters():
    if adapter.is_layer(value):
      return _usable(adapter)
  return None


def loaded_adapters():
  """Adapters of every Keras that this process has imported."""
  modules = []
  if tf_compat.tf_version() < _TF_WITHOUT_OWN_KERAS:
    # First, because there the package `keras` has the same classes and not all
    # of the public functions.
    modules.append(tf.keras)
  modules += [sys.modules.get('keras'), sys.modules.get('tf_keras')]
  adapters = []
  for module in modules:
    adapter = _adapter_for(module)
    if adapter is not None and adapter not in adapters:
      adapters.append(adapter)
  return adapters


def default_adapter():
  """The adapter of `tf.keras`, importing it if need be.

  Raises:
    ImportError: that Keras runs on another backend than TensorFlow.
  """
  if tf_compat.tf_version() < _TF_WITHOUT_OWN_KERAS:
    return _usable(_adapter_for(tf.keras))
  # There `tf.keras` is a view of a package, whose own module says more.
  layer_class = tf.keras.layers.Layer
  module = sys.modules.get(layer_class.__module__.split('.')[0])
  if getattr(getattr(module, 'layers', None), 'Layer', None) is layer_class:
    return _usable(_adapter_for(module))
  return _usable(_adapter_for(tf.keras))


def check_is_built(model):
  """Raises ValueError if the argument `model` has no weights yet."""
  if not model.built:
    raise ValueError(
      '`model` must be built, so that it has weights. Received: model={!r}, '
      'which is not. Call it on a batch, or give it an input shape.'.format(
        model.name
      )
    )


def unbuilt_subclass_error(model, argument):
  """The ValueError for a subclassed model whose weights are not known yet.

  Args:
    model: the model.
    argument: name of the user's argument that it is.
  """
  return ValueError(
    '`{0}` is a subclassed model that is not built, so its weights are not '
    'known. Received: {0}={1} {2!r}. Call it on a batch of inputs '
    'first.'.format(argument, describe_object(model), model.name)
  )


def describe_object(value):
  """Says which class `value` has and where that comes from, for messages."""
  cls = value if isinstance(value, type) else type(value)
  kind = 'the class' if isinstance(value, type) else 'an object of class'
  return '{} {}.{}'.format(kind, cls.__module__, cls.__name__)


def _adapter_for(module):
  # A package that is still being imported has no layers yet.
  layer_class = getattr(getattr(module, 'layers', None), 'Layer', None)
  if layer_class is None:
    return None
  if layer_class not in _adapters:
    is_keras3 = getattr(module, '__version__', '2').startswith('3.')
    make = _keras3.Keras3Adapter if is_keras3 else _keras2.Keras2Adapter
    _adapters[layer_class] = make(module)
  return _adapters[layer_class]


def _usable(adapter):
  problem = adapter.problem()
  if problem:
    raise ImportError(problem)
  return adapter


def adapter_of_class(cls):
  """The adapter of the Keras that the layer class `cls` derives from, or None.

  Raises:
    ImportError: that Keras runs on another backend than TensorFlow.
  """
  for adapter in loaded_adapters():
    if issubclass(cls, adapter.keras.layers.Layer):
      return _usable(adapter)
  return None
