# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which blocks block_mask keeps, on each implementation."""

import math

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.ops import block_mask as lib
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


class BlockMaskTests(metaclass=parameterized.TestGeneratorMetaclass):
  """The tests; a class below runs them for each implementation."""

  implementation = None

  def setUp(self):
    super().setUp()
    implementations.force_in_test(self, self.implementation)

  def _assert_mask(
    self,
    weights,
    sparsity,
    block_size,
    expected_mask,
    expected_threshold,
    pooling_type='AVG',
  ):
    """`expected_mask` in ones and zeros, nested like `weights`."""
    mask, threshold = lib.block_mask(
      weights, sparsity, block_size, pooling_type
    )
    self.assertEqual(tf.bool, mask.dtype)
    self.assertEqual(expected_mask, mask.numpy().astype(int).tolist())
    if math.isnan(expected_threshold):
      self.assertTrue(math.isnan(float(threshold)), threshold)
    else:
      self.assertEqual(expected_threshold, float(threshold))

  # --- which ones ------------------------------------------------------------

  def test_avg_keeps_the_block_of_largest_mean_magnitude(self):
    self._assert_mask(
      [
        [3.0, 0.0, -2.0, 2.0],
        [0.0, 0.0, 2.0, -2.0],
      ],
      0.5,
      (2, 2),
      [
        [0, 0, 1, 1],
        [0, 0, 1, 1],
      ],
      2.0,
    )

  def test_max_keeps_the_block_of_largest_magnitude(self):
    self._assert_mask(
      [
        [-3.0, 0.0, 2.0, 2.0],
        [0.0, 0.0, 2.0, 2.0],
      ],
      0.5,
      (2, 2),
      [
        [1, 1, 0, 0],
        [1, 1, 0, 0],
      ],
      3.0,
      'MAX',
    )

  def test_avg_is_over_the_real_cells_of_a_smaller_last_block(self):
    # Averages 1 and, of one column only, 2.5.
    self._assert_mask(
      [
        [1.0, 1.0, 5.0],
        [1.0, 1.0, 0.0],
      ],
      0.5,
      (2, 2),
      [
        [0, 0, 1],
        [0, 0, 1],
      ],
      2.5,
    )

  def test_blocks_start_at_index_zero_of_a_row(self):
    # Columns 0 to 3 and column 4. TFMOT pooled columns 0 to 2 and 3 to 4, and
    # then pruned the 9.
    self._assert_mask(
      [[0.125, 0.125, 0.125, 9.0, 0.125]],
      0.5,
      (1, 4),
      [[1, 1, 1, 1, 0]],
      (0.125 * 3 + 9.0) / 4,
    )

  def test_blocks_start_at_index_zero_of_a_column(self):
    self._assert_mask(
      [[0.125], [0.125], [0.125], [9.0], [0.125]],
      0.5,
      (4, 1),
      [[1], [1], [1], [1], [0]],
      9.0,
      'MAX',
    )

  def test_keeps_the_lowest_blocks_of_a_tie_row_by_row(self):
    self._assert_mask(
      [
        [1.0, -1.0],
        [1.0, 1.0],
      ],
      0.5,
      (1, 1),
      [
        [1, 1],
        [0, 0],
      ],
      1.0,
    )

  @parameterized.parameters('AVG', 'MAX')
  def test_keeps_the_lowest_blocks_when_all_are_equal(self, pooling_type):
    self._assert_mask(
      [[2.0] * 6] * 4,
      0.5,
      (2, 2),
      [
        [1, 1, 1, 1, 1, 1],
        [1, 1, 1, 1, 1, 1],
        [0, 0, 0, 0, 0, 0],
        [0, 0, 0, 0, 0, 0],
      ],
      2.0,
      pooling_type,
    )

  @parameterized.parameters('AVG', 'MAX')
  def test_keeps_the_exact_number_when_all_are_zero(self, pooling_type):
    self._assert_mask(
      [[0.0, -0.0, 0.0, 0.0]], 0.5, (1, 2), [[1, 1, 0, 0]], 0.0, pooling_type
    )

  def test_a_single_row_of_blocks(self):
    # TFMOT failed on this shape.
    weights = np.zeros((4, 8), np.float32)
    weights[3, 7] = 1.0
    self._assert_mask(
      weights, 0.75, (4, 2), [[0, 0, 0, 0, 0, 0, 1, 1]] * 4, 0.125
    )

  def test_block_larger_than_the_matrix_is_the_matrix(self):
    # An implementation that padded the matrix to 100000 x 100000 would run out
    # of memory.
    for pooling_type, pooled in (('AVG', 2.5), ('MAX', 4.0)):
      self._assert_mask(
        [[1.0, 2.0], [3.0, 4.0]],
        0.9,
        (100000, 100000),
        [[1, 1], [1, 1]],
        pooled,
        pooling_type,
      )

  def test_leading_axes_are_planes_that_are_ranked_together(self):
    # A convolution kernel [2, 1, inputs 2, outputs 3]; blocks over the channels
    # of each position.
    kernel = [
      [[[1.0, 1.0, 9.0], [1.0, 1.0, 9.0]]],
      [[[5.0, 5.0, 2.0], [5.0, 5.0, 2.0]]],
    ]
    self._assert_mask(
      kernel,
      0.5,
      (2, 2),
      [
        [[[0, 0, 1], [0, 0, 1]]],
        [[[1, 1, 0], [1, 1, 0]]],
      ],
      5.0,
    )

  def test_convolution_kernel_of_3_by_3(self):
    # One block per position; the middle and the last are kept.
    kernel = np.ones((3, 3, 2, 2), np.float32)
    kernel[1, 1] = 3.0
    kernel[2, 2, 0, 0] = -8.0
    mask, threshold = lib.block_mask(kernel, 7.0 / 9.0, (2, 2))
    self.assertEqual(
      [
        [0, 0, 0],
        [0, 1, 0],
        [0, 0, 1],
      ],
      mask.numpy().all(axis=(2, 3)).astype(int).tolist(),
    )
    self.assertEqual(8, np.count_nonzero(mask))
    self.assertEqual((8.0 + 3.0) / 4, float(threshold))

  # --- special values --------------------------------------------------------

  @parameterized.parameters('AVG', 'MAX')
  def test_infinity_is_above_finite_blocks(self, pooling_type):
    self._assert_mask(
      [[3e38, 3e38, -_INF, 0.0]],
      0.5,
      (1, 2),
      [[0, 0, 1, 1]],
      _INF,
      pooling_type,
    )

  @parameterized.parameters('AVG', 'MAX')
  def test_nan_is_above_infinity(self, pooling_type):
    self._assert_mask(
      [[_INF, _INF, 0.0, _NAN]],
      0.5,
      (1, 2),
      [[0, 0, 1, 1]],
      _NAN,
      pooling_type,
    )

  @_each_format
  def test_nan_average_is_the_canonical_nan(self, float_format):
    weights = float_format.tensor([[0, float_format.infinity + 1]])
    _, threshold = lib.block_mask(weights, 0.5, (1, 2))
    self.assertEqual(
      float_format.quiet_nan, int(float_format.patterns(threshold))
    )

  @_each_format
  def test_nan_maximum_keeps_its_payload(self, float_format):
    pattern = float_format.infinity + 1
    weights = float_format.tensor([[0, float_format.sign | pattern]])
    _, threshold = lib.block_mask(weights, 0.5, (1, 2), 'MAX')
    self.assertEqual(pattern, int(float_format.patterns(threshold)))

  @_each_format
  def test_denormals_count_as_zero_in_an_average(self, float_format):
    # So the first block wins the tie.
    weights = float_format.tensor([[0, 1, 2, float_format.smallest_normal - 1]])
    mask, threshold = lib.block_mask(weights, 0.5, (1, 2))
    self.assertEqual([[True, True, False, False]], mask.numpy().tolist())
    self.assertEqual(0, int(float_format.patterns(threshold)))

  @_each_format
  def test_denormals_rank_by_value_as_a_maximum(self, float_format):
    weights = float_format.tensor([[0, 1, 0, float_format.sign | 2]])
    mask, threshold = lib.block_mask(weights, 0.5, (1, 2), 'MAX')
    self.assertEqual([[False, False, True, True]], mask.numpy().tolist())
    self.assertEqual(2, int(float_format.patterns(threshold)))

  def test_average_of_a_float32_block_does_not_overflow(self):
    large = 2.0**127
    self._assert_mask(
      [[large, large, large, large]], 0.5, (1, 4), [[1, 1, 1, 1]], large
    )

  def test_small_weights_beside_a_large_one_count_in_an_average(self):
    # In float32 each of the two sums would be 2^24 again.
    large = 2.0**24
    self._assert_mask(
      [[large, 1.0, 0.0, 0.0, large, 1.0, 1.0, 0.0]],
      0.5,
      (1, 4),
      [[0, 0, 0, 0, 1, 1, 1, 1]],
      (large + 2) / 4,
    )

  # --- how many --------------------------------------------------------------

  @parameterized.parameters(
    (10, 0.75, 2),  # 2.5 blocks
    (10, 0.65, 4),  # 3.5
    (5, 0.5, 2),  # 2.5
    (7, 0.5, 4),  # 3.5
    (10, 0.999, 1),
    (3, 0.0, 3),
  )
  def test_number_of_blocks_kept(self, blocks, sparsity, expected):
    weights = np.repeat(np.arange(1, blocks + 1), 3).astype(np.float32)
    mask, threshold = lib.block_mask(weights[np.newaxis], sparsity, (1, 3))
    kept = [0] * (3 * (blocks - expected)) + [1] * (3 * expected)
    self.assertEqual([kept], mask.numpy().astype(int).tolist())
    self.assertEqual(blocks - expected + 1, float(threshold))

  def test_smaller_last_blocks_count_as_one(self):
    # 2 x 2 blocks, of which the last has a single weight; 3 are kept.
    self._assert_mask(
      [
        [4.0, 4.0, 3.0],
        [4.0, 4.0, 3.0],
        [1.0, 1.0, 2.0],
      ],
      0.25,
      (2, 2),
      [
        [1, 1, 1],
        [1, 1, 1],
        [0, 0, 1],
      ],
      2.0,
    )

  # --- shapes, dtypes and ways to run ----------------------------------------

  @_each_format
  def test_every_dtype(self, float_format):
    weights = tf.constant([[0.25, -1.5, 0.5, 3.0]], float_format.dtype)
    for pooling_type, pooled in (('AVG', 1.75), ('MAX', 3.0)):
      mask, threshold = lib.block_mask(weights, 0.5, (1, 2), pooling_type)
      self.assertEqual([[False, False, True, True]], mask.numpy().tolist())
      self.assertEqual(float_format.dtype, threshold.dtype)
      self.assertEqual(pooled, float(threshold))

  @_each_mode
  def test_every_way_to_run(self, run):
    mask, threshold = run(
      lambda weights, sparsity: lib.block_mask(weights, sparsity, (2, 2)),
      tf.constant([[1.0, 1.0, 5.0], [1.0, 1.0, 0.0]]),
      tf.constant(0.5, tf.float64),
    )
    self.assertEqual([[False, False, True]] * 2, mask.tolist())
    self.assertEqual(2.5, threshold)

  @parameterized.parameters(((0, 3),), ((3, 0),), ((0, 2, 2),), ((2, 0, 2),))
  def test_no_weights(self, shape):
    for pooling_type in lib.POOLING_TYPES:
      for run in running_modes.MODES.values():
        mask, threshold = run(
          lambda weights, sparsity: lib.block_mask(
            weights,
            sparsity,
            (2, 2),
            pooling_type,  # noqa: B023
          ),
          tf.zeros(shape),
          tf.constant(0.5, tf.float64),
        )
        self.assertEqual(shape, mask.shape)
        self.assertEqual(0.0, threshold)

  def test_average_is_rounded_once_in_a_graph_of_known_shape(self):
    # 1 / 3 as a float64 is a little less than a third, and 5 times that rounds
    # to the float64 below 5 / 3.
    mask, threshold = tf.function(
      lambda weights: lib.block_mask(weights, 0.5, (1, 3)),
      input_signature=[tf.TensorSpec([1, 3], tf.float64)],
    )(tf.constant([[1.0, 2.0, 2.0]], tf.float64))
    self.assertEqual([[True, True, True]], mask.numpy().tolist())
    self.assertEqual(5.0 / 3.0, float(threshold))

  @parameterized.parameters(([2, 3],), ([None, 4, None],), (None,))
  def test_shapes_in_a_graph(self, shape):
    graph = tf.function(
      lambda weights: lib.block_mask(weights, 0.5, (2, 2))
    ).get_concrete_function(tf.TensorSpec(shape, tf.float32))
    mask, threshold = graph.structured_outputs
    if shape is None:
      self.assertIsNone(mask.shape.rank)
    else:
      self.assertEqual(shape, list(mask.shape))
    self.assertIn(threshold.shape.rank, (None, 0))

  @parameterized.parameters(
    ([2, 1],), ((2, 1),), (np.array([2, 1]),), ((np.int32(2), np.int64(1)),)
  )
  def test_block_size_may_be_any_two_ints(self, block_size):
    self._assert_mask(
      [[1.0, 2.0], [1.0, 2.0]], 0.5, block_size, [[0, 1], [0, 1]], 2.0
    )

  # --- bad input -------------------------------------------------------------

  @parameterized.parameters(
    (None,),
    (4,),
    ('44',),
    ((),),
    ((4,),),
    ((4, 4, 4),),
    ((0, 4),),
    ((4, -1),),
    ((1.5, 4),),
    ((2.0, 2.0),),
    ((np.float32(2), 2),),
    ((True, 2),),
    ((2, np.True_),),
    ((4, None),),
    ((4, _NAN),),
    ((_INF, 4),),
    ((4, 10**10),),
    ((10**30, 4),),
  )
  def test_refuses_other_block_sizes(self, block_size):
    with self.assertRaisesRegex(
      ValueError,
      '`block_size` must be two positive ints .*Received: block_size=',
    ):
      lib.block_mask([[1.0, 2.0]], 0.5, block_size)

  @parameterized.parameters('avg', 'L2', None, 1)
  def test_refuses_other_pooling_types(self, pooling_type):
    with self.assertRaisesRegex(
      ValueError, '`pooling_type` must be one of .*Received: pooling_type='
    ):
      lib.block_mask([[1.0, 2.0]], 0.5, (1, 2), pooling_type)

  @parameterized.parameters((1.0, r'\(\)'), ([1.0, 2.0], r'\(2,\)'))
  def test_refuses_a_vector_or_scalar(self, weights, shape):
    with self.assertRaisesRegex(
      ValueError,
      r'`weights` must have rank >= 2.*Received: weights\.shape={}'.format(
        shape
      ),
    ):
      lib.block_mask(weights, 0.5, (1, 2))

  @parameterized.parameters(1.0, ([1.0, 2.0],))
  def test_refuses_a_vector_or_scalar_that_only_the_graph_knows(self, weights):
    for run in (running_modes.run_in_function, running_modes.run_in_session):
      with self.assertRaisesRegex(
        tf.errors.InvalidArgumentError,
        'weights`? must have .*Received: .*weights',
      ):
        run(
          lambda weights, sparsity: lib.block_mask(weights, sparsity, (1, 2)),
          tf.constant(weights),
          tf.constant(0.5, tf.float64),
        )

  def test_refuses_weights_that_are_no_floats(self):
    with self.assertRaisesRegex(ValueError, '`weights` must have one of'):
      lib.block_mask([[1, 2]], 0.5, (1, 2))

  @parameterized.parameters(1.0, -0.1, _NAN)
  def test_refuses_sparsity_out_of_range(self, sparsity):
    with self.assertRaisesRegex(
      ValueError, r'`sparsity` must be in \[0, 1\)\. Received: sparsity='
    ):
      lib.block_mask([[1.0, 2.0]], sparsity, (1, 2))
    with self.assertRaisesRegex(
      tf.errors.InvalidArgumentError,
      r'sparsity`? must be in.*\[0, 1\).*Received: sparsity=',
    ):
      running_modes.run_in_function(
        lambda weights, sparsity: lib.block_mask(weights, sparsity, (1, 2)),
        tf.constant([[1.0, 2.0]]),
        tf.constant(sparsity, tf.float64),
      )


class TwinBlockMaskTest(BlockMaskTests, parameterized.TestCase):
  implementation = 'tf'


class NativeBlockMaskTest(BlockMaskTests, parameterized.TestCase):
  implementation = 'native'


if __name__ == '__main__':
  absltest.main()
