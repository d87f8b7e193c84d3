# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The wheel holds exactly what it should, and its op loads where it says."""

import os
import re
import unittest
import zipfile

from pip_package import build_wheel
from pip_package import elf

# Sources that stay out of the wheel, and why. Everything else under
# tensorflow_model_optimization/ that ends in .py must be in it.
EXCLUDED = (
  (r'_test\.py$', 'tests run in the repository'),
  (r'/testing/', 'helpers of those tests'),
  (r'/keras/test_(case|models)\.py$', 'helpers of those tests'),
  (r'/keras/toy_compressors\.py$', 'another one'),
)
LIBRARY = 'tensorflow_model_optimization/python/core/ops/libtfmot_ops.so'
TAG = 'py3-none-manylinux_2_17_x86_64'
MAX_BYTES = 5 * 1000 * 1000

# Libraries that every Linux (the glibc ones) and every TensorFlow brings.
ALLOWED_LIBRARIES = {
  'ld-linux-x86-64.so.2',
  'libc.so.6',
  'libdl.so.2',
  'libm.so.6',
  'libpthread.so.0',
  'librt.so.1',
  'libtensorflow_framework.so.2',
}


def repository():
  """The source tree: the runfiles are links into it."""
  return os.path.dirname(os.path.dirname(os.path.realpath(__file__)))


def wheel_path():
  folder = os.path.join(
    os.environ['TEST_SRCDIR'], 'tfmot', 'pip_package', 'wheel'
  )
  (name,) = os.listdir(folder)
  return os.path.join(folder, name)


def package_sources():
  """Paths of all .py files of the package, relative to the repository."""
  root = repository()
  found = []
  for folder, _, names in os.walk(
    os.path.join(root, 'tensorflow_model_optimization')
  ):
    found += [
      os.path.relpath(os.path.join(folder, name), root)
      for name in names
      if name.endswith('.py')
    ]
  return found


def is_excluded(path):
  return any(re.search(pattern, path) for pattern, _ in EXCLUDED)


class WheelContentsTest(unittest.TestCase):
  @classmethod
  def setUpClass(cls):
    cls.path = wheel_path()
    with zipfile.ZipFile(cls.path) as archive:
      cls.infos = archive.infolist()
      cls.contents = {info.filename: archive.read(info) for info in cls.infos}
    cls.version = build_wheel.read_version(
      os.path.join(
        repository(), 'tensorflow_model_optimization/python/core/version.py'
      )
    )
    cls.info = 'tensorflow_model_optimization-{}.dist-info/'.format(cls.version)

  def test_holds_exactly_the_sources_the_library_and_the_metadata(self):
    expected = {path for path in package_sources() if not is_excluded(path)}
    expected.add(LIBRARY)
    for name in ('LICENSE', 'METADATA', 'RECORD', 'WHEEL', 'top_level.txt'):
      expected.add(self.info + name)
    actual = set(self.contents)
    self.assertFalse(
      expected - actual,
      'Missing in the wheel. Put them into a py_library below '
      '//tensorflow_model_optimization, or into EXCLUDED with the reason.',
    )
    self.assertFalse(actual - expected, 'These do not belong into the wheel.')

  def test_sources_are_those_of_the_tree(self):
    for name, content in self.contents.items():
      if name.endswith('.py'):
        with open(os.path.join(repository(), name), 'rb') as stream:
          self.assertEqual(stream.read(), content, name)

  def test_every_exclusion_still_excludes_something(self):
    for pattern, _ in EXCLUDED:
      matches = [p for p in package_sources() if re.search(pattern, p)]
      self.assertTrue(matches, pattern)

  def test_name_and_tag(self):
    self.assertEqual(
      os.path.basename(self.path),
      'tensorflow_model_optimization-{}-{}.whl'.format(self.version, TAG),
    )
    lines = self.contents[self.info + 'WHEEL'].decode().splitlines()
    self.assertIn('Tag: ' + TAG, lines)
    self.assertIn('Root-Is-Purelib: false', lines)

  def test_metadata(self):
    text = self.contents[self.info + 'METADATA'].decode('utf-8')
    header = text.split('\n\n')[0].splitlines()
    self.assertIn('Name: tensorflow-model-optimization', header)
    self.assertIn('Version: ' + self.version, header)
    self.assertIn('Requires-Python: >=3.7', header)
    required = [line for line in header if line.startswith('Requires-Dist')]
    self.assertEqual(
      [line for line in required if 'extra' not in line],
      ['Requires-Dist: numpy'],
    )

  def test_record_is_right(self):
    lines = self.contents[self.info + 'RECORD'].decode().splitlines()
    expected = [
      build_wheel.record_line(name, content).rstrip('\n')
      for name, content in self.contents.items()
      if name != self.info + 'RECORD'
    ]
    self.assertEqual(sorted(lines), sorted(expected + [self.info + 'RECORD,,']))

  def test_is_the_same_each_time(self):
    for info in self.infos:
      self.assertEqual(info.date_time, (1980, 1, 1, 0, 0, 0), info.filename)

  def test_is_small(self):
    self.assertLess(os.path.getsize(self.path), MAX_BYTES)


class LibraryTest(unittest.TestCase):
  @classmethod
  def setUpClass(cls):
    with zipfile.ZipFile(wheel_path()) as archive:
      cls.content = archive.read(LIBRARY)
    cls.library = elf.ElfFile(cls.content)

  def test_is_for_x86_64(self):
    self.assertEqual(self.library.machine, 62)

  def test_needs_only_what_is_always_there(self):
    self.assertIn('libtensorflow_framework.so.2', self.library.needed)
    self.assertEqual(set(self.library.needed) - ALLOWED_LIBRARIES, set())

  def test_needs_no_newer_glibc_than_the_tag_says(self):
    versions = [
      version
      for versions in self.library.versions.values()
      for version in versions
      if version.startswith('GLIBC_')
    ]
    self.assertTrue(versions)
    for version in versions:
      numbers = [int(part) for part in version[len('GLIBC_') :].split('.')]
      self.assertLessEqual(numbers[:2], [2, 17], version)

  def test_needs_no_libstdcxx(self):
    for library, versions in self.library.versions.items():
      self.assertNotIn('stdc++', library)
      for version in versions:
        self.assertFalse(version.startswith(('GLIBCXX_', 'CXXABI_')), version)

  def test_looks_in_no_folder_of_the_machine_that_built_it(self):
    self.assertEqual(self.library.run_paths, [])
    self.assertNotIn(repository().encode(), self.content)
    self.assertNotIn(b'/execroot/', self.content)


if __name__ == '__main__':
  unittest.main()
