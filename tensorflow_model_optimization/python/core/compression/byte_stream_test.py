# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of reading bytes that a stranger may have written."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import byte_stream


def _reader(*values):
  return byte_stream.ByteReader(np.array(values, np.uint8))


class ByteReaderTest(absltest.TestCase):
  def test_varint(self):
    for number, expected in (
      (0, [0]),
      (127, [127]),
      (128, [128, 1]),
      (300, [172, 2]),
      (2**63 - 1, [255] * 8 + [127]),
    ):
      written = byte_stream.varint(number)
      np.testing.assert_array_equal(written, expected)
      self.assertEqual(byte_stream.ByteReader(written).varint(), number)

  def test_reads_one_after_the_other(self):
    reader = _reader(7, 1, 2, 3, 4, 9)
    self.assertEqual(reader.byte(), 7)
    np.testing.assert_array_equal(reader.array('<u2', 2), [0x0201, 0x0403])
    np.testing.assert_array_equal(reader.bytes(1), [9])
    reader.check_end()

  def test_end_too_early(self):
    with self.assertRaisesRegex(ValueError, '3 of 5 are missing'):
      _reader(1, 2).bytes(5)
    with self.assertRaisesRegex(ValueError, '2 of 4 are missing'):
      _reader(1, 2).array('<u4', 1)

  def test_bytes_left(self):
    with self.assertRaisesRegex(ValueError, '2 bytes follow the last tensor'):
      _reader(1, 2).check_end()

  def test_endless_number(self):
    with self.assertRaisesRegex(ValueError, 'more than 9 bytes'):
      _reader(*[255] * 20).varint()

  def test_what_is_no_row_of_bytes(self):
    for data in (np.zeros([2, 2], np.uint8), np.zeros([2], np.int8)):
      with self.assertRaisesRegex(ValueError, 'uint8 array of one axis'):
        byte_stream.ByteReader(data)


if __name__ == '__main__':
  absltest.main()
