# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Saves a model to one file, loads it again, and measures the file."""

import collections
import gzip
import os

# Saved and reloaded models compute the same operations on the same weights; all
# that may differ is the order in which a thread pool adds, here of
# probabilities.
_TOLERANCE = 1e-6


class FileSize(collections.namedtuple('FileSize', 'raw gzipped')):
  """Bytes of a file as it is, and of its content after gzip -9."""


class Comparison(
  collections.namedtuple('Comparison', 'max_difference same foreign_layers')
):
  """A reloaded model beside the one that was saved.

  Attributes:
    max_difference: largest |difference| of two predicted probabilities.
    same: whether that is nothing but the order of additions.
    foreign_layers: names of its layers that are not Keras' own, for which a
      reader of the file would need another package.
  """


def save(model, path):
  """Saves architecture and weights, not the state of the optimizer.

  Args:
    model: a built model, compiled or not.
    path: where to; with the ending '.keras' every Keras since 2.3 picks a
      single-file format.
  """
  # The optimizer of a compiled model would be saved with it; two thirds of the
  # file would then be Adam's moments, which nobody needs for inference.
  # (Keras 3 compiles what `clone_model` makes of a compiled model.)
  uncompiled = model.__class__.from_config(model.get_config())
  if not uncompiled.built:  # TensorFlow 1 forgets the Input of a Sequential.
    uncompiled.build(model.input_shape)
  uncompiled.set_weights(model.get_weights())
  uncompiled.save(path)


def load(keras, path):
  """Loads what `save` wrote; no package but Keras is asked for anything."""
  return keras.models.load_model(path, compile=False)


def file_size(path):
  """Measures one file."""
  with open(path, 'rb') as file:
    content = file.read()
  return FileSize(os.path.getsize(path), len(gzip.compress(content, 9)))


def compare(predictions, reloaded, reloaded_predictions):
  """Compares a reloaded model with the predictions of the one that was saved.

  Args:
    predictions: probabilities [n, classes] of the model before saving.
    reloaded: the model from the file.
    reloaded_predictions: its probabilities for the same inputs.

  Returns:
    A `Comparison`.
  """
  difference = float(abs(predictions - reloaded_predictions).max())
  foreign = [
    layer.name
    for layer in reloaded.layers
    if layer.__class__.__module__.split('.')[0] not in _KERAS_PACKAGES
  ]
  # Not `difference > tolerance`: a NaN must not pass.
  return Comparison(difference, difference <= _TOLERANCE, foreign)


# Where the classes of Keras' layers live, over the years.
_KERAS_PACKAGES = ('keras', 'tf_keras', 'tensorflow', 'tensorflow_core')
