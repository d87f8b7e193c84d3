# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Enforces the table of layers in README.md on every source file."""

import os

from absl.testing import absltest
from absl.testing import parameterized

from tensorflow_model_optimization.python.core.testing import cxx_layers
from tensorflow_model_optimization.python.core.testing import python_layers

# The source tree, into which Bazel's runfiles are links: a file that no BUILD
# file knows is checked as well.
_CORE = os.path.dirname(os.path.realpath(__file__))
_REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(_CORE)))


def _files(folder, suffixes, root):
  """Yields (path relative to `root`, text) of the sources below `folder`."""
  for parent, _, names in sorted(os.walk(folder)):
    for name in sorted(names):
      if name.endswith(suffixes):
        path = os.path.join(parent, name)
        with open(path, encoding='utf-8') as f:
          yield os.path.relpath(path, root).replace(os.sep, '/'), f.read()


class SourceTreeTest(absltest.TestCase):
  def _assert_none(self, messages):
    self.assertEmpty(messages, '\n' + '\n'.join(messages))

  def test_every_python_file_keeps_to_its_layer(self):
    found, checked = [], []
    for path, source in _files(_CORE, ('.py',), _CORE):
      found += python_layers.violations(path, source)
      checked.append(path)
    self._assert_none(found)
    for path in ('tf_compat.py', 'ops/native.py', 'sparsity/keras/prune.py'):
      self.assertIn(path, checked)

  def test_every_cxx_file_keeps_to_its_layer(self):
    found, checked = [], []
    for path, source in _files(
      os.path.join(_REPOSITORY, 'ops'), cxx_layers.SUFFIXES, _REPOSITORY
    ):
      found += cxx_layers.violations(path, source)
      checked.append(path)
    self._assert_none(found)
    for path in ('ops/kernels/magnitude_mask.h', 'ops/tf/stable/mask_op.cc'):
      self.assertIn(path, checked)


_FORBIDDEN_PYTHON = (
  # A layer above, or beside.
  ('ops/dispatch.py', 'from {core}.sparsity import mask', 'layer ops/'),
  ('ops/dispatch.py', 'import {core}.keras.compat', 'layer ops/'),
  ('sparsity/mask.py', 'from {core}.keras import compat', 'layer sparsity/'),
  ('sparsity/mask.py', 'from {core}.sparsity.keras import prune', 'above'),
  ('sparsity/mask.py', 'from {core}.sparsity import keras', 'above'),
  ('sparsity/keras/prune.py', 'from {core}.ops import native', 'may import'),
  ('keras/compat.py', 'from {core}.ops import native', 'layer keras/'),
  ('keras/compat.py', 'from {core}.sparsity import mask', 'layer keras/'),
  ('api/__init__.py', 'from {core}.ops import native', 'layer api/'),
  ('tf_compat.py', 'from {core}.ops import native', 'layer core/'),
  ('ops/native.py', 'import tensorflow_model_optimization', 'below it'),
  ('ops/native.py', 'from {core}.testing import mask_oracle', 'tests only'),
  ('sparsity/keras/prune.py', 'from {core}.keras import test_case', 'tests'),
  ('ops/native.py', 'from . import dispatch', 'absolute'),
  # Keras and TensorFlow past their doors.
  ('ops/dispatch.py', 'import keras', 'know Keras'),
  ('sparsity/keras/prune.py', 'from tf_keras import layers', 'know Keras'),
  ('sparsity/keras/prune.py', 'def f():\n  import keras', 'prune.py:2'),
  ('keras/model_walk.py', 'import keras', 'know Keras'),
  ('keras/model_walk.py', 'x = tf.keras.layers', 'tf.keras'),
  ('sparsity/mask.py', 'x = tf.compat.v1.keras', 'tf.keras'),
  ('sparsity/keras/prune_test.py', 'x = tf.keras.layers', 'tf.keras'),
  ('sparsity/mask.py', 'x = getattr(tf, "keras")', 'tf.keras'),
  ('ops/dispatch.py', 'importlib.import_module("keras")', 'know Keras'),
  ('sparsity/mask.py', 'import tensorflow as tf', 'imports TensorFlow'),
  ('sparsity/mask_test.py', 'import tensorflow as tf', 'imports TensorFlow'),
  ('tf_compat.py', 'from tensorflow.python.ops import math_ops', 'private'),
  ('tf_compat.py', 'import tensorflow.python.eager.context', 'private'),
  # Other packages.
  ('ops/dispatch.py', 'import scipy.sparse', 'only Python and numpy'),
  ('keras/compat.py', 'import numpy as np', 'may use only Python'),
  ('ops/dispatch.py', 'import absl.flags', 'only Python and numpy'),
  # Versions.
  ('ops/native.py', 'if tf.__version__ > "2": pass', 'check a version'),
  ('ops/native.py', 'new = tf_compat.tf_version() > (2, 5)', 'version'),
  ('sparsity/keras/prune.py', 'getattr(k, "__version__")', 'version'),
  # The process of the user.
  ('sparsity/mask.py', 'os.environ["A"] = "b"', 'environment'),
  ('sparsity/mask.py', 'del os.environ["A"]', 'environment'),
  ('sparsity/mask.py', 'os.environ["A"] += "b"', 'environment'),
  ('sparsity/mask.py', 'os.environ.setdefault("A", "b")', 'environment'),
  ('sparsity/mask.py', 'os.environ.update(a="b")', 'environment'),
  ('sparsity/mask.py', 'os.putenv("A", "b")', 'environment'),
  ('sparsity/mask.py', 'from os import environ', 'environment'),
  ('sparsity/mask.py', 'tf.load_op_library("x")', 'load a library'),
  ('sparsity/mask.py', 'load = tf.load_library', 'load a library'),
  ('sparsity/mask.py', 'import ctypes', 'loads libraries'),
  # Form.
  ('api/__init__.py', 'x = 1', 'but imports'),
  ('api/sparsity/__init__.py', 'import os', 'but imports'),
  ('api/__init__.py', 'def f(): pass', 'but imports'),
  ('sparsity/mask.py', '\n' * 401, 'more than 400 lines'),
  ('sparsity/mask_test.py', '\n' * 501, 'more than 500 lines'),
  # Tests.
  ('ops/native_test.py', 'from {core}.sparsity import mask', 'layer ops/'),
  ('ops/a_test.py', 'from {core}.ops import parity_test', 'another test'),
)

_ALLOWED_PYTHON = (
  ('tf_compat.py', 'import tensorflow as tf'),
  ('tf_compat.py', 'old = tf.__version__ < "2"'),
  ('ops/dispatch.py', 'import os\nx = os.environ.get("A")\nimport numpy as np'),
  ('ops/native.py', 'from {core}.tf_compat import tf'),
  ('ops/native.py', 'tf.load_op_library("x")'),
  ('ops/native.py', 'x = "It is {{}}".format(tf.__version__)'),
  ('sparsity/mask.py', 'from {core}.ops import magnitude_mask'),
  ('sparsity/keras/prune.py', 'from {core}.keras import compat'),
  ('sparsity/keras/prune.py', 'x = adapter.keras.layers'),
  (
    'keras/compat.py',
    'import keras\nx = tf.keras\ny = keras.__version__ > "3"',
  ),
  (
    'api/__init__.py',
    '"""Doc."""\nfrom {core}.api import sparsity\n__all__ = []',
  ),
  ('sparsity/mask_test.py', 'from {core}.testing import running_modes'),
  ('sparsity/keras/prune_test.py', 'from {core}.ops import dispatch'),
  ('sparsity/mask_test.py', 'from absl.testing import absltest\n' + '\n' * 450),
  ('ops/native_test.py', 'os.environ["A"] = "b"'),
  ('keras/compat_test.py', 'x = tf.keras.layers'),
  ('api/api_test.py', 'import tensorflow_model_optimization as tfmot'),
)


class PythonRulesTest(parameterized.TestCase):
  @parameterized.parameters(*_FORBIDDEN_PYTHON)
  def test_forbidden_code_is_found(self, path, source, reason):
    source = source.format(core=python_layers._CORE)
    found = python_layers.violations(path, source)
    self.assertLen(found, 1)
    self.assertIn(reason, found[0])
    self.assertRegex(found[0], '^{}(:[0-9]+)? may not '.format(path))

  @parameterized.parameters(*_ALLOWED_PYTHON)
  def test_allowed_code_is_not_found(self, path, source):
    source = source.format(core=python_layers._CORE)
    self.assertEmpty(python_layers.violations(path, source))

  def test_says_where_what_and_why(self):
    self.assertEqual(
      [
        'sparsity/mask.py:1 may not import keras.layers because only '
        'keras/_keras2.py, keras/_keras3.py, keras/compat.py know Keras.'
      ],
      python_layers.violations('sparsity/mask.py', 'from keras import layers'),
    )


class CxxRulesTest(parameterized.TestCase):
  @parameterized.parameters(
    (
      'ops/kernels/a.h',
      '#include "tensorflow/c/kernels.h"',
      'no other library',
    ),
    ('ops/kernels/a.cc', '#include <Eigen/Core>', 'no other library'),
    ('ops/kernels/a.cc', '#include "absl/status/status.h"', 'no other library'),
    ('ops/kernels/a_test.cc', '#include "absl/base/a.h"', 'no other library'),
    ('ops/kernels/a.h', '#include <vector>', 'plain C types'),
    ('ops/kernels/a.h', '#include <string>', 'plain C types'),
    ('ops/kernels/a.cc', '#include "a.h"', 'full paths'),
    ('ops/kernels/a.cc', '#include "ops/tf/stable/a.h"', 'only each other'),
    ('ops/kernels/a.cc', '#include "ops/kernels/a_reference.h"', 'tests only'),
    ('ops/kernels/a.cc', '#include "ops/kernels/testing/a.h"', 'tests only'),
    ('ops/kernels/a.cc', 'int* p = new int[3];', 'allocate'),
    ('ops/kernels/a.cc', 'void* p = malloc(3);', 'allocate'),
    ('ops/kernels/a.cc', 'std::vector<int> v;', 'allocate'),
    ('ops/kernels/a.cc', 'if (n < 0) throw n;', 'exceptions'),
    ('ops/tf/stable/a.cc', '#include "ops/kernels/a_reference.h"', 'tests'),
    ('ops/tf/stable/a.cc', '#include "tensorflow/core/a.h"', 'C API'),
    ('ops/tf/stable/a.cc', '#include <algorithm>', 'algorithms'),
    ('ops/tf/cxx/a.cc', '#include "absl/status/status.h"', 'only'),
    ('ops/tf/cxx/a.cc', '#include "xla/stream_executor/stream.h"', 'only'),
    ('ops/tf/cuda/a.cc', '#include <cuda_runtime.h>', 'only'),
    ('ops/kernels/cuda/a.cu', '#include <cuda_runtime.h>', 'device_api.h'),
    ('ops/elsewhere/a.cc', '#include <vector>', 'layers kernels/ and tf/'),
  )
  def test_forbidden_code_is_found(self, path, source, reason):
    found = cxx_layers.violations(path, source)
    self.assertLen(found, 1)
    self.assertIn(reason, found[0])
    self.assertRegex(found[0], '^{}(:[0-9]+)? may not '.format(path))

  @parameterized.parameters(
    ('ops/kernels/a.h', '#include <stdint.h>\n#include "ops/kernels/b.h"'),
    ('ops/kernels/a.cc', '#include <algorithm>\n// A new vector, malloc(3).'),
    ('ops/kernels/a_test.cc', '#include "gtest/gtest.h"\nstd::vector<int> v;'),
    ('ops/kernels/a_reference.h', '#include <vector>\nstd::vector<int> v;'),
    ('ops/tf/stable/a.cc', '#include "ops/kernels/a.h"'),
    ('ops/tf/stable/a.cc', '#include "tensorflow/c/kernels.h"\nmalloc(3);'),
    ('ops/tf/cxx/a.cc', '#include "tensorflow/core/framework/op.h"'),
    ('ops/tf/cuda/a.cc', '#include "xla/stream_executor/stream.h"'),
    ('ops/kernels/cuda/device_api.h', '#include <cuda_runtime.h>'),
  )
  def test_allowed_code_is_not_found(self, path, source):
    self.assertEmpty(cxx_layers.violations(path, source))


if __name__ == '__main__':
  absltest.main()
