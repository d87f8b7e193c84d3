# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the bytes of numbers, sorted by their place."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import byte_planes
from tensorflow_model_optimization.python.core.compression import tensor_spec


class BytePlanesTest(absltest.TestCase):
  def test_least_significant_first(self):
    np.testing.assert_array_equal(
      byte_planes.split(np.array([0x0102, 0x0304], np.uint16)),
      [[2, 4], [1, 3]],
    )
    # -2 is 0xC0000000: sign, exponent 128 and no mantissa.
    np.testing.assert_array_equal(
      byte_planes.split(np.float32(-2.0)), [[0], [0], [0], [0xC0]]
    )

  def test_round_trip(self):
    bfloat16 = tensor_spec.numpy_dtype('bfloat16')
    for array in (
      np.arange(24, dtype=np.float32).reshape([2, 3, 4])[:, ::2],
      np.array([True, False]),
      np.array(-7, np.int64),
      np.zeros([0, 5], np.float16),
      np.array([1.5, -3.0]).astype(bfloat16),
    ):
      spec = tensor_spec.TensorSpec.of(array)
      again = byte_planes.join(byte_planes.split(array), spec)
      self.assertIsNone(spec.problem_with(again))
      self.assertEqual(again.tobytes(), array.tobytes())

  def test_reason_against(self):
    for dtype in ('bool', 'int8', 'uint32', 'bfloat16', 'float64'):
      spec = tensor_spec.TensorSpec((None,), dtype)
      self.assertIsNone(byte_planes.reason_against(spec))
    for dtype in ('complex64', 'string'):
      spec = tensor_spec.TensorSpec((2,), dtype)
      self.assertIn(dtype, byte_planes.reason_against(spec))


if __name__ == '__main__':
  absltest.main()
