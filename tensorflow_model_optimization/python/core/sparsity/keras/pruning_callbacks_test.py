# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of UpdatePruningStep: what happens at which step."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.testing import tf_mode
from tensorflow_model_optimization.python.core.tf_compat import tf

keras = test_case.keras
_X = np.random.RandomState(0).randn(64, 10).astype(np.float32)
_Y = np.random.RandomState(1).randn(64, 1).astype(np.float32)


class _AskedSteps(pruning_schedule.PruningSchedule):
  """Prunes at every step, to 10 % per step, and remembers the steps."""

  def __init__(self):
    self.steps = []

  def __call__(self, step):
    # Noted when it runs: a graph calls the schedule once, for all steps.
    step = tf.numpy_function(self._note, [step], tf.int64)
    return tf.constant(True), tf.minimum(0.1 * tf.cast(step, tf.float64), 0.9)

  def _note(self, step):
    self.steps.append(int(step))
    return np.int64(step)

  def get_config(self):
    return {'class_name': '_AskedSteps', 'config': {}}


def _dense_model():
  return keras.Sequential(
    [keras.layers.Dense(10, input_shape=(10,)), keras.layers.Dense(1)]
  )


def _kept(layer):
  """(weights kept by the mask, weights that are not zero) of the kernel."""
  mask = test_case.value_of(layer.pruning_vars[0].mask)
  kernel = test_case.value_of(layer.pruning_vars[0].weight)
  return int(np.sum(mask)), int(np.count_nonzero(kernel))


def _step(layer):
  return int(test_case.value_of(layer.pruning_step))


class _Spy(keras.callbacks.Callback):
  """Records what can be seen of the first layer after each batch."""

  def __init__(self):
    super().__init__()
    self.seen = []

  def on_train_batch_end(self, batch, logs=None):
    self.seen.append(_kept(self.model.layers[0]))


class StepsTest(test_case.KerasTestCase):
  def _fit(self, model, epochs=1, callbacks=None, batch_size=16, **kwargs):
    if callbacks is None:
      callbacks = [pruning_callbacks.UpdatePruningStep()]
    model.fit(
      _X,
      _Y,
      batch_size=batch_size,
      epochs=epochs,
      verbose=0,
      callbacks=callbacks,
      **kwargs,
    )
    return model

  def _pruned(self, schedule, **compile_arguments):
    model = prune.prune_low_magnitude(_dense_model(), schedule)
    return self.compile(model, **compile_arguments)

  def test_first_batch_is_step_zero_and_is_pruned(self):
    spy = _Spy()
    model = self._pruned(pruning_schedule.ConstantSparsity(0.8, 0))
    self._fit(model, callbacks=[spy, pruning_callbacks.UpdatePruningStep()])
    # 4 batches, frequency 100: a run shorter than one period is pruned.
    self.assertEqual(spy.seen, [(20, 20)] * 4)
    self.assertEqual(_step(model.layers[0]), 4)

  def test_every_step_is_asked_once(self):
    schedule = _AskedSteps()
    model = self._pruned(schedule)
    self._fit(model)
    self._fit(model)
    self.assertEqual(schedule.steps, [0, 1, 2, 3, 4, 5, 6, 7, 8])

  def test_equal_schedules_of_two_layers_are_asked_once(self):
    # As in a model from a file, where each layer has a schedule of its own.
    first, second = _AskedSteps(), _AskedSteps()
    model = self.compile(
      keras.Sequential(
        [
          keras.Input((10,)),
          prune.prune_low_magnitude(keras.layers.Dense(10), first),
          prune.prune_low_magnitude(keras.layers.Dense(1), second),
        ]
      )
    )
    self._fit(model)
    self.assertEqual(first.steps + second.steps, [0, 1, 2, 3, 4])

  def test_end_step_is_reached_exactly(self):
    model = self._pruned(
      pruning_schedule.PolynomialDecay(0.0, 0.8, 0, 7, frequency=5)
    )
    self._fit(model, epochs=2)  # 8 steps; 7 is no multiple of 5.
    self.assertEqual(_kept(model.layers[0]), (20, 20))

  def test_update_after_the_last_batch_is_made(self):
    model = self._pruned(
      pruning_schedule.PolynomialDecay(0.0, 0.8, 0, 4, frequency=4)
    )
    self._fit(model)
    self.assertEqual(_kept(model.layers[0]), (20, 20))

  def test_recompiling_does_not_restart_the_schedule(self):
    schedule = _AskedSteps()
    model = self._pruned(schedule)
    self._fit(model)
    self.compile(model, optimizer='adam')
    self._fit(model)
    self.assertEqual(schedule.steps[-1], 8)
    self.assertEqual(_step(model.layers[0]), 8)

  def test_optimizer_with_earlier_updates_starts_at_zero(self):
    optimizer = keras.optimizers.SGD(0.01)
    model = _dense_model()
    self.compile(model, optimizer=optimizer)
    model.fit(_X, _Y, batch_size=16, verbose=0)
    schedule = _AskedSteps()
    pruned = prune.prune_low_magnitude(model, schedule)
    self.compile(pruned, optimizer=optimizer)
    self._fit(pruned)
    self.assertEqual(schedule.steps, [0, 1, 2, 3, 4])

  def test_layer_used_twice_counts_once(self):
    schedule = _AskedSteps()
    inputs = keras.Input((10,))
    shared = keras.layers.Dense(10)
    model = keras.Model(inputs, shared(shared(inputs)))
    pruned = self.compile(prune.prune_low_magnitude(model, schedule))
    pruned.fit(
      _X,
      _X,
      batch_size=16,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    self.assertEqual(schedule.steps, [0, 1, 2, 3, 4])

  def test_steps_per_execution_makes_the_newest_update(self):
    if not test_case.offers('steps_per_execution'):
      self.skipTest('steps_per_execution came with TensorFlow 2.4.')
    model = self._pruned(
      pruning_schedule.PolynomialDecay(0.0, 0.8, 0, 3, frequency=1),
      steps_per_execution=4,
    )
    self._fit(model)
    self.assertEqual(_kept(model.layers[0]), (20, 20))
    self.assertEqual(_step(model.layers[0]), 4)

  def test_unbuilt_model_is_pruned_once_it_is_built(self):
    model = keras.Sequential([keras.layers.Dense(10), keras.layers.Dense(1)])
    pruned = prune.prune_low_magnitude(
      model, pruning_schedule.ConstantSparsity(0.8, 0)
    )
    self.compile(pruned)
    self._fit(pruned)
    self.assertEqual(_kept(pruned.layers[0]), (20, 20))

  def test_frozen_layer_is_left_bit_for_bit(self):
    model = _dense_model()
    model.layers[0].trainable = False
    before = model.layers[0].get_weights()
    pruned = prune.prune_low_magnitude(
      model, pruning_schedule.ConstantSparsity(0.8, 0)
    )
    self.compile(pruned)
    self._fit(pruned)
    self.assert_same_arrays(before, model.layers[0].get_weights())
    self.assertEqual(_kept(pruned.layers[1]), (2, 2))

  def test_nothing_pruned_is_said(self):
    model = self.compile(_dense_model())
    with self.assertLogs('tensorflow_model_optimization', 'WARNING') as logs:
      self._fit(model)
    self.assertIn('no pruned layers', logs.output[0])


class OwnLoopTest(test_case.KerasTestCase):
  def _callback(self, model):
    callback = pruning_callbacks.UpdatePruningStep()
    callback.set_model(model)
    callback.on_train_begin()
    return callback

  def test_without_optimizer_batches_are_counted(self):
    schedule = _AskedSteps()
    model = prune.prune_low_magnitude(_dense_model(), schedule)
    callback = self._callback(model)
    for _ in range(3):
      callback.on_train_batch_begin(batch=-1)
    callback.on_epoch_end(batch=-1)
    self.assertEqual(schedule.steps, [0, 1, 2, 3])
    self.assertEqual(_kept(model.layers[0])[0], 70)

  def test_train_on_batch(self):
    schedule = _AskedSteps()
    model = prune.prune_low_magnitude(_dense_model(), schedule)
    self.compile(model)
    callback = self._callback(model)
    for _ in range(3):
      callback.on_train_batch_begin(batch=-1)
      model.train_on_batch(_X, _Y)
    callback.on_epoch_end(batch=-1)
    self.assertEqual(schedule.steps, [0, 1, 2, 3])
    self.assertEqual(_kept(model.layers[0]), (70, 70))

  def test_optimizer_that_does_not_move_is_an_error(self):
    model = prune.prune_low_magnitude(_dense_model())
    self.compile(model)
    callback = self._callback(model)
    callback.on_train_batch_begin(batch=-1)
    callback.on_train_batch_begin(batch=-1)
    with self.assertRaisesRegex(ValueError, 'model.optimizer.*no update'):
      callback.on_epoch_end(batch=-1)

  def test_model_of_no_keras_is_an_error(self):
    with self.assertRaisesRegex(ValueError, '`model` .*Received'):
      pruning_callbacks.UpdatePruningStep().set_model('model')


class MissingCallbackTest(test_case.KerasTestCase):
  def _assert_refused_then_trains(self, model, train):
    with self.assertRaisesRegex(
      tf.errors.InvalidArgumentError, 'UpdatePruningStep'
    ):
      train([])
    train([pruning_callbacks.UpdatePruningStep()])
    self.assertEqual(_kept(model.layers[0]), (50, 50))

  @parameterized.parameters(False, True)
  def test_fit(self, run_eagerly):
    if run_eagerly and not tf_mode.is_eager():
      self.skipTest('A graph does not run eagerly.')
    model = prune.prune_low_magnitude(_dense_model())
    self.compile(model, run_eagerly=run_eagerly)
    self._assert_refused_then_trains(
      model, lambda callbacks: model.fit(_X, _Y, verbose=0, callbacks=callbacks)
    )

  def test_train_on_batch(self):
    model = prune.prune_low_magnitude(_dense_model())
    self.compile(model)

    def train(callbacks):
      for callback in callbacks:
        callback.set_model(model)
        callback.on_train_begin()
      model.train_on_batch(_X, _Y)

    self._assert_refused_then_trains(model, train)

  def test_own_loop(self):
    model = prune.prune_low_magnitude(_dense_model())
    with self.assert_raises_in_function(
      tf.errors.InvalidArgumentError, 'on_train_batch_begin'
    ):
      model(_X, training=True)
    model(_X, training=False)
    model(_X)


if __name__ == '__main__':
  absltest.main()
