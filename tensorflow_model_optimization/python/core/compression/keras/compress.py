# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Compresses the weights of a Keras model."""

import collections

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import report
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
  packed_weights,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  training_state,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  weight_values,
)
from tensorflow_model_optimization.python.core.keras import model_walk

__all__ = ['compress']


def compress(model, algorithm=None):
  """Compresses the weights of a Keras model; the model stays as it is.

  ```python
  compressed = tfmot.compression.keras.compress(
    model,
    {
      '.*/kernel': tfmot.compression.keras.UniformQuantization(bits=8),
      '.*/bias': None,
    },
  )
  print(compressed.report.render())
  compressed.save('model.tfmot')
  small_model = compressed.to_keras('per_call')
  ```

  An algorithm with a loss that is not given by patterns takes the weights of a
  float dtype and of rank 2 or more: no biases, no scales of normalizations. A
  lossless one takes all. The report says of each other weight why it was left.

  Args:
    model: a built Keras model of any kind; or what `prepare_for_training` gave,
      after training.
    algorithm: a `WeightCompressor`; a list of them, the stages in order; or a
      dict from patterns to these, or to None for weights that stay as they are.
      A pattern is a regular expression for a whole path such as
      'encoder/dense/kernel', or a function from a path to a bool; the first that
      matches counts. None for a prepared model, which has its algorithm.

  Returns:
    A `CompressedModel`.

  Raises:
    ValueError: `model` is no built Keras model or is compressed already, a
      pattern matches no weight, an algorithm finds nothing to compress, or it does
      not make what it declares.

  Source: the design document "Keras Weight Compression API".
  """
  adapter = algorithm_choice.checked_adapter(
    model, 'Compress the model that you trained.'
  )
  if packed_weights.state_of(model) is not None:
    raise ValueError(
      '`model` is compressed already. Received: model={!r}, whose weights are '
      'packed. Compress the model that it was made of.'.format(model.name)
    )
  state = training_state.state_of(model)
  if state is not None:
    if algorithm is not None:
      raise ValueError(
        '`algorithm` must be None for a model in preparation, which has its '
        'algorithm. Received: algorithm={!r}. Call compress(model).'.format(
          algorithm
        )
      )
    return _trained(adapter, model, state)
  _check_no_part_is_prepared(adapter, model)
  if algorithm is None:
    raise ValueError(
      '`algorithm` must be a WeightCompressor, a list of them, or a dict from '
      'patterns to these. Received: algorithm=None, and a model that was not '
      'prepared for training.'
    )
  choices = algorithm_choice.choose(adapter, model, algorithm)
  return _compressed(
    model.name,
    architecture_lib.Architecture.of(adapter, model),
    [(choice, *_packed(adapter, choice)) for choice in choices],
  )


def _check_no_part_is_prepared(adapter, model):
  for layer in adapter.all_sublayers(model):
    for state in (
      packed_weights.state_of(layer),
      training_state.state_of(layer),
    ):
      if state is not None:
        raise ValueError(
          '`model` holds a model that is compressed or in preparation. Received: '
          'model={!r}, with {!r} in it. Compress that one by itself.'.format(
            model.name, layer.name
          )
        )


def _packed(adapter, choice):
  value = weight_values.value_of(adapter, choice.found.weight)
  if choice.stages is None:
    return value, choice.reason
  return (
    _named_errors(
      choice.found.path,
      lambda: compressed_weight.compress_weight(choice.stages, value),
    ),
    '',
  )


def _trained(adapter, model, state):
  """The `CompressedModel` of a model that was trained for it."""
  weights = []
  for path, spec, reason, prepared, weight in state.weights():
    choice = algorithm_choice.Choice(
      model_walk.LayerWeight(path, None, weight),
      spec,
      None,
      False,
      reason,
    )
    if prepared is None:
      weights.append((choice, weight_values.value_of(adapter, weight), reason))
    else:
      packed = _named_errors(
        path, lambda prepared=prepared: prepared.compress()
      )
      weights.append((choice, packed, ''))
  return _compressed(state.name, state.architecture, weights)


def _compressed(name, architecture, weights):
  values, rows = collections.OrderedDict(), []
  for choice, value, reason in weights:
    path = choice.found.path
    values[path] = value
    if isinstance(value, compressed_weight.CompressedWeight):
      rows.append(report.WeightCompression.of(path, value))
    else:
      rows.append(report.WeightCompression.skipped(path, choice.spec, reason))
  return compressed_model.CompressedModel(
    name, architecture, values, report.CompressionReport(name, rows)
  )


def _named_errors(path, make):
  try:
    return make()
  except ValueError as e:
    raise ValueError(
      'The weight {!r} cannot be compressed: {}'.format(path, e)
    ) from e
