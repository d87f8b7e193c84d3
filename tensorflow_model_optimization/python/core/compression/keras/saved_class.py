# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Classes under which Keras saves models that a config alone does not make."""

import contextlib

from tensorflow_model_optimization.python.core.keras import compat

__all__ = ['class_scope', 'leave_class', 'take_class']


def take_class(model, cls):
  """Makes `model` an object of `cls` too, so that Keras saves it as one."""
  object.__setattr__(model, '__class__', _saved_class(cls, type(model)))


def leave_class(model):
  """Undoes `take_class`."""
  object.__setattr__(model, '__class__', type(model).__mro__[2])


@contextlib.contextmanager
def class_scope(*classes):
  """Lets every Keras of this process load files that name these classes."""
  with contextlib.ExitStack() as scopes:
    for adapter in compat.loaded_adapters() or [compat.default_adapter()]:
      scopes.enter_context(
        adapter.custom_object_scope(
          {
            cls.__name__: _saved_class(cls, adapter.keras.Model)
            for cls in classes
          }
        )
      )
    yield


def _saved_class(cls, base):
  """A class that is both."""
  return type(
    cls.__name__,
    (cls, base),
    {
      '__module__': cls.__module__,
      '__qualname__': cls.__qualname__,
      '__doc__': cls.__doc__,
    },
  )
