# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Loading the native library: lazily, once, and never at the process's risk."""

import _ctypes  # An extension module: a shared library without our ops.
import os
import struct
import threading
import time
from unittest import mock

from absl.testing import absltest
from absl.testing import parameterized

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import library_seal
from tensorflow_model_optimization.python.core.ops import native
from tensorflow_model_optimization.python.core.testing import fresh_process
from tensorflow_model_optimization.python.core.testing import implementations

_REMEDY = (
  'Reinstall the wheel, or build it with `./dev wheel`.'
  if tf_compat.has_stable_c_api()
  else "The wheel's library serves TensorFlow >= 2.6 only. Upgrade TensorFlow, or "
  'build a library for this one as ops/README.md says.'
)

# What was done to a whole library -> words of the error it must give.
_NO_SEAL = 'has no seal'
_DAMAGED = {
  'empty': (lambda library: b'', 'is not an ELF shared library'),
  'text': (lambda library: b'#!/bin/sh\n' * 99, 'is not an ELF shared library'),
  'cut_in_the_magic': (
    lambda library: library[:3],
    'is not an ELF shared library',
  ),
  'cut_in_the_header': (
    lambda library: library[:19],
    'is not an ELF shared library',
  ),
  'cut_after_the_header': (lambda library: library[:64], _NO_SEAL),
  'cut_at_half': (lambda library: library[: len(library) // 2], _NO_SEAL),
  'cut_at_the_last_byte': (lambda library: library[:-1], _NO_SEAL),
  'with_a_tail_of_zeros': (
    lambda library: library[: len(library) // 2].ljust(len(library), b'\0'),
    _NO_SEAL,
  ),
  'with_one_bit_flipped': (
    lambda library: _with_field(library, len(library) // 2, 'B', 0x5A),
    'is damaged',
  ),
  'for_another_processor': (
    lambda library: _with_field(library, 18, '<H', 8),  # MIPS
    'is made for ELF machine 8, this one is',
  ),
  'with_32_bits': (
    lambda library: _with_field(library, 4, 'B', 1),
    'is not a 64-bit little-endian library',
  ),
  'big_endian': (
    lambda library: _with_field(library, 5, 'B', 2),
    'is not a 64-bit little-endian library',
  ),
}


def _with_field(library, offset, layout, value):
  changed = bytearray(library)
  struct.pack_into(layout, changed, offset, value)
  return bytes(changed)


def _read(path):
  with open(path, 'rb') as f:
    return f.read()


def _error_for(path):
  """What `load_error` says when the library is looked for at `path`."""
  with _library_at(path):
    return native.load_error()


def _library_at(path):
  return mock.patch.multiple(
    native,
    library_path=lambda: path,
    _ops=None,
    _ops_have_gpu_kernels=False,
    _load_error=None,
  )


# Code for a fresh process that looks for the library at {path}.
_LIBRARY_AT = """
from tensorflow_model_optimization.python.core.ops import native
native.library_path = lambda: {path!r}
"""


class DamagedLibraryTest(parameterized.TestCase):
  def _assert_error(self, error, reason, path):
    self.assertIsNotNone(error)
    self.assertStartsWith(error, 'libtfmot_ops.so ')
    self.assertIn(reason, error)
    self.assertIn('Received: path={!r}. {}'.format(path, _REMEDY), error)

  def test_missing(self):
    path = os.path.join(self.create_tempdir().full_path, 'libtfmot_ops.so')
    self._assert_error(_error_for(path), 'is not there', path)

  def test_folder(self):
    path = self.create_tempdir().full_path
    self._assert_error(_error_for(path), 'is not there', path)

  @parameterized.named_parameters(
    (name,) + case for name, case in sorted(_DAMAGED.items())
  )
  def test_refused_before_it_is_loaded(self, damage, reason):
    library = _read(implementations.native_library(self))
    path = self.create_tempfile('lib.so', damage(library), mode='wb').full_path
    with mock.patch.object(tf_compat.tf, 'load_op_library') as load:
      self._assert_error(_error_for(path), reason, path)
    load.assert_not_called()

  def test_no_damaged_file_brings_the_process_down(self):
    library = _read(implementations.native_library(self))
    folder = self.create_tempdir()
    paths = [
      folder.create_file(name, damage(library), mode='wb').full_path
      for name, (damage, _) in sorted(_DAMAGED.items())
    ]
    result = fresh_process.run(
      """
from tensorflow_model_optimization.python.core.ops import native
for path in {!r}:
  native.library_path = lambda: path
  native._load_error = None
  print(path if native.load_error() else 'loaded ' + path)
""".format(paths)
    )
    self.assertEqual(0, result.returncode, result.stderr)
    self.assertEqual(paths, result.stdout.split())

  def test_every_length_is_refused(self):
    # Cut at every 64th byte of the headers, then coarsely through the rest.
    library = _read(implementations.native_library(self))
    path = self.create_tempfile('lib.so').full_path
    lengths = list(range(0, 4096, 64)) + list(range(4096, len(library), 4001))
    for length in lengths:
      with open(path, 'wb') as f:
        f.write(library[:length])
      self.assertIsNotNone(native._read(path)[1], length)
    with open(path, 'wb') as f:
      f.write(library)
    self.assertEqual((library, None), native._read(path))

  def test_library_of_somebody_else(self):
    self._assert_error(_error_for(_ctypes.__file__), _NO_SEAL, _ctypes.__file__)

  def test_sealed_library_without_our_ops(self):
    path = self._sealed(_read(_ctypes.__file__), '>=1.14')
    result = fresh_process.run(
      _LIBRARY_AT.format(path=path) + 'print(native.load_error())'
    )
    self.assertEqual(0, result.returncode, result.stderr)
    self._assert_error(
      result.stdout.strip(),
      'is a library without the ops tfmot_magnitude_mask, tfmot_block_mask',
      path,
    )

  def _sealed(self, library, versions):
    return self.create_tempfile(
      'lib.so', library_seal.sealed(library, versions), mode='wb'
    ).full_path

  @parameterized.parameters(
    ('==1.14', (1, 15)),
    ('==1.15', (1, 14)),
    ('==2.3', (2, 21)),
    ('==2.3', (3, 3)),
    ('>=2.6', (2, 5)),
    ('>=2.6', (1, 15)),
    ('of next year', (2, 21)),
  )
  def test_library_for_another_tensorflow_is_never_loaded(
    self, versions, version
  ):
    path = self._sealed(_read(_ctypes.__file__), versions)
    with mock.patch.object(tf_compat, 'tf_version', return_value=version):
      with mock.patch.object(tf_compat.tf, 'load_op_library') as load:
        error = _error_for(path)
    load.assert_not_called()
    self.assertIn(
      'libtfmot_ops.so is built for TensorFlow {}, this one is {}. Received: '
      'path={!r}. '.format(versions, tf_compat.tf.__version__, path),
      error,
    )

  @parameterized.parameters(
    ('==1.14', (1, 14), False),
    ('==2.3', (2, 3), False),
    ('>=2.6', (2, 6), False),
    ('>=2.6', (3, 0), False),
    ('==2.15+cuda', (2, 15), True),
  )
  def test_library_for_this_tensorflow_is_loaded(self, versions, version, gpu):
    path = self._sealed(_read(_ctypes.__file__), versions)
    with mock.patch.object(tf_compat, 'tf_version', return_value=version):
      with mock.patch.object(tf_compat.tf, 'load_op_library') as load:
        with _library_at(path):
          native.load()
          self.assertEqual(gpu, native.has_gpu_kernels())
    load.assert_called_once_with(path)

  def test_remedy_is_one_that_helps_this_tensorflow(self):
    with mock.patch.object(tf_compat, 'tf_version', return_value=(2, 5)):
      error = _error_for('/nowhere')
    self.assertEqual(
      "libtfmot_ops.so is not there. Received: path='/nowhere'. The wheel's "
      'library serves TensorFlow >= 2.6 only. Upgrade TensorFlow, or build a '
      'library for this one as ops/README.md says.',
      error,
    )
    with mock.patch.object(tf_compat, 'tf_version', return_value=(2, 6)):
      error = _error_for('/nowhere')
    self.assertEqual(
      "libtfmot_ops.so is not there. Received: path='/nowhere'. Reinstall the "
      'wheel, or build it with `./dev wheel`.',
      error,
    )

  def test_library_that_tensorflow_refuses(self):
    library = implementations.native_library(self)
    refusal = tf_compat.tf.errors.NotFoundError(None, None, 'no symbol Foo')
    with mock.patch.object(
      tf_compat.tf, 'load_op_library', side_effect=refusal
    ):
      self._assert_error(
        _error_for(library), 'does not load into TensorFlow', library
      )
      self.assertIn('no symbol Foo', _error_for(library))


class LoadTest(absltest.TestCase):
  def test_is_beside_its_loader(self):
    self.assertEqual(
      os.path.join(os.path.dirname(native.__file__), 'libtfmot_ops.so'),
      native.library_path(),
    )

  def test_good_library_has_both_ops_and_no_error(self):
    implementations.native_library(self)
    ops = native.load()
    self.assertTrue(callable(ops.tfmot_magnitude_mask))
    self.assertTrue(callable(ops.tfmot_block_mask))
    self.assertIsNone(native.load_error())

  def test_loads_at_the_first_use_and_not_before(self):
    implementations.native_library(self)
    result = fresh_process.run(
      """
from tensorflow_model_optimization.python.core.ops import magnitude_mask
def is_loaded():
  return 'libtfmot_ops.so' in open('/proc/self/maps').read()
print(is_loaded())
magnitude_mask.magnitude_mask([1.0, 2.0], 0.5)
print(is_loaded())
""",
      {'TFMOT_OPS': 'native'},
    )
    self.assertEqual(0, result.returncode, result.stderr)
    self.assertEqual(['False', 'True'], result.stdout.split())

  def test_loads_once(self):
    with _library_at('/nowhere'):
      with mock.patch.object(
        native, '_load_library', return_value=('the ops', True)
      ) as load_library:
        self.assertEqual('the ops', native.load())
        self.assertEqual('the ops', native.load())
        self.assertIsNone(native.load_error())
    load_library.assert_called_once()

  def test_loads_once_from_many_threads(self):
    def load_slowly(path):
      del path
      time.sleep(0.05)
      return 'the ops', False

    with _library_at('/nowhere'):
      with mock.patch.object(
        native, '_load_library', side_effect=load_slowly
      ) as load_library:
        results = []
        threads = [
          threading.Thread(target=lambda: results.append(native.load()))
          for _ in range(8)
        ]
        for thread in threads:
          thread.start()
        for thread in threads:
          thread.join()
    load_library.assert_called_once()
    self.assertEqual(['the ops'] * 8, results)

  def test_remembers_the_error_and_does_not_retry(self):
    folder = self.create_tempdir()
    path = os.path.join(folder.full_path, 'libtfmot_ops.so')
    with _library_at(path):
      with self.assertRaises(native.NativeOpsUnavailableError) as first:
        native.load()
      folder.create_file('libtfmot_ops.so', 'something else')
      with self.assertRaises(native.NativeOpsUnavailableError) as second:
        native.load()
      self.assertEqual(str(first.exception), native.load_error())
    self.assertEqual(str(first.exception), str(second.exception))
    self.assertIsNot(first.exception, second.exception)

  def test_error_passes_through_a_tf_function_as_it_is(self):
    tf = tf_compat.tf

    def use_native():
      return native.load() or tf.constant(0)

    with _library_at('/nowhere/libtfmot_ops.so'):
      with self.assertRaisesRegex(Exception, '/nowhere/libtfmot_ops.so') as e:
        tf.function(use_native)()
    # AutoGraph of TensorFlow 1 turns every exception into this one, with its text.
    if type(e.exception).__name__ != 'StagingError':
      self.assertIsInstance(e.exception, native.NativeOpsUnavailableError)


if __name__ == '__main__':
  absltest.main()
