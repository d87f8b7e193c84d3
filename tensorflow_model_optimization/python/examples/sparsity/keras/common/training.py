# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains one model dense and another one pruned, with the same budget."""

import random

import numpy as np
import tensorflow as tf

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  training_log,
)

_LEARNING_RATE = 1e-3  # At the first step.
# How often the mask changes between the first and the last pruned step.
_MASK_UPDATES = 50


def train_dense(keras, model, data, options, seed, history):
  """Trains `model` as it is, and returns it."""
  _compile(keras, model, data, options)
  _fit(keras, model, data, options, seed, 'dense ', [], history)
  return model


def train_pruned(keras, model, data, options, seed, summaries, history):
  """Trains `model` while its weights are pruned; returns the wrapped model."""
  steps = options.epochs * steps_per_epoch(data, options)
  # One: wrap the model.
  pruned_model = tfmot.sparsity.keras.prune_low_magnitude(
    model,
    pruning_schedule=_schedule(options.target_sparsity, steps),
    block_size=options.block_size,
  )
  # Two: compile and train it with the callback.
  callbacks = [tfmot.sparsity.keras.UpdatePruningStep()] + summaries
  _compile(keras, pruned_model, data, options)
  _fit(keras, pruned_model, data, options, seed, 'pruned', callbacks, history)
  # Three: tfmot.sparsity.keras.strip_pruning(pruned_model), before saving.
  return pruned_model


def steps_per_epoch(data, options):
  return -(-len(data.x_train) // options.batch_size)  # Rounded up.


def set_seed(seed):
  random.seed(seed)
  np.random.seed(seed)
  tf.compat.v1.set_random_seed(seed)  # The same call on TensorFlow 1 and 2.


def _schedule(target_sparsity, steps):
  """Cubic from 0 to the target, in the first half of the training.

  The first eighth gives the weights time to show which of them matter, the
  second half gives those that are left time to settle.
  """
  begin = steps // 8
  pruning_steps = steps // 2 - begin
  frequency = max(1, pruning_steps // _MASK_UPDATES)
  return tfmot.sparsity.keras.PolynomialDecay(
    initial_sparsity=0.0,
    final_sparsity=target_sparsity,
    begin_step=begin,
    end_step=begin + pruning_steps // frequency * frequency,
    frequency=frequency,
  )


def _compile(keras, model, data, options):
  # To zero in a straight line: the last steps then no longer make the accuracy
  # jump about, and two models can be compared.
  learning_rate = keras.optimizers.schedules.PolynomialDecay(
    _LEARNING_RATE,
    power=1.0,
    end_learning_rate=0.0,
    decay_steps=options.epochs * steps_per_epoch(data, options),
  )
  # Not passed unless asked for: Keras before TensorFlow 2.7 has no such
  # argument.
  arguments = {'jit_compile': True} if options.jit_compile else {}
  model.compile(
    optimizer=keras.optimizers.Adam(learning_rate),
    loss='sparse_categorical_crossentropy',
    # Not by its short name, under which TensorFlow 1 logs it as 'acc'.
    metrics=[keras.metrics.SparseCategoricalAccuracy(name='accuracy')],
    **arguments,
  )


def _fit(keras, model, data, options, seed, title, callbacks, history):
  log = training_log.make_callback(
    keras, title, options.epochs, steps_per_epoch(data, options), history
  )
  set_seed(seed)  # Both models see the examples in the same order.
  model.fit(
    data.x_train,
    data.y_train,
    batch_size=options.batch_size,
    epochs=options.epochs,
    validation_data=(data.x_test, data.y_test),
    callbacks=callbacks + [log],
    verbose=0,
  )
