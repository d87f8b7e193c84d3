# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a Keras model is but for its weights, and how it is built again."""

import collections
import json

from tensorflow_model_optimization.python.core.keras import compat

__all__ = ['Architecture', 'check_holds_no_code']


class Architecture(
  collections.namedtuple('Architecture', 'keras config custom_objects trusted')
):
  """What a model is but for its weights.

  Attributes:
    keras: 2 or 3, the Keras that made it.
    config: dict; None for a subclassed model, which only its code can make.
    custom_objects: {name: class} of layers that are not Keras's own.
    trusted: whether Python code in the config may run: not if a file gave it.
  """

  __slots__ = ()

  @classmethod
  def of(cls, adapter, model):
    """The architecture of a model of this process."""
    classes = {}
    for layer in adapter.all_sublayers(model):
      if type(layer).__name__ not in adapter.builtin_class_names(layer)[:1]:
        classes[type(layer).__name__] = type(layer)
    config = None
    if adapter.has_layer_graph(model):
      config = adapter.architecture(model)
    return cls(3 if adapter.is_keras3 else 2, config, classes, True)

  def adapter(self):
    """The Keras of this process that can make it.

    Raises:
      ValueError: none is imported.
    """
    candidates = compat.loaded_adapters() or [compat.default_adapter()]
    for adapter in candidates:
      if adapter.is_keras3 == (self.keras == 3):
        return adapter
    raise ValueError(
      'The compressed model was made with Keras {}. Received: {}. Import that '
      'Keras first, or build the model and pass it as `model`.'.format(
        self.keras, ', '.join(adapter.description for adapter in candidates)
      )
    )

  def build(self, custom_objects=None):
    """(adapter, new model).

    Raises:
      ValueError: it has no config, or one with Python code that is not trusted.
    """
    if self.config is None:
      raise ValueError(
        '`model` must be given for a subclassed model, which only its own code '
        'can make. Received: model=None. Build one and pass it.'
      )
    if not self.trusted:
      check_holds_no_code(self.config)
    adapter = self.adapter()
    objects = dict(self.custom_objects, **(custom_objects or {}))
    try:
      model = adapter.model_of_architecture(self.config, objects, self.trusted)
    except Exception as e:  # Whatever Keras or a user's class raises.
      raise ValueError(
        'The architecture of the compressed model cannot be built: {}: {}. Pass '
        'your own classes as `custom_objects`, or a built `model`.'.format(
          type(e).__name__, e
        )
      ) from e
    if not adapter.is_model(model):
      raise ValueError(
        'The architecture of the compressed model cannot be built: it is none of '
        'a model. Copy or save the file again.'
      )
    return adapter, model


def check_holds_no_code(config):
  """Refuses the config of a model if Python code in it would be run.

  Raises:
    ValueError: it holds some.
  """
  if _holds_code(config):
    raise ValueError(
      'The file holds a Lambda layer, whose Python code a stranger may have '
      'written, and it is not run. Build the model with your own code and load '
      'the weights into it: load(path, model=model).'
    )


def _holds_code(config):
  """Whether a config holds the code of a Python function."""
  if isinstance(config, dict):
    if config.get('class_name') in ('Lambda', '__lambda__'):
      text = json.dumps(config)
      if '"__lambda__"' in text or '"lambda"' in text:
        return True
    return any(_holds_code(value) for value in config.values())
  return isinstance(config, list) and any(_holds_code(v) for v in config)
