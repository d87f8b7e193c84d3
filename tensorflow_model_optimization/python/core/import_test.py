# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Importing the library changes nothing in the process."""

import os

from absl.testing import absltest

from tensorflow_model_optimization.python.core.testing import fresh_process


def _run(code):
  """Runs `code` in a process that no earlier choice of a Keras reaches.

  Running this file with `python -m` has imported the library already; what that
  may have left in the environment would hide what it does there.
  """
  choices = ('KERAS_', 'TFMOT_', 'TF_')
  return fresh_process.run(
    code, {name: None for name in os.environ if name.startswith(choices)}
  )


class ImportTest(absltest.TestCase):
  def _assert_runs(self, code):
    result = _run(code)
    self.assertEqual(result.returncode, 0, result.stderr)

  def test_environment_is_left_alone(self):
    self._assert_runs("""
import os
import tensorflow
before = dict(os.environ)
import tensorflow_model_optimization
changed = set(os.environ.items()) ^ set(before.items())
assert not changed, changed
""")

  def test_no_keras_is_imported(self):
    self._assert_runs("""
import tensorflow
before = set(sys.modules)
import tensorflow_model_optimization
new = {name.split('.')[0] for name in set(sys.modules) - before}
assert not new & {'keras', 'tf_keras'}, new
""")

  def test_native_library_is_not_loaded(self):
    self._assert_runs("""
import tensorflow_model_optimization
assert 'libtfmot_ops' not in open('/proc/self/maps').read()
""")

  def test_missing_tensorflow_is_named(self):
    result = _run("""
class Blocker(object):
  def find_spec(self, name, path=None, target=None):
    if name == 'tensorflow':
      raise ImportError('blocked')
sys.meta_path.insert(0, Blocker())
import tensorflow_model_optimization
""")
    self.assertNotEqual(result.returncode, 0)
    self.assertIn('pip install tensorflow', result.stderr)

  def test_too_old_tensorflow_is_named(self):
    result = _run("""
import types
tensorflow = types.ModuleType('tensorflow')
tensorflow.__version__ = '1.13.2'
sys.modules['tensorflow'] = tensorflow
import tensorflow_model_optimization
""")
    self.assertNotEqual(result.returncode, 0)
    self.assertIn("Received: tensorflow.__version__='1.13.2'", result.stderr)
    self.assertIn('TensorFlow >= 1.14', result.stderr)


if __name__ == '__main__':
  absltest.main()
