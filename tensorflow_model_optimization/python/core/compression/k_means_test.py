# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of k-means of single numbers."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.compression import k_means


def _lloyd(values, centroids):
  """The plain algorithm, with the n x k matrix."""
  for _ in range(1000):
    nearest = np.argmin(np.abs(values[:, None] - centroids), axis=1)
    for i in range(centroids.size):
      if (nearest == i).any():
        centroids[i] = values[nearest == i].mean()
  return np.sort(centroids)


class KMeansTest(parameterized.TestCase):
  def test_two_clusters(self):
    values = np.array([9.0, 1.0, 11.0, 2.0])
    np.testing.assert_array_equal(k_means.k_means(values, 2), [1.5, 10.0])

  def test_few_different_values_are_their_own_centroids(self):
    values = np.array([[3.0, -1.0], [3.0, 3.0]], np.float32)
    np.testing.assert_array_equal(k_means.k_means(values, 2), [-1.0, 3.0])
    np.testing.assert_array_equal(k_means.k_means(values, 9), [-1.0, 3.0])
    self.assertEqual(k_means.k_means(np.zeros([0]), 4).size, 0)

  def test_linear_start_is_lloyds_algorithm(self):
    values = np.random.RandomState(0).randn(500)
    start = np.linspace(values.min(), values.max(), 8)
    np.testing.assert_allclose(
      k_means.k_means(values, 8), _lloyd(values, start), rtol=1e-12
    )

  def test_density_start_is_lloyds_algorithm(self):
    values = np.random.RandomState(1).randn(400)
    # The middles of 4 groups of 100.
    start = np.sort(values)[[50, 150, 250, 350]]
    np.testing.assert_allclose(
      k_means.k_means(values, 4, 'density'), _lloyd(values, start), rtol=1e-12
    )

  def test_cluster_without_members_stays(self):
    # Evenly between 0 and 100 are 0, 50 and 100; nothing is near 50.
    values = np.array([0.0, 1.0, 2.0, 98.0, 100.0])
    np.testing.assert_array_equal(k_means.k_means(values, 3), [1.0, 50.0, 99.0])

  def test_k_means_plus_plus_finds_clusters_far_apart(self):
    random = np.random.RandomState(2)
    centers = np.repeat([-50.0, -3.0, 0.0, 2.0, 1000.0], 1000)
    values = centers + 0.01 * random.randn(5000)
    found = k_means.k_means(values, 5, 'kmeans++', seed=7)
    np.testing.assert_allclose(found, [-50, -3, 0, 2, 1000], atol=0.01)
    again = k_means.k_means(values, 5, 'kmeans++', seed=7)
    np.testing.assert_array_equal(found, again)

  @parameterized.parameters(*k_means.INITIALIZATIONS)
  def test_error_is_near_the_best_of_a_normal_distribution(self, how):
    values = np.random.RandomState(3).randn(100000).astype(np.float32)
    centroids = k_means.k_means(values, 16, how)
    self.assertLen(centroids, 16)
    middles = 0.5 * (centroids[1:] + centroids[:-1])
    error = values - centroids[np.searchsorted(middles, values)]
    # The Lloyd-Max quantiser of 16 levels has 0.009497 (Max, 1960).
    self.assertLess(np.mean(error**2), 0.0105)


if __name__ == '__main__':
  absltest.main()
