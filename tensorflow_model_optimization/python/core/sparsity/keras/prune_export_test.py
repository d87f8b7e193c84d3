# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""SavedModels of pruned and stripped models."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
_X = np.random.RandomState(0).normal(size=(8, 20)).astype(np.float32)
_Y = np.random.RandomState(1).normal(size=(8, 10)).astype(np.float32)


@test_case.needs_eager('Loading and calling a SavedModel runs eagerly.')
class PruneExportTest(test_case.KerasTestCase):
  def _pruned(self, train):
    model = prune.prune_low_magnitude(
      keras.Sequential(
        [
          keras.Input((20,)),
          keras.layers.Dense(10),
          keras.layers.Dropout(0.1),
          keras.layers.Dense(10),
        ]
      )
    )
    if train:
      self.compile(model)
      model.fit(
        _X,
        _Y,
        verbose=0,
        callbacks=[pruning_callbacks.UpdatePruningStep()],
      )
    return model

  def _assert_serves(self, folder, expected):
    """Asserts what a server that knows only TensorFlow answers."""
    served = tf.compat.v2.saved_model.load(folder)
    outputs = served.signatures['serving_default'](tf.constant(_X))
    self.assertLen(outputs, 1)
    self.assert_close_values(
      expected, test_case.value_of(list(outputs.values())[0]), atol=1e-6
    )

  @parameterized.named_parameters(('untrained', False), ('trained', True))
  def test_a_pruned_model_can_be_exported(self, train):
    model = self._pruned(train)
    folder = self.create_tempdir().full_path
    tf.saved_model.save(model, folder)
    self._assert_serves(folder, model(_X))

  @parameterized.named_parameters(('untrained', False), ('trained', True))
  def test_kerass_own_saved_model(self, train):
    model = self._pruned(train)
    folder = self.create_tempdir().full_path
    if adapter.is_keras3:
      model.export(folder, verbose=False)
      self._assert_serves(folder, model(_X))
      return
    if tf_compat.tf_version() < (1, 15):
      self.skipTest('Keras saves SavedModels since TensorFlow 1.15.')
    model.save(folder, save_format='tf')
    self._assert_serves(folder, model(_X))
    if tf_compat.tf_version() < (2, 2):
      return  # There Keras loads stand-ins, also for classes that it knows.
    with prune.prune_scope():
      loaded = keras.models.load_model(folder)
    self.assert_same_arrays(
      test_case.value_of(model(_X)), test_case.value_of(loaded(_X))
    )
    self.assertIs(type(model.layers[0]), type(loaded.layers[0]))
    for before, after in zip(model.layers, loaded.layers):
      self.assertEqual(
        before.pruning_schedule.get_config(),
        after.pruning_schedule.get_config(),
      )
      self.assert_same_arrays(
        test_case.value_of(before.pruning_step),
        test_case.value_of(after.pruning_step),
      )

  def test_a_stripped_model_is_exported_without_masks(self):
    model = self._pruned(train=True)
    stripped = prune.strip_pruning(model)
    folder = self.create_tempdir().full_path
    tf.saved_model.save(stripped, folder)
    self._assert_serves(folder, model(_X))
    shapes = [
      shape
      for name, shape in tf.train.list_variables(
        folder + '/variables/variables'
      )
      if name.endswith('VARIABLE_VALUE')
    ]
    self.assertLen([shape for shape in shapes if len(shape) == 2], 2)
    self.assertNotIn(
      'mask', str(tf.train.list_variables(folder + '/variables/variables'))
    )

  def test_training_is_still_refused_after_an_export(self):
    model = self._pruned(train=False)
    tf.saved_model.save(model, self.create_tempdir().full_path)
    with self.assertRaisesRegex(
      tf.errors.InvalidArgumentError, 'UpdatePruningStep'
    ):
      model(_X, training=True)


if __name__ == '__main__':
  absltest.main()
