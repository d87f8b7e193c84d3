# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of declared shapes and dtypes."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import tensor_spec

TensorSpec = tensor_spec.TensorSpec


class TensorSpecTest(absltest.TestCase):
  def test_size_and_bytes(self):
    for shape, dtype, size, nbytes in (
      ((784, 300), 'float32', 235200, 940800),
      ((), 'float64', 1, 8),
      ((3, 0), 'uint8', 0, 0),
      ((5,), 'bfloat16', 5, 10),
      ((None, 2), 'float32', None, None),
    ):
      spec = TensorSpec(shape, dtype)
      self.assertEqual((spec.size, spec.nbytes), (size, nbytes))
      self.assertEqual(spec.rank, len(shape))

  def test_is_floating(self):
    self.assertTrue(TensorSpec((), 'bfloat16').is_floating)
    self.assertFalse(TensorSpec((), 'uint8').is_floating)

  def test_of_array(self):
    self.assertEqual(
      TensorSpec.of(np.zeros([2, 3], np.float16), holds_values=True),
      TensorSpec((2, 3), 'float16', True),
    )

  def test_problem(self):
    spec = TensorSpec((None, 2), 'float32')
    self.assertIsNone(spec.problem_with(np.zeros([9, 2], np.float32)))
    for array in (
      np.zeros([9, 3], np.float32),
      np.zeros([2], np.float32),
      np.zeros([9, 2], np.float64),
    ):
      self.assertIn('was declared', spec.problem_with(array))

  def test_negative_length(self):
    with self.assertRaisesRegex(ValueError, r'Received: shape=\(2, -1\)'):
      TensorSpec((2, -1), 'float32')


if __name__ == '__main__':
  absltest.main()
