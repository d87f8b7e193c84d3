# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains a LeNet, the dense and the compressed one alike."""

import math

import numpy as np

BATCH_SIZE = 100
_MOMENTUM = 0.9
_WEIGHT_DECAY = 1e-4
# Each image is moved by up to so many pixels in each direction, anew in each
# epoch: for the dense model and for the compressed one.
_MOST_PIXELS = 1


def train(keras, model, data, epochs, seed, learning_rate, callbacks=()):
  """Trains `model`, with the learning rate going down to 0 as a cosine.

  Args:
    keras: the Keras module.
    model: a model of images [28, 28, 1] that gives 10 logits.
    data: a `dataset.Dataset`.
    epochs: int.
    seed: int, of the order of the batches and of the moved pixels.
    learning_rate: the first one.
    callbacks: list of Keras callbacks.

  Raises:
    FloatingPointError: the loss is not finite any more.
  """
  rng = np.random.RandomState(seed)
  compile_model(keras, model)
  steps = math.ceil(len(data.x_train) / BATCH_SIZE)
  schedule = _CosineLearningRate(keras, learning_rate, epochs * steps)
  for epoch in range(epochs):
    order = rng.permutation(len(data.x_train))
    history = model.fit(
      moved(data.x_train, rng)[order],
      data.y_train[order],
      batch_size=BATCH_SIZE,
      shuffle=False,
      verbose=0,
      callbacks=[schedule] + list(callbacks),
    )
    loss = history.history['loss'][-1]
    if not math.isfinite(loss):
      raise FloatingPointError(
        f'The training of {model.name} diverged in epoch {epoch + 1} of {epochs}: '
        f'its loss is {loss}. Received: learning_rate={learning_rate}. Lower it.'
      )


def compile_model(keras, model):
  """Compiles it with SGD; classification of logits."""
  model.compile(
    # The schedule sets the learning rate before each batch.
    keras.optimizers.SGD(momentum=_MOMENTUM, weight_decay=_WEIGHT_DECAY),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=['accuracy'],
  )


def error_percent(keras, model, data):
  """Percentage of the test images that the model gets wrong."""
  compile_model(keras, model)
  accuracy = model.evaluate(
    data.x_test, data.y_test, batch_size=1000, verbose=0
  )[1]
  return 100.0 * (1.0 - accuracy)


def moved(images, rng):
  """A copy of `images` [n, rows, columns, 1], each moved by whole pixels."""
  n, rows, columns, _ = images.shape
  most = _MOST_PIXELS
  padded = np.pad(images, ((0, 0), (most, most), (most, most), (0, 0)))
  result = np.empty_like(images)
  choices = rng.randint(0, 2 * most + 1, (n, 2))
  for y in range(2 * most + 1):
    for x in range(2 * most + 1):
      chosen = np.flatnonzero((choices == (y, x)).all(axis=1))
      result[chosen] = padded[chosen, y : y + rows, x : x + columns]
  return result


def _CosineLearningRate(keras, first, steps):
  """A callback; made here because its base class depends on `keras`."""

  class CosineLearningRate(keras.callbacks.Callback):
    step = 0

    def on_train_batch_begin(self, batch, logs=None):
      rate = first * 0.5 * (1.0 + math.cos(math.pi * self.step / steps))
      self.model.optimizer.learning_rate.assign(rate)
      self.step += 1

  return CosineLearningRate()
