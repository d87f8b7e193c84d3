# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Small models of each kind, for the tests of the adapters."""

from tensorflow_model_optimization.python.core.keras import test_case

__all__ = [
  'Dense',
  'FunctionalWithOwnStep',
  'SubclassedModel',
  'functional',
  'sequential',
]

keras = test_case.keras


class Dense(keras.layers.Layer):
  """Of a user, and of no relation to the built-in layer of this name."""


class SubclassedModel(keras.Model):
  """No layer graph."""

  def __init__(self):
    super().__init__()
    self.dense = keras.layers.Dense(1)

  def call(self, inputs):
    return self.dense(inputs)


class FunctionalWithOwnStep(keras.Model):
  """A functional model whose class is the user's."""

  def train_step(self, data):
    raise NotImplementedError


def sequential():
  """A built Sequential model of one layer."""
  return keras.Sequential(
    [keras.Input((3,)), keras.layers.Dense(2, name='a')], name='sequential'
  )


def functional():
  """A functional model of one layer."""
  inputs = keras.Input((3,), name='features')
  outputs = keras.layers.Dense(2, name='a')(inputs)
  return keras.Model(inputs, outputs, name='functional')
