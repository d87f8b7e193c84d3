# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruned models are saved, loaded and resumed without losing a bit."""

import os
import subprocess
import sys

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

keras = test_case.keras
_X = np.random.RandomState(0).randn(48, 10).astype(np.float32)
_Y = np.random.RandomState(1).randn(48, 2).astype(np.float32)


def _formats():
  """What this Keras saves whole models to."""
  return [('model.h5',)] + ([('model.keras',)] if _has_keras_format() else [])


def _has_keras_format():
  return hasattr(getattr(keras, 'saving', None), 'save_model')


def _model():
  model = keras.Sequential(
    [
      keras.layers.Dense(8, activation='relu', input_shape=(10,)),
      keras.layers.Dropout(0.0),
      keras.layers.Dense(2),
    ]
  )
  random = np.random.RandomState(2)
  model.set_weights([random.randn(*w.shape) for w in model.get_weights()])
  return model


def _pruned(frequency=2, end_step=8):
  return prune.prune_low_magnitude(
    _model(),
    pruning_schedule.PolynomialDecay(
      0.0, 0.8, 0, end_step, frequency=frequency
    ),
  )


def _masks(model):
  return [
    test_case.value_of(pruned.mask)
    for layer in model.layers
    for pruned in getattr(layer, 'pruning_vars', [])
  ]


class PruneSavingTest(test_case.KerasTestCase):
  def _fit(self, model, epochs, initial_epoch=0):
    model.fit(
      _X,
      _Y,
      batch_size=16,
      epochs=epochs,
      initial_epoch=initial_epoch,
      shuffle=False,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )

  def _trained(self, epochs):
    model = self.compile(
      _pruned(),
      optimizer=keras.optimizers.SGD(0.01),
      # TensorFlow 1.14 loads a loss by name only, Keras 3 only an object.
      loss='mse'
      if tf_compat.tf_version() < (1, 15)
      else keras.losses.MeanSquaredError(),
    )
    self._fit(model, epochs)
    return model

  def _path(self, name):
    return os.path.join(self.create_tempdir().full_path, name)

  def _assert_same_model(self, expected, actual):
    for name in ('pruning_schedule', 'block_size', 'block_pooling_type'):
      self.assertEqual(
        expected.layers[0].get_config()[name],
        actual.layers[0].get_config()[name],
      )
    for before, after in zip(expected.get_weights(), actual.get_weights()):
      self.assert_equal_values(before, after)
    self.assert_same_arrays(_masks(expected), _masks(actual))
    self.assert_equal_values(
      expected.predict(_X, verbose=0), actual.predict(_X, verbose=0)
    )

  @parameterized.parameters(*_formats())
  def test_whole_model_comes_back_with_masks_and_step(self, name):
    model = self._trained(epochs=2)
    path = self._path(name)
    model.save(path)
    with prune.prune_scope():
      loaded = keras.models.load_model(path)
    self._assert_same_model(model, loaded)
    step = loaded.layers[0].pruning_step
    self.assertEqual(int(test_case.value_of(step)), 6)

  # Keras 3 cannot go on training any model that it has loaded from h5.
  @parameterized.parameters(*_formats()[test_case.adapter.is_keras3 :])
  def test_resumed_training_equals_an_uninterrupted_one(self, name):
    uninterrupted = self._trained(epochs=4)

    path = self._path(name)
    self._trained(epochs=2).save(path)
    with prune.prune_scope():
      resumed = keras.models.load_model(path)
    self._fit(resumed, epochs=4, initial_epoch=2)

    self._assert_same_model(uninterrupted, resumed)
    # 80 weights at 80 % keep 16, 16 weights keep 3.
    self.assertEqual([int(m.sum()) for m in _masks(resumed)], [16, 3])

  @parameterized.parameters(*_formats())
  def test_loading_without_the_scope_is_an_error(self, name):
    path = self._path(name)
    _pruned().save(path)
    with self.assertRaisesRegex(
      (TypeError, ValueError), 'PruneLowMagnitude|prune_scope'
    ):
      keras.models.load_model(path)

  def test_weights_file(self):
    model = self._trained(epochs=1)
    path = self._path('model.weights.h5')
    model.save_weights(path)
    other = _pruned()
    other.load_weights(path)
    self._assert_same_model(model, other)

  @test_case.needs_eager('In graphs a checkpoint is restored by a session.')
  def test_tensorflow_checkpoint(self):
    model = self._trained(epochs=1)
    path = tf.train.Checkpoint(model=model).save(self._path('checkpoint'))
    other = _pruned()
    status = tf.train.Checkpoint(model=other).restore(path)
    # The checkpoint also has an optimizer, which `other` has not.
    status.expect_partial()
    self._assert_same_model(model, other)

  def test_layer_with_several_pruned_weights_in_h5(self):
    # All masks of one layer under one name would not fit in an h5 file.
    model = prune.prune_low_magnitude(
      keras.Sequential([keras.layers.LSTM(3, input_shape=(4, 2))])
    )
    path = self._path('lstm.h5')
    model.save(path)
    with prune.prune_scope():
      loaded = keras.models.load_model(path)
    self.assertLen(loaded.layers[0].pruning_vars, 2)

  @parameterized.parameters(*_formats())
  @test_case.needs_layer('MultiHeadAttention')
  def test_layers_that_are_built_by_their_call(self, name):
    inputs = keras.Input((5, 4))
    attention = keras.layers.MultiHeadAttention(num_heads=2, key_dim=3)
    directions = keras.layers.Bidirectional(keras.layers.LSTM(2))
    outputs = directions(attention(query=inputs, value=inputs))
    model = prune.prune_low_magnitude(keras.Model(inputs, outputs))
    path = self._path(name)
    model.save(path)
    with prune.prune_scope():
      loaded = keras.models.load_model(path)
    x = np.random.RandomState(0).randn(2, 5, 4).astype(np.float32)
    self.assert_close_values(model(x), loaded(x), atol=1e-6)
    self.assertEqual(
      [4, 4], [len(layer.pruning_vars) for layer in loaded.layers[1:]]
    )

  def test_checkpoints_written_in_training_are_sparse(self):
    path = self._path('epoch.weights.h5')
    model = self.compile(_pruned(frequency=1, end_step=2))
    saver = keras.callbacks.ModelCheckpoint(path, save_weights_only=True)
    # The saver stands before the pruning callback, on purpose.
    model.fit(
      _X,
      _Y,
      verbose=0,
      epochs=2,
      callbacks=[saver, pruning_callbacks.UpdatePruningStep()],
    )
    other = _pruned()
    other.load_weights(path)
    kernel = other.layers[0].layer.get_weights()[0]
    self.assertEqual(np.count_nonzero(kernel), 16)

  def test_custom_schedule_comes_back_in_a_scope(self):
    class Always(pruning_schedule.PruningSchedule):
      def __call__(self, step):
        return tf.constant(True), tf.constant(0.5)

      def get_config(self):
        return {'class_name': 'Always', 'config': {}}

    model = prune.prune_low_magnitude(_model(), Always())
    path = self._path('model.h5')
    model.save(path)
    with prune.prune_scope(), keras.utils.custom_object_scope(
      {'Always': Always}
    ):
      loaded = keras.models.load_model(path)
    self.assertIsInstance(loaded.layers[0].pruning_schedule, Always)
    with prune.prune_scope():
      with self.assertRaisesRegex(ValueError, "'Always'.*custom_object_scope"):
        keras.models.load_model(path)

  @parameterized.parameters(*_formats())
  def test_stripped_model_loads_where_the_library_is_not(self, name):
    stripped = prune.strip_pruning(self._trained(epochs=4))
    self.assertEqual(stripped.get_config(), _with_names_of(stripped))
    folder = self.create_tempdir().full_path
    path = os.path.join(folder, name)
    stripped.save(path)
    np.save(os.path.join(folder, 'x.npy'), _X)
    code = """
import sys
sys.path[:] = {path!r}
class Blocker(object):
  def find_spec(self, name, path=None, target=None):
    if name.startswith('tensorflow_model_optimization'):
      raise ImportError('blocked')
sys.meta_path.insert(0, Blocker())
import numpy as np
import tensorflow as tf
model = tf.keras.models.load_model({model!r})
kernel = model.get_weights()[0]
assert np.count_nonzero(kernel) == 16, np.count_nonzero(kernel)
np.save({folder!r} + '/y.npy', model.predict(np.load({folder!r} + '/x.npy')))
""".format(path=sys.path, model=path, folder=folder)
    subprocess.run([sys.executable, '-c', code], check=True, timeout=120)
    self.assert_close_values(
      np.load(os.path.join(folder, 'y.npy')),
      stripped.predict(_X, verbose=0),
      rtol=1e-6,
    )


def _with_names_of(model):
  """The configuration of a model of the same layers that was never pruned."""
  return type(model).from_config(model.get_config()).get_config()


if __name__ == '__main__':
  absltest.main()
