# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Enforces the table of layers in README.md on every source file."""

import ast
import os

from absl.testing import absltest
from absl.testing import parameterized

_CORE = 'tensorflow_model_optimization.python.core'
_ROOT = os.path.dirname(os.path.abspath(__file__))
_MAX_LINES = 400
_MAX_TEST_LINES = 500

# Folder below core/ -> what its files may import from core/; a prefix each.
# The longest folder that matches a file counts.
_MAY_IMPORT = {
  '': ('version', 'tf_compat'),
  'api': ('api', 'version', 'sparsity'),
  'keras': ('keras', 'tf_compat'),
  'ops': ('ops', 'tf_compat'),
  'sparsity': ('sparsity', 'ops', 'tf_compat'),
  'sparsity/keras': ('sparsity', 'keras', 'tf_compat'),
  'testing': ('testing', 'ops', 'tf_compat'),
}
# ... and what they may not, although the prefix above allows it.
_MUST_NOT_IMPORT = {'sparsity': ('sparsity.keras',)}

_THE_DOOR_TO_TENSORFLOW = 'tf_compat.py'
_THE_DOORS_TO_KERAS = (
  'keras/_keras2.py',
  'keras/_keras3.py',
  'keras/compat.py',
)
_TESTS_THAT_NEED_TWO_KERASES = ('sparsity/keras/two_kerases_test.py',)


def violations(path, source):
  """What the file at `path` (relative to core/) does against the rules."""
  tree = ast.parse(source)
  found = []
  for module in _imports(tree):
    problem = _problem_with_import(path, module)
    if problem:
      found.append('{} may not import {}: {}'.format(path, module, problem))
  found += _problems_with_code(path, tree)
  max_lines = _MAX_TEST_LINES if path.endswith('_test.py') else _MAX_LINES
  if source.count('\n') > max_lines:
    found.append(
      '{} has more than {} lines: split it by concept'.format(path, max_lines)
    )
  return found


def _imports(tree):
  for node in ast.walk(tree):
    if isinstance(node, ast.Import):
      for alias in node.names:
        yield alias.name
    elif isinstance(node, ast.ImportFrom):
      for alias in node.names:
        yield '{}.{}'.format(node.module, alias.name)


def _problem_with_import(path, module):
  if module.startswith('tensorflow.python'):
    return 'it is private to TensorFlow'
  root = module.split('.')[0]
  if root == 'tensorflow' and path != _THE_DOOR_TO_TENSORFLOW:
    return 'only {} imports TensorFlow; take `tf` from it'.format(
      _THE_DOOR_TO_TENSORFLOW
    )
  if root in ('keras', 'tf_keras') and (
    path not in _THE_DOORS_TO_KERAS + _TESTS_THAT_NEED_TWO_KERASES
  ):
    return 'only {} know Keras'.format(', '.join(_THE_DOORS_TO_KERAS))
  if module.startswith(_CORE + '.'):
    return _problem_with_layer(path, module[len(_CORE) + 1 :])
  return None


def _problem_with_layer(path, module):
  folder = _layer_of(path)
  allowed = _MAY_IMPORT[folder]
  if path.endswith('_test.py'):
    allowed += ('testing', 'tf_compat', 'version')
  if not _has_prefix(module, allowed):
    return 'the layer {}/ may import only {}'.format(
      folder or '.', ', '.join(allowed)
    )
  if _has_prefix(module, _MUST_NOT_IMPORT.get(folder, ())):
    return 'it is a layer above {}/'.format(folder)
  return None


def _layer_of(path):
  folders = [
    folder
    for folder in _MAY_IMPORT
    if folder == '' or path.startswith(folder + '/')
  ]
  return max(folders, key=len)


def _has_prefix(module, prefixes):
  return any(
    module == prefix or module.startswith(prefix + '.') for prefix in prefixes
  )


def _problems_with_code(path, tree):
  if path.endswith('_test.py') or path.startswith('testing/'):
    return
  for node in ast.walk(tree):
    name = _dotted_name(node)
    if name == 'tf.keras' and path not in _THE_DOORS_TO_KERAS:
      yield '{}:{} may not use tf.keras: only {} know Keras'.format(
        path, node.lineno, ', '.join(_THE_DOORS_TO_KERAS)
      )
    if name in ('tf.__version__', 'keras.__version__') and path not in (
      _THE_DOOR_TO_TENSORFLOW,
      'ops/native.py',  # For words in its messages.
    ):
      yield '{}:{} may not look at a version: ask {}'.format(
        path, node.lineno, _THE_DOOR_TO_TENSORFLOW
      )
    if name == 'tf.load_op_library' and path != 'ops/native.py':
      yield '{}:{} may not load a library: use ops/native.py'.format(
        path, node.lineno
      )
    if isinstance(node, ast.Assign):
      for target in node.targets:
        if (
          isinstance(target, ast.Subscript)
          and _dotted_name(target.value) == 'os.environ'
        ):
          yield '{}:{} may not change the environment of the process'.format(
            path, node.lineno
          )
  if path.startswith('api/'):
    for node in tree.body:
      is_docstring = isinstance(node, ast.Expr) and node is tree.body[0]
      is_all = isinstance(node, ast.Assign) and (
        _dotted_name(node.targets[0]) == '__all__'
      )
      if not (is_docstring or is_all or isinstance(node, ast.ImportFrom)):
        yield '{}:{} may hold only imports and __all__'.format(
          path, node.lineno
        )


def _dotted_name(node):
  if isinstance(node, ast.Name):
    return node.id
  if isinstance(node, ast.Attribute):
    return '{}.{}'.format(_dotted_name(node.value), node.attr)
  return None


class LayeringTest(parameterized.TestCase):
  def test_every_file_keeps_to_its_layer(self):
    found, checked = [], 0
    for folder, _, names in os.walk(_ROOT):
      for name in names:
        if name.endswith('.py'):
          full_path = os.path.join(folder, name)
          path = os.path.relpath(full_path, _ROOT).replace(os.sep, '/')
          with open(full_path, encoding='utf-8') as f:
            found += violations(path, f.read())
          checked += 1
    self.assertGreater(checked, 25)
    self.assertEmpty(found, '\n' + '\n'.join(found))

  @parameterized.parameters(
    ('ops/dispatch.py', 'import keras', 'know Keras'),
    ('sparsity/mask.py', 'import tensorflow as tf', 'imports TensorFlow'),
    ('sparsity/keras/prune.py', 'from tf_keras import layers', 'know Keras'),
    ('keras/compat.py', 'from tensorflow.python import x', 'private'),
    ('ops/native.py', 'from {core}.sparsity import mask', 'layer ops/'),
    ('sparsity/mask.py', 'from {core}.keras import compat', 'layer sparsity/'),
    ('sparsity/mask.py', 'from {core}.sparsity.keras import prune', 'above'),
    ('sparsity/keras/prune.py', 'from {core}.ops import native', 'only'),
    ('keras/compat.py', 'from {core}.ops import native', 'layer keras/'),
    ('api/__init__.py', 'from {core}.ops import native', 'layer api/'),
    ('api/__init__.py', 'x = 1', 'only imports'),
    ('sparsity/mask.py', 'tf.keras.layers', 'tf.keras'),
    ('sparsity/mask.py', 'if tf.__version__: pass', 'version'),
    ('sparsity/mask.py', 'import os\nos.environ["A"] = "b"', 'environment'),
    ('sparsity/mask.py', 'tf.load_op_library("x")', 'library'),
    ('sparsity/mask.py', '\n' * 401, 'more than 400'),
  )
  def test_forbidden_code_is_found(self, path, source, reason):
    found = violations(path, source.format(core=_CORE))
    self.assertLen(found, 1)
    self.assertIn(reason, found[0])
    self.assertIn(path, found[0])

  @parameterized.parameters(
    ('sparsity/keras/prune.py', 'from {core}.keras import compat'),
    ('sparsity/mask.py', 'from {core}.ops import magnitude_mask'),
    ('ops/native.py', 'from {core}.tf_compat import tf'),
    ('keras/compat.py', 'import keras'),
    ('api/__init__.py', '"""Doc."""\nfrom {core}.api import sparsity'),
  )
  def test_allowed_code_is_not_found(self, path, source):
    self.assertEmpty(violations(path, source.format(core=_CORE)))


if __name__ == '__main__':
  absltest.main()
