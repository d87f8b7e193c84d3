# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which weights magnitude_mask keeps, on each implementation."""

import math

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.ops import magnitude_mask as lib
from tensorflow_model_optimization.python.core.testing import float_formats
from tensorflow_model_optimization.python.core.testing import implementations
from tensorflow_model_optimization.python.core.testing import running_modes
from tensorflow_model_optimization.python.core.tf_compat import tf

_NAN = math.nan
_INF = math.inf

_each_format = parameterized.named_parameters(
  (float_format.name, float_format) for float_format in float_formats.FORMATS
)
_each_mode = parameterized.named_parameters(
  *sorted(running_modes.MODES.items())
)


class MagnitudeMaskTests(metaclass=parameterized.TestGeneratorMetaclass):
  """The tests; a class below runs them for each implementation."""

  implementation = None

  def setUp(self):
    super().setUp()
    implementations.force_in_test(self, self.implementation)

  def _assert_mask(self, weights, sparsity, expected_mask, expected_threshold):
    """`expected_mask` in ones and zeros, flat."""
    mask, threshold = lib.magnitude_mask(weights, sparsity)
    self.assertEqual(tf.bool, mask.dtype)
    self.assertEqual(
      expected_mask, mask.numpy().astype(int).ravel().tolist(), weights
    )
    if math.isnan(expected_threshold):
      self.assertTrue(math.isnan(float(threshold)), threshold)
    else:
      self.assertEqual(expected_threshold, float(threshold))

  # --- which ones ------------------------------------------------------------

  def test_keeps_the_largest_magnitudes_of_either_sign(self):
    self._assert_mask([0.1, -3.0, 2.0, 0.5], 0.5, [0, 1, 1, 0], 2.0)

  def test_keeps_the_lowest_indices_of_a_tie(self):
    self._assert_mask([1.0, 2.0, 1.0, -1.0, 1.0], 0.4, [1, 1, 1, 0, 0], 1.0)

  def test_keeps_the_lowest_indices_when_all_are_equal(self):
    self._assert_mask([3.0, -3.0, 3.0, -3.0], 0.5, [1, 1, 0, 0], 3.0)

  def test_keeps_the_exact_number_when_all_are_zero(self):
    self._assert_mask([0.0, 0.0, -0.0, 0.0], 0.5, [1, 1, 0, 0], 0.0)

  def test_more_zeros_than_asked_for_do_not_release_the_mask(self):
    self._assert_mask(
      [0.0, 5.0, 0.0, 0.0, 0.0, 0.0], 0.5, [1, 1, 1, 0, 0, 0], 0.0
    )

  def test_minus_zero_equals_zero(self):
    self._assert_mask([-0.0, 0.0, 1.0, -0.0], 0.5, [1, 0, 1, 0], 0.0)

  def test_infinities_are_above_finite_numbers(self):
    self._assert_mask([1.0, -_INF, 2.0**127, _INF], 0.5, [0, 1, 0, 1], _INF)
    self._assert_mask(
      [1.0, -_INF, 2.0**127, _INF], 0.25, [0, 1, 1, 1], 2.0**127
    )

  def test_nan_is_above_infinity_and_counted(self):
    self._assert_mask([1.0, _INF, 3.0, _NAN], 0.75, [0, 0, 0, 1], _NAN)
    self._assert_mask([1.0, _INF, 3.0, _NAN], 0.5, [0, 1, 0, 1], _INF)

  def test_several_nans_are_kept_exactly_as_many_as_asked_for(self):
    self._assert_mask([_NAN, 1.0, _NAN, _NAN], 0.5, [1, 0, 1, 0], _NAN)

  @_each_format
  def test_nans_rank_by_payload_and_lose_their_sign(self, float_format):
    infinity = float_format.infinity
    weights = float_format.tensor(
      [infinity, infinity + 1, float_format.sign | infinity + 3, infinity + 2]
    )
    mask, threshold = lib.magnitude_mask(weights, 0.5)
    self.assertEqual([False, False, True, True], mask.numpy().tolist())
    self.assertEqual(infinity + 2, int(float_format.patterns(threshold)))

  @_each_format
  def test_denormals_rank_by_value(self, float_format):
    weights = float_format.tensor(
      [2, 0, float_format.sign | 3, 1, float_format.sign | 4]
    )
    mask, threshold = lib.magnitude_mask(weights, 0.6)
    self.assertEqual([0, 0, 1, 0, 1], mask.numpy().astype(int).tolist())
    self.assertEqual(3, int(float_format.patterns(threshold)))

  # --- how many --------------------------------------------------------------

  @parameterized.parameters(
    # API.md section 4: half to even, at least one.
    (10, 0.75, 2),  # 2.5
    (10, 0.65, 4),  # 3.5
    (5, 0.5, 2),  # 2.5
    (7, 0.5, 4),  # 3.5
    (10, 0.25, 8),  # 7.5
    (10, 0.05, 10),  # 9.5
    (10, 0.999, 1),  # 0.01
    (1, 0.0, 1),
    (1, 0.999, 1),
    (3, 0.0, 3),  # k = n
    (10, 0.8, 2),
    (1000, 0.8, 200),
    (7, 1.0 - 2.0**-53, 1),  # the largest sparsity below 1
  )
  def test_number_kept(self, size, sparsity, expected):
    weights = [float(i + 1) for i in range(size)]
    self._assert_mask(
      weights,
      sparsity,
      [0] * (size - expected) + [1] * expected,
      float(size - expected + 1),
    )

  def test_counts_exactly_above_what_float32_can_count(self):
    # 16777217 * 0.95 = 15938356.15. In float32 the size is 16777216 and the
    # product 15938355. Each weight is its own index.
    size = 2**24 + 1
    mask, threshold = lib.magnitude_mask(
      np.arange(size).astype(np.float32), sparsity=0.05
    )
    mask = mask.numpy()
    self.assertEqual(15938356, np.count_nonzero(mask))
    self.assertTrue(mask[size - 15938356 :].all())
    self.assertEqual(size - 15938356, float(threshold))

  def test_sparsity_tensor_of_float32_counts_by_its_own_value(self):
    # 10 * (1 - 0.05) = 9.5 rounds to 10; 0.05 as a float32 is a little more.
    weights = [float(i) for i in range(10)]
    as_number, _ = lib.magnitude_mask(weights, 0.05)
    as_tensor, _ = lib.magnitude_mask(weights, tf.constant(0.05, tf.float32))
    self.assertEqual(10, np.count_nonzero(as_number))
    self.assertEqual(9, np.count_nonzero(as_tensor))

  # --- shapes, dtypes and ways to run ----------------------------------------

  @_each_format
  def test_every_dtype(self, float_format):
    weights = tf.constant([0.25, -1.5, 0.5, 3.0], float_format.dtype)
    mask, threshold = lib.magnitude_mask(weights, 0.5)
    self.assertEqual([False, True, False, True], mask.numpy().tolist())
    self.assertEqual(float_format.dtype, threshold.dtype)
    self.assertEqual(1.5, float(threshold))

  @_each_mode
  def test_every_way_to_run(self, run):
    mask, threshold = run(
      lib.magnitude_mask,
      tf.constant([[0.1, -3.0], [2.0, 0.5]]),
      tf.constant(0.25, tf.float64),
    )
    self.assertEqual([[False, True], [True, True]], mask.tolist())
    self.assertEqual(0.5, threshold)

  @_each_mode
  def test_no_weights(self, run):
    mask, threshold = run(
      lib.magnitude_mask,
      tf.zeros([3, 0]),
      tf.constant(0.5, tf.float64),
    )
    self.assertEqual((3, 0), mask.shape)
    self.assertEqual(0.0, threshold)

  def test_scalar_weight(self):
    mask, threshold = lib.magnitude_mask(-2.0, 0.9)
    self.assertEqual([], mask.shape.as_list())
    self.assertTrue(bool(mask))
    self.assertEqual(2.0, float(threshold))

  def test_takes_a_variable(self):
    mask, _ = lib.magnitude_mask(tf.Variable([1.0, 2.0]), tf.Variable(0.5))
    self.assertEqual([False, True], mask.numpy().tolist())

  @parameterized.parameters(([2, 3],), ([None, 3],), (None,))
  def test_shapes_in_a_graph(self, shape):
    weights = tf.TensorSpec(shape, tf.float32)
    graph = tf.function(
      lambda weights: lib.magnitude_mask(weights, 0.5)
    ).get_concrete_function(weights)
    mask, threshold = graph.structured_outputs
    if shape is None:
      self.assertIsNone(mask.shape.rank)
    else:
      self.assertEqual(shape, list(mask.shape))
    self.assertIn(threshold.shape.rank, (None, 0))

  # --- updates ---------------------------------------------------------------

  @_each_format
  def test_a_hint_changes_nothing(self, float_format):
    # More than the native kernel takes without a sample.
    values = np.arange(20000) % 128
    weights = tf.constant(values, float_format.dtype)
    expected, _ = lib.magnitude_mask(weights, 0.8)
    for hint in (None, 0, 102.0, 101.0, -102.0, 1e9, _NAN, _INF, -_INF, 1e-30):
      mask, threshold, zeroed = lib.updated_magnitude_mask(weights, 0.8, hint)
      self.assertTrue(np.array_equal(expected, mask), hint)
      self.assertEqual(102.0, float(threshold))
      self.assertFalse(bool(zeroed))

  @_each_mode
  def test_a_hint_is_any_scalar_tensor(self, run):
    for dtype in (tf.float32, tf.float64):
      mask, threshold, _ = run(
        lambda weights, hint: lib.updated_magnitude_mask(weights, 0.5, hint),
        tf.constant([1.0, 3.0, 2.0, 0.5]),
        tf.constant(2.5, dtype),
      )
      self.assertEqual([False, True, True, False], mask.tolist())
      self.assertEqual(2.0, threshold)

  @parameterized.parameters(
    ([0.0, 3.0, -0.0, -2.0], 0.5, True),
    ([0.1, 3.0, 0.0, -2.0], 0.5, False),
    ([0.0, 3.0, 0.0, -2.0], 0.75, False),  # One of them is pruned now.
    ([0.0, 3.0, 0.0, -2.0], 0.25, True),  # A zero is kept.
    ([1e-45, 3.0, 0.0, -2.0], 0.5, False),
    ([1.0, 2.0], 0.0, True),
    ([], 0.5, True),
  )
  def test_it_tells_whether_the_pruned_weights_are_zero(
    self, weights, sparsity, expected
  ):
    for hint in (None, 2.0):
      _, _, zeroed = lib.updated_magnitude_mask(
        np.float32(weights), sparsity, hint
      )
      self.assertEqual(tf.bool, zeroed.dtype)
      self.assertEqual(expected, bool(zeroed))

  @parameterized.parameters(0, 777, 19999)
  def test_it_finds_the_one_weight_that_is_left(self, place):
    weights = np.where(np.arange(20000) % 5 == 3, 1.0 + np.arange(20000), 0.0)
    for value, expected in ((0.0, True), (1e-3, False)):
      weights[place] = value
      _, _, zeroed = lib.updated_magnitude_mask(weights, 0.8, 3.0)
      self.assertEqual(expected, bool(zeroed))

  @parameterized.parameters('1.0', ([1.0, 2.0],), tf.string)
  def test_refuses_a_hint_that_is_no_scalar_number(self, hint):
    with self.assertRaisesRegex(
      ValueError, '`hint` must be a scalar number or None. Received: hint='
    ):
      lib.updated_magnitude_mask([1.0, 2.0], 0.5, hint)

  # --- bad input -------------------------------------------------------------

  @parameterized.parameters(
    ([1, 2], 'int32'),
    ([True], 'bool'),
    ([1j], 'complex128'),
    (['1'], 'string'),
  )
  def test_refuses_weights_that_are_no_floats(self, weights, dtype):
    with self.assertRaisesRegex(
      ValueError,
      r'`weights` must have one of the dtypes .*float32.* Received: '
      r'weights\.dtype={}\. Cast'.format(dtype),
    ):
      lib.magnitude_mask(weights, 0.5)

  @parameterized.parameters(1.0, 1, -0.1, -1e-320, 1.5, 80, _NAN, _INF, -_INF)
  def test_refuses_sparsity_out_of_range(self, sparsity):
    message = r'`sparsity` must be in \[0, 1\)\. Received: sparsity={}'.format(
      sparsity
    )
    with self.assertRaisesRegex(ValueError, message):
      lib.magnitude_mask([1.0, 2.0], sparsity)
    with self.assertRaisesRegex(ValueError, '`sparsity` must be in'):
      lib.magnitude_mask([1.0, 2.0], tf.constant(sparsity, tf.float64))

  @parameterized.parameters(
    None, '0.5', ([0.5, 0.5],), (np.array([0.5]),), tf.string
  )
  def test_refuses_sparsity_that_is_no_scalar_number(self, sparsity):
    with self.assertRaisesRegex(
      ValueError, '`sparsity` must be a scalar number.*Received: sparsity='
    ):
      lib.magnitude_mask([1.0, 2.0], sparsity)

  @parameterized.parameters(1.0, -0.1, _NAN)
  def test_refuses_sparsity_out_of_range_that_only_the_graph_knows(
    self, sparsity
  ):
    for run in (running_modes.run_in_function, running_modes.run_in_session):
      with self.assertRaisesRegex(
        tf.errors.InvalidArgumentError,
        r'sparsity`? must be in.*\[0, 1\).*Received: sparsity=',
      ):
        run(
          lib.magnitude_mask,
          tf.constant([1.0, 2.0]),
          tf.constant(sparsity, tf.float64),
        )

  def test_refuses_a_vector_sparsity_that_only_the_graph_knows(self):
    with self.assertRaisesRegex(
      tf.errors.InvalidArgumentError,
      'sparsity`? must be a scalar.*Received: sparsity',
    ):
      running_modes.run_in_function(
        lib.magnitude_mask,
        tf.constant([1.0, 2.0]),
        tf.constant([0.5, 0.5], tf.float64),
      )


class TwinMagnitudeMaskTest(MagnitudeMaskTests, parameterized.TestCase):
  implementation = 'tf'


class NativeMagnitudeMaskTest(MagnitudeMaskTests, parameterized.TestCase):
  implementation = 'native'


if __name__ == '__main__':
  absltest.main()
