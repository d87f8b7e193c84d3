# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of saving, loading, measuring and comparing."""

import gzip
import os
import tempfile
import unittest

import numpy as np
import tensorflow as tf

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  saved_model,
)

keras = tf.keras


def _model(compiled=True):
  model = keras.models.Sequential(
    [keras.Input(shape=(3,)), keras.layers.Dense(4, name='dense')]
  )
  if compiled:
    model.compile(optimizer=keras.optimizers.Adam(), loss='mse')
  return model


class SavedModelTest(unittest.TestCase):
  def setUp(self):
    super().setUp()
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.path = os.path.join(folder.name, 'model.keras')

  def test_reloaded_weights_are_the_same(self):
    model = _model()
    saved_model.save(model, self.path)
    reloaded = saved_model.load(keras, self.path)
    for saved, loaded in zip(model.get_weights(), reloaded.get_weights()):
      np.testing.assert_array_equal(saved, loaded)

  def test_the_optimizer_is_not_saved(self):
    saved_model.save(_model(compiled=False), self.path)
    without_optimizer = saved_model.file_size(self.path)
    model = _model()
    model.fit(np.ones((2, 3)), np.ones((2, 4)), verbose=0)
    saved_model.save(model, self.path)
    # Adam's moments would add a second and a third copy of each weight.
    self.assertAlmostEqual(
      without_optimizer.raw, saved_model.file_size(self.path).raw, delta=100
    )

  def test_file_size(self):
    content = b'0' * 10000 + os.urandom(100)
    with open(self.path, 'wb') as file:
      file.write(content)
    size = saved_model.file_size(self.path)
    self.assertEqual(10100, size.raw)
    self.assertEqual(len(gzip.compress(content, 9)), size.gzipped)
    self.assertLess(size.gzipped, 200)

  def test_compare(self):
    model = _model()
    predictions = np.array([[0.25, 0.75]], np.float32)
    same = saved_model.compare(predictions, model, predictions + 5e-7)
    self.assertTrue(same.same)
    self.assertEqual([], same.foreign_layers)
    other = saved_model.compare(predictions, model, predictions + [[0.0, 1e-5]])
    self.assertFalse(other.same)
    self.assertAlmostEqual(1e-5, other.max_difference, places=7)

  def test_nan_is_not_the_same(self):
    predictions = np.array([[0.25, 0.75]], np.float32)
    self.assertFalse(
      saved_model.compare(predictions, _model(), predictions * np.nan).same
    )

  def test_layers_of_another_package_are_named(self):

    class Foreign(keras.layers.Layer):
      pass

    Foreign.__module__ = 'another_package.layers'
    model = keras.models.Sequential(
      [keras.Input(shape=(3,)), Foreign(name='stranger')]
    )
    predictions = np.zeros((1, 2))
    self.assertEqual(
      ['stranger'],
      saved_model.compare(predictions, model, predictions).foreign_layers,
    )


if __name__ == '__main__':
  unittest.main()
