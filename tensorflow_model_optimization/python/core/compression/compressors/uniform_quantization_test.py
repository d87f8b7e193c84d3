# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of uniform quantization."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression.compressors import (
  uniform_quantization,
)

UniformQuantization = uniform_quantization.UniformQuantization


def _pack(weight, bits):
  return compressed_weight.compress_weight(UniformQuantization(bits), weight)


class UniformQuantizationTest(absltest.TestCase):
  def test_by_hand(self):
    weight = np.array([[3.0, 0.0, 6.9], [-1.4, 0.0, -14.0]], np.float32)
    packed = _pack(weight, 4)
    tensors = packed.tensors()
    # The largest code is 7: scales 3/7, 0 and 14/7; codes are stored plus 7.
    np.testing.assert_allclose(tensors['scales'], [3 / 7, 0, 2], rtol=1e-6)
    # Codes 7 0 3 and -3 0 -7, that is 14 7 10 4 7 0, the lower nibble first.
    np.testing.assert_array_equal(tensors['codes'], [0x7E, 0x4A, 0x07])
    np.testing.assert_allclose(
      packed.decompress(), [[3, 0, 6], [-9 / 7, 0, -14]], rtol=1e-6
    )

  def test_bits_of_all_widths(self):
    weight = np.random.RandomState(0).randn(5, 7, 3).astype(np.float32)
    for bits in range(2, 9):
      compressor = UniformQuantization(bits)
      packed = _pack(weight, bits)
      self.assertEqual(packed.stored_bytes, -(-105 * bits // 8) + 3 * 4)
      spec = tensor_spec.TensorSpec.of(weight, holds_values=True)
      error = np.abs(packed.decompress() - weight)
      self.assertTrue((error <= compressor.error_bound(weight, spec)).all())
      scales = np.abs(weight).max(axis=(0, 1)) / (2 ** (bits - 1) - 1)
      self.assertTrue((error <= 0.501 * scales).all())

  def test_zeros_stay_and_tiny_channels_do_no_harm(self):
    weight = np.random.RandomState(0).randn(40, 3).astype(np.float32)
    weight[::2] = 0.0
    weight[:, 1] *= 1e-43  # Denormal.
    again = _pack(weight, 8).decompress()
    np.testing.assert_array_equal(again[::2], 0.0)
    np.testing.assert_array_equal(again[:, 1], 0.0)
    self.assertTrue(np.isfinite(again).all())

  def test_vector_has_one_scale(self):
    packed = _pack(np.array([1.0, -127.0], np.float32), 8)
    self.assertEqual(packed.tensors()['scales'].shape, ())
    np.testing.assert_array_equal(packed.decompress(), [1.0, -127.0])

  def test_projects_what_it_will_store(self):
    weight = np.random.RandomState(0).randn(6, 4).astype(np.float32)
    weight[:, 2] = 0.0
    for shape in ((6, 4), (24,), (2, 3, 4)):
      array = weight.reshape(shape)
      spec = tensor_spec.TensorSpec.of(array, holds_values=True)
      compressor = UniformQuantization(4)
      projected = tf_compat.evaluate(
        lambda w, spec=spec, compressor=compressor: compressor.project(
          {'weight': w}, spec, True
        ),
        [array],
      )
      stored = _pack(array, 4).decompress()
      np.testing.assert_allclose(projected, stored, rtol=1e-6, atol=1e-7)
      np.testing.assert_allclose(
        _pack(projected, 4).decompress(), stored, rtol=1e-6, atol=1e-7
      )

  def test_bad_input(self):
    for bits in (1, 9, '8', None, True, 4.5):
      with self.assertRaisesRegex(ValueError, r'`bits` must be an int in \[2'):
        UniformQuantization(bits)
    with self.assertRaisesRegex(ValueError, 'must be finite'):
      _pack(np.array([1.0, np.nan]), 8)


if __name__ == '__main__':
  absltest.main()
