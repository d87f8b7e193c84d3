# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of tensorflow_facts.py on made-up TensorFlow installations."""

import os
import subprocess
import sys
import tempfile
import unittest

from third_party.tf import tensorflow_facts

_SCRIPT = os.path.join(
  os.path.dirname(os.path.abspath(__file__)), 'tensorflow_facts.py'
)
# Import system, not packages, decides what is installed: -I shuts out everything
# but the standard library, sys.path then gets the made-up one.
_RUN = (
  'import runpy, sys; sys.path[:0] = sys.argv[1:2]; '
  "sys.path = [p for p in sys.path if 'site-packages' not in p]; "
  "runpy.run_path(sys.argv[2], run_name='__main__')"
)


class FactsTest(unittest.TestCase):
  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.folder = folder.name

  def write(self, path, text=''):
    path = os.path.join(self.folder, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as stream:
      stream.write(text)

  def run_script(self):
    return subprocess.run(
      [sys.executable, '-I', '-S', '-c', _RUN, self.folder, _SCRIPT],
      stdout=subprocess.PIPE,
      stderr=subprocess.PIPE,
      universal_newlines=True,
    )

  def test_without_tensorflow(self):
    done = self.run_script()
    self.assertEqual(done.returncode, 1)
    self.assertIn('No TensorFlow is installed for', done.stderr)

  def test_without_the_library(self):
    self.write('tensorflow/__init__.py')
    self.write('tensorflow/include/a.h')
    self.assertIn('No libtensorflow_framework', self.run_script().stderr)

  def test_an_import_that_fails_is_shown(self):
    self.write('tensorflow/__init__.py', 'raise TypeError("numpy is too new")')
    self.write('tensorflow/include/a.h')
    self.write('tensorflow/libtensorflow_framework.so.2')
    stderr = self.run_script().stderr
    self.assertIn('cannot be imported: TypeError: numpy is too new', stderr)

  def test_tf_1_15_keeps_its_files_in_another_package(self):
    self.write('tensorflow_core/include/a.h')
    self.write('tensorflow_core/libtensorflow_framework.so.1')
    self.write(
      'tensorflow/__init__.py',
      '__version__ = "1.15.5"\n'
      'class sysconfig:\n'
      '  get_compile_flags = lambda: ["-D_GLIBCXX_USE_CXX11_ABI=0"]\n',
    )
    done = self.run_script()
    self.assertEqual(done.returncode, 0, done.stderr)
    for expected in (
      '"abi_flag": 0',
      '"cxx_standard": "c++11"',
      'tensorflow_core/include"',
      '"framework_name": "libtensorflow_framework.so.1"',
      '"loaded_by": "==1.15"',
      '"registration": "cxx"',
      '"version": "1.15.5"',
    ):
      self.assertIn(expected, done.stdout)

  def test_cxx_standard(self):
    for flags, version, expected in (
      (['--std=c++17'], '2.21.0', 'c++17'),
      ([], '2.10.1', 'c++17'),
      ([], '2.6.5', 'c++14'),
      ([], '2.4.4', 'c++11'),
      ([], '1.14.0', 'c++11'),
    ):
      self.assertEqual(tensorflow_facts.cxx_standard(flags, version), expected)

  def test_which_versions_load_what_is_built(self):
    for version, registration, loaded_by in (
      ('1.14.0', 'cxx', '==1.14'),
      ('2.0.4', 'cxx', '==2.0'),
      ('2.5.3', 'cxx', '==2.5'),
      ('2.6.0-rc1', 'stable', '>=2.6'),
      ('2.21.0', 'stable', '>=2.6'),
    ):
      self.assertEqual(tensorflow_facts.registration(version), registration)
      self.assertEqual(tensorflow_facts.loaded_by(version), loaded_by)

  def test_flags_without_abi(self):
    with self.assertRaisesRegex(ValueError, r"Received: flags=\['-I/x'\]"):
      tensorflow_facts.abi_flag(['-I/x'])


if __name__ == '__main__':
  unittest.main()
