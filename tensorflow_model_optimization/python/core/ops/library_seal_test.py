# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the seal of the native library."""

from absl.testing import absltest

from tensorflow_model_optimization.python.core.ops import library_seal


class LibrarySealTest(absltest.TestCase):
  def test_sealed_library_is_the_library_and_a_seal(self):
    content = library_seal.sealed(b'library', '>=2.6')
    self.assertStartsWith(
      content.decode('latin1'), 'libraryTFMOTSHA>=2.6' + 11 * '\0'
    )
    self.assertLen(content, len(b'library') + 8 + 16 + 32)
    self.assertIsNone(library_seal.problem(content))

  def test_versions_are_read_back(self):
    for versions in ('>=2.6', '==1.14', '=', 16 * '9'):
      content = library_seal.sealed(b'library', versions)
      self.assertEqual(versions, library_seal.tensorflow_versions(content))

  def test_versions_must_fit(self):
    for versions in ('', 17 * '9'):
      with self.assertRaisesRegex(
        ValueError, "Received: versions='{}'".format(versions)
      ):
        library_seal.sealed(b'library', versions)

  def test_every_changed_byte_is_found(self):
    content = library_seal.sealed(bytes(range(64)), '==1.14')
    for i in range(len(content)):
      changed = bytearray(content)
      changed[i] ^= 1
      self.assertIsNotNone(library_seal.problem(bytes(changed)), i)

  def test_every_missing_end_is_found(self):
    content = library_seal.sealed(bytes(range(64)), '==1.14')
    for length in range(len(content)):
      self.assertIsNotNone(library_seal.problem(content[:length]), length)

  def test_unsealed_library_is_named(self):
    self.assertIn('no seal', library_seal.problem(b'\x7fELF' + bytes(100)))


if __name__ == '__main__':
  absltest.main()
