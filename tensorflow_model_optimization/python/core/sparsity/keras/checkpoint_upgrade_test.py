# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of checkpoints that TFMOT wrote.

Those in testdata/tfmot_0_8_1 were written by tensorflow-model-optimization 0.8.1
with tf_keras 2.21, by `save_weights` after two steps:

- wrapped: a Dense(3) of 4 inputs at 75 % sparsity, kernel 1 to 12 before, bias 1,
  2, 3.
- recurrent: a SimpleRNN(2) of 2 inputs at 50 %, kernel 1, 2, 3, 4 before, recurrent
  kernel 8, 7, 6, 5.
"""

import os

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as schedule_lib,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  checkpoint_upgrade,
)
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
upgrade_checkpoint = checkpoint_upgrade.upgrade_checkpoint

_FOLDER = os.path.join(
  os.path.dirname(os.path.abspath(__file__)), 'testdata', 'tfmot_0_8_1'
)
_OLD = os.path.join(_FOLDER, 'wrapped')
_KERNEL = [[0, 0, 0], [0, 0, 0], [0, 0, 0], [10, 11, 12]]
_MASK = 'layer_with_weights-0/mask/.ATTRIBUTES/VARIABLE_VALUE'


class CheckpointUpgradeTest(test_case.KerasTestCase):
  def setUp(self):
    super().setUp()
    self._folder = self.create_tempdir().full_path
    self._new = os.path.join(self._folder, 'new')

  def test_masks_are_bools_and_all_else_is_the_same(self):
    self.assertEqual(self._new, upgrade_checkpoint(_OLD, self._new))
    old = tf.train.load_checkpoint(_OLD)
    new = tf.train.load_checkpoint(self._new)
    shapes = old.get_variable_to_shape_map()
    self.assertEqual(shapes, new.get_variable_to_shape_map())
    dtypes = dict(old.get_variable_to_dtype_map())
    self.assertEqual(tf.float32, dtypes[_MASK])
    dtypes[_MASK] = tf.bool
    self.assertEqual(dtypes, new.get_variable_to_dtype_map())
    for name in shapes:
      np.testing.assert_array_equal(old.get_tensor(name), new.get_tensor(name))
    self.assertEqual(
      ['new.data-00000-of-00001', 'new.index'], sorted(os.listdir(self._folder))
    )

  def test_a_pruned_model_loads_it(self):
    if adapter.is_keras3:
      self.skipTest(
        "Keras 3 does not read TensorFlow's checkpoints of Keras 2."
      )
    model = prune.prune_low_magnitude(
      keras.Sequential([keras.Input((4,)), keras.layers.Dense(3)]),
      schedule_lib.ConstantSparsity(0.75, 0, frequency=1),
    )
    upgrade_checkpoint(_OLD, self._new)
    model.load_weights(self._new).expect_partial()
    (wrapper,) = model.layers[-1:]
    (pruned,) = wrapper.pruning_vars
    np.testing.assert_array_equal(_KERNEL, test_case.value_of(pruned.weight))
    np.testing.assert_array_equal(
      np.array(_KERNEL) != 0, test_case.value_of(pruned.mask)
    )
    self.assertEqual(10.0, test_case.value_of(pruned.threshold))
    self.assertEqual(2, test_case.value_of(wrapper.pruning_step))
    np.testing.assert_array_equal(
      [1, 2, 3], test_case.value_of(wrapper.layer.bias)
    )

  def test_a_layer_with_two_pruned_weights_of_one_shape(self):
    if adapter.is_keras3:
      self.skipTest(
        "Keras 3 does not read TensorFlow's checkpoints of Keras 2."
      )
    model = prune.prune_low_magnitude(
      keras.Sequential([keras.Input((5, 2)), keras.layers.SimpleRNN(2)])
    )
    upgrade_checkpoint(os.path.join(_FOLDER, 'recurrent'), self._new)
    model.load_weights(self._new).expect_partial()
    kernel, recurrent = model.layers[-1].pruning_vars
    np.testing.assert_array_equal(
      [[0, 0], [3, 4]], test_case.value_of(kernel.weight)
    )
    np.testing.assert_array_equal(
      [[False, False], [True, True]], test_case.value_of(kernel.mask)
    )
    self.assertEqual(3.0, test_case.value_of(kernel.threshold))
    np.testing.assert_array_equal(
      [[8, 7], [0, 0]], test_case.value_of(recurrent.weight)
    )
    np.testing.assert_array_equal(
      [[True, True], [False, False]], test_case.value_of(recurrent.mask)
    )
    self.assertEqual(7.0, test_case.value_of(recurrent.threshold))

  def test_an_upgraded_one_needs_no_upgrade(self):
    upgrade_checkpoint(_OLD, self._new)
    with self.assertRaisesRegex(ValueError, 'Received: .*which has none. Load'):
      upgrade_checkpoint(self._new, os.path.join(self._folder, 'newer'))

  def test_no_checkpoint(self):
    missing = os.path.join(self._folder, 'missing')
    with self.assertRaisesRegex(
      ValueError, '`source` must be .*Received: .*miss'
    ):
      upgrade_checkpoint(missing, self._new)
    self.assertEqual([], os.listdir(self._folder))

  def test_the_same_path(self):
    with self.assertRaisesRegex(ValueError, '`target` must be another path'):
      upgrade_checkpoint(_OLD, _OLD)

  def test_something_else_that_is_called_mask(self):
    name = 'attention/mask/.ATTRIBUTES/VARIABLE_VALUE'
    other = os.path.join(self._folder, 'other')
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
      session.run(
        tf.raw_ops.SaveV2(
          prefix=other,
          tensor_names=[name],
          shape_and_slices=[''],
          tensors=[tf.constant([0.0, -1e9])],
        )
      )
    with self.assertRaisesRegex(ValueError, 'Received: .*which has none'):
      upgrade_checkpoint(other, self._new)


if __name__ == '__main__':
  absltest.main()
