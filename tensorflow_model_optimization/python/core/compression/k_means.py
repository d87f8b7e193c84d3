# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""k-means of single numbers, exact and without an n x k matrix.

Clusters of numbers on a line are intervals. So the numbers are sorted once, and an
iteration of Lloyd's algorithm finds the ends of k intervals by bisection and their
means by differences of one running sum: k log n steps, whatever n is.
"""

import numpy as np

__all__ = ['INITIALIZATIONS', 'k_means']

INITIALIZATIONS = ('linear', 'density', 'kmeans++')

_MAX_ITERATIONS = 1000
# k-means++ draws its first centroids among so many of the sorted numbers.
_DRAWN_FROM = 1 << 16


def k_means(values, k, initialization='linear', seed=0):
  """Finds k centroids of numbers.

  ```python
  k_means(np.array([1.0, 2.0, 9.0, 11.0]), 2)  # [1.5, 10.0]
  ```

  Args:
    values: float numpy array of any shape; finite.
    k: int >= 1.
    initialization: where the centroids start: 'linear', evenly between the
      smallest and the largest number; 'density', at evenly spaced quantiles;
      'kmeans++', drawn with probability proportional to the squared distance from
      those already drawn.
    seed: int, of 'kmeans++'.

  Returns:
    Sorted float64 array of at most k centroids: the numbers themselves where
    there are no more than k different ones.
  """
  # Narrow numbers are sorted faster.
  values = np.sort(values, axis=None).astype(np.float64)
  is_first = np.ones([values.size], bool)
  is_first[1:] = values[1:] != values[:-1]
  if np.count_nonzero(is_first) <= k:
    return values[is_first]
  sums = np.concatenate([[0.0], np.cumsum(values)])
  centroids = _initial(values, k, initialization, seed)
  ends = None
  for _ in range(_MAX_ITERATIONS):
    middles = 0.5 * (centroids[1:] + centroids[:-1])
    inner = np.searchsorted(values, middles, side='right')
    new_ends = np.concatenate([[0], inner, [values.size]])
    if ends is not None and np.array_equal(ends, new_ends):
      break
    ends = new_ends
    counts = np.diff(ends)
    # A cluster without members stays where it is.
    means = np.diff(sums[ends]) / np.maximum(counts, 1)
    centroids = np.sort(np.where(counts > 0, means, centroids))
  return centroids


def _initial(values, k, initialization, seed):
  if initialization == 'linear':
    return np.linspace(values[0], values[-1], k)
  if initialization == 'density':
    places = (np.arange(k) + 0.5) * values.size / k
    return values[places.astype(np.int64)]
  step = -(-values.size // _DRAWN_FROM)
  candidates = values[step // 2 :: step]
  random = np.random.RandomState(seed)
  centroids = [candidates[random.randint(candidates.size)]]
  distances = np.square(candidates - centroids[0])
  for _ in range(k - 1):
    sums = np.cumsum(distances)
    place = np.searchsorted(sums, random.random_sample() * sums[-1], 'right')
    centroids.append(candidates[min(place, candidates.size - 1)])
    distances = np.minimum(distances, np.square(candidates - centroids[-1]))
  return np.sort(centroids)
