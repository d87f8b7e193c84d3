# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the seal of the native library."""

from absl.testing import absltest

from tensorflow_model_optimization.python.core.ops import library_seal


class LibrarySealTest(absltest.TestCase):
  def test_sealed_library_is_the_library_and_forty_bytes(self):
    content = library_seal.sealed(b'library')
    self.assertStartsWith(content.decode('latin1'), 'libraryTFMOTSHA')
    self.assertLen(content, len(b'library') + 40)
    self.assertIsNone(library_seal.problem(content))

  def test_every_changed_byte_is_found(self):
    content = library_seal.sealed(bytes(range(64)))
    for i in range(len(content)):
      changed = bytearray(content)
      changed[i] ^= 1
      self.assertIsNotNone(library_seal.problem(bytes(changed)), i)

  def test_every_missing_end_is_found(self):
    content = library_seal.sealed(bytes(range(64)))
    for length in range(len(content)):
      self.assertIsNotNone(library_seal.problem(content[:length]), length)

  def test_unsealed_library_is_named(self):
    self.assertIn('no seal', library_seal.problem(b'\x7fELF' + bytes(100)))


if __name__ == '__main__':
  absltest.main()
