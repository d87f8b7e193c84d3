# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The constraint that keeps pruned weights at zero."""

from unittest import mock

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity.keras import keep_zeros
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
KeepZeros = keep_zeros.KeepZeros


class KeepZerosTest(test_case.KerasTestCase):
  def setUp(self):
    super().setUp()
    self.mask = test_case.variable([True, False, True])

  def test_it_zeroes_where_the_mask_is_false(self):
    self.assert_equal_values(
      [1.0, 0.0, 3.0], KeepZeros(self.mask)(tf.constant([1.0, 2.0, 3.0]))
    )

  def test_nan_and_infinity_are_zeroed_and_kept_as_the_mask_says(self):
    kept = test_case.value_of(
      KeepZeros(self.mask)(tf.constant([np.inf, np.nan, np.nan]))
    )
    self.assertEqual(np.inf, kept[0])
    self.assertEqual(0.0, kept[1])
    self.assertTrue(np.isnan(kept[2]))

  def test_the_mask_is_read_at_each_application(self):
    keep_zeros = KeepZeros(self.mask)
    test_case.value_of(self.mask.assign([False, True, False]))
    self.assert_equal_values(
      [0.0, 2.0, 0.0], keep_zeros(tf.constant([1.0, 2.0, 3.0]))
    )

  def test_it_keeps_the_dtype(self):
    for dtype in (tf.float16, tf.bfloat16, tf.float64):
      weight = tf.ones([3], dtype)
      self.assertEqual(dtype, KeepZeros(self.mask)(weight).dtype)

  def test_the_constraint_that_was_there_is_applied_first(self):
    keep_zeros = KeepZeros(self.mask, lambda weight: weight + 10.0)
    self.assert_equal_values(
      [11.0, 0.0, 13.0], keep_zeros(tf.constant([1.0, 2.0, 3.0]))
    )

  def test_it_composes_with_max_norm(self):
    mask = test_case.variable([[True, True], [False, True]])
    keep_zeros = KeepZeros(mask, keras.constraints.MaxNorm(5.0, axis=0))
    # The columns have the norms 10 and 5.
    weight = tf.constant([[6.0, 3.0], [8.0, 4.0]])
    self.assert_close_values(
      [[3.0, 3.0], [0.0, 4.0]], keep_zeros(weight), rtol=1e-5
    )

  def test_it_replaces_an_older_one(self):
    non_neg = keras.constraints.NonNeg()
    older = KeepZeros(test_case.variable([False, False, False]), non_neg)
    newer = KeepZeros(self.mask, older)
    self.assertIs(non_neg, newer.inner)
    self.assert_equal_values(
      [1.0, 0.0, 0.0], newer(tf.constant([1.0, 2.0, -3.0]))
    )

  def test_it_works_in_a_compiled_function(self):
    keep_zeros = KeepZeros(self.mask)
    function = tf.function(keep_zeros)
    weight = tf.constant([1.0, 2.0, 3.0])
    self.assert_equal_values([1.0, 0.0, 3.0], function(weight))
    test_case.value_of(self.mask.assign([False, True, False]))
    self.assert_equal_values([0.0, 2.0, 0.0], function(weight))

  def test_the_mask_becomes_floats_only_when_the_weights_are_there(self):
    # Else the float masks of all weights live as long as a training step.
    with tf.Graph().as_default():
      weight = tf.constant([1.0, 2.0, 3.0])
      KeepZeros(tf.constant([True, False, True]))(weight)
      graph = tf.compat.v1.get_default_graph()
      casts = [op for op in graph.get_operations() if op.type == 'Cast']
    self.assertEqual(
      [[weight.op]], [list(cast.control_inputs) for cast in casts]
    )


class InPlaceTest(test_case.KerasTestCase):
  """A large weight, which is changed where it is."""

  def setUp(self):
    super().setUp()
    if tf_compat.in_v1_graph() or tf_compat.tf_version() < (2, 16):
      self.skipTest('TensorFlow changes no weight in place here')
    self.enter_context(mock.patch.object(keep_zeros, '_FEWEST_IN_PLACE', 4))
    self.mask = tf.Variable([True, False, True, False])
    self.weight = tf.Variable([1.0, 2.0, np.inf, np.nan])
    self.keep_zeros = KeepZeros(
      self.mask, tf_variable=lambda variable: variable
    )

  def test_weight_and_result_have_the_zeros(self):
    result = self.keep_zeros(self.weight)
    self.assert_equal_values([1.0, 0.0, np.inf, 0.0], result)
    self.assert_equal_values([1.0, 0.0, np.inf, 0.0], self.weight)

  def test_the_memory_stays_the_same(self):
    # Only the step sees the variable: a tensor of it would share its memory.
    step = tf.function(lambda: self.weight.assign(self.keep_zeros(self.weight)))
    size = 1 << 20
    self.mask = tf.Variable(tf.range(size) % 2 == 0)
    self.weight = tf.Variable(tf.ones([size]))
    self.keep_zeros = KeepZeros(
      self.mask, tf_variable=lambda variable: variable
    )
    before = _address(self.weight)
    step()
    self.assertEqual(before, _address(self.weight))
    self.assertEqual(size // 2, np.count_nonzero(self.weight.numpy()))

  def test_a_tensor_that_was_read_before_keeps_its_values(self):
    before = self.weight.read_value()
    self.keep_zeros(self.weight)
    self.assert_equal_values([1.0, 2.0, np.inf], before[:3])

  def test_the_mask_is_read_at_each_step(self):
    step = tf.function(lambda: self.weight.assign(self.keep_zeros(self.weight)))
    step()
    self.assert_equal_values([1.0, 0.0, np.inf, 0.0], self.weight)
    self.weight.assign([5.0, 6.0, 7.0, 8.0])
    self.mask.assign([False, True, False, True])
    step()
    self.assert_equal_values([0.0, 6.0, 0.0, 8.0], self.weight)

  def test_xla_compiles_it_once_for_each_shape(self):
    tf_compat.keep_in_place(self.weight, self.mask)
    traces = tf_compat._keep_in_place.experimental_get_tracing_count()
    others = [tf.Variable([1.0, 2.0, 3.0, 4.0]) for _ in range(3)]
    for other in others:
      KeepZeros(self.mask, tf_variable=lambda variable: variable)(other)
    self.assert_equal_values([1.0, 0.0, 3.0, 0.0], others[2])
    self.assertEqual(
      traces, tf_compat._keep_in_place.experimental_get_tracing_count()
    )

  def test_what_cannot_or_need_not_be_changed_in_place_is_not(self):
    def compiled(keep, weight):
      step = tf.function(lambda: keep(weight)).get_concrete_function()
      return any(
        'PartitionedCall' in op.type for op in step.graph.get_operations()
      )

    self.assertTrue(compiled(self.keep_zeros, self.weight))
    with_inner = KeepZeros(self.mask, tf.abs, None, lambda variable: variable)
    self.assertFalse(compiled(with_inner, self.weight))
    self.assertFalse(compiled(self.keep_zeros, tf.ones([4])))
    with mock.patch.object(keep_zeros, '_FEWEST_IN_PLACE', 5):
      self.assertFalse(compiled(self.keep_zeros, self.weight))
    with mock.patch.object(tf_compat, 'sees_gpu', lambda: True):
      self.assertFalse(compiled(self.keep_zeros, self.weight))
    with mock.patch.object(tf_compat, '_compiles', False):
      self.assertFalse(compiled(self.keep_zeros, self.weight))
    with tf.distribute.OneDeviceStrategy('/cpu:0').scope():
      self.assertFalse(compiled(self.keep_zeros, self.weight))

  def test_a_step_that_xla_compiles_does_the_same(self):
    step = tf.function(
      lambda: self.weight.assign(self.keep_zeros(self.weight)), jit_compile=True
    )
    step()
    self.assert_equal_values([1.0, 0.0, np.inf, 0.0], self.weight)


def _address(variable):
  # Shares the memory, which `numpy()` copies.
  values = np.frombuffer(memoryview(variable.read_value()), np.float32)
  return values.__array_interface__['data'][0]


if __name__ == '__main__':
  absltest.main()
