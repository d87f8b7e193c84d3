# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of range coding as a stage."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression.compressors import (
  range_coding,
)


def _pack(weight):
  return compressed_weight.compress_weight(range_coding.RangeCoding(), weight)


class RangeCodingTest(absltest.TestCase):
  def test_every_bit_comes_back(self):
    nan = np.array([0x7FC00001, 0xFFC12345, 0x80000000, 1], np.uint32)
    for weight in (
      nan.view(np.float32),
      np.float32(4.0),
      np.zeros([3, 0], np.float16),
      np.random.RandomState(0).randn(40, 5, 3),
      np.arange(300, dtype=np.int32),
      np.array([[True, False]]),
      np.array([0.5, -0.0]).astype(tensor_spec.numpy_dtype('bfloat16')),
    ):
      again = _pack(weight).decompress()
      self.assertEqual(again.dtype, weight.dtype)
      self.assertEqual(again.shape, weight.shape)
      self.assertEqual(again.tobytes(), weight.tobytes())

  def test_planes_have_tables_of_their_own(self):
    # The low bytes of small codes in wide integers are all that costs.
    codes = np.random.RandomState(0).randint(0, 4, 100000)
    as_bytes = _pack(codes.astype(np.uint8)).stored_bytes
    self.assertBetween(as_bytes, 25000, 25250)
    # Three planes more, each of one symbol: two bytes.
    self.assertEqual(_pack(codes.astype(np.int32)).stored_bytes, as_bytes + 6)

  def test_noise_grows_by_one_byte_a_plane(self):
    noise = np.random.RandomState(0).randint(0, 2**16, 3000).astype(np.uint16)
    self.assertEqual(_pack(noise).stored_bytes, 6000 + 2)

  def test_damaged_bytes(self):
    packed = _pack(np.arange(100, dtype=np.float32))
    coded = packed.tensors()['coded']
    for damaged in (coded[:-1], np.append(coded, coded[:1])):
      with self.assertRaisesRegex(ValueError, 'damaged'):
        packed._replace(parts={'coded': damaged}).decompress()


if __name__ == '__main__':
  absltest.main()
