# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the training log, called as Keras would call it."""

import contextlib
import io
import types
import unittest
from unittest import mock

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  pruned_weights,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  training_log,
)


class _Callback:
  """What the log needs of Keras' base class."""

  def set_model(self, model):
    self.model = model


_KERAS = types.SimpleNamespace(
  callbacks=types.SimpleNamespace(Callback=_Callback)
)


class _Layer:
  """A layer with a bias that is not pruned and a kernel that is."""

  def __init__(self, name, kernel):
    self.name = name
    self.kernel = np.array(kernel)
    self.bias_variable = types.SimpleNamespace(name=name + '/bias:0')
    self.kernel_variable = types.SimpleNamespace(name=name + '/kernel:0')
    self.weights = [self.bias_variable, self.kernel_variable]

  def get_weights(self):
    return [np.ones(1), self.kernel]


def _pruned_model(*layers):
  """A model of wrapped layers, with one layer between that has no weights."""
  wrappers = [
    types.SimpleNamespace(
      layer=layer, pruning_vars=[(layer.kernel_variable, None, None)]
    )
    for layer in layers
  ]
  return types.SimpleNamespace(layers=[types.SimpleNamespace()] + wrappers)


def _logs(accuracy):
  return {
    'loss': 0.5,
    'accuracy': 0.1,
    'val_loss': 9.0,
    'val_accuracy': accuracy,
  }


class PrunedWeightsTest(unittest.TestCase):
  def test_found_by_identity_with_their_short_names(self):
    model = _pruned_model(_Layer('a', [1.0]), _Layer('b', [2.0]))
    self.assertEqual(
      [('a', 1, 'kernel'), ('b', 1, 'kernel')], pruned_weights.find(model)
    )
    self.assertEqual(
      {'a/kernel': [1.0], 'b/kernel': [2.0]}, pruned_weights.read(model)
    )


class TrainingLogTest(unittest.TestCase):
  def setUp(self):
    super().setUp()
    self.history = training_log.new_history()
    self.stdout = io.StringIO()
    redirect = contextlib.redirect_stdout(self.stdout)
    redirect.__enter__()
    self.addCleanup(redirect.__exit__, None, None, None)

  def _callback(self, model, epochs, steps_per_epoch):
    callback = training_log.make_callback(
      _KERAS, 'pruned', epochs, steps_per_epoch, self.history
    )
    callback.set_model(model)
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    return callback

  def test_every_step_of_a_short_training(self):
    layer = _Layer('a', [1.0, 2.0, 3.0, 4.0])
    callback = self._callback(_pruned_model(layer), 1, 3)
    for batch in range(3):
      layer.kernel[batch] = 0.0
      callback.on_train_batch_end(batch)
    callback.on_epoch_end(0, _logs(0.75))
    self.assertEqual([0, 1, 2, 3], self.history.steps)
    self.assertEqual(
      {'a/kernel': [0.0, 0.25, 0.5, 0.75]}, self.history.sparsity
    )
    self.assertEqual([3], self.history.epoch_steps)
    self.assertEqual([0.5], self.history.losses)
    self.assertEqual([0.75], self.history.accuracies)

  def test_the_end_of_an_epoch_of_a_long_training_is_not_missed(self):
    layer = _Layer('a', [1.0, 2.0])
    callback = self._callback(_pruned_model(layer), 2, 301)
    for batch in range(301):
      callback.on_train_batch_end(batch)
    layer.kernel[0] = 0.0
    callback.on_epoch_end(0, _logs(0.5))
    self.assertEqual([0, 3, 6], self.history.steps[:3])
    self.assertEqual([300, 301], self.history.steps[-2:])
    self.assertEqual([0.0, 0.5], self.history.sparsity['a/kernel'][-2:])

  def test_line_of_an_epoch_has_the_lowest_sparsity(self):
    model = _pruned_model(_Layer('a', [0.0, 2.0]), _Layer('b', [0.0, 0.0]))
    self._callback(model, 5, 3).on_epoch_end(0, _logs(0.9876))
    self.assertRegex(
      self.stdout.getvalue(),
      r'^pruned epoch  1/5: +\d+\.\d s, loss 0\.5000, test accuracy  98\.76 %,'
      r' sparsity  50\.00 %\n$',
    )

  def test_dense_model_has_no_sparsity(self):
    model = types.SimpleNamespace(layers=[types.SimpleNamespace()])
    self._callback(model, 1, 1).on_epoch_end(0, _logs(0.5))
    self.assertEqual({}, self.history.sparsity)
    self.assertNotIn('sparsity', self.stdout.getvalue())

  def test_sign_of_life_within_a_long_epoch(self):
    seconds = iter([0.0, 10.0, 20.0, 30.0, 40.0])
    with mock.patch.object(training_log.time, 'monotonic', seconds.__next__):
      callback = self._callback(_pruned_model(_Layer('a', [1.0])), 1, 9)
      for batch in range(4):
        callback.on_train_batch_end(batch)
    self.assertEqual(
      'pruned epoch  1/1: batch 2 of 9\npruned epoch  1/1: batch 4 of 9\n',
      self.stdout.getvalue(),
    )


if __name__ == '__main__':
  unittest.main()
