# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the file of a compressed model, damaged and hostile ones included."""

import collections
import json
import os
import random
import struct
from unittest import mock
import zlib

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import container
from tensorflow_model_optimization.python.core.compression import tensor_spec

_HEADER = {'model': 'm', 'weights': {'a/kernel': {'bits': 4}}}
_TENSORS = collections.OrderedDict(
  [
    ('a/mask', np.array([True, False, True])),
    ('a/values', np.array([[1.5, -0.0], [np.inf, 1e-45]], np.float32)),
    ('half', np.arange(5).astype(tensor_spec.numpy_dtype('bfloat16'))),
    ('scalar', np.float64(7.0)),
    ('empty', np.zeros([0, 3], np.uint8)),
  ]
)


class ContainerTest(absltest.TestCase):
  def setUp(self):
    super().setUp()
    self.path = os.path.join(self.create_tempdir().full_path, 'm.tfmot')

  def _write(self):
    container.write(self.path, _HEADER, _TENSORS)
    with open(self.path, 'rb') as f:
      return f.read()

  def _replace(self, data):
    with open(self.path, 'wb') as f:
      f.write(data)

  def _replace_header(self, content, text_bytes=None):
    """A file whose checksum is right and whose header says `content`."""
    text = content if isinstance(content, bytes) else json.dumps(content)
    text = text if isinstance(text, bytes) else text.encode('utf-8')
    stored = zlib.compress(text)
    self._replace(
      struct.pack(
        '<8sIIII',
        b'TFMOTWC\x00',
        1,
        len(stored),
        len(text) if text_bytes is None else text_bytes,
        zlib.crc32(stored),
      )
      + stored
    )

  def test_round_trip(self):
    self._write()
    header, tensors = container.read(self.path)
    self.assertEqual(header, _HEADER)
    self.assertEqual(list(tensors), list(_TENSORS))
    for name, array in _TENSORS.items():
      self.assertEqual(tensors[name].dtype, array.dtype)
      self.assertEqual(tensors[name].shape, np.shape(array))
      self.assertEqual(tensors[name].tobytes(), array.tobytes())

  def test_every_row_major_order_is_written_the_same(self):
    columns_first = np.asfortranarray([[1, 2, 3], [4, 5, 6]], np.int16)
    container.write(self.path, None, {'x': columns_first, 'y': columns_first.T})
    _, tensors = container.read(self.path)
    np.testing.assert_array_equal(tensors['x'], [[1, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(tensors['y'], [[1, 4], [2, 5], [3, 6]])

  def test_layout_is_the_documented_one(self):
    data = self._write()
    self.assertEqual(data[:8], b'TFMOTWC\x00')
    version, stored, text, checksum = struct.unpack('<IIII', data[8:24])
    self.assertEqual(version, 1)
    header = data[24 : 24 + stored]
    self.assertEqual(zlib.crc32(header), checksum)
    self.assertLen(zlib.decompress(header), text)
    self.assertLen(data, 24 + stored + 3 + 16 + 10 + 8)
    self.assertEqual(data[24 + stored :][:3], b'\x01\x00\x01')

  def test_same_contents_make_the_same_bytes(self):
    self.assertEqual(self._write(), self._write())

  def test_interrupted_write_leaves_the_old_file(self):
    before = self._write()
    for function in ('os.fsync', 'os.replace'):
      with mock.patch(function, side_effect=KeyboardInterrupt):
        with self.assertRaises(KeyboardInterrupt):
          container.write(self.path, {'new': 1}, {})
      with open(self.path, 'rb') as f:
        self.assertEqual(f.read(), before)
      self.assertEqual(os.listdir(os.path.dirname(self.path)), ['m.tfmot'])

  def test_refuses_to_write(self):
    with self.assertRaisesRegex(ValueError, "dtypes out of .*'x' of string"):
      container.write(self.path, None, {'x': np.array(['text'])})
    with self.assertRaisesRegex(ValueError, 'not JSON compliant'):
      container.write(self.path, {'x': float('nan')}, {})
    self.assertFalse(os.path.exists(self.path))

  # --- files that are wrong --------------------------------------------------

  def test_other_and_missing_files(self):
    for data in (b'', b'TFMOT', b'PK\x03\x04' + bytes(100)):
      self._replace(data)
      with self.assertRaisesRegex(ValueError, '`path` must be a file that a'):
        container.read(self.path)
    with self.assertRaises(OSError):
      container.read(self.path + '.missing')

  def test_newer_version(self):
    data = bytearray(self._write())
    data[8] = 2
    self._replace(data)
    with self.assertRaisesRegex(ValueError, 'format version 2, .*pip install'):
      container.read(self.path)

  def test_every_truncation_and_an_extension(self):
    data = self._write()
    for length in range(len(data)):
      self._replace(data[:length])
      with self.assertRaises(ValueError):
        container.read(self.path)
    self._replace(data + b'\x00')
    with self.assertRaisesRegex(ValueError, 'is damaged: it holds'):
      container.read(self.path)

  def test_every_flipped_byte(self):
    data = self._write()
    for i in range(len(data)):
      self._replace(data[:i] + bytes([data[i] ^ 0x55]) + data[i + 1 :])
      with self.assertRaises(ValueError, msg='byte {}'.format(i)):
        container.read(self.path)

  def test_random_damage(self):
    data = self._write()
    seed = 20261121
    rng = random.Random(seed)
    for case in range(2000):
      damaged = bytearray(data)
      for _ in range(rng.randint(1, 4)):
        start = rng.randrange(len(damaged) + 1)
        end = rng.randrange(start, min(start + 16, len(damaged)) + 1)
        damaged[start:end] = bytes(
          rng.randrange(256) for _ in range(rng.randint(0, 16))
        )
      if damaged == data:
        continue
      self._replace(damaged)
      with self.assertRaises(ValueError, msg='{}/{}'.format(seed, case)):
        container.read(self.path)

  def test_hostile_headers(self):
    entry = ['x', 'uint8', [1], 0]
    for content, words in (
      ([], 'is damaged'),
      ({'header': 1}, "'tensors'"),
      ({'header': 1, 'tensors': 5}, 'is damaged'),
      ({'header': 1, 'tensors': [5]}, 'is damaged'),
      ({'header': 1, 'tensors': [entry[:3]]}, 'is damaged'),
      ({'header': 1, 'tensors': [['x', 'object', [1], 0]]}, "'object'"),
      ({'header': 1, 'tensors': [['x', 'string', [1], 0]]}, "'string'"),
      ({'header': 1, 'tensors': [['x', 'uint8', [-1], 0]]}, r'\[-1\]'),
      ({'header': 1, 'tensors': [['x', 'uint8', [1.0], 0]]}, r'\[1.0\]'),
      ({'header': 1, 'tensors': [['x', 'uint8', [True], 0]]}, 'True'),
      ({'header': 1, 'tensors': [['x', 'uint8', [10**30], 0]]}, 'declared'),
      ({'header': 1, 'tensors': [['x', 'uint8', 7, 0]]}, 'is damaged'),
      ({'header': 1, 'tensors': [[7, 'uint8', [1], 0]]}, 'no name'),
      ({'header': 1, 'tensors': [['x', 'uint8', [0], None]]}, 'no name'),
      ({'header': 1, 'tensors': [['x', 'uint8', [0], 0]] * 2}, 'one name'),
      ({'header': 1, 'tensors': [entry]}, 'it holds'),
      ({'tensors': []}, "'header'"),
      (b'\xff\xfe', 'is damaged'),
      (b'[' * 100000, 'is damaged'),
    ):
      self._replace_header(content)
      with self.assertRaisesRegex(ValueError, words):
        container.read(self.path)

  def test_header_that_inflates_to_more_than_it_says(self):
    bomb = b' ' * (1 << 20) + json.dumps({'header': 1, 'tensors': []}).encode()
    self._replace_header(bomb, text_bytes=64)
    with self.assertRaisesRegex(ValueError, 'another length than declared'):
      container.read(self.path)
    self._replace_header(bomb, text_bytes=(64 << 20) + 1)
    with self.assertRaisesRegex(ValueError, 'longer than the file allows'):
      container.read(self.path)

  def test_header_that_is_longer_than_the_file(self):
    self._replace(struct.pack('<8sIIII', b'TFMOTWC\x00', 1, 1 << 31, 9, 0))
    with self.assertRaisesRegex(ValueError, 'longer than the file allows'):
      container.read(self.path)


if __name__ == '__main__':
  absltest.main()
