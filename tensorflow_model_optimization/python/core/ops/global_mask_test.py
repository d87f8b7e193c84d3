# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which weights global_mask keeps, on each implementation."""

from unittest import mock

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.ops import global_mask as lib
from tensorflow_model_optimization.python.core.ops import magnitude_mask
from tensorflow_model_optimization.python.core.testing import distributions
from tensorflow_model_optimization.python.core.testing import float_formats
from tensorflow_model_optimization.python.core.testing import implementations
from tensorflow_model_optimization.python.core.testing import running_modes
from tensorflow_model_optimization.python.core.tf_compat import tf

# For TensorFlow 1: the tests look at eager tensors.
tf.compat.v1.enable_v2_behavior()

_each_format = parameterized.named_parameters(
  (float_format.name, float_format) for float_format in float_formats.FORMATS
)
_each_mode = parameterized.named_parameters(
  *sorted(running_modes.MODES.items())
)


class GlobalMaskTests(metaclass=parameterized.TestGeneratorMetaclass):
  """The tests; a class below runs them for each implementation."""

  implementation = None

  def setUp(self):
    super().setUp()
    implementations.force_in_test(self, self.implementation)

  def _assert_masks(self, weights, sparsity, expected, expected_threshold):
    masks, threshold, _ = lib.global_mask(
      [np.float32(weight) for weight in weights], sparsity
    )
    self.assertEqual(
      expected, [mask.numpy().astype(int).tolist() for mask in masks]
    )
    self.assertEqual(expected_threshold, float(threshold))

  def test_there_is_one_ranking_of_all(self):
    self._assert_masks(
      [[[0.1, -3.0], [2.0, 0.5]], [4.0]], 0.6, [[[0, 1], [0, 0]], [1]], 3.0
    )

  def test_the_first_of_equals_are_kept(self):
    self._assert_masks([[1.0, 1.0], [1.0, 1.0]], 0.25, [[1, 1], [1, 0]], 1.0)
    self._assert_masks([[0.0], [0.0, -0.0]], 0.5, [[1], [1, 0]], 0.0)

  def test_scalars_and_tensors_without_elements(self):
    self._assert_masks([3.0, np.zeros((0, 2)), [1.0]], 0.5, [1, [], [0]], 3.0)
    self._assert_masks([np.zeros((2, 0)), []], 0.5, [[[], []], []], 0.0)

  def test_one_tensor(self):
    self._assert_masks([[1.0, -2.0, 3.0, 0.0]], 0.5, [[0, 1, 1, 0]], 2.0)

  def test_it_tells_whether_the_pruned_weights_are_zero(self):
    for weights, expected in (
      ([[0.0, 2.0], [-0.0, 3.0]], True),
      ([[0.0, 2.0], [1e-45, 3.0]], False),
      ([[0.5, 2.0], [0.0, 3.0]], False),
    ):
      weights = [np.float32(weight) for weight in weights]
      _, _, zeroed = lib.global_mask(weights, 0.5, hint=2.0)
      self.assertEqual(expected, bool(zeroed), weights)

  @_each_mode
  def test_every_way_to_run(self, run):
    def masks_and_threshold(first, second):
      masks, threshold, zeroed = lib.global_mask([first, second], 0.5)
      return masks[0], masks[1], threshold, zeroed

    first, second, threshold, zeroed = run(
      masks_and_threshold,
      tf.constant([[0.1, -3.0], [0.0, 0.0]]),
      tf.constant([5.0, 4.0]),
    )
    self.assertEqual([[False, True], [False, False]], first.tolist())
    self.assertEqual([True, True], second.tolist())
    self.assertEqual(3.0, threshold)
    self.assertFalse(zeroed)

  def test_shapes_in_a_graph(self):
    graph = tf.function(
      lambda *weights: lib.global_mask(weights, 0.5)
    ).get_concrete_function(
      tf.TensorSpec([2, 3], tf.float32), tf.TensorSpec([None], tf.float32)
    )
    masks, threshold, zeroed = graph.structured_outputs
    self.assertEqual([2, 3], masks[0].shape.as_list())
    self.assertEqual([None], masks[1].shape.as_list())
    self.assertIn(threshold.shape.rank, (None, 0))
    self.assertIn(zeroed.shape.rank, (None, 0))

  def test_refuses_what_is_no_list_of_tensors_of_one_dtype(self):
    for weights, dtypes in (
      ([], r'0 tensors of the dtypes \[\]'),
      (
        [tf.zeros([2]), tf.zeros([2], tf.float64)],
        "2 tensors of the dtypes .'float32', 'float64'.",
      ),
    ):
      with self.assertRaisesRegex(
        ValueError, '`weights` must be a list of .* Received: ' + dtypes
      ):
        lib.global_mask(weights, 0.5)
    with self.assertRaisesRegex(ValueError, '`weights` must have one of the'):
      lib.global_mask([tf.zeros([2], tf.int32)], 0.5)

  def test_refuses_sparsity_out_of_range(self):
    with self.assertRaisesRegex(ValueError, '`sparsity` must be in'):
      lib.global_mask([[1.0, 2.0]], 1.0)
    for run in (running_modes.run_in_function, running_modes.run_in_session):
      with self.assertRaisesRegex(
        tf.errors.InvalidArgumentError,
        r'sparsity`? must be in.*\[0, 1\).*Received: sparsity=',
      ):
        run(
          lambda weights, sparsity: lib.global_mask([weights], sparsity)[1:],
          tf.constant([1.0, 2.0]),
          tf.constant(1.5, tf.float64),
        )


class TwinGlobalMaskTest(GlobalMaskTests, parameterized.TestCase):
  implementation = 'tf'


class NativeGlobalMaskTest(GlobalMaskTests, parameterized.TestCase):
  implementation = 'native'

  @_each_format
  def test_it_equals_the_twin_of_the_concatenation(self, float_format):
    random = np.random.RandomState(7)
    names = sorted(distributions.DISTRIBUTIONS)
    for case in range(40):
      sizes = random.randint(0, (5, 300, 30000)[case % 3], 1 + case % 7)
      name = names[case % len(names)]
      patterns = distributions.DISTRIBUTIONS[name](
        random, float_format, int(np.sum(sizes))
      )
      sparsity = random.random_sample()
      # Any bits, or the threshold of another mask.
      hint = float_format.tensor(random.choice(np.append(patterns, 0)))
      parts = np.split(patterns, np.cumsum(sizes)[:-1])
      masks, threshold, zeroed = lib.global_mask(
        [float_format.tensor(part) for part in parts], sparsity, hint
      )
      with dispatch.force('tf'):
        expected = magnitude_mask.updated_magnitude_mask(
          float_format.tensor(patterns), sparsity
        )
      message = (name, sizes, sparsity, hint)
      mask = np.concatenate([mask.numpy() for mask in masks])
      self.assertTrue(np.array_equal(expected[0].numpy(), mask), message)
      self.assertEqual(
        int(float_format.patterns(expected[1])),
        int(float_format.patterns(threshold)),
        message,
      )
      self.assertEqual(bool(expected[2]), bool(zeroed), message)

  def test_beside_a_gpu_it_uses_the_op_that_has_a_kernel_for_it(self):
    def op_types():
      with tf.Graph().as_default() as graph:
        lib.global_mask([tf.zeros([3]), tf.zeros([2])], 0.5)
      return {op.type for op in graph.get_operations()}

    self.assertIn('TfmotGlobalMask', op_types())
    self.assertNotIn('TfmotMagnitudeMask', op_types())
    with mock.patch.object(dispatch, 'runs_on_gpu', return_value=True):
      self.assertNotIn('TfmotGlobalMask', op_types())
      self.assertIn('TfmotMagnitudeMask', op_types())


if __name__ == '__main__':
  absltest.main()
