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


if __name__ == '__main__':
  absltest.main()
