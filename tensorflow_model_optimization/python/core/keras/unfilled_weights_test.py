# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of models that are built without values."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.keras import unfilled_weights
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras

_KERNEL = ((3, 2), 'float32')


class RecordsInitializer(keras.initializers.Initializer):
  """Knows the shapes that it made values of."""

  shapes = []

  def __call__(self, shape, dtype=None, **kwargs):
    del kwargs
    if tf.executing_eagerly():
      self.shapes.append(tuple(shape))
    return tf.fill(shape, tf.cast(7.0, dtype or 'float32'))


class WithConstant(keras.layers.Layer):
  """Has a variable that is no weight."""

  def build(self, input_shape):
    self.kernel = self.add_weight(name='kernel', shape=(3, 2))
    self.constant = tf.Variable(
      lambda: tf.fill([3, 2], 5.0), trainable=False, dtype=tf.float32
    )
    super().build(input_shape)


def _dense(units=2):
  RecordsInitializer.shapes = []
  return keras.layers.Dense(
    units, kernel_initializer=RecordsInitializer(), dtype='float32'
  )


@absltest.skipIf(
  tf_compat.in_v1_graph(), 'Variables of a graph get their values in a session.'
)
class UnfilledWeightsTest(test_case.KerasTestCase):
  def test_weights_of_the_shape_are_not_initialized(self):
    layer = _dense()
    with unfilled_weights.unfilled_weights({_KERNEL}) as unfilled:
      layer.build((None, 3))
    self.assertEqual([], RecordsInitializer.shapes)
    self.assertEqual((3, 2), tuple(layer.kernel.shape))
    layer.kernel.assign(np.ones((3, 2), np.float32))
    unfilled.fill_others(adapter, [layer.kernel])
    np.testing.assert_array_equal(
      np.ones((3, 2)), test_case.value_of(layer.kernel)
    )
    np.testing.assert_array_equal(
      [[3.0, 3.0]], test_case.value_of(layer(np.ones((1, 3), np.float32)))
    )
    # Not filled here, but of another shape.
    np.testing.assert_array_equal([0.0, 0.0], test_case.value_of(layer.bias))

  def test_other_shapes_are_initialized(self):
    layer = _dense(units=4)
    with unfilled_weights.unfilled_weights({_KERNEL}):
      layer.build((None, 3))
    np.testing.assert_array_equal(
      np.full((3, 4), 7.0), test_case.value_of(layer.kernel)
    )

  def test_other_dtypes_are_initialized(self):
    layer = _dense()
    with unfilled_weights.unfilled_weights({((3, 2), 'float64')}):
      layer.build((None, 3))
    np.testing.assert_array_equal(
      np.full((3, 2), 7.0), test_case.value_of(layer.kernel)
    )

  def test_fill_others_fills_what_nobody_gave_a_value(self):
    layer, other = _dense(), WithConstant()
    with unfilled_weights.unfilled_weights({_KERNEL}) as unfilled:
      layer.build((None, 3))
      other.build((None, 3))
    other.kernel.assign(np.ones((3, 2), np.float32))
    unfilled.fill_others(adapter, [other.kernel])
    np.testing.assert_array_equal(
      np.full((3, 2), 7.0), test_case.value_of(layer.kernel)
    )
    np.testing.assert_array_equal(np.full((3, 2), 5.0), other.constant.numpy())
    np.testing.assert_array_equal(
      np.ones((3, 2)), test_case.value_of(other.kernel)
    )

  def test_limit(self):
    layer = _dense()
    with unfilled_weights.unfilled_weights({_KERNEL}, limit=4 * (6 + 2)):
      layer.build((None, 3))
    layer = _dense()
    with self.assertRaisesRegex(ValueError, '32 bytes or more, .*at most 31'):
      with unfilled_weights.unfilled_weights({_KERNEL}, limit=31):
        layer.build((None, 3))

  def test_what_comes_after_it_is_initialized(self):
    with unfilled_weights.unfilled_weights({_KERNEL}):
      pass
    layer = _dense()
    layer.build((None, 3))
    np.testing.assert_array_equal(
      np.full((3, 2), 7.0), test_case.value_of(layer.kernel)
    )


if __name__ == '__main__':
  absltest.main()
