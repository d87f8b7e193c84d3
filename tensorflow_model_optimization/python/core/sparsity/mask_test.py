# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of compute_mask: each structure gets its own mask."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.sparsity import mask as lib
from tensorflow_model_optimization.python.core.sparsity import structure
from tensorflow_model_optimization.python.core.tf_compat import tf

_WEIGHTS = np.array([[9.0, 0.1, 3.0, 3.0], [0.2, 0.3, 3.0, 3.0]], np.float32)


def _mask(sparsity, a_structure, weights=_WEIGHTS):
  with tf.Graph().as_default():
    results = lib.compute_mask(weights, sparsity, a_structure)
    with tf.compat.v1.Session() as session:
      mask, threshold = session.run(results)
  return mask.astype(int).tolist(), float(threshold)


class ComputeMaskTest(absltest.TestCase):
  def test_unstructured_keeps_the_largest_and_the_first_of_equals(self):
    mask, threshold = _mask(0.5, structure.Unstructured())
    self.assertEqual(mask, [[1, 0, 1, 1], [0, 0, 1, 0]])
    self.assertEqual(threshold, 3.0)

  def test_average_pooling_ranks_blocks_by_their_mean(self):
    # Means: left (9 + .1 + .2 + .3) / 4 = 2.4, right 3.
    mask, threshold = _mask(0.5, structure.Block(2, 2, 'AVG'))
    self.assertEqual(mask, [[0, 0, 1, 1], [0, 0, 1, 1]])
    self.assertEqual(threshold, 3.0)

  def test_max_pooling_ranks_blocks_by_their_largest(self):
    mask, threshold = _mask(0.5, structure.Block(2, 2, 'MAX'))
    self.assertEqual(mask, [[1, 1, 0, 0], [1, 1, 0, 0]])
    self.assertEqual(threshold, 9.0)

  def test_m_by_n_ignores_the_sparsity(self):
    mask, threshold = _mask(0.99, structure.MByN(1, 2))
    self.assertEqual(mask, [[1, 0, 1, 1], [0, 1, 0, 0]])
    self.assertAlmostEqual(threshold, 0.3, 6)


class ChannelMaskTest(absltest.TestCase):
  def test_channels_are_ranked_by_their_mean_or_their_largest(self):
    # Columns: means 4.6, 0.2, 3, 3; largest 9, 0.3, 3, 3.
    channels = structure.OutputChannels('AVG', (-1,))
    mask, threshold = _mask(0.75, channels)
    self.assertEqual(mask, [[1, 0, 0, 0], [1, 0, 0, 0]])
    self.assertAlmostEqual(threshold, 4.6, 6)
    weights = np.float32([[4, 5, 1], [4, 0, 1]])
    mask, threshold = _mask(
      0.5, structure.OutputChannels('AVG', (-1,)), weights
    )
    # 1.5 channels of three, half to even: two.
    self.assertEqual(([[1, 1, 0], [1, 1, 0]], 2.5), (mask, threshold))
    mask, threshold = _mask(
      0.7, structure.OutputChannels('AVG', (-1,)), weights
    )
    self.assertEqual(([[1, 0, 0], [1, 0, 0]], 4.0), (mask, threshold))
    mask, threshold = _mask(
      0.7, structure.OutputChannels('MAX', (-1,)), weights
    )
    self.assertEqual(([[0, 1, 0], [0, 1, 0]], 5.0), (mask, threshold))

  def test_the_first_of_equal_channels_is_kept(self):
    channels = structure.OutputChannels('AVG', (-1,))
    mask, _ = _mask(0.5, channels, np.ones((3, 4), np.float32))
    self.assertEqual(mask, 3 * [[1, 1, 0, 0]])

  def test_channels_of_a_convolution(self):
    kernel = np.ones((2, 1, 2, 3), np.float32)
    kernel[..., 1] = 3
    kernel[..., 2] = 2
    mask, _ = _mask(0.6, structure.OutputChannels('AVG', (-1,)), kernel)
    self.assertEqual(mask, [[2 * [[0, 1, 0]]], [2 * [[0, 1, 0]]]])

  def test_channels_of_other_axes(self):
    weights = np.float32([[[1, 1], [9, 9], [5, 0]], [[1, 1], [9, 9], [5, 0]]])
    mask, threshold = _mask(
      0.5, structure.OutputChannels('AVG', (-2,)), weights
    )
    # Means 1, 9, 2.5 of the rows; two are kept.
    self.assertEqual(mask, 2 * [[[0, 0], [1, 1], [1, 1]]])
    self.assertEqual(threshold, 2.5)
    mask, threshold = _mask(
      0.5, structure.OutputChannels('AVG', (-2, -1)), weights
    )
    self.assertEqual(mask, 2 * [[[0, 0], [1, 1], [1, 0]]])
    self.assertEqual(threshold, 5.0)

  def test_no_weights(self):
    channels = structure.OutputChannels('AVG', (-1,))
    mask, _ = _mask(0.5, channels, np.zeros((0, 2), np.float32))
    self.assertEqual(mask, [])


class ComputeGlobalMasksTest(absltest.TestCase):
  def _masks(self, weights, sparsity):
    with tf.Graph().as_default():
      results = lib.compute_global_masks(
        [tf.constant(value) for value in weights], sparsity
      )
      with tf.compat.v1.Session() as session:
        masks, threshold = session.run(results)
    return [mask.astype(int).tolist() for mask in masks], threshold

  def test_one_ranking_of_all_tensors(self):
    masks, threshold = self._masks([_WEIGHTS, np.float32([4.0, -8.0])], 0.7)
    self.assertEqual([[[1, 0, 0, 0], [0, 0, 0, 0]], [1, 1]], masks)
    self.assertEqual(4.0, threshold)

  def test_among_equals_the_first_tensor_is_kept(self):
    ones = np.ones((2,), np.float32)
    masks, _ = self._masks([ones, ones, ones], 0.5)
    self.assertEqual([[1, 1], [1, 0], [0, 0]], masks)

  def test_different_dtypes_are_ranked_by_value(self):
    masks, threshold = self._masks(
      [np.float16([1.0, 4.0]), np.float32([2.0, 3.0]), np.float64([0.5])], 0.6
    )
    self.assertEqual([[0, 1], [0, 1], [0]], masks)
    self.assertEqual(3.0, threshold)

  def test_scalars_and_empty_tensors(self):
    masks, _ = self._masks(
      [np.float32(3.0), np.zeros((0, 2), np.float32), np.float32([1.0])], 0.5
    )
    self.assertEqual([1, [], [0]], masks)


if __name__ == '__main__':
  absltest.main()
