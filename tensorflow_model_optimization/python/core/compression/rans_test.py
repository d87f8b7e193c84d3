# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the entropy coder."""

import hashlib

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import byte_stream
from tensorflow_model_optimization.python.core.compression import rans


def _decode(coded, size):
  reader = byte_stream.ByteReader(coded)
  data = rans.decode(reader, size)
  reader.check_end()
  return data


def _entropy_bytes(data):
  counts = np.bincount(data)
  counts = counts[counts > 0]
  return (counts * np.log2(data.size / counts)).sum() / 8


def _distributions(size):
  random = np.random.RandomState(0)
  yield np.clip(random.randn(size) * 20 + 128, 0, 255).astype(np.uint8)
  yield np.clip(random.randn(size) * 2 + 8, 0, 15).astype(np.uint8)
  yield random.randint(0, 256, size).astype(np.uint8)
  yield (200 * (random.rand(size) < 0.2)).astype(np.uint8)
  yield np.packbits(random.rand(8 * size) < 0.1)
  yield np.packbits(random.rand(8 * size) < 0.05)


class RansTest(absltest.TestCase):
  def test_round_trip_of_any_size(self):
    random = np.random.RandomState(1)
    # 32,769 is one more than a lane takes.
    for size in (0, 1, 2, 3, 64, 1000, 32769):
      for symbols in (1, 2, 33, 256):
        data = random.randint(0, symbols, size).astype(np.uint8) ** 2
        coded = rans.encode(data)
        self.assertLessEqual(coded.size, size + 1)
        np.testing.assert_array_equal(_decode(coded, size), data)

  def test_within_a_percent_of_the_entropy(self):
    for data in _distributions(100000):
      coded = rans.encode(data)
      self.assertLess(coded.size, 1.01 * _entropy_bytes(data))
      np.testing.assert_array_equal(_decode(coded, data.size), data)

  def test_rare_bytes_cost_little(self):
    data = np.zeros([1000000], np.uint8)
    data[::10000] = np.arange(100) + 1
    coded = rans.encode(data)
    # They take 100 of 2^14 shares: 10^6 log2(16384 / 16284) bits, 1104 bytes.
    self.assertBetween(coded.size, 1104, 1500)
    np.testing.assert_array_equal(_decode(coded, data.size), data)

  def test_bytes_as_documented(self):
    np.testing.assert_array_equal(rans.encode(np.array([], np.uint8)), [])
    np.testing.assert_array_equal(rans.encode(np.full(9, 5, np.uint8)), [1, 5])
    np.testing.assert_array_equal(
      rans.encode(np.arange(3, dtype=np.uint8)), [0, 0, 1, 2]
    )
    data = np.array([7] * 60 + [9] * 20, np.uint8)
    coded = rans.encode(data)
    # Mode; two symbols, 7 and 9; the first is 3/4 of 2^14 = 12288, in order 11
    # 12288 + 2^11 = 0b11100000000000, 14 digits after two zeros; one lane.
    np.testing.assert_array_equal(
      coded[:9], [2, 1, 7, 9, 11, 2, 0b00111000, 0, 1]
    )
    np.testing.assert_array_equal(_decode(coded, 80), data)

  def test_is_the_same_everywhere(self):
    data = (np.arange(20000) ** 3 % 1009 % 37).astype(np.uint8)
    digest = hashlib.sha256(rans.encode(data).tobytes()).hexdigest()
    self.assertEqual(digest[:16], '687ee575bf7a7474')

  def test_no_platform_decides_by_rounding(self):
    # What is rounded must not lie halfway, where the last bit of log2 counts.
    scaled = np.log2(np.arange(1, 1 << 14)) * 256
    self.assertGreater(np.abs(scaled - np.floor(scaled) - 0.5).min(), 1e-7)


class HostileBytesTest(absltest.TestCase):
  def setUp(self):
    super(HostileBytesTest, self).setUp()
    self.data = next(_distributions(5000))
    self.coded = rans.encode(self.data)
    self.assertEqual(self.coded[0], 2)

  def test_truncated(self):
    for size in list(range(100)) + [self.coded.size - 1]:
      with self.assertRaises(ValueError):
        _decode(self.coded[:size], self.data.size)

  def test_any_byte_changed(self):
    random = np.random.RandomState(2)
    unnoticed = 0
    for position in range(self.coded.size)[:: self.coded.size // 100]:
      changed = self.coded.copy()
      changed[position] ^= random.randint(1, 256)
      try:
        data = _decode(changed, self.data.size)
      except ValueError:
        continue
      unnoticed += 1
      self.assertEqual(data.shape, self.data.shape)
    # Which symbol a frequency belongs to is nothing that decoding can check.
    self.assertLess(unnoticed, 10)

  def test_noise(self):
    random = np.random.RandomState(3)
    for _ in range(100):
      noise = random.randint(0, 256, 200).astype(np.uint8)
      noise[0] = 2
      with self.assertRaises(ValueError):
        _decode(noise, 5000)

  def test_other_size(self):
    for size in (0, 1, 4999, 5001, 10**6):
      with self.assertRaises(ValueError):
        _decode(self.coded, size)

  def test_too_few_lanes_to_end_soon(self):
    with self.assertRaisesRegex(ValueError, '4 lanes for 1000000000 bytes'):
      _decode(self.coded, 10**9)

  def test_unknown_mode(self):
    with self.assertRaisesRegex(ValueError, 'there is no mode 3'):
      _decode(np.array([3, 1], np.uint8), 2)


if __name__ == '__main__':
  absltest.main()
