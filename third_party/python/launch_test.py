# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests that Python targets run without their own folder on sys.path."""

import os
import subprocess
import sys
import tempfile
import unittest

_LAUNCH = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'launch.py')


class LaunchTest(unittest.TestCase):
  def test_this_test_does_not_see_its_own_folder(self):
    here = os.path.realpath(os.path.dirname(__file__))
    self.assertNotIn(here, [os.path.realpath(path) for path in sys.path])

  def test_a_package_beside_the_main_file_hides_nothing(self):
    with tempfile.TemporaryDirectory() as folder:
      os.mkdir(os.path.join(folder, 'json'))
      with open(os.path.join(folder, 'json', '__init__.py'), 'w') as stream:
        stream.write('raise ImportError("the wrong json")\n')
      main = os.path.join(folder, 'main.py')
      with open(main, 'w') as stream:
        stream.write(
          'import json, sys\n'
          'print(json.dumps([__name__, __file__] + sys.argv))\n'
        )
      output = subprocess.check_output(
        [sys.executable, _LAUNCH, main, '--flag', 'value'],
        universal_newlines=True,
      )
    self.assertEqual(
      output, '["__main__", "{0}", "{0}", "--flag", "value"]\n'.format(main)
    )

  def test_the_launchers_folder_is_not_left_behind(self):
    with tempfile.NamedTemporaryFile('w', suffix='.py') as main:
      main.write('import sys; print("\\n".join(sys.path))')
      main.flush()
      output = subprocess.check_output(
        [sys.executable, _LAUNCH, main.name], universal_newlines=True
      )
    folders = [os.path.realpath(path) for path in output.splitlines()]
    self.assertNotIn(os.path.realpath(os.path.dirname(_LAUNCH)), folders)
    self.assertNotIn(os.path.realpath(os.path.dirname(main.name)), folders)

  def test_the_exit_code_is_the_programs(self):
    with tempfile.NamedTemporaryFile('w', suffix='.py') as main:
      main.write('import sys; sys.exit(7)')
      main.flush()
      self.assertEqual(subprocess.call([sys.executable, _LAUNCH, main.name]), 7)


if __name__ == '__main__':
  unittest.main()
