# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of training for compression."""

import os

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.compression.keras import (
  compress as compress_lib,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  compression_callback,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  toy_compressors,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  training_preparation,
)
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
prepare = training_preparation.prepare_for_training
Callback = compression_callback.CompressionCallback
Factors = toy_compressors.Factors
Halves = toy_compressors.Halves
Masked = toy_compressors.Masked
_X = np.random.RandomState(0).normal(size=(8, 6)).astype('float32')
_Y = np.random.RandomState(1).normal(size=(8, 2)).astype('float32')


class Subclassed(keras.Model):
  def __init__(self):
    super().__init__()
    self.dense = keras.layers.Dense(2)

  def call(self, inputs):
    return self.dense(inputs)


def _model(**kwargs):
  return keras.Sequential(
    [
      keras.Input((6,)),
      keras.layers.Dense(4, name='a', **kwargs),
      keras.layers.Dense(2, name='b', **kwargs),
    ],
    name='model',
  )


def _names(model):
  return [
    adapter.variable_name(weight).split('/')[-1] for weight in model.weights
  ]


@absltest.skipIf(
  adapter.substitution_problem(), 'Not in this TensorFlow and mode.'
)
class PrepareForTrainingTest(test_case.KerasTestCase):
  def _fit(self, model, epochs=3, **kwargs):
    self.compile(model, **kwargs)
    return model.fit(
      _X,
      _Y,
      batch_size=4,
      epochs=epochs,
      verbose=0,
      callbacks=[Callback()],
    )

  def test_variables_belong_to_the_layer_of_the_weight(self):
    model = _model()
    before = model.get_weights()
    prepared = prepare(model, {'a/kernel': Masked(), 'b/kernel': Factors()})
    self.assertEqual(
      ['kernel', 'bias', 'kernel_0_mask', 'compression_step'],
      _names(prepared.get_layer('a')),
    )
    self.assertCountEqual(
      ['bias', 'kernel_0_left', 'kernel_0_right'],
      _names(prepared.get_layer('b')),
    )
    self.assertLen(prepared.trainable_weights, 5)
    # The model itself stays as it is.
    self.assert_same_arrays(before, model.get_weights())
    self._fit(prepared, epochs=1)
    self.assert_same_arrays(before, model.get_weights())

  def test_training_and_compression_give_what_the_prepared_model_gives(self):
    prepared = prepare(
      _model(), {'a/kernel': [Masked(), Halves()], 'b/kernel': Factors()}
    )
    history = self._fit(prepared, epochs=6).history['loss']
    self.assertLess(history[-1], history[0])
    compressed = compress_lib.compress(prepared)
    self.assertEqual('model', compressed.name)
    self.assertEqual(
      ['a/kernel', 'b/kernel'],
      [row.path for row in compressed.report.compressed],
    )
    restored = compressed.to_keras()
    self.assertEqual(4, len(restored.weights))
    # The mask keeps the larger 12 of 24.
    self.assertEqual(12, np.count_nonzero(restored.get_weights()[0]))
    self.assertEqual(1, np.linalg.matrix_rank(restored.get_weights()[2]))
    expected = prepared.predict(_X, verbose=0)
    for decompression in ('at_load', 'per_call'):
      np.testing.assert_allclose(
        expected,
        compressed.to_keras(decompression).predict(_X, verbose=0),
        atol=1e-6,
      )

  def test_updates_are_made_at_the_steps_of_the_schedule(self):
    prepared = prepare(_model(), {'a/kernel': Masked()})
    mask = prepared.get_layer('a').kernel_0_mask
    self.compile(prepared)
    counts = []

    class Watch(keras.callbacks.Callback):
      def on_train_batch_end(self, batch, logs=None):
        counts.append(int(np.sum(test_case.value_of(mask))))

    prepared.fit(
      _X,
      _Y,
      batch_size=2,
      verbose=0,
      callbacks=[Callback(), Watch()],
    )
    self.assertEqual([24, 12, 12, 12], counts)
    step = prepared.get_layer('a').compression_step
    self.assertEqual(4, int(test_case.value_of(step)))

  def test_training_goes_on_where_it_stopped(self):
    prepared = prepare(_model(), {'a/kernel': Masked()})
    self._fit(prepared, epochs=1)
    path = os.path.join(self.create_tempdir().full_path, 'w.weights.h5')
    prepared.save_weights(path)
    other = prepare(_model(), {'a/kernel': Masked()})
    other.load_weights(path)
    self.assert_same_arrays(prepared.get_weights(), other.get_weights())
    # A new optimizer begins at 0; the steps go on from 2.
    self._fit(other, epochs=1)
    step = other.get_layer('a').compression_step
    self.assertEqual(4, int(test_case.value_of(step)))

  def test_training_without_the_callback_is_refused(self):
    prepared = prepare(_model(), {'a/kernel': Masked()})
    self.compile(prepared)
    with self.assertRaisesRegex(ValueError, 'CompressionCallback'):
      prepared.fit(_X, _Y, verbose=0)
    prepared.predict(_X, verbose=0)
    self._fit(prepared, epochs=1)

  def test_an_algorithm_without_updates_needs_no_callback(self):
    prepared = prepare(_model(), Halves())
    self.compile(prepared)
    prepared.fit(_X, _Y, verbose=0)

  def test_penalty_is_added_once_a_step(self):
    prepared = prepare(_model(), {'a/kernel': Masked(penalty=10.0)})
    kernel = test_case.value_of(prepared.get_layer('a').weights[0])
    prepared(_X)
    prepared(_X)
    self.assertLen(prepared.losses, 1)
    self.assertAlmostEqual(
      10.0 * float(np.mean(kernel**2)),
      float(test_case.value_of(prepared.losses[0])),
      places=5,
    )

  def test_a_regularizer_stays(self):
    prepared = prepare(
      _model(kernel_regularizer='l2'), {'a/kernel': Masked(penalty=10.0)}
    )
    kernels = [
      test_case.value_of(prepared.get_layer(name).kernel) for name in 'ab'
    ]
    expected = 0.01 * sum(float(np.sum(k**2)) for k in kernels)
    expected += 10.0 * float(np.mean(kernels[0] ** 2))
    actual = sum(float(test_case.value_of(loss)) for loss in prepared.losses)
    self.assertAlmostEqual(expected, actual, places=5)

  def test_under_xla(self):
    if not test_case.offers_jit_compile():
      self.skipTest('This Keras has no jit_compile.')
    prepared = prepare(_model(), {'a/kernel': Masked(), 'b/kernel': Factors()})
    history = self._fit(prepared, jit_compile=True).history['loss']
    self.assertTrue(np.isfinite(history).all())
    mask = prepared.get_layer('a').kernel_0_mask
    self.assertEqual(12, int(np.sum(test_case.value_of(mask))))

  @test_case.needs_mixed_precision
  def test_mixed_precision(self):
    prepared = prepare(
      _model(dtype='mixed_bfloat16'),
      {'a/kernel': Masked(penalty=0.1), 'b/kernel': Factors()},
    )
    before = prepared.get_weights()
    history = self._fit(prepared).history['loss']
    self.assertTrue(np.isfinite(history).all())
    self.assertEqual('float32', prepared.get_weights()[0].dtype.name)
    self.assertFalse(np.array_equal(before[0], prepared.get_weights()[0]))
    restored = compress_lib.compress(prepared).to_keras()
    self.assertEqual('float32', restored.get_weights()[0].dtype.name)

  def test_a_subclassed_model_is_prepared_in_place(self):
    model = Subclassed()
    model(_X)
    prepared = prepare(model, Masked())
    self.assertIs(model, prepared)
    self._fit(prepared)
    other = Subclassed()
    other(_X)
    restored = compress_lib.compress(prepared).to_keras(model=other)
    self.assertEqual(6, np.count_nonzero(restored.get_weights()[0]))
    np.testing.assert_allclose(
      prepared.predict(_X, verbose=0),
      restored.predict(_X, verbose=0),
      atol=1e-6,
    )

  def test_two_replicas(self):
    devices = tf.config.list_logical_devices('CPU')
    if len(devices) < 2:
      self.skipTest('Started with one CPU.')
    strategy = tf.distribute.MirroredStrategy(['CPU:0', 'CPU:1'])
    with strategy.scope():
      prepared = prepare(
        _model(), {'a/kernel': Masked(penalty=0.1), 'b/kernel': Factors()}
      )
      self.compile(prepared)
    prepared.fit(
      _X, _Y, batch_size=4, epochs=3, verbose=0, callbacks=[Callback()]
    )
    restored = compress_lib.compress(prepared).to_keras()
    self.assertEqual(12, np.count_nonzero(restored.get_weights()[0]))
    np.testing.assert_allclose(
      prepared.predict(_X, verbose=0),
      restored.predict(_X, verbose=0),
      atol=1e-6,
    )


@absltest.skipIf(
  adapter.substitution_problem(), 'Not in this TensorFlow and mode.'
)
class RefusalsTest(test_case.KerasTestCase):
  @parameterized.named_parameters(
    ('class', Masked, 'Pass objects'),
    ('no_match', {'c/kernel': Masked()}, 'matches no weight'),
    (
      'wrong_projection',
      toy_compressors.Wrong('project'),
      r"'a/kernel' cannot be prepared: project.*\(1, 4\)",
    ),
    (
      'two_factors',
      [Factors(), Factors()],
      "'a/kernel'.*can only be the first",
    ),
  )
  def test_algorithms(self, algorithm, message):
    model = Subclassed()
    model(_X)
    functional = _model()
    before = functional.get_weights()
    with self.assertRaisesRegex(ValueError, message):
      prepare(functional, algorithm)
    self.assert_same_arrays(before, functional.get_weights())

  def test_a_prepared_model_is_not_prepared_again(self):
    prepared = prepare(_model(), Halves())
    with self.assertRaisesRegex(ValueError, 'packed or in preparation'):
      prepare(prepared, Halves())
    with self.assertRaisesRegex(ValueError, '`algorithm` must be None'):
      compress_lib.compress(prepared, Halves())

  def test_a_packed_model_is_not_prepared(self):
    packed = compress_lib.compress(_model(), Halves()).to_keras('per_call')
    with self.assertRaisesRegex(ValueError, 'packed or in preparation'):
      prepare(packed, Halves())

  def test_callback_warns_of_another_model(self):
    model = _model()
    self.compile(model)
    with self.assertLogs('tensorflow_model_optimization', 'WARNING') as logs:
      model.fit(_X, _Y, verbose=0, callbacks=[Callback()])
    self.assertIn("'model' is not in preparation", logs.output[0])


@absltest.skipUnless(
  adapter.substitution_problem(), 'Possible in this TensorFlow and mode.'
)
class NotPossibleTest(test_case.KerasTestCase):
  def test_is_refused_in_words(self):
    with self.assertRaisesRegex(ValueError, 'cannot be prepared'):
      prepare(_model(), Halves())


if __name__ == '__main__':
  if hasattr(tf.config, 'set_logical_device_configuration'):
    tf.config.set_logical_device_configuration(
      tf.config.list_physical_devices('CPU')[0],
      [tf.config.LogicalDeviceConfiguration()] * 2,
    )
  absltest.main()
