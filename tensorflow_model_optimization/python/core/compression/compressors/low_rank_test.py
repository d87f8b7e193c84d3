# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of low-rank factors."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import training_form
from tensorflow_model_optimization.python.core.compression.compressors import (
  low_rank,
)
from tensorflow_model_optimization.python.core.compression.compressors import (
  uniform_quantization,
)

LowRank = low_rank.LowRank
TensorSpec = tensor_spec.TensorSpec


def _of_singular_values(values, rows=12, columns=8):
  random = np.random.RandomState(0)
  u = np.linalg.qr(random.randn(rows, len(values)))[0]
  v = np.linalg.qr(random.randn(columns, len(values)))[0]
  return (u * values).dot(v.T).astype(np.float32)


class LowRankTest(absltest.TestCase):
  def test_weight_that_has_the_rank_comes_back(self):
    weight = _of_singular_values([5.0, 2.0]).reshape([3, 2, 2, 8])
    packed = compressed_weight.compress_weight(LowRank(rank=2), weight)
    tensors = packed.tensors()
    self.assertEqual(tensors['u'].shape, (12, 2))
    self.assertEqual(tensors['v'].shape, (2, 8))
    # u holds the singular values, v has rows of length one.
    np.testing.assert_allclose(
      np.linalg.norm(tensors['u'], axis=0), [5.0, 2.0], rtol=1e-5
    )
    np.testing.assert_allclose(
      np.linalg.norm(tensors['v'], axis=1), [1.0, 1.0], rtol=1e-5
    )
    np.testing.assert_allclose(packed.decompress(), weight, atol=1e-5)

  def test_least_error_of_its_rank(self):
    weight = _of_singular_values([5.0, 2.0, 1.0])
    packed = compressed_weight.compress_weight(LowRank(rank=1), weight)
    # Eckart and Young: what is left out is the other singular values.
    error = np.linalg.norm(packed.decompress() - weight)
    self.assertAlmostEqual(error, 5.0**0.5, places=5)

  def test_energy(self):
    weight = _of_singular_values([3.0, 2.0, 1.0])
    # 9, 13 and 14 of 14.
    for energy, rank in ((0.6, 1), (0.65, 2), (0.92, 2), (0.95, 3), (1.0, 3)):
      packed = compressed_weight.compress_weight(LowRank(energy=energy), weight)
      self.assertEqual(packed.tensors()['u'].shape[1], rank, energy)

  def test_energy_makes_nothing_larger(self):
    weight = np.random.RandomState(0).randn(12, 8).astype(np.float32)
    packed = compressed_weight.compress_weight(LowRank(energy=1.0), weight)
    self.assertEqual(packed.tensors()['u'].shape, (12, 4))
    self.assertLess(packed.stored_bytes, weight.nbytes)

  def test_factors_can_be_quantized(self):
    weight = _of_singular_values([5.0, 2.0])
    packed = compressed_weight.compress_weight(
      [LowRank(rank=2), uniform_quantization.UniformQuantization()], weight
    )
    self.assertEqual(
      list(packed.tensors()), ['u/codes', 'u/scales', 'v/codes', 'v/scales']
    )
    np.testing.assert_allclose(packed.decompress(), weight, atol=0.05)

  def test_trains_factors(self):
    weight = _of_singular_values([5.0, 2.0])
    form = training_form.TrainingForm(
      LowRank(rank=1), TensorSpec.of(weight, holds_values=True)
    )
    self.assertFalse(form.trains_weight)
    variables = form.initial_values(weight)
    variables['0.u'] = 3 * variables['0.u']
    packed = form.compress(variables)
    np.testing.assert_array_equal(packed.tensors()['u'], variables['0.u'])

  def test_reasons(self):
    for shape, reason in (
      ((9,), 'has 1 axes, and factors need 2'),
      ((4, 4), 'factors of rank 2 take no less room'),
      ((0, 4), 'take no less room'),
      ((None, 4), 'depends on its values'),
    ):
      spec = TensorSpec(shape, 'float32', holds_values=True)
      self.assertIn(reason, LowRank(rank=2).reason_against(spec))
    spec = TensorSpec((5, 4), 'float32', holds_values=True)
    self.assertIsNone(LowRank(rank=2).reason_against(spec))

  def test_bad_input(self):
    for settings in ({}, {'rank': 2, 'energy': 0.5}):
      with self.assertRaisesRegex(ValueError, 'one of `rank` and `energy`'):
        LowRank(**settings)
    for rank in (0, -1, 1.5, True):
      with self.assertRaisesRegex(ValueError, '`rank` must be an int >= 1'):
        LowRank(rank=rank)
    for energy in (0.0, 1.1, float('nan')):
      with self.assertRaisesRegex(ValueError, r'`energy` must be in \(0, 1\]'):
        LowRank(energy=energy)
    with self.assertRaisesRegex(ValueError, 'Pass `rank`'):
      LowRank(energy=0.9).training_variables(TensorSpec((9, 9), 'float32'))
    with self.assertRaisesRegex(ValueError, 'must be finite'):
      compressed_weight.compress_weight(
        LowRank(rank=1), np.full([9, 9], np.nan)
      )


if __name__ == '__main__':
  absltest.main()
