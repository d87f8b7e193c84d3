# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning under TensorFlow's distribution strategies gives the same masks."""

import concurrent.futures
import json
import socket
from unittest import mock

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import keep_zeros
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_impl,
)
from tensorflow_model_optimization.python.core.testing import fresh_process
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
_X = np.random.RandomState(0).normal(size=(64, 8)).astype(np.float32)
_Y = _X[:, :4]

# One worker of a cluster: trains, and prints its zeros and its exact weights.
_WORKER = """
import hashlib
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_distribute_test as shared,
)
tf = shared.tf
strategies = tf.distribute
if not hasattr(strategies, 'MultiWorkerMirroredStrategy'):
  strategies = tf.distribute.experimental
strategy = strategies.MultiWorkerMirroredStrategy()
with strategy.scope():
  pruned = shared.compiled_model()
data = tf.data.Dataset.from_tensor_slices((shared._X, shared._Y))
pruned.fit(
  data.batch(16).repeat(),
  epochs=2,
  steps_per_epoch=4,
  verbose=0,
  callbacks=[shared.pruning_callbacks.UpdatePruningStep()],
)
weights = shared.prune.strip_pruning(pruned).get_weights()
digest = hashlib.sha256(b''.join(w.tobytes() for w in weights)).hexdigest()
print('RESULT', shared.zeros(weights), digest)
"""


def compiled_model(**kwargs):
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
    model,
    pruning_schedule.PolynomialDecay(0.0, 0.8, 0, 6, frequency=2),
    **kwargs,
  )
  pruned.compile(keras.optimizers.SGD(0.01, momentum=0.9), 'mse')
  return pruned


def zeros(weights):
  """Numbers of zeros."""
  return [int(np.sum(weight == 0)) for weight in weights]


def _set_two_cpus():
  config = tf.config.experimental
  config.set_virtual_device_configuration(
    config.list_physical_devices('CPU')[0],
    [config.VirtualDeviceConfiguration(), config.VirtualDeviceConfiguration()],
  )


def _free_ports(count):
  """Ports that were free a moment ago; all are held until all are known."""
  sockets = [socket.socket() for _ in range(count)]
  try:
    for one in sockets:
      one.bind(('127.0.0.1', 0))
    return [one.getsockname()[1] for one in sockets]
  finally:
    for one in sockets:
      one.close()


class _Device(object):
  """No strategy, but used like one: variables are made on a device."""

  def __init__(self, name):
    self._name = name

  def scope(self):
    return tf.device(self._name)


@test_case.needs_eager(
  'Strategies and TensorFlow 1 sessions do not go together.'
)
class PruneDistributeTest(test_case.KerasTestCase):
  @classmethod
  def setUpClass(cls):
    super().setUpClass()
    _set_two_cpus()
    # One strategy for all tests: TensorFlow counts collectives per process.
    cls.mirrored = tf.distribute.MirroredStrategy(['CPU:0', 'CPU:1'])

  def test_an_embedding_on_replicas(self):
    strategies = [tf.distribute.OneDeviceStrategy('CPU:0')]
    # Keras of TensorFlow 1.14, which is the one that makes its steps beforehand
    # though it is eager, refuses a constrained embedding on several replicas.
    if not adapter.makes_step_before_callbacks():
      strategies.append(self.mirrored)
    for strategy in strategies:
      with strategy.scope():
        model = keras.Sequential(
          [
            keras.Input((5,)),
            keras.layers.Embedding(50, 8),
            keras.layers.Flatten(),
            keras.layers.Dense(4),
          ]
        )
        pruned = prune.prune_low_magnitude(
          model, pruning_schedule.ConstantSparsity(0.8, 0)
        )
        pruned.compile('adam', 'mse')
      pruned.fit(
        np.random.RandomState(0).randint(0, 50, [64, 5]),
        _Y,
        batch_size=16,
        verbose=0,
        callbacks=[pruning_callbacks.UpdatePruningStep()],
      )
      stripped = prune.strip_pruning(pruned)
      self.assertEqual([320, 128, 0], zeros(stripped.get_weights()))

  def _trained_weights(self, strategy, **kwargs):
    if strategy is None:
      pruned = compiled_model(**kwargs)
    else:
      with strategy.scope():
        pruned = compiled_model(**kwargs)
    pruned.fit(
      _X,
      _Y,
      batch_size=16,
      epochs=2,
      shuffle=False,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    return pruned, prune.strip_pruning(pruned).get_weights()

  @parameterized.named_parameters(
    ('unstructured', {}, [102, 0, 51, 0]),
    ('blocks', {'block_size': (2, 2)}, [104, 0, 52, 0]),
    ('erk', {'sparsity_distribution': 'erk'}, [107, 0, 47, 0]),
    ('m_by_n', {'sparsity_m_by_n': (2, 4)}, [64, 0, 32, 0]),
  )
  def test_every_strategy_gives_the_masks_of_one_device(self, kwargs, expected):
    _, alone = self._trained_weights(None, **kwargs)
    self.assertEqual(expected, zeros(alone))
    one_device = tf.distribute.OneDeviceStrategy('/cpu:0')
    for strategy in (one_device, self.mirrored):
      _, weights = self._trained_weights(strategy, **kwargs)
      for one, other in zip(alone, weights):
        self.assert_equal_values(one == 0, other == 0)
        self.assert_close_values(one, other, atol=1e-5)

  def test_replicas_have_the_same_masks_and_weights_bit_for_bit(self):
    pruned, _ = self._trained_weights(self.mirrored)
    for layer in pruned.layers:
      for variables in layer.pruning_vars:
        for variable in variables:
          replicas = self.mirrored.experimental_local_results(
            adapter.tf_variable(variable)
          )
          self.assertLen(replicas, 2)
          self.assert_same_arrays(replicas[0].numpy(), replicas[1].numpy())

  def test_a_weight_that_is_zeroed_in_slices(self):
    slices = pruning_impl._ELEMENTS_PER_SLICE
    pruning_impl._ELEMENTS_PER_SLICE = 16
    self.addCleanup(setattr, pruning_impl, '_ELEMENTS_PER_SLICE', slices)
    _, weights = self._trained_weights(self.mirrored)
    self.assertEqual([102, 0, 51, 0], zeros(weights))

  def test_a_weight_that_would_be_changed_in_place_on_one_device(self):
    if tf_compat.tf_version() < (2, 16):
      self.skipTest('TensorFlow changes no weight in place here')
    self.enter_context(mock.patch.object(keep_zeros, '_FEWEST_IN_PLACE', 1))
    strategies = [self.mirrored]
    strategies += [
      tf.distribute.OneDeviceStrategy(cpu) for cpu in ('CPU:0', 'CPU:1')
    ]
    for strategy in strategies:
      _, weights = self._trained_weights(strategy)
      self.assertEqual([102, 0, 51, 0], zeros(weights))

  @parameterized.parameters('CPU:0', 'CPU:1')
  def test_weights_on_another_device_than_the_training(self, cpu):
    self.enter_context(mock.patch.object(keep_zeros, '_FEWEST_IN_PLACE', 1))
    with tf.device('CPU:1'):
      _, weights = self._trained_weights(_Device(cpu))
    self.assertEqual([102, 0, 51, 0], zeros(weights))

  def test_two_workers_in_two_processes_have_the_same_weights(self):
    if adapter.is_keras3:
      self.skipTest(
        'Keras 3 cannot train under MultiWorkerMirroredStrategy, pruned or not.'
      )
    workers = ['127.0.0.1:{}'.format(port) for port in _free_ports(2)]

    def run(index):
      config = {
        'cluster': {'worker': workers},
        'task': {'type': 'worker', 'index': index},
      }
      return fresh_process.run(_WORKER, {'TF_CONFIG': json.dumps(config)})

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
      finished = list(pool.map(run, range(2)))
    if any("attr 'T' of bool is not in" in p.stderr for p in finished):
      self.skipTest('TensorFlow 2.0 cannot send bools to other workers.')
    results = []
    for process in finished:
      self.assertEqual(0, process.returncode, process.stderr[-2000:])
      results += [
        line for line in process.stdout.splitlines() if line[:6] == 'RESULT'
      ]
    self.assertLen(results, 2)
    self.assertEqual(results[0], results[1])
    self.assertIn('[102, 0, 51, 0]', results[0])


if __name__ == '__main__':
  absltest.main()
