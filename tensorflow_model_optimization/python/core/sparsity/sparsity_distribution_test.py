# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the distributions of sparsity."""

from absl.testing import absltest
from absl.testing import parameterized

from tensorflow_model_optimization.python.core.sparsity import (
  sparsity_distribution as lib,
)


class ErkSparsitiesTest(parameterized.TestCase):
  def test_a_small_weight_stays_dense_and_a_large_one_makes_up_for_it(self):
    # 34 of 68 weights stay: all 4 of the first and 30 of 64 of the second.
    self.assertEqual([0.0, 0.53125], lib.erk_sparsities([(2, 2), (8, 8)], 0.5))

  def test_densities_are_in_the_ratio_of_sum_over_product(self):
    # Raw densities 10/16 and 20/64, so twice; 16 weights of 80 stay:
    # 16 * 2d + 64 * d = 16, d = 1/6.
    small, large = lib.erk_sparsities([(2, 8), (4, 16)], 0.8)
    self.assertAlmostEqual(1 - 2 / 6, small)
    self.assertAlmostEqual(1 - 1 / 6, large)

  @parameterized.parameters(0.0, 0.3, 0.8, 0.999)
  def test_the_model_has_the_sparsity(self, sparsity):
    shapes = [(3, 3, 3, 16), (3, 3, 16, 64), (64, 10), (10,), (), (0, 4)]
    sizes = [432, 9216, 640, 10, 1, 0]
    sparsities = lib.erk_sparsities(shapes, sparsity)
    for one in sparsities:
      self.assertGreaterEqual(one, 0.0)
      self.assertLess(one, 1.0)
    self.assertAlmostEqual(
      sparsity * sum(sizes), sum(s * n for s, n in zip(sparsities, sizes)), 6
    )

  def test_one_weight_has_the_sparsity_itself(self):
    self.assertAlmostEqual(0.7, lib.erk_sparsities([(100, 100)], 0.7)[0])

  def test_nothing_to_share(self):
    self.assertEqual([], lib.erk_sparsities([], 0.5))


class ShareOutTest(absltest.TestCase):
  def test_each_distribution_and_sparsity_is_shared_out_alone(self):
    parts = lib.share_out(
      ['global', 'uniform', 'erk', 'global', 'erk', 'global', 'erk'],
      [0.5, 0.5, 0.5, 0.9, 0.5, 0.5, 0.7],
      [(4,), (4,), (2, 2), (4,), (8, 8), (4,), (8, 8)],
    )
    rounded = [(indices, round(sparsity, 6)) for indices, sparsity in parts]
    self.assertEqual(
      [
        ((0, 5), 0.5),
        ((1,), 0.5),
        ((2,), 0.0),
        ((3,), 0.9),
        ((4,), 0.53125),
        ((6,), 0.7),
      ],
      rounded,
    )

  def test_nothing_to_share(self):
    self.assertEqual([], lib.share_out([], [], []))


class CheckDistributionTest(parameterized.TestCase):
  @parameterized.parameters('uniform', 'erk', 'global')
  def test_known(self, name):
    self.assertEqual(name, lib.check_distribution(name))

  @parameterized.parameters('ERK', None, 1, 'local')
  def test_unknown(self, name):
    with self.assertRaisesRegex(
      ValueError, 'must be one of.*Received: sparsity_distribution='
    ):
      lib.check_distribution(name)


if __name__ == '__main__':
  absltest.main()
