# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the measurement of peak memory, on allocations of known size."""

import time
import unittest
from unittest import mock

import numpy as np

from benchmarks import peak_memory

_MEBIBYTE = 1 << 20


def _hold_64_mebibytes():
  array = np.ones(64 * _MEBIBYTE, np.uint8)
  time.sleep(0.05)
  return int(array[-1])  # The array itself is gone when this returns.


class PeakMemoryTest(unittest.TestCase):
  def _assert_64_mebibytes(self, extra):
    self.assertGreater(extra, 62 * _MEBIBYTE)
    self.assertLess(extra, 72 * _MEBIBYTE)

  def test_freed_memory_counts(self):
    extra, _, result = peak_memory.extra_peak_bytes(_hold_64_mebibytes)
    self._assert_64_mebibytes(extra)
    self.assertEqual(1, result)

  def test_sampling_where_the_peak_cannot_be_reset(self):
    with mock.patch.object(peak_memory, '_reset_peak', lambda: False):
      extra, how, result = peak_memory.extra_peak_bytes(_hold_64_mebibytes)
    self._assert_64_mebibytes(extra)
    self.assertEqual(('sampled', 1), (how, result))

  def test_an_earlier_peak_does_not_count(self):
    _hold_64_mebibytes()
    extra, _, _ = peak_memory.extra_peak_bytes(lambda: None)
    self.assertLess(extra, 8 * _MEBIBYTE)


if __name__ == '__main__':
  unittest.main()
