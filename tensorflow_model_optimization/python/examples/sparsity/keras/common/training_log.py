# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Watches a training: one line per epoch, and the sparsity over the steps."""

import collections
import time

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  pruned_weights,
)

# How many points of each curve are recorded.
_POINTS = 200
# Within a long epoch a sign of life is printed this often.
_SECONDS_BETWEEN_LINES = 15.0


class History(
  collections.namedtuple(
    'History', 'steps sparsity epoch_steps losses accuracies'
  )
):
  """What was seen during one training.

  Attributes:
    steps: numbers of finished optimizer steps at which sparsity was read.
    sparsity: {weight label: list of fractions of zeros}, one for each of
      `steps`; empty for a dense model.
    epoch_steps: number of finished steps at the end of each epoch.
    losses: training loss of each epoch.
    accuracies: accuracy on the test images after each epoch, 0 to 1.
  """


def new_history():
  return History([], {}, [], [], [])


def make_callback(keras, title, epochs, steps_per_epoch, history):
  """A Keras callback that prints progress and fills `history`.

  It reads the weights after the step, so it comes behind the callbacks that
  prune.

  Args:
    keras: the Keras module of the model.
    title: first word of each printed line.
    epochs: how many epochs will be trained.
    steps_per_epoch: how many batches an epoch has.
    history: an empty `History`, filled in place.

  Returns:
    A callback for `fit`.
  """
  record_every = max(1, epochs * steps_per_epoch // _POINTS)

  # The base class depends on the Keras that was chosen.
  class TrainingLog(keras.callbacks.Callback):
    """Prints a line per epoch and records the sparsity of pruned weights."""

    def __init__(self):
      super().__init__()
      self._step = 0
      self._epoch = 0
      self._epoch_start = 0.0
      self._last_line = 0.0

    def on_train_begin(self, logs=None):
      self._record()

    def on_epoch_begin(self, epoch, logs=None):
      self._epoch = epoch
      self._epoch_start = self._last_line = time.monotonic()

    def on_train_batch_end(self, batch, logs=None):
      self._step += 1
      if self._step % record_every == 0:
        self._record()
      now = time.monotonic()
      if now - self._last_line > _SECONDS_BETWEEN_LINES:
        self._last_line = now
        _print_line(
          f'{title} epoch {self._epoch + 1:2d}/{epochs}: batch '
          f'{batch + 1} of {steps_per_epoch}'
        )

    def on_epoch_end(self, epoch, logs=None):
      if history.steps[-1] != self._step:
        self._record()
      history.epoch_steps.append(self._step)
      history.losses.append(float(logs['loss']))
      history.accuracies.append(float(logs['val_accuracy']))
      seconds = time.monotonic() - self._epoch_start
      line = (
        f'{title} epoch {epoch + 1:2d}/{epochs}: {seconds:5.1f} s, loss '
        f'{history.losses[-1]:.4f}, test accuracy '
        f'{100.0 * history.accuracies[-1]:6.2f} %'
      )
      if history.sparsity:
        lowest = min(curve[-1] for curve in history.sparsity.values())
        line += f', sparsity {100.0 * lowest:6.2f} %'
      _print_line(line)

    def _record(self):
      history.steps.append(self._step)
      for label, values in pruned_weights.read(self.model).items():
        zeros = 1.0 - float(np.count_nonzero(values)) / values.size
        history.sparsity.setdefault(label, []).append(zeros)

  return TrainingLog()


def _print_line(line):
  # Flushed, so that a pipe shows progress too.
  print(line, flush=True)
