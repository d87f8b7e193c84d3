# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Classes for single layers, which change how just these behave."""

__all__ = ['derived_class', 'is_derived', 'original_class']

_ORIGINAL_CLASS = '_class_before_derivation'


def derived_class(layer, namespace):
  """Makes a class for one object; the object does not have it yet.

  Args:
    layer: a layer.
    namespace: {name: function or property} that the class has beside what the
      class of the layer has.

  Returns:
    A class of the same name, module and config, so that files name the class
    that the layer has now.

  Raises:
    ValueError: the layer cannot change its class.
  """
  cls = type(layer)
  namespace.update(
    {
      '__doc__': cls.__doc__,
      '__module__': cls.__module__,
      '__qualname__': cls.__qualname__,
      # A new layer of this class has weights.
      'from_config': classmethod(
        lambda _, *args, **kwargs: cls.from_config(*args, **kwargs)
      ),
      _ORIGINAL_CLASS: cls,
    }
  )
  if hasattr(cls.call, 'python_function'):
    # A `tf.function` that was traced before goes on with the weights.
    namespace['call'] = cls.call.python_function
  try:
    derived = type(cls)(cls.__name__, (cls,), namespace)
    # Only trying tells whether the object can change to it.
    object.__setattr__(layer, '__class__', derived)
    object.__setattr__(layer, '__class__', cls)
  except TypeError as e:
    raise ValueError(
      'The layer {!r} of class {} cannot compute with tensors in place of its '
      'weights: {}. Let its class have neither __slots__ nor a metaclass.'.format(
        layer.name, cls.__name__, e
      )
    ) from e
  return derived


def is_derived(layer):
  """Whether `layer` has a class of its own now."""
  return _ORIGINAL_CLASS in vars(type(layer))


def original_class(cls):
  """The class of which `derived_class` made `cls`."""
  return vars(cls)[_ORIGINAL_CLASS]
