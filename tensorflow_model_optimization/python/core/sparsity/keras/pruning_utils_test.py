# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The helpers with known numbers."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_utils as lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter


def _value(function):
  """The numpy value of the tensor that `function` returns, in any TensorFlow."""
  return adapter.function(lambda: [function()])()[0]


class PruningUtilsTest(test_case.KerasTestCase):
  def _assert_equal(self, expected, function):
    actual = _value(function)
    self.assertEqual(np.shape(expected), actual.shape)
    self.assert_close_values(actual, expected, rtol=1e-6)

  @parameterized.parameters(((2, 4),), ([2, 4],), (iter([2, 4]),))
  def test_convert_to_tuple_of_two_int(self, value):
    self.assertEqual((2, 4), lib.convert_to_tuple_of_two_int(value, 'x'))

  @parameterized.parameters(
    (2,), ((2,),), ((1, 2, 3),), ((2.0, 4),), ((True, 4),), ('24',), (None,)
  )
  def test_convert_to_tuple_of_two_int_names_what_is_wrong(self, value):
    with self.assertRaisesRegex(ValueError, '`m_by_n` .*Received: m_by_n='):
      lib.convert_to_tuple_of_two_int(value, 'm_by_n')

  def test_kronecker_product(self):
    self._assert_equal(
      [[1, 2, 2, 4, 3, 6], [0, 1, 0, 2, 0, 3]],
      lambda: lib.kronecker_product(
        [[1.0, 2.0, 3.0]], [[1.0, 2.0], [0.0, 1.0]]
      ),
    )

  def test_expand_tensor(self):
    self._assert_equal(
      [[1, 1, 1, 2, 2, 2], [1, 1, 1, 2, 2, 2]],
      lambda: lib.expand_tensor([[1.0, 2.0]], [2, 3]),
    )

  @parameterized.parameters(
    ('MAX', [[5.0, 6.0], [8.0, 9.0]]), ('AVG', [[3.0, 4.5], [7.5, 9.0]])
  )
  def test_factorized_pool(self, pooling_type, expected):
    matrix = np.arange(1.0, 10.0, dtype=np.float32).reshape((3, 3))
    self._assert_equal(
      expected,
      lambda: lib.factorized_pool(
        matrix, (2, 2), pooling_type, (2, 2), 'SAME', name='pooled'
      ),
    )

  def test_factorized_pool_keeps_a_single_row(self):
    self._assert_equal(
      [[2.0, 4.0]],
      lambda: lib.factorized_pool(
        [[1.0, 2.0, 3.0, 4.0]], (1, 2), 'MAX', (1, 2), 'VALID'
      ),
    )

  def test_factorized_pool_names_what_is_wrong(self):
    with self.assertRaisesRegex(ValueError, '`input_tensor` .*rank 2'):
      lib.factorized_pool([1.0], (2, 2), 'MAX', (2, 2), 'SAME')
    with self.assertRaisesRegex(ValueError, r'strides=\(2,\)'):
      lib.factorized_pool([[1.0]], (2, 2), 'MAX', (2,), 'SAME')

  def test_weights_rearrange(self):
    self._assert_equal(
      [[1.0, 3.0], [2.0, 4.0]],
      lambda: lib.weights_rearrange([[1.0, 2.0], [3.0, 4.0]]),
    )
    # [height 1, width 2, in 3, out 2]
    kernel = np.arange(12.0, dtype=np.float32).reshape((1, 2, 3, 2))
    self._assert_equal(
      [[0, 2, 4], [6, 8, 10], [1, 3, 5], [7, 9, 11]],
      lambda: lib.weights_rearrange(kernel),
    )

  @parameterized.parameters(((3, 5),), ((1, 2, 3, 2),))
  def test_mask_prepare_undoes_rearrange(self, shape):
    weights = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    self._assert_equal(
      weights,
      lambda: lib.m_by_n_sparsity_mask_prepare(
        lib.weights_rearrange(weights), shape
      ),
    )

  def test_other_ranks_are_named(self):
    with self.assertRaisesRegex(ValueError, r'`weights` .*\(2,\)'):
      lib.weights_rearrange([1.0, 2.0])
    with self.assertRaisesRegex(ValueError, r'`weights_shape` .*\(1, 1, 1\)'):
      lib.m_by_n_sparsity_mask_prepare([[1.0]], (1, 1, 1))
    with self.assertRaisesRegex(ValueError, '`mask` must have rank 2'):
      lib.m_by_n_sparsity_mask_prepare([1.0], (1, 1))
    with self.assertRaisesRegex(ValueError, '`weights` must have rank 2'):
      lib.generate_m_by_n_mask([1.0])

  def test_a_mask_of_another_size_is_an_error(self):
    with self.assertRaises((tf.errors.InvalidArgumentError, ValueError)):
      _value(lambda: lib.m_by_n_sparsity_mask_prepare([[1.0]], (2, 2)))

  def test_generate_m_by_n_mask(self):
    weights = [
      [0.1, -0.4, 0.3, 0.2, 7.0, 8.0, 9.0],
      [1.0, 1.0, 1.0, 1.0, 0.0, 5.0, 0.0],
    ]
    # The short last group of three keeps two; the first of equals are kept.
    self._assert_equal(
      [[0, 1, 1, 0, 0, 1, 1], [1, 1, 0, 0, 1, 1, 0]],
      lambda: lib.generate_m_by_n_mask(weights),
    )
    self._assert_equal(
      [[0, 1, 0, 0, 0, 0, 1], [1, 0, 0, 0, 0, 1, 0]],
      lambda: lib.generate_m_by_n_mask(weights, (3, 4)),
    )
    mask = _value(lambda: lib.generate_m_by_n_mask(np.ones((1, 4), np.float16)))
    self.assertEqual(np.float16, mask.dtype)

  @parameterized.parameters((None,), ((4, 4),), ((1.0, 2),))
  def test_generate_m_by_n_mask_names_what_is_wrong(self, m_by_n):
    with self.assertRaisesRegex(ValueError, 'm_by_n` .*Received: '):
      lib.generate_m_by_n_mask([[1.0]], m_by_n)


class IsPrunedMByNTest(parameterized.TestCase):
  @parameterized.parameters(
    # Groups run down the columns, the input channels.
    ([[1.0], [0.0], [0.0], [2.0]], (2, 4), True),
    ([[1.0], [3.0], [0.0], [2.0]], (2, 4), False),
    ([[1.0], [3.0], [0.0], [2.0]], (1, 4), True),
    ([[1.0], [0.0], [-0.0], [0.0]], (2, 4), True),
    # A short last group may hold n - m numbers.
    ([[1.0], [2.0]], (2, 4), True),
    ([[1.0], [2.0], [3.0]], (2, 4), False),
    ([[0.0]], (4, 4), True),
    ([[1.0]], (4, 4), False),
    ([[float('nan')], [1.0], [2.0], [0.0]], (2, 4), False),
  )
  def test_in_the_layout_of_keras(self, weights, m_by_n, expected):
    self.assertIs(expected, lib.is_pruned_m_by_n(weights, m_by_n))

  def test_in_the_layout_of_tflite(self):
    row = [[1.0, 0.0, 0.0, 2.0]]
    self.assertIs(True, lib.is_pruned_m_by_n(row, (2, 4), 'C_IN'))
    self.assertIs(True, lib.is_pruned_m_by_n(row, (0, 4)))
    dense = np.ones((2, 1, 1, 4), np.float32)
    self.assertIs(False, lib.is_pruned_m_by_n(dense, last_channel='C_IN'))
    dense[..., :2] = 0.0
    self.assertIs(True, lib.is_pruned_m_by_n(dense, last_channel='C_IN'))

  def test_convolutions_are_grouped_at_each_kernel_position(self):
    kernel = np.zeros((2, 1, 4, 3), np.float32)
    kernel[0, 0, :2, :] = 1.0
    kernel[1, 0, 2:, :] = 1.0
    self.assertIs(True, lib.is_pruned_m_by_n(kernel))
    kernel[1, 0, 1, 2] = 1.0
    self.assertIs(False, lib.is_pruned_m_by_n(kernel))

  @parameterized.parameters(
    ({'m_by_n': (4, 2)}, r'`m_by_n` must satisfy .*m_by_n=\(4, 2\)'),
    ({'m_by_n': (0, 0)}, '`m_by_n` must satisfy'),
    ({'m_by_n': (2,)}, '`m_by_n` must be two ints'),
    ({'last_channel': 'C'}, "`last_channel` .*Received: last_channel='C'"),
    ({'weights': [1.0, 2.0]}, '`weights` must have rank >= 2'),
  )
  def test_names_what_is_wrong(self, change, message):
    arguments = dict({'weights': [[1.0]]}, **change)
    with self.assertRaisesRegex(ValueError, message):
      lib.is_pruned_m_by_n(**arguments)


if __name__ == '__main__':
  absltest.main()
