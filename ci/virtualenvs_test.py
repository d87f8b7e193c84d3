# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of virtualenvs.py; nothing is downloaded."""

import os
import sys
import tempfile
import unittest
from unittest import mock

from ci import console
from ci import paths
from ci import virtualenvs

VERSION = '{}.{}'.format(*sys.version_info[:2])


class VirtualenvsTest(unittest.TestCase):
  def setUp(self):
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.requirements = os.path.join(folder.name, 'requirements')
    os.mkdir(self.requirements)
    for name, value in (
      ('VENVS', os.path.join(folder.name, 'venvs')),
      ('REQUIREMENTS', self.requirements),
    ):
      patcher = mock.patch.object(paths, name, value)
      patcher.start()
      self.addCleanup(patcher.stop)
    # Each call is the making of one virtualenv, or pip in it.
    self.calls = []
    self.patch('_run', self.record)
    self.patch('_ensure_venv_module', lambda interpreter: None)
    find = mock.patch.object(
      virtualenvs.interpreters, 'require', lambda version: sys.executable
    )
    find.start()
    self.addCleanup(find.stop)

  def patch(self, name, value):
    patcher = mock.patch.object(virtualenvs, name, value)
    patcher.start()
    self.addCleanup(patcher.stop)

  def record(self, command, name):
    self.calls.append(command)
    os.makedirs(virtualenvs.folder(name), exist_ok=True)

  def write_requirements(self, text):
    with open(os.path.join(self.requirements, 'row.txt'), 'w') as stream:
      stream.write(text)

  def test_is_made_once(self):
    self.write_requirements('a==1\n')
    first = virtualenvs.ensure('row', VERSION)
    self.assertEqual(len(self.calls), 2)  # venv, then pip
    self.assertEqual(virtualenvs.ensure('row', VERSION), first)
    self.assertEqual(len(self.calls), 2)

  def test_changed_requirements_make_it_anew_with_another_stamp(self):
    self.write_requirements('a==1\n')
    first = virtualenvs.ensure('row', VERSION)
    self.write_requirements('a==2\n')
    self.assertEqual(
      virtualenvs.state('row', sys.executable), virtualenvs.OUTDATED
    )
    self.assertNotEqual(virtualenvs.ensure('row', VERSION).stamp, first.stamp)
    self.assertEqual(len(self.calls), 4)

  def test_another_interpreter_makes_it_anew(self):
    self.write_requirements('a==1\n')
    virtualenvs.ensure('row', VERSION)
    self.assertEqual(
      virtualenvs.state('row', sys.executable), virtualenvs.READY
    )
    self.assertEqual(virtualenvs.state('row', '/other'), virtualenvs.OUTDATED)

  def test_half_made_is_made_anew(self):
    self.write_requirements('a==1\n')

    def fail(command, name):
      self.record(command, name)
      if 'pip' in command:
        raise console.CommandError('no network', 'connect')

    with mock.patch.object(virtualenvs, '_run', fail):
      with self.assertRaises(console.CommandError):
        virtualenvs.ensure('row', VERSION)
    self.assertEqual(
      virtualenvs.state('row', sys.executable), virtualenvs.OUTDATED
    )
    virtualenvs.ensure('row', VERSION)
    self.assertEqual(
      virtualenvs.state('row', sys.executable), virtualenvs.READY
    )

  def test_absent(self):
    self.write_requirements('a==1\n')
    self.assertEqual(
      virtualenvs.state('row', sys.executable), virtualenvs.ABSENT
    )

  def test_without_requirements(self):
    with self.assertRaisesRegex(console.CommandError, 'row.txt does not exist'):
      virtualenvs.ensure('row', VERSION)

  def test_pip_gets_no_index_of_its_own(self):
    self.write_requirements('a==1\n')
    virtualenvs.ensure('row', VERSION)
    self.assertFalse(
      [word for word in self.calls[1] if 'index' in word or 'http' in word]
    )


class RunTest(unittest.TestCase):
  def test_failure_shows_the_output_and_the_line_that_helps(self):
    with self.assertRaises(console.CommandError) as caught:
      virtualenvs._run(['/bin/sh', '-c', 'echo no such package; exit 3'], 'row')
    self.assertIn('no such package', caught.exception.problem)
    self.assertIn('./dev setup row', caught.exception.remedy)


if __name__ == '__main__':
  unittest.main()
