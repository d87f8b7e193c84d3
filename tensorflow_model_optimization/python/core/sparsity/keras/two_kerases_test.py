# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Keras 3 and tf_keras in one process: the same masks at every step."""

import importlib.util
import os
import unittest

# Before TensorFlow decides what `tf.keras` is: this test uses both by name.
os.environ.pop('TF_USE_LEGACY_KERAS', None)

# pylint: disable=g-import-not-at-top
from absl.testing import absltest  # noqa: E402
import numpy as np  # noqa: E402

from tensorflow_model_optimization.python.core import tf_compat  # noqa: E402
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule  # noqa: E402
from tensorflow_model_optimization.python.core.sparsity.keras import prune  # noqa: E402
from tensorflow_model_optimization.python.core.sparsity.keras import (  # noqa: E402
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.tf_compat import tf  # noqa: E402

_HAS_BOTH = (
  tf_compat.tf_version() >= (2, 16)
  and importlib.util.find_spec('keras') is not None
  and importlib.util.find_spec('tf_keras') is not None
)
_IMAGES = np.random.RandomState(0).randn(64, 6, 6, 1).astype(np.float32)
_LABELS = np.random.RandomState(1).randint(0, 3, 64)


def _model(keras):
  layers = keras.layers
  model = keras.Sequential(
    [
      layers.InputLayer((6, 6, 1)),
      layers.Conv2D(4, 3, activation='relu'),
      layers.Flatten(),
      layers.Dense(3, activation='softmax'),
    ]
  )
  random = np.random.RandomState(2)
  model.set_weights(
    [0.1 * random.randn(*w.shape).astype(np.float32) for w in model.weights]
  )
  return model


def _masks_at_each_step(keras, **kwargs):
  """Trains a pruned model and records its masks after every batch."""
  schedule = pruning_schedule.PolynomialDecay(0.0, 0.8, 0, 6, frequency=2)
  model = prune.prune_low_magnitude(_model(keras), schedule, **kwargs)
  model.compile(
    keras.optimizers.SGD(0.1, momentum=0.9), 'sparse_categorical_crossentropy'
  )
  recorded = []

  class Recorder(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
      recorded.append(
        [
          np.array(pruned.mask)
          for layer in self.model.layers
          for pruned in layer.pruning_vars
        ]
      )

  model.fit(
    _IMAGES,
    _LABELS,
    batch_size=16,
    epochs=2,
    shuffle=False,
    verbose=0,
    callbacks=[pruning_callbacks.UpdatePruningStep(), Recorder()],
  )
  return recorded


@unittest.skipUnless(_HAS_BOTH, 'needs both Keras 3 and tf_keras')
class TwoKerasesTest(absltest.TestCase):
  def setUp(self):
    super().setUp()
    self.keras3 = importlib.import_module('keras')
    self.keras2 = importlib.import_module('tf_keras')

  def test_masks_are_identical_at_every_step(self):
    of_keras3 = _masks_at_each_step(self.keras3)
    of_keras2 = _masks_at_each_step(self.keras2)
    self.assertLen(of_keras3, 8)
    for step, (masks3, masks2) in enumerate(zip(of_keras3, of_keras2)):
      for mask3, mask2 in zip(masks3, masks2):
        np.testing.assert_array_equal(mask3, mask2, 'step {}'.format(step))
    # Conv2D has 36 weights and keeps 7, Dense 192 and keeps 38.
    self.assertEqual([int(m.sum()) for m in of_keras3[-1]], [7, 38])

  def test_masks_of_every_structure_and_distribution_are_identical(self):
    for kwargs in (
      {'block_size': (2, 2)},
      {'whole_output_channels': True},
      {'sparsity_m_by_n': (2, 4)},
      {'sparsity_distribution': 'erk'},
      {'sparsity_distribution': 'global'},
    ):
      of_keras3 = _masks_at_each_step(self.keras3, **kwargs)
      of_keras2 = _masks_at_each_step(self.keras2, **kwargs)
      for step, (masks3, masks2) in enumerate(zip(of_keras3, of_keras2)):
        for mask3, mask2 in zip(masks3, masks2):
          np.testing.assert_array_equal(
            mask3, mask2, '{}, step {}'.format(kwargs, step)
          )
      self.assertFalse(all(mask.all() for mask in of_keras3[-1]), kwargs)

  def test_one_scope_serves_both(self):
    for keras in (self.keras3, self.keras2):
      model = prune.prune_low_magnitude(_model(keras))
      path = os.path.join(self.create_tempdir().full_path, 'model.keras')
      model.save(path)
      with prune.prune_scope():
        loaded = keras.models.load_model(path)
      self.assertIsInstance(loaded.layers[0], keras.layers.Layer)
      np.testing.assert_array_equal(
        loaded.predict(_IMAGES, verbose=0), model.predict(_IMAGES, verbose=0)
      )

  def test_without_scope_the_message_names_the_remedy(self):
    model = prune.prune_low_magnitude(_model(self.keras3))
    path = os.path.join(self.create_tempdir().full_path, 'model.keras')
    model.save(path)
    with self.assertRaisesRegex(Exception, 'PruneLowMagnitude|prune_scope'):
      self.keras3.models.load_model(path)

  def test_callback_takes_on_the_keras_of_its_model(self):
    callback = pruning_callbacks.UpdatePruningStep()
    for keras in (self.keras3, self.keras2, self.keras3):
      callback.set_model(prune.prune_low_magnitude(_model(keras)))
      self.assertIsInstance(callback, keras.callbacks.Callback)
      self.assertIsInstance(callback, pruning_callbacks.UpdatePruningStep)

  def test_layer_of_one_in_a_model_of_the_other_is_refused(self):
    layer = prune.prune_low_magnitude(self.keras2.layers.Dense(3))
    with self.assertRaisesRegex((ValueError, TypeError), 'ayer'):
      self.keras3.Sequential([layer])

  def test_legacy_keras_inside_tensorflow_is_named(self):
    class Dense(object):
      """Stands for a layer of a Keras that nobody supports."""

    Dense.__module__ = 'tensorflow.python.keras.layers.core'
    with self.assertRaisesRegex(
      ValueError, 'Keras 3.*tf_keras.*Received: .*tensorflow.python.keras'
    ):
      prune.prune_low_magnitude(Dense())

  def test_tf_keras_is_not_changed_by_using_both(self):
    self.assertIs(tf.keras.layers.Layer, self.keras3.layers.Layer)


if __name__ == '__main__':
  absltest.main()
