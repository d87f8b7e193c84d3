# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of interpreters.py, with small scripts in the place of Pythons."""

import os
import tempfile
import unittest

from ci import console
from ci import interpreters


class InterpretersTest(unittest.TestCase):
  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.home = folder.name
    self.bin = os.path.join(self.home, 'bin')
    self.environ = {'PATH': self.bin, 'HOME': self.home}

  def write(self, path, text):
    path = os.path.join(self.home, path)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, 'w') as stream:
      stream.write('#!/bin/sh\n' + text)
    os.chmod(path, 0o755)
    return path

  def test_on_path(self):
    path = self.write('bin/python3.9', 'echo 3.9; echo ensurepip')
    self.assertEqual(interpreters.find('3.9', self.environ), path)
    self.assertTrue(interpreters.has_ensurepip(path))

  def test_under_pyenv_the_newest_one(self):
    self.write('.pyenv/versions/3.9.9/bin/python3.9', 'echo 3.9')
    path = self.write('.pyenv/versions/3.9.18/bin/python3.9', 'echo 3.9')
    self.assertEqual(interpreters.find('3.9', self.environ), path)

  def test_a_shim_that_does_not_run_is_passed_over(self):
    self.write('bin/python3.9', 'echo "version not set" >&2; exit 127')
    path = self.write('.pyenv/versions/3.9.1/bin/python3.9', 'echo 3.9')
    self.assertEqual(interpreters.find('3.9', self.environ), path)

  def test_another_version_under_the_name_is_passed_over(self):
    self.write('bin/python3.9', 'echo 3.8')
    self.assertIsNone(interpreters.find('3.9', self.environ))

  def test_without_ensurepip(self):
    path = self.write('bin/python3.9', 'echo 3.9; exit 1')
    self.assertEqual(interpreters.find('3.9', self.environ), path)
    self.assertFalse(interpreters.has_ensurepip(path))

  def test_absent(self):
    with self.assertRaises(console.CommandError) as caught:
      interpreters.require('3.9', self.environ)
    self.assertIn('Python 3.9 is needed', caught.exception.problem)
    self.assertIn('pyenv install 3.9', caught.exception.remedy)


if __name__ == '__main__':
  unittest.main()
