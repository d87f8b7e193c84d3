# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The rules of core/README.md for Python files, and a checker for them."""

import ast
import importlib.util
import sys
import sysconfig

__all__ = ['violations']

_CORE = 'tensorflow_model_optimization.python.core'

# Folder or file below core/ -> what may be imported there from core/, a prefix
# each; the longest that matches a file counts.
_MAY_IMPORT = {
  '': ('tf_compat', 'version'),
  'api': ('api', 'compression', 'sparsity', 'version'),
  'compression': ('compression', 'ops', 'tf_compat', 'text_table'),
  'compression/compressors': ('compression', 'ops', 'tf_compat'),
  'compression/compressors/magnitude_pruning.py': (
    'compression',
    'ops',
    'sparsity.mask',
    'sparsity.newest_update',
    'sparsity.pruning_schedule',
    'sparsity.structure',
    'tf_compat',
  ),
  'compression/keras': ('compression', 'keras', 'tf_compat'),
  'keras': ('keras', 'tf_compat'),
  'ops': ('ops', 'tf_compat'),
  'sparsity': ('ops', 'sparsity', 'tf_compat', 'text_table'),
  'sparsity/keras': ('keras', 'sparsity', 'tf_compat'),
  'testing': ('ops', 'testing', 'tf_compat'),
}
# ... and what they may not, although a prefix above allows it.
_MUST_NOT_IMPORT = {
  'compression': ('compression.compressors', 'compression.keras'),
  'compression/compressors': ('compression.keras',),
  'sparsity': ('sparsity.keras',),
}
# What tests may import beside that: their own layer and those below it.
_TESTS_MAY_IMPORT = {
  'api': ('keras', 'ops', 'tf_compat'),
  'compression/compressors': ('sparsity',),
  'compression/keras': ('ops', 'sparsity'),
  'sparsity/keras': ('ops',),
}
# Packages beside Python's own.
_PACKAGES = {
  'compression': ('numpy',),
  'compression/compressors': ('numpy', 'zstandard'),
  'compression/compressors/magnitude_pruning.py': ('numpy',),
  'compression/keras': ('numpy',),
  'keras': (),
  'ops': ('numpy',),
  'sparsity': ('numpy',),
  'sparsity/keras': ('numpy', 'tensorboard'),
}
_TEST_PACKAGES = ('absl', 'numpy')

_TENSORFLOW_DOOR = 'tf_compat.py'
_KERAS_DOORS = ('keras/_keras2.py', 'keras/_keras3.py', 'keras/compat.py')
_VERSION_DOORS = (_TENSORFLOW_DOOR,) + _KERAS_DOORS
_LIBRARY_LOADER = 'ops/native.py'
# It proves that two Kerases work in one process, so it must import both.
_KERAS_TESTS = ('sparsity/keras/two_kerases_test.py',)

# They need Keras, which testing/ may not import.
_TEST_HELPERS = (
  'compression/keras/toy_compressors.py',
  'keras/test_case.py',
  'keras/test_models.py',
)
_ENVIRONMENT_CHANGES = ('clear', 'pop', 'popitem', 'setdefault', 'update')
_MAX_LINES = 400
_MAX_TEST_LINES = 500


def violations(path, source):
  """Says what the file at `path`, relative to core/, does against the rules.

  Args:
    path: e.g. 'ops/native.py'.
    source: the text of the file.

  Returns:
    List of messages, empty if all is well.
  """
  tree = ast.parse(source)
  found = [
    '{}:{} may not import {} because {}.'.format(path, line, module, reason)
    for line, module, reason in _bad_imports(path, tree)
  ]
  found += [
    '{}:{} may not {}.'.format(path, line, what)
    for line, what in _bad_code(path, tree)
  ]
  most = _MAX_TEST_LINES if _is_test(path) else _MAX_LINES
  if source.count('\n') > most:
    found.append(
      '{} may not have more than {} lines: split it by concept.'.format(
        path, most
      )
    )
  return found


def _is_test(path):
  """Whether a file is a test, or helps tests, and never reaches a user."""
  return (
    path.endswith('_test.py')
    or path.startswith('testing/')
    or path in _TEST_HELPERS
  )


def _knows_keras(path):
  return path in _KERAS_DOORS + _KERAS_TESTS or (
    _is_test(path) and path.startswith('keras/')
  )


def _folder_of(path):
  return max(
    (f for f in _MAY_IMPORT if f in ('', path) or path.startswith(f + '/')),
    key=len,
  )


# --- imports -----------------------------------------------------------------


def _bad_imports(path, tree):
  for line, module, is_relative in _imports(tree):
    if is_relative:
      reason = 'imports are absolute'
    else:
      reason = _reason_against(path, module)
    if reason:
      yield line, module, reason


def _imports(tree):
  """Yields (line, module or module.name, whether it is relative)."""
  for node in ast.walk(tree):
    if isinstance(node, ast.Import):
      for alias in node.names:
        yield node.lineno, alias.name, False
    elif isinstance(node, ast.ImportFrom):
      for alias in node.names:
        name = '{}.{}'.format(node.module or '', alias.name)
        yield node.lineno, name, node.level > 0
    elif isinstance(node, ast.Call):
      function = _dotted_name(node.func) or ''
      if function.split('.')[-1] in ('import_module', '__import__'):
        name = _string(node.args[0]) if node.args else None
        if name is not None:
          yield node.lineno, name, False


def _reason_against(path, module):
  root = module.split('.')[0]
  if module == 'tensorflow.python' or module.startswith('tensorflow.python.'):
    return 'it is private to TensorFlow'
  if root == 'tensorflow' and path != _TENSORFLOW_DOOR:
    return 'only {} imports TensorFlow: take `tf` from it'.format(
      _TENSORFLOW_DOOR
    )
  if root in ('keras', 'tf_keras') and path not in _KERAS_DOORS + _KERAS_TESTS:
    return 'only {} know Keras'.format(', '.join(_KERAS_DOORS))
  if module in ('os.environ', 'os.putenv', 'os.unsetenv'):
    return "the environment is the user's: read it as os.environ[...]"
  if root == 'ctypes' and path != _LIBRARY_LOADER:
    return 'only {} loads libraries'.format(_LIBRARY_LOADER)
  if module.startswith(_CORE + '.'):
    return _reason_against_layer(path, module[len(_CORE) + 1 :])
  if root == 'tensorflow_model_optimization':
    # The whole library, which a test of the public names needs.
    return None if _is_test(path) else 'a layer imports modules below it'
  return _reason_against_package(path, root)


def _reason_against_layer(path, module):
  folder = _folder_of(path)
  allowed = _MAY_IMPORT[folder]
  if _is_test(path):
    allowed += _TESTS_MAY_IMPORT.get(folder, ()) + ('testing', 'version')
    last = module.split('.')[-1]
    if any(part.endswith('_test') for part in module.split('.')):
      return '{} is another test: share through testing/'.format(last)
  elif _is_test(module.replace('.', '/') + '.py') or _is_test(
    module.rpartition('.')[0].replace('.', '/') + '.py'
  ):
    return 'it is there for tests only'
  if _has_prefix(module, _MUST_NOT_IMPORT.get(folder, ())):
    return 'it is a layer above {}/'.format(folder)
  if not _has_prefix(module, allowed):
    return 'the layer {}/ may import only {}'.format(
      folder or 'core', ', '.join(allowed)
    )
  return None


def _reason_against_package(path, root):
  allowed = _PACKAGES.get(_folder_of(path), ())
  if _is_test(path):
    allowed += _TEST_PACKAGES
  if path in _KERAS_DOORS + _KERAS_TESTS:
    allowed += ('keras', 'tf_keras')
  if path == _TENSORFLOW_DOOR:
    allowed += ('tensorflow',)
  if root in allowed or _is_in_standard_library(root):
    return None
  return 'the layer {}/ may use only Python and {}'.format(
    _folder_of(path) or 'core', ', '.join(allowed) or 'itself'
  )


def _is_in_standard_library(root):
  if root in sys.builtin_module_names:
    return True
  spec = importlib.util.find_spec(root)
  if spec is None:
    return False
  origin = spec.origin or ''
  return origin in ('built-in', 'frozen') or (
    origin.startswith(sysconfig.get_paths()['stdlib'])
    and 'site-packages' not in origin
  )


def _has_prefix(module, prefixes):
  return any(
    module == prefix or module.startswith(prefix + '.') for prefix in prefixes
  )


# --- other code --------------------------------------------------------------


def _bad_code(path, tree):
  for node in ast.walk(tree):
    line = getattr(node, 'lineno', 0)
    for target in _changed(node):
      if _dotted_name(target) == 'os.environ' and not _is_test(path):
        yield line, 'change the environment of the process'
    if _is_tf_keras(node) and not _knows_keras(path):
      yield (
        line,
        'use tf.keras: only {} know Keras'.format(', '.join(_KERAS_DOORS)),
      )
    name = (_dotted_name(node) or '').split('.')[-1]
    if (
      isinstance(node, ast.Attribute)
      and name in ('load_op_library', 'load_library')
      and path != _LIBRARY_LOADER
      and not _is_test(path)
    ):
      yield line, 'load a library: only {} does'.format(_LIBRARY_LOADER)
  if path not in _VERSION_DOORS and not _is_test(path):
    for line in _version_checks(tree):
      yield (
        line,
        'check a version: only {} do'.format(', '.join(_VERSION_DOORS)),
      )
  if path.startswith('api/') and not _is_test(path):
    for line in _more_than_imports(tree):
      yield line, 'hold anything but imports and __all__'


def _changed(node):
  """Expressions that a statement or call changes in place."""
  if isinstance(node, (ast.Assign, ast.Delete)):
    for target in node.targets:
      yield target.value if isinstance(target, ast.Subscript) else target
  elif isinstance(node, ast.AugAssign):
    target = node.target
    yield target.value if isinstance(target, ast.Subscript) else target
  elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
    if node.func.attr in _ENVIRONMENT_CHANGES:
      yield node.func.value
    elif _dotted_name(node.func) in ('os.putenv', 'os.unsetenv'):
      yield ast.Attribute(ast.Name('os', ast.Load()), 'environ', ast.Load())


def _is_tf_keras(node):
  if isinstance(node, ast.Attribute) and node.attr == 'keras':
    return (_dotted_name(node) or '').split('.')[0] == 'tf'
  return (
    isinstance(node, ast.Call)
    and _dotted_name(node.func) in ('getattr', 'hasattr')
    and len(node.args) > 1
    and _dotted_name(node.args[0]) == 'tf'
    and _string(node.args[1]) == 'keras'
  )


def _version_checks(tree):
  """Lines that use a version for anything but words, in `.format(...)`."""
  worded = set()
  for node in ast.walk(tree):
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
      if node.func.attr == 'format':
        worded.update(id(part) for part in ast.walk(node))
  for node in ast.walk(tree):
    if id(node) not in worded and _is_version(node):
      yield node.lineno


def _is_version(node):
  if isinstance(node, ast.Attribute):
    return node.attr in ('__version__', 'tf_version', 'version_info')
  return (
    isinstance(node, ast.Call)
    and _dotted_name(node.func) in ('getattr', 'hasattr')
    and len(node.args) > 1
    and _string(node.args[1]) == '__version__'
  )


def _more_than_imports(tree):
  for i, node in enumerate(tree.body):
    is_docstring = i == 0 and ast.get_docstring(tree) is not None
    is_all = (
      isinstance(node, ast.Assign)
      and _dotted_name(node.targets[0]) == '__all__'
    )
    if not (is_docstring or is_all or isinstance(node, ast.ImportFrom)):
      yield node.lineno


def _dotted_name(node):
  if isinstance(node, ast.Name):
    return node.id
  if isinstance(node, ast.Attribute):
    owner = _dotted_name(node.value)
    return None if owner is None else '{}.{}'.format(owner, node.attr)
  return None


def _string(node):
  try:
    value = ast.literal_eval(node)
  except ValueError:
    return None
  return value if isinstance(value, str) else None
