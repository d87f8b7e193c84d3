# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of lossless compression."""

import sys
from unittest import mock

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression.compressors import (
  lossless,
)

_SIZE = 200000


def _pack(weight, level=3):
  return compressed_weight.compress_weight(lossless.Lossless(level), weight)


def _with_bytes(packed, data):
  return packed._replace(parts={'packed': data})


def _pruned(sparsity):
  weight = np.random.RandomState(0).randn(_SIZE).astype(np.float32) * 0.05
  weight[np.abs(weight).argsort()[: int(_SIZE * sparsity)]] = 0.0
  return weight


def _entropy_bytes(symbols):
  counts = np.bincount(symbols)
  counts = counts[counts > 0]
  return (counts * np.log2(symbols.size / counts)).sum() / 8


def _bound(weight):
  """Entropy of the mask, and of the value bytes plane by plane."""
  kept = weight != 0
  planes = weight[kept].view(np.uint8).reshape([-1, 4]).T
  of_mask = _entropy_bytes(kept.astype(np.int64)) if not kept.all() else 0
  return of_mask + sum(_entropy_bytes(plane) for plane in planes)


class LosslessTest(absltest.TestCase):
  def test_every_bit_comes_back(self):
    nan = np.array([0x7FC00001, 0xFFC12345, 0x80000000, 1, 0], np.uint32)
    many_zeros = np.zeros([1000], np.float32)
    many_zeros[::100] = -0.0
    many_zeros[5] = np.nan
    for weight in (
      nan.view(np.float32),
      many_zeros,
      np.float32(4.0),
      np.zeros([3, 0], np.float16),
      np.zeros([40, 40], np.float32),
      np.random.RandomState(0).randn(40, 5, 3),
      np.arange(300, dtype=np.int32),
      np.array([[True, False]]),
      np.ones([33, 3]).astype(tensor_spec.numpy_dtype('bfloat16')),
    ):
      again = _pack(weight).decompress()
      self.assertEqual(again.dtype, weight.dtype)
      self.assertEqual(again.shape, weight.shape)
      self.assertEqual(again.tobytes(), weight.tobytes())

  def test_within_three_percent_of_the_bound(self):
    for sparsity in (0, 0.8, 0.9, 0.95):
      weight = _pruned(sparsity)
      stored = _pack(weight, 19).stored_bytes
      self.assertLess(stored, 1.03 * _bound(weight), sparsity)

  def test_finds_repetitions(self):
    row = np.random.RandomState(0).randn(1000).astype(np.float32)
    self.assertLess(
      _pack(np.tile(row, [50, 1])).stored_bytes, 1.05 * row.nbytes
    )

  def test_never_grows_by_more_than_a_byte(self):
    noise = np.random.RandomState(0).bytes(4 * 100)
    for size in (0, 1, 2, 100):
      weight = np.frombuffer(noise, np.float32)[:size]
      self.assertLessEqual(_pack(weight).stored_bytes, weight.nbytes + 1)

  def test_config(self):
    compressor = lossless.Lossless(level=7)
    config = registry.config_of_compressor(compressor)
    self.assertEqual(config['config'], {'level': 7})
    self.assertEqual(registry.compressor_from_config(config), compressor)


class BadInputTest(absltest.TestCase):
  def test_level(self):
    for level in (0, 23, 'best', None, True, 2.5):
      with self.assertRaisesRegex(ValueError, r'`level` must be an int in \[1'):
        lossless.Lossless(level)

  def test_without_zstandard(self):
    with mock.patch.dict(sys.modules, {'zstandard': None}):
      with self.assertRaisesRegex(
        ImportError, r'pip install tensorflow-model-optimization\[compression\]'
      ):
        lossless.Lossless()

  def test_damaged_bytes(self):
    random = np.random.RandomState(1)
    for sparsity in (0.0, 0.9):
      packed = _pack(_pruned(sparsity)[:3000].round(2))
      data = packed.tensors()['packed']
      for size in list(range(0, 60, 3)) + [data.size - 1]:
        with self.assertRaises(ValueError):
          _with_bytes(packed, data[:size]).decompress()
      for position in range(0, data.size, 1 + data.size // 50):
        changed = data.copy()
        changed[position] ^= random.randint(1, 256)
        try:
          weight = _with_bytes(packed, changed).decompress()
        except ValueError:
          continue
        self.assertEqual(weight.shape, (3000,))
      with self.assertRaisesRegex(ValueError, '1 bytes follow'):
        _with_bytes(packed, np.append(data, data[:1])).decompress()

  def test_frame_that_asks_for_more_memory_than_the_weight_takes(self):
    # The same bytes, said to be of a weight that is smaller.
    packed = _pack(np.tile(np.arange(250, dtype=np.float32), 40))
    smaller = packed._replace(spec=tensor_spec.TensorSpec((10,), 'float32'))
    with self.assertRaisesRegex(ValueError, 'a plane has 10000 of 10 bytes'):
      smaller.decompress()

  def test_noise(self):
    random = np.random.RandomState(2)
    packed = _pack(np.arange(50, dtype=np.float32))
    for _ in range(50):
      noise = random.randint(0, 256, 100).astype(np.uint8)
      noise[:2] %= 2
      with self.assertRaises(ValueError):
        _with_bytes(packed, noise).decompress()


if __name__ == '__main__':
  absltest.main()
