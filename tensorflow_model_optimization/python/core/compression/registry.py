# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The compressors that files may name, and their configs."""

from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)

__all__ = [
  'compressor_from_config',
  'config_of_compressor',
  'register_compressor',
  'registered_compressors',
]

_CLASSES = {}


def register_compressor(cls=None, name=None):
  """Class decorator: lets saved models name this compressor.

  A file holds the name and the settings of each compressor, never code. Import
  the module of a compressor before you load a model that needs it.

  ```python
  @tfmot.compression.keras.register_compressor
  class HalfPrecision(tfmot.compression.keras.WeightCompressor):
    ...

  @tfmot.compression.keras.register_compressor(name='my_company.Half')
  class HalfPrecision(tfmot.compression.keras.WeightCompressor):
    ...
  ```

  Args:
    cls: a subclass of `WeightCompressor`.
    name: non-empty str, what files call it; default `module.Class`. Keep it when
      you move the class.

  Returns:
    The class.

  Raises:
    ValueError: another class has the name.
    TypeError: `cls` is no compressor class.
  """
  if cls is None:
    return lambda decorated: register_compressor(decorated, name)
  if not (
    isinstance(cls, type)
    and issubclass(cls, weight_compressor.WeightCompressor)
  ):
    raise TypeError(
      '`cls` must be a subclass of WeightCompressor. Received: cls={!r}. '
      'Use register_compressor as the decorator of such a class.'.format(cls)
    )
  name = name or '{}.{}'.format(cls.__module__, cls.__qualname__)
  known = _CLASSES.get(name)
  # A module that is reloaded, as in a notebook, defines its class again.
  if known is not None and _place(known) != _place(cls):
    raise ValueError(
      '`name` must not be taken. Received: name={!r}, which is {}. Pass '
      'another name.'.format(name, '.'.join(_place(known)))
    )
  _CLASSES[name] = cls
  cls.registered_name = name
  return cls


def registered_compressors():
  """{name: class} of all compressors in this process."""
  return dict(_CLASSES)


def config_of_compressor(compressor):
  """What a file holds of a compressor: its name, module and settings.

  Raises:
    ValueError: its class is not registered.
  """
  cls = type(compressor)
  # Not inherited: a subclass of a registered class has a name of its own.
  name = vars(cls).get('registered_name')
  if _CLASSES.get(name) is not cls:
    raise ValueError(
      '`compressor` must be of a registered class, or it could not be loaded '
      'again. Received: compressor={!r} of {}. Put the decorator '
      '@register_compressor on that class.'.format(
        compressor, '.'.join(_place(cls))
      )
    )
  return {
    'name': name,
    'module': cls.__module__,
    'config': compressor.get_config(),
  }


def compressor_from_config(config):
  """Makes a compressor from what `config_of_compressor` gave.

  Nothing is imported: a file from a stranger cannot choose which code runs.

  Raises:
    ValueError: no class has the name (the message says which module to import),
      or it refuses its settings.
  """
  name, module = config['name'], config['module']
  if name not in _CLASSES:
    raise ValueError(
      'No compressor is registered as {!r}. It was defined in the module {!r}. '
      'Import that module before you load the model.'.format(name, module)
    )
  try:
    return _CLASSES[name].from_config(config['config'])
  except (KeyError, TypeError, ValueError) as e:
    raise ValueError(
      'The compressor {!r} refuses its stored settings {!r}: {}. Use the '
      'version of {} that saved the model.'.format(
        name, config['config'], e, module
      )
    ) from e


def _place(cls):
  return cls.__module__, cls.__qualname__
