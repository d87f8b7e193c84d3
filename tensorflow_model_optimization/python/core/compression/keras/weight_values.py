# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Values of the weights of a model, and to which weight each belongs."""

from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression.keras import (
  algorithm_choice,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['matching_weights', 'value_of']


def value_of(adapter, variable):
  """The numpy value of a Keras variable."""
  variable = adapter.tf_variable(variable)
  return adapter.function(lambda: [tf.identity(variable)])()[0]


def matching_weights(adapter, model, specs):
  """Which weight of a model each of another model of the same making is.

  By their paths if these are the same, and else by their places: Keras gives
  layers that have no name another one in each process.

  Args:
    adapter: the Keras of `model`.
    model: a built model.
    specs: ordered {path: TensorSpec} of the other.

  Returns:
    List of `LayerWeight`, one per path of `specs`, with that path.

  Raises:
    ValueError: the models do not have the same weights.
  """
  found = algorithm_choice.named_weights(adapter, model)
  if {weight.path for weight in found} == set(specs):
    by_path = {weight.path: weight for weight in found}
    found = [by_path[path] for path in specs]
  problems = []
  if len(found) != len(specs):
    problems = [
      '{} weights, and {} are expected'.format(len(found), len(specs))
    ]
  for weight, (path, spec) in zip(found, specs.items()):
    actual = tensor_spec.TensorSpec(
      weight.shape, adapter.storage_dtype(weight.weight)
    )
    if (actual.shape, actual.dtype) != (spec.shape, spec.dtype):
      problems.append(
        '{} of shape {} and dtype {}, where {} of {} {} is expected'.format(
          weight.path, actual.shape, actual.dtype, path, spec.shape, spec.dtype
        )
      )
  if problems:
    raise ValueError(
      '`model` must have the weights of the model that was compressed. '
      'Received: model={!r}, which has {}. Build it as that one.'.format(
        model.name, '; '.join(problems[:5])
      )
    )
  return [weight._replace(path=path) for weight, path in zip(found, specs)]
