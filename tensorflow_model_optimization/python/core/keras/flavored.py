# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Public classes whose Keras base class is known only when they are used.

`PruneLowMagnitude` must be a `keras.layers.Wrapper` for a layer of Keras 3 and a
`tf_keras.layers.Wrapper` for one of Keras 2. So the public class has no Keras
base; making an object of it gives an object of a subclass that has, and
`isinstance` and subclassing work as for any class.
"""

__all__ = ['is_flavored', 'with_keras_bases']

_classes = {}


def with_keras_bases(cls, bases):
  """The subclass of `cls` that also derives from the Keras classes `bases`.

  Args:
    cls: a class without a Keras base.
    bases: tuple of classes, the Keras base last.

  Returns:
    `cls` itself when it has these bases already (a user derived from both), or
    one class object per (cls, bases), with the name and module of `cls`.
  """
  if issubclass(cls, bases):
    return cls
  key = (cls, bases)
  if key not in _classes:
    _classes[key] = type(
      cls.__name__,
      (cls,) + bases,
      {
        '__module__': cls.__module__,
        '__qualname__': cls.__qualname__,
        '__doc__': cls.__doc__,
        '_is_flavored': True,
      },
    )
  return _classes[key]


def is_flavored(cls):
  """Whether `cls` was made by `with_keras_bases`."""
  return '_is_flavored' in vars(cls)
