# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prepares a Keras model to be trained for its compression."""

import collections

from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression.keras import (
  algorithm_choice,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  architecture as architecture_lib,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  compressed_model,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  saved_class,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  training_state,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  weight_values,
)
from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import model_copy

__all__ = ['PreparedModel', 'prepare_for_training']


def prepare_for_training(model, algorithm):
  """Makes a model that trains weights as they will be after compression.

  Compile and fit it as any other. Its layers compute with the projections of
  their weights, and the variables that an algorithm trains beside a weight, or in
  its place, belong to the layer of that weight.

  ```python
  prepared = tfmot.compression.keras.prepare_for_training(model, algorithm)
  prepared.compile('adam', 'mse')
  prepared.fit(
    x, y, callbacks=[tfmot.compression.keras.CompressionCallback()]
  )
  compressed = tfmot.compression.keras.compress(prepared)
  ```

  A Sequential or functional model is copied with its weights and stays as it is.
  A subclassed model cannot be copied: it is prepared in place and returned
  itself; compile it again.

  Args:
    model: a built Keras model.
    algorithm: as in `compress`.

  Returns:
    A new uncompiled `PreparedModel`, or `model` if it is subclassed.

  Raises:
    ValueError: `model` is no built Keras model or cannot be prepared, a pattern
      matches no weight, or an algorithm does not make what it declares. Nothing is
      changed then.

  Source: the design document "Keras Weight Compression API".
  """
  adapter = algorithm_choice.checked_adapter(
    model, 'Prepare the model that you are going to train.'
  )
  _check_is_possible(adapter, model.name)
  compressed_model.check_is_ordinary(adapter, model)
  architecture = architecture_lib.Architecture.of(adapter, model)
  choices = algorithm_choice.choose(adapter, model, algorithm)
  # First every check, then the first change.
  prepared = _prepared_weights(adapter, choices)
  name = model.name
  if adapter.has_layer_graph(model):
    model, _ = model_copy.copy_model(adapter, model)
    specs = collections.OrderedDict((c.found.path, c.spec) for c in choices)
    found = weight_values.matching_weights(adapter, model, specs)
    choices = [
      choice._replace(found=weight) for choice, weight in zip(choices, found)
    ]
    for choice in choices:
      if choice.found.path in prepared:
        prepared[choice.found.path].weight = choice.found.weight
  return _attach(adapter, model, name, architecture, choices, prepared)


class PreparedModel(object):
  """What Keras saves a Sequential or functional model in preparation as.

  `keras.models.load_model` within `compression_scope` gives it back, and training
  goes on. An object is a Sequential or functional model too.
  """

  def get_config(self):
    """The architecture, and what is done with each weight."""
    return training_state.state_of(self).config()

  @classmethod
  def from_config(cls, config, custom_objects=None):
    """A model in preparation of this config; its values are new ones."""
    adapter = compat.adapter_of_class(cls)
    _check_is_possible(adapter, config['name'])
    architecture_lib.check_holds_no_code(config['architecture'])
    model = adapter.model_of_architecture(
      config['architecture'], custom_objects, False
    )
    by_path = {
      found.path: found
      for found in algorithm_choice.named_weights(adapter, model)
    }
    choices = [
      algorithm_choice.choice_of_stages(
        adapter,
        by_path[entry['path']],
        entry['stages']
        and tuple(
          registry.compressor_from_config(stage) for stage in entry['stages']
        ),
        entry['reason'],
      )
      for entry in config['weights']
    ]
    return _attach(
      adapter,
      model,
      config['name'],
      architecture_lib.Architecture.of(adapter, model),
      choices,
      _prepared_weights(adapter, choices),
    )


def _check_is_possible(adapter, name):
  problem = adapter.substitution_problem()
  if problem:
    raise ValueError(
      'A model cannot be prepared for training with this Keras, because {}. '
      'Received: model={!r}. Train it as it is and compress it '
      'afterwards.'.format(problem, name)
    )


def _prepared_weights(adapter, choices):
  """Ordered {path: `PreparedWeight`} of what is compressed."""
  prepared = collections.OrderedDict()
  for choice in choices:
    if choice.stages is None:
      continue
    try:
      prepared[choice.found.path] = training_state.PreparedWeight(
        adapter, choice, weight_values.value_of(adapter, choice.found.weight)
      )
    except ValueError as e:
      raise ValueError(
        'The weight {!r} cannot be prepared: {}'.format(choice.found.path, e)
      ) from e
  return prepared


def _attach(adapter, model, name, architecture, choices, prepared):
  """Changes `model`, and returns it."""
  training_state.TrainingState(
    adapter, model, name, architecture, choices, prepared
  ).attach()
  if architecture.config is not None:
    saved_class.take_class(model, PreparedModel)
  adapter.rebuild_train_function(model)
  return model
