# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which weights m_by_n_mask keeps, on each implementation."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.ops import m_by_n_mask as lib
from tensorflow_model_optimization.python.core.testing import implementations
from tensorflow_model_optimization.python.core.tf_compat import tf


def _evaluate(function, *arguments):
  """Runs `function` in a fresh graph, so that every TensorFlow can."""
  with tf.Graph().as_default():
    with tf.compat.v1.Session() as session:
      return session.run(function(*arguments))


def _mask(weights, m_by_n):
  return _evaluate(lib.m_by_n_mask, weights, m_by_n)[0]


def _expected(weights, m, n):
  """The obvious loop: a stable sort of each group."""
  planes = int(np.prod(weights.shape[:-2]))
  magnitudes = np.abs(weights).reshape((planes,) + weights.shape[-2:])
  mask = np.zeros(magnitudes.shape, bool)
  for plane, column in np.ndindex(planes, magnitudes.shape[2]):
    for start in range(0, magnitudes.shape[1], n):
      group = magnitudes[plane, start : start + n, column]
      kept = np.argsort(-group, kind='stable')[: n - m]
      mask[plane, start + kept, column] = True
  return mask.reshape(weights.shape)


class MByNMaskTests(metaclass=parameterized.TestGeneratorMetaclass):
  """The tests; a class below runs them for each implementation."""

  implementation = None

  def setUp(self):
    super().setUp()
    implementations.force_in_test(self, self.implementation)

  def test_keeps_the_two_largest_of_four_inputs(self):
    weights = np.array([[1.0], [-4.0], [3.0], [2.0]], np.float32)
    mask, threshold = _evaluate(lib.m_by_n_mask, weights, (2, 4))
    np.testing.assert_array_equal(mask[:, 0], [False, True, True, False])
    self.assertEqual(threshold, 3.0)

  def test_equal_magnitudes_keep_the_lowest_index(self):
    mask = _mask(np.ones([8, 1], np.float32), (2, 4))
    np.testing.assert_array_equal(
      mask[:, 0], [True, True, False, False, True, True, False, False]
    )

  def test_ragged_last_group_is_held_to_the_same_bound(self):
    mask = _mask(np.array([[1, 2, 3, 4, 5, 6, 7]], np.float32).T, (2, 4))
    np.testing.assert_array_equal(
      mask[:, 0], [False, False, True, True, False, True, True]
    )

  def test_group_shorter_than_the_bound_is_kept(self):
    self.assertTrue(_mask(np.ones([2, 3], np.float32), (2, 4)).all())

  def test_zero_of_n_keeps_everything(self):
    self.assertTrue(_mask(np.zeros([4, 2], np.float32), (0, 4)).all())

  def test_nan_ranks_above_infinity(self):
    weights = np.array([[np.inf], [np.nan]], np.float32)
    mask = _mask(weights, (1, 2))
    np.testing.assert_array_equal(mask[:, 0], [False, True])

  @parameterized.parameters(
    ((1, 1), 1, 2),
    ((9, 3), 2, 4),
    ((3, 3, 7, 5), 2, 4),
    ((2, 13, 4), 4, 8),
    ((16, 8), 1, 4),
    ((0, 3), 1, 2),
  )
  def test_agrees_with_sorting_each_group(self, shape, m, n):
    weights = np.random.RandomState(0).randint(-3, 4, shape).astype(np.float32)
    np.testing.assert_array_equal(
      _mask(weights, (m, n)), _expected(weights, m, n)
    )

  @parameterized.parameters('float16', 'bfloat16', 'float32', 'float64')
  def test_every_dtype(self, dtype):
    def run():
      weights = tf.cast(tf.constant([[1.0], [-4.0], [3.0], [2.0]]), dtype)
      mask, threshold = lib.m_by_n_mask(weights, (2, 4))
      return mask, tf.cast(threshold, tf.float32)

    mask, threshold = _evaluate(run)
    np.testing.assert_array_equal(mask[:, 0], [False, True, True, False])
    self.assertEqual(threshold, 3.0)

  def test_unknown_shape(self):
    with tf.Graph().as_default():
      weights = tf.compat.v1.placeholder(tf.float32)
      mask, _ = lib.m_by_n_mask(weights, (1, 2))
      with tf.compat.v1.Session() as session:
        value = session.run(mask, {weights: [[1.0, 2.0], [3.0, 1.0]]})
    np.testing.assert_array_equal(value, [[False, True], [True, False]])

  def test_rank_that_only_the_graph_knows_is_checked(self):
    with tf.Graph().as_default():
      weights = tf.compat.v1.placeholder(tf.float32)
      mask, _ = lib.m_by_n_mask(weights, (1, 2))
      with tf.compat.v1.Session() as session:
        with self.assertRaisesRegex(
          tf.errors.InvalidArgumentError, 'weights.*Received: '
        ):
          session.run(mask, {weights: [1.0, 2.0]})

  @parameterized.parameters(
    ((1, 2, 3),), (2,), ((2.0, 4),), ((4, 4),), ((5, 4),), ((-1, 4),), ('24',)
  )
  def test_wrong_m_by_n_is_named(self, m_by_n):
    with self.assertRaisesRegex(ValueError, '`m_by_n` .*Received: m_by_n='):
      lib.m_by_n_mask(np.ones([4, 4], np.float32), m_by_n)

  def test_vector_is_refused(self):
    with self.assertRaisesRegex(ValueError, 'rank >= 2.*Received'):
      lib.m_by_n_mask(np.ones([4], np.float32), (2, 4))


class NativeMByNMaskTest(MByNMaskTests, parameterized.TestCase):
  implementation = 'native'


class TwinMByNMaskTest(MByNMaskTests, parameterized.TestCase):
  implementation = 'tf'


if __name__ == '__main__':
  absltest.main()
