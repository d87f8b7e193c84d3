# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of compute_mask: each structure gets its own mask."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.sparsity import mask as lib
from tensorflow_model_optimization.python.core.sparsity import structure
from tensorflow_model_optimization.python.core.tf_compat import tf

_WEIGHTS = np.array([[9.0, 0.1, 3.0, 3.0], [0.2, 0.3, 3.0, 3.0]], np.float32)


def _mask(sparsity, a_structure):
  with tf.Graph().as_default():
    results = lib.compute_mask(_WEIGHTS, sparsity, a_structure)
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
