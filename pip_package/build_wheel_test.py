# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of build_wheel.py that need no built wheel."""

import os
import tempfile
import unittest
import zipfile

from pip_package import build_wheel


class BuildWheelTest(unittest.TestCase):
  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.folder = folder.name

  def path(self, name, text=None):
    path = os.path.join(self.folder, name)
    if text is not None:
      with open(path, 'w') as stream:
        stream.write(text)
    return path

  def test_version(self):
    path = self.path('v.py', '"""Doc."""\n\n__version__ = \'1.2.3.dev0\'\n')
    self.assertEqual(build_wheel.read_version(path), '1.2.3.dev0')

  def test_no_version(self):
    with self.assertRaisesRegex(ValueError, 'Received: version_file='):
      build_wheel.read_version(self.path('v.py', 'version = 1\n'))

  def test_same_bytes_in_any_order(self):
    wheels = []
    for items in (
      [('a.py', b'x'), ('b.py', b'y' * 1000)],
      [('b.py', b'y' * 1000), ('a.py', b'x')],
    ):
      path = self.path('wheel')
      build_wheel.write_wheel(path, dict(items), 'd.dist-info/RECORD')
      with open(path, 'rb') as stream:
        wheels.append(stream.read())
    self.assertEqual(wheels[0], wheels[1])

  def test_metadata_goes_last_and_libraries_may_be_run(self):
    path = self.path('w')
    contents = {'d.dist-info/WHEEL': b'', 'z.py': b'', 'a.so': b''}
    build_wheel.write_wheel(path, contents, 'd.dist-info/RECORD')
    with zipfile.ZipFile(path) as archive:
      self.assertEqual(
        archive.namelist(),
        ['a.so', 'z.py', 'd.dist-info/WHEEL', 'd.dist-info/RECORD'],
      )
      modes = [info.external_attr >> 16 & 0o777 for info in archive.infolist()]
    self.assertEqual(modes, [0o755, 0o644, 0o644, 0o644])

  def test_record_line(self):
    # The digest of the empty string, in the alphabet and without the padding
    # that the wheel format asks for.
    self.assertEqual(
      build_wheel.record_line('a', b''),
      'a,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,0\n',
    )


if __name__ == '__main__':
  unittest.main()
