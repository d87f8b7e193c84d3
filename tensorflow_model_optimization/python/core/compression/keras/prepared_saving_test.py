# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests that a model in preparation is saved, loaded and trained on."""

import os

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.core.compression.keras import (
  toy_compressors,
)
from tensorflow_model_optimization.python.core.keras import test_case

adapter = test_case.adapter
keras = test_case.keras
compression = tfmot.compression.keras
_X = np.random.RandomState(0).normal(size=(32, 6)).astype('float32')
_Y = np.random.RandomState(1).normal(size=(32, 2)).astype('float32')


class Unregistered(toy_compressors.Halves):
  """Its class has no decorator, so no file can name it."""


def _model(functional=False):
  layers = [
    keras.layers.Dense(16, name='a', activation='relu'),
    keras.layers.BatchNormalization(name='norm'),
    keras.layers.Dense(8, name='b'),
    keras.layers.Dense(2, name='c'),
  ]
  inputs = keras.Input((6,))
  if not functional:
    return keras.Sequential([inputs] + layers, name='model')
  outputs = inputs
  for layer in layers:
    outputs = layer(outputs)
  return keras.Model(inputs, outputs, name='model')


def _prepared(**kwargs):
  schedule = tfmot.sparsity.keras.PolynomialDecay(0.0, 0.5, 0, 10, frequency=2)
  return compression.prepare_for_training(
    _model(**kwargs),
    {
      'a/kernel': [
        compression.MagnitudePruning(pruning_schedule=schedule),
        compression.RangeCoding(),
      ],
      'b/kernel': compression.WeightClustering(4),
      'c/kernel': compression.LowRank(rank=1),
    },
  )


def _file_kinds():
  kinds = [('h5', 'model.h5')]
  if hasattr(keras.Model, 'load_own_variables'):
    kinds.append(('keras', 'model.keras'))
  return kinds


@absltest.skipIf(
  adapter.substitution_problem(), 'Not in this TensorFlow and mode.'
)
class PreparedSavingTest(test_case.KerasTestCase):
  def _fit(self, model, epochs, callbacks=()):
    model.fit(
      _X,
      _Y,
      batch_size=8,
      epochs=epochs,
      shuffle=False,
      verbose=0,
      callbacks=[compression.CompressionCallback()] + list(callbacks),
    )

  def _path(self, name):
    return os.path.join(self.create_tempdir().full_path, name)

  @parameterized.named_parameters(*_file_kinds())
  def test_training_goes_on_as_if_nothing_had_been(self, name):
    if adapter.is_keras3 and name.endswith('.h5'):
      self.skipTest(
        'Keras 3 loads no .h5 file of a compiled model to train on.'
      )
    prepared = _prepared()
    prepared.compile(keras.optimizers.SGD(0.05, momentum=0.9), 'mse')
    self._fit(prepared, 1)
    path = self._path(name)
    prepared.save(path)
    with compression.compression_scope():
      loaded = keras.models.load_model(path)
    self.assertIsInstance(loaded, compression.PreparedModel)
    self.assertIsInstance(loaded, keras.Sequential)
    self.assert_same_arrays(prepared.get_weights(), loaded.get_weights())
    for model in prepared, loaded:
      self._fit(model, 2)
    self.assert_same_arrays(prepared.get_weights(), loaded.get_weights())
    expected, actual = (compression.compress(m) for m in (prepared, loaded))
    self.assertEqual(expected.report.to_dict(), actual.report.to_dict())
    self.assert_same_arrays(
      expected.to_keras().get_weights(), actual.to_keras().get_weights()
    )
    # 12 steps have gone, and the schedule ends at 10: half of 6 x 16.
    self.assertEqual(
      48, np.count_nonzero(actual.to_keras().get_layer('a').get_weights()[0])
    )

  @parameterized.named_parameters(*_file_kinds())
  def test_a_functional_model(self, name):
    prepared = _prepared(functional=True)
    path = self._path(name)
    prepared.save(path)
    with compression.compression_scope():
      loaded = keras.models.load_model(path)
    self.assertIsInstance(loaded, compression.PreparedModel)
    np.testing.assert_array_equal(
      prepared.predict(_X, verbose=0), loaded.predict(_X, verbose=0)
    )

  def test_checkpoints_of_a_training(self):
    path = self._path(_file_kinds()[-1][1])
    prepared = _prepared()
    self.compile(prepared)
    self._fit(prepared, 2, [keras.callbacks.ModelCheckpoint(path)])
    with compression.compression_scope():
      loaded = keras.models.load_model(path)
    self.assert_same_arrays(prepared.get_weights(), loaded.get_weights())

  def test_what_no_file_can_name_is_not_saved(self):
    prepared = compression.prepare_for_training(_model(), Unregistered())
    path = self._path(_file_kinds()[-1][1])
    with self.assertRaisesRegex(ValueError, '@register_compressor'):
      prepared.save(path)

  def test_python_code_in_a_file_is_not_run(self):
    prepared = _prepared()
    config = prepared.get_config()
    function = {'function': ['YQ==', None, None], 'function_type': 'lambda'}
    config['architecture']['config']['layers'].append(
      {'class_name': 'Lambda', 'config': function}
    )
    with self.assertRaisesRegex(ValueError, 'Lambda'):
      type(prepared).from_config(config)


if __name__ == '__main__':
  absltest.main()
