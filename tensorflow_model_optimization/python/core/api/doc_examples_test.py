# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs every ```python block of every docstring, and checks what it says.

A value after an expression, and `name: value` in a comment line, are compared
with what the example computed:

  schedule(50)   # (False, 0.5): no update between
  # mask: [True, False]; threshold: 2.0
"""

import ast
import importlib
import io
import os
import re
import textwrap
import tokenize

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python import core
from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.tf_compat import tf

# For TensorFlow 1: the examples are written for eager execution.
tf.compat.v1.enable_v2_behavior()

_CORE = os.path.dirname(core.__file__)
_BLOCK = re.compile(r'^ *```python\n(.*?)^ *```$', re.MULTILINE | re.DOTALL)
_FEWEST_BLOCKS = 17
_FEWEST_VALUES = 22
# Modules whose examples need no model.
_WITH_VALUES = (
  'ops',
  'sparsity_constant_schedules',
  'sparsity_pruning_schedule',
  'sparsity_ramp_schedules',
  'sparsity_schedule_base',
)
# Examples in which layers compute with tensors in place of weights.
_WITH_SUBSTITUTION = ('CompressionCallback', 'packed.keras', 'per_call')


def _find_examples():
  """Yields (name for the test, module, code) of every example."""
  for folder, _, names in sorted(os.walk(_CORE)):
    for name in sorted(names):
      if name.endswith('.py') and not name.endswith('_test.py'):
        path = os.path.join(folder, name)
        with open(path, encoding='utf-8') as f:
          tree = ast.parse(f.read())
        module = os.path.relpath(path, _CORE)[: -len('.py')]
        module = module.replace(os.sep, '.')
        for name, code in _examples_of(tree):
          yield '{}_{}'.format(module.replace('.', '_'), name), module, code


def _examples_of(tree):
  for node in ast.walk(tree):
    if not isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)):
      continue
    docstring = ast.get_docstring(node) or ''
    for i, code in enumerate(_BLOCK.findall(docstring)):
      name = getattr(node, 'name', 'module')
      yield ('{}_{}'.format(name, i), textwrap.dedent(code))


_EXAMPLES = list(_find_examples())


def _run(code, names):
  """Runs an example; returns [(text, said, computed)] of the values it gives."""
  comments = _comments(code)
  compared = []
  for statement in ast.parse(code).body:
    for line in [n for n in comments if n < statement.lineno]:
      compared += _values_in_line(comments.pop(line), names)
    if isinstance(statement, ast.Expr):
      expression = ast.Expression(statement.value)
      value = eval(compile(expression, '<example>', 'eval'), names)
      comment = comments.pop(statement.lineno, None)
      said = _value_after_expression(comment)
      if said is not None:
        compared.append((comment, said, value))
    else:
      module = ast.parse('')
      module.body = [statement]
      exec(compile(module, '<example>', 'exec'), names)
  for comment in comments.values():
    compared += _values_in_line(comment, names)
  return compared


def _comments(code):
  """Line number -> text of the comment that ends the line."""
  tokens = tokenize.generate_tokens(io.StringIO(code).readline)
  return {
    token.start[0]: token.string.lstrip('# ')
    for token in tokens
    if token.type == tokenize.COMMENT
  }


def _value_after_expression(comment):
  """The literal a comment starts with, before an optional ': words'."""
  for text in (comment, (comment or '').split(': ')[0]):
    try:
      return ast.literal_eval(text)
    except (SyntaxError, TypeError, ValueError):
      pass
  return None


def _values_in_line(comment, names):
  """The `name: literal` parts of a comment whose names the example has set."""
  compared = []
  for part in comment.split(';'):
    name, _, text = part.strip().partition(': ')
    if name in names:
      compared.append((comment, ast.literal_eval(text), names[name]))
  return compared


def _plain(value):
  """Tensors as Python numbers and lists."""
  if isinstance(value, (list, tuple)):
    return type(value)(_plain(item) for item in value)
  return value.numpy().tolist() if hasattr(value, 'numpy') else value


def _pruned_model():
  keras = compat.default_adapter().keras
  # TensorFlow 1.14 does not save the shape of a `keras.Input`.
  model = keras.Sequential([keras.layers.Dense(2, input_shape=(4,))])
  return tfmot.sparsity.keras.prune_low_magnitude(model)


def _names(module):
  """What the examples in a module below core/ take for granted."""
  keras = compat.default_adapter().keras
  x, y = np.ones((8, 4), np.float32), np.ones((8, 2), np.float32)
  model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
  public = tfmot.compression.keras
  own = importlib.import_module(core.__name__ + '.' + module)
  names = {
    name: getattr(home, name)
    for home in (public, own)
    for name in getattr(home, '__all__', ())
  }
  names.update(
    {
      'ConstantSparsity': tfmot.sparsity.keras.ConstantSparsity,
      'CosineSparsity': tfmot.sparsity.keras.CosineSparsity,
      'OneShotSparsity': tfmot.sparsity.keras.OneShotSparsity,
      'PolynomialDecay': tfmot.sparsity.keras.PolynomialDecay,
      'PruningSchedule': tfmot.sparsity.keras.PruningSchedule,
      'SequentialSchedule': tfmot.sparsity.keras.SequentialSchedule,
      'algorithm': public.UniformQuantization(bits=8),
      'batches': [(x, y), (x, y)],
      'epochs': 2,
      'keras': keras,
      'log_dir': 'logs',
      'model': model,
      'np': np,
      'tf': tf,
      'tfmot': tfmot,
      'weight': np.ones((40, 50), np.float32),
      'x': x,
      'y': y,
    }
  )
  return names


class DocExamplesTest(parameterized.TestCase):
  def setUp(self):
    super().setUp()
    # Examples load and save files by bare names.
    self.addCleanup(os.chdir, os.getcwd())
    os.chdir(self.create_tempdir().full_path)

  @parameterized.named_parameters(*_EXAMPLES)
  def test_example(self, module, code):
    names = _names(module)
    problem = compat.default_adapter().substitution_problem()
    if problem and any(word in code for word in _WITH_SUBSTITUTION):
      self.skipTest(problem)
    if 'UpdatePruningStep()' in code and 'prune_low_magnitude' not in code:
      # These start from a model that is pruned and compiled.
      names['model'] = _pruned_model()
      names['model'].compile('sgd', 'mse')
      names['train_step'] = names['model'].train_on_batch
    if 'CompressionCallback()' in code and 'prepare_for_training' not in code:
      names['model'] = tfmot.compression.keras.prepare_for_training(
        names['model'], names['algorithm']
      )
      names['model'].compile('sgd', 'mse')
    if "'pruned.keras'" in code:
      _pruned_model().save('pruned.keras')
    compressed = tfmot.compression.keras.compress
    if "load('model.tfmot'" in code:
      compressed(names['model'], names['algorithm']).save('model.tfmot')
    if "'packed.keras'" in code:
      packed = compressed(names['model'], names['algorithm'])
      packed.to_keras('per_call').save('packed.keras')
    for comment, said, computed in _run(code, names):
      np.testing.assert_allclose(
        np.asarray(_plain(computed), np.float64),
        np.asarray(said, np.float64),
        rtol=1e-12,
        err_msg='{}\n# {}'.format(code, comment),
      )

  def test_finds_the_examples_and_the_values_in_them(self):
    self.assertGreaterEqual(len(_EXAMPLES), _FEWEST_BLOCKS)
    compared = []
    for name, module, code in _EXAMPLES:
      if name.startswith(_WITH_VALUES):
        compared += _run(code, _names(module))
    self.assertGreaterEqual(len(compared), _FEWEST_VALUES)

  def test_a_wrong_value_is_found(self):
    code = 'a = 1 + 1\n# a: 3; b: 4\na * 2  # 5: so it says\na * 3  # is six\n'
    self.assertEqual(
      [(3, 2), (5, 4)], [(said, value) for _, said, value in _run(code, {})]
    )


if __name__ == '__main__':
  absltest.main()
