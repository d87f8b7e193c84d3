# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the idx reader, on files written byte by byte."""

import gzip
import os
import tempfile
import unittest

import numpy as np

from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  idx_file,
)

# Two images of 2 x 3 pixels.
_IMAGES = (
  b'\x00\x00\x08\x03'
  b'\x00\x00\x00\x02\x00\x00\x00\x02\x00\x00\x00\x03'
  b'\x00\x01\x02\x03\x04\x05\xfa\xfb\xfc\xfd\xfe\xff'
)
# Three labels.
_LABELS = b'\x00\x00\x08\x01\x00\x00\x00\x03\x07\x00\x09'


class IdxFileTest(unittest.TestCase):
  def _write(self, content):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    path = os.path.join(folder.name, 'some-idx-file')
    with open(path, 'wb') as file:
      file.write(content)
    return path

  def _assert_error(self, content, num_dimensions, *words):
    path = self._write(content)
    with self.assertRaises(idx_file.IdxFileError) as caught:
      idx_file.read_idx_file(path, num_dimensions)
    for word in (path, 'Received: ', 'download it again') + words:
      self.assertIn(word, str(caught.exception))

  def test_images_last_dimension_fastest(self):
    images = idx_file.read_idx_file(self._write(_IMAGES), 3)
    self.assertEqual(np.uint8, images.dtype)
    self.assertEqual(
      [[[0, 1, 2], [3, 4, 5]], [[250, 251, 252], [253, 254, 255]]],
      images.tolist(),
    )

  def test_labels(self):
    labels = idx_file.read_idx_file(self._write(_LABELS), 1)
    self.assertEqual([7, 0, 9], labels.tolist())

  def test_gzip_is_recognised_without_its_ending(self):
    labels = idx_file.read_idx_file(self._write(gzip.compress(_LABELS)), 1)
    self.assertEqual([7, 0, 9], labels.tolist())

  def test_no_elements(self):
    empty = b'\x00\x00\x08\x01\x00\x00\x00\x00'
    self.assertEqual((0,), idx_file.read_idx_file(self._write(empty), 1).shape)

  def test_error_empty_file(self):
    self._assert_error(b'', 1, 'length=0 bytes')

  def test_error_not_an_idx_file(self):
    self._assert_error(b'<html>404</html>', 1, '3c 68 74 6d')

  def test_error_other_element_type(self):
    self._assert_error(b'\x00\x00\x0d' + _LABELS[3:], 1, '00 00 0d 01')

  def test_error_labels_in_place_of_images(self):
    self._assert_error(_LABELS, 3, 'expected 3 dimension(s)', 'dimensions=1')

  def test_error_header_ends_early(self):
    self._assert_error(_IMAGES[:15], 3, 'header of 16 bytes', 'length=15')

  def test_error_one_byte_short(self):
    self._assert_error(_IMAGES[:-1], 3, '28 bytes', '[2, 2, 3]', 'length=27')

  def test_error_one_byte_long(self):
    self._assert_error(_LABELS + b'\x00', 1, '11 bytes', 'length=12')

  def test_error_sizes_that_overflow_64_bits(self):
    # 2**31 * 2**31 * 4 elements are 2**64: 0 in 64-bit arithmetic.
    header = b'\x00\x00\x08\x03\x80\x00\x00\x00\x80\x00\x00\x00\x00\x00\x00\x04'
    self._assert_error(header, 3, str(2**64 + 16))

  def test_error_gzip_ends_early(self):
    self._assert_error(gzip.compress(_LABELS)[:-9], 1, 'complete gzip file')

  def test_error_gzip_checksum(self):
    damaged = bytearray(gzip.compress(_LABELS))
    damaged[-8] ^= 1
    self._assert_error(bytes(damaged), 1, 'complete gzip file')

  def test_error_missing_file(self):
    path = os.path.join(tempfile.gettempdir(), 'no-such-folder', 'idx')
    with self.assertRaisesRegex(idx_file.IdxFileError, 'readable file'):
      idx_file.read_idx_file(path, 1)


if __name__ == '__main__':
  unittest.main()
