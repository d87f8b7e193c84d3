# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning under ParameterServerStrategy gives the masks of one device."""

import socket
import unittest

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
_X = np.random.RandomState(0).normal(size=(64, 8)).astype(np.float32)
_Y = _X[:, :4]
_STEPS = 4
_BATCH = 16
# An experiment at first, from TensorFlow 2.4 on.
_COORDINATORS = getattr(tf.distribute, 'coordinator', None) or getattr(
  tf.distribute.experimental, 'coordinator', None
)


def _compiled_model():
  """A pruned model that starts from the same weights each time."""
  model = keras.Sequential(
    [
      keras.layers.Dense(16, input_shape=(8,), name='a'),
      keras.layers.Dense(4, name='b'),
    ]
  )
  random = np.random.RandomState(2)
  model.set_weights(
    [random.normal(size=w.shape).astype(np.float32) for w in model.weights]
  )
  pruned = prune.prune_low_magnitude(
    model, pruning_schedule.PolynomialDecay(0.0, 0.8, 0, 6, frequency=2)
  )
  pruned.compile(keras.optimizers.SGD(0.01, momentum=0.9), 'mse')
  return pruned


def _free_port():
  """A port that was free a moment ago."""
  with socket.socket() as one:
    one.bind(('127.0.0.1', 0))
    return one.getsockname()[1]


def _batch(i):
  rows = slice(i * _BATCH, (i + 1) * _BATCH)
  return tf.constant(_X[rows]), tf.constant(_Y[rows])


def _dataset(context):
  del context
  data = tf.data.Dataset.from_tensor_slices((_X, _Y))
  return data.batch(_BATCH).repeat()


def _masks(model):
  return [
    np.array(adapter.tf_variable(variables.mask))
    for layer in model.layers
    for variables in layer.pruning_vars
  ]


def _train(model, run_step):
  """A loop of two epochs; returns the masks after each batch."""
  callback = pruning_callbacks.UpdatePruningStep()
  callback.set_model(model)
  callback.on_train_begin()
  masks = []
  for epoch in range(2):
    for i in range(_STEPS):
      callback.on_train_batch_begin(i)
      run_step(*_batch(i))
      callback.on_train_batch_end(i)
      masks.append(_masks(model))
    callback.on_epoch_end(epoch)
  return masks


def _make_step(model):
  def step(x, y):
    with tf.GradientTape() as tape:
      loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))

  return step


@unittest.skipIf(
  adapter.is_keras3, 'Keras 3 cannot train under ParameterServerStrategy.'
)
@unittest.skipIf(
  _COORDINATORS is None, 'TensorFlow before 2.4 has no ClusterCoordinator.'
)
@test_case.needs_eager('Strategies need TensorFlow 2 behaviour.')
class PruneParameterServerTest(test_case.KerasTestCase):
  @classmethod
  def setUpClass(cls):
    super().setUpClass()
    ports = (_free_port(), _free_port())
    cluster = tf.train.ClusterSpec(
      {
        job: ['localhost:{}'.format(port)]
        for job, port in zip(('worker', 'ps'), ports)
      }
    )
    # Real servers on loopback, in this process.
    cls.servers = [
      tf.distribute.Server(cluster, job_name=job, protocol='grpc')
      for job in ('worker', 'ps')
    ]
    resolver = tf.distribute.cluster_resolver.SimpleClusterResolver(
      cluster, rpc_layer='grpc'
    )
    cls.strategy = tf.distribute.experimental.ParameterServerStrategy(resolver)
    cls.coordinator = _COORDINATORS.ClusterCoordinator(cls.strategy)

  def _model(self):
    with self.strategy.scope():
      return _compiled_model()

  def test_the_masks_of_one_device_at_every_step(self):
    alone = _compiled_model()
    expected = _train(alone, tf.function(_make_step(alone)))

    model = self._model()
    step = _make_step(model)
    on_worker = tf.function(lambda x, y: self.strategy.run(step, (x, y)))

    def run_step(x, y):
      # One update after the other: left alone, workers do not wait.
      self.coordinator.schedule(on_worker, args=(x, y))
      self.coordinator.join()

    actual = _train(model, run_step)
    self.assertLen(actual, 2 * _STEPS)
    for one, other in zip(expected, actual):
      self.assert_same_arrays(one, other)
    # 128 and 64 weights, 80 % of them pruned in the end.
    self.assertEqual([26, 13], [int(np.sum(mask)) for mask in actual[-1]])
    for one, other in zip(
      prune.strip_pruning(alone).get_weights(),
      prune.strip_pruning(model).get_weights(),
    ):
      self.assert_equal_values(one == 0, other == 0)
      self.assert_close_values(one, other, atol=1e-6)

  def test_fit_ends_with_the_sparsity_that_was_asked_for(self):
    model = self._model()
    model.fit(
      keras.utils.experimental.DatasetCreator(_dataset),
      epochs=2,
      steps_per_epoch=_STEPS,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    weights = prune.strip_pruning(model).get_weights()
    zeros = [int(np.sum(weight == 0)) for weight in weights]
    self.assertEqual([102, 0, 51, 0], zeros)


if __name__ == '__main__':
  absltest.main()
