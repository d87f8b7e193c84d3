# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Picks the Keras that the example uses.

The library prunes the models of every Keras; an example has to import one.
"""

import inspect
import sys

import tensorflow as tf

NAMES = ('auto', 'keras3', 'tf_keras')


class KerasChoiceError(ValueError):
  """The Keras that was asked for is not usable here; says what to install."""


def choose(name):
  """Returns the Keras module for one of `NAMES`.

  Args:
    name: 'auto' is what `tf.keras` is: Keras 2 up to TensorFlow 2.15, Keras 3
      from 2.16 on unless TF_USE_LEGACY_KERAS is set. 'keras3' is the package
      `keras`, 'tf_keras' the package `tf_keras` (Keras 2).

  Returns:
    A module with `models`, `layers`, `optimizers`, `callbacks`, `datasets`.

  Raises:
    KerasChoiceError: if it is not installed, or is not the Keras asked for.
  """
  if name == 'auto':
    return _on_tensorflow(tf.keras)
  if name == 'keras3':
    return _keras3()
  if name == 'tf_keras':
    return _tf_keras()
  raise KerasChoiceError(
    f'keras: expected one of {", ".join(NAMES)}. Received: keras={name!r}.'
  )


def check_offers_jit_compile(keras):
  """Raises `KerasChoiceError` if this Keras cannot train with XLA.

  Older ones take the argument of `compile` all the same, and ignore it.
  """
  if 'jit_compile' not in inspect.signature(keras.Model.compile).parameters:
    raise KerasChoiceError(
      '--jit_compile: expected a Keras whose Model.compile offers it. '
      f'Received: {describe(keras)}. Leave --jit_compile out, or install '
      'TensorFlow 2.7 or newer.'
    )


def describe(keras):
  """One line that names the versions, for the head of the report."""
  # `tf.keras` is a facade; a class says in which package the code really is.
  package = keras.Model.__module__.split('.')[0]
  version = sys.modules[package].__version__
  return f'TensorFlow {tf.__version__}, Keras {version} (package {package})'


def _keras3():
  """The package `keras`, if it is Keras 3 on TensorFlow."""
  try:
    import keras  # pylint: disable=g-import-not-at-top
  except ImportError as error:
    raise KerasChoiceError(
      f'--keras keras3: the package keras cannot be imported ({error}). '
      'Run: pip install "keras>=3"; and leave KERAS_BACKEND unset or set it to '
      'tensorflow.'
    ) from error
  # Keras 3 is the first that has backends.
  if not hasattr(keras, 'ops'):
    raise KerasChoiceError(
      '--keras keras3: expected the package keras to be Keras 3. '
      f'Received: keras.__version__={keras.__version__!r}. '
      'Use --keras auto, or install TensorFlow 2.16 or newer.'
    )
  return _on_tensorflow(keras)


def _tf_keras():
  """The package `tf_keras`."""
  try:
    import tf_keras  # pylint: disable=g-import-not-at-top
  except ImportError as error:
    series = '.'.join(tf.__version__.split('.')[:2])
    raise KerasChoiceError(
      f'--keras tf_keras: the package tf_keras cannot be imported ({error}). '
      f'Run: pip install "tf_keras=={series}.*"; up to TensorFlow 2.15 use '
      '--keras auto, where tf.keras is Keras 2.'
    ) from error
  return tf_keras


def _on_tensorflow(keras):
  """Returns `keras` unless it is Keras 3 on something else than TensorFlow."""
  if hasattr(keras, 'ops') and keras.backend.backend() != 'tensorflow':
    raise KerasChoiceError(
      'keras: expected Keras on TensorFlow. '
      f'Received: backend={keras.backend.backend()!r}. '
      'Run with KERAS_BACKEND=tensorflow.'
    )
  return keras
