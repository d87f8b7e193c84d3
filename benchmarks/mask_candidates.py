# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The ways to compute a magnitude mask that the benchmark compares.

Each maker takes float32 weights as a numpy array and the sparsity, prepares
everything that is not part of a mask update, and returns a function without
arguments that does one update, finishes it, and returns (mask, threshold).
TensorFlow's are compiled with tf.function, as they are in a training.
"""

import numpy as np
import tensorflow as tf


def kept_count(size, sparsity):
  return max(1, round(size * (1.0 - sparsity)))


def library_mask(mode):
  """A maker for the library's op; mode 'native' or 'tf' (its twin)."""
  # pylint: disable=g-import-not-at-top
  from tensorflow_model_optimization.python.core.ops import dispatch
  from tensorflow_model_optimization.python.core.ops import magnitude_mask
  # pylint: enable=g-import-not-at-top

  def make(weights, sparsity):
    variable = tf.Variable(weights)

    @tf.function
    def update():
      # Forced while it is traced; it raises if that side is not available.
      with dispatch.force(mode):
        return magnitude_mask.magnitude_mask(variable, sparsity)

    return finished(update)

  return make


def sort_mask(weights, sparsity):
  """The incumbent's algorithm: sort all magnitudes to read one of them."""
  variable = tf.Variable(weights)
  kept = kept_count(weights.size, sparsity)

  @tf.function
  def update():
    magnitudes = tf.abs(variable)
    ordered, _ = tf.math.top_k(tf.reshape(magnitudes, [-1]), k=weights.size)
    threshold = ordered[kept - 1]
    return tf.cast(magnitudes >= threshold, variable.dtype), threshold

  return finished(update)


def top_k_mask(weights, sparsity):
  """tf.math.top_k of the kept magnitudes only."""
  variable = tf.Variable(weights)
  kept = kept_count(weights.size, sparsity)

  @tf.function
  def update():
    magnitudes = tf.abs(variable)
    largest, _ = tf.math.top_k(tf.reshape(magnitudes, [-1]), k=kept)
    threshold = largest[-1]
    return magnitudes >= threshold, threshold

  return finished(update)


def numpy_mask(weights, sparsity):
  """numpy.partition, outside of TensorFlow."""
  position = weights.size - kept_count(weights.size, sparsity)

  def update():
    magnitudes = np.abs(weights)
    threshold = np.partition(magnitudes.ravel(), position)[position]
    return magnitudes >= threshold, threshold

  return update


def memcpy(weights, unused_sparsity):
  """The floor: copy the weights into memory that is already there."""
  target = np.empty_like(weights)
  target.fill(0.0)

  def update():
    np.copyto(target, weights)
    return target, 0.0

  return update


def finished(update):
  """Traces `update` now, and waits for its result wherever it is computed."""
  concrete = update.get_concrete_function()

  def run():
    mask, threshold = concrete()
    return mask, threshold.numpy()

  return run
