# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prepares a Keras model to be trained for its compression."""

import collections

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
  training_state,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  weight_values,
)
from tensorflow_model_optimization.python.core.keras import model_copy

__all__ = ['prepare_for_training']


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
    A new uncompiled model, or `model` if it is subclassed.

  Raises:
    ValueError: `model` is no built Keras model or cannot be prepared, a pattern
      matches no weight, or an algorithm does not make what it declares. Nothing is
      changed then.

  Source: the design document "Keras Weight Compression API".
  """
  adapter = algorithm_choice.checked_adapter(
    model, 'Prepare the model that you are going to train.'
  )
  problem = adapter.substitution_problem()
  if problem:
    raise ValueError(
      'A model cannot be prepared for training with this Keras, because {}. '
      'Received: model={!r}. Train it as it is and compress it '
      'afterwards.'.format(problem, model.name)
    )
  compressed_model.check_is_ordinary(adapter, model)
  architecture = architecture_lib.Architecture.of(adapter, model)
  choices = algorithm_choice.choose(adapter, model, algorithm)
  # First every check, then the first change.
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
  training_state.TrainingState(
    adapter, model, name, architecture, choices, prepared
  ).attach()
  adapter.rebuild_train_function(model)
  return model
