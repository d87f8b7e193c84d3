# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Compares the public namespace with api_golden.txt.

After a wanted change: python -m
tensorflow_model_optimization.python.core.api.api_golden_test --update
"""

import inspect
import os
import sys

from absl.testing import absltest

import tensorflow_model_optimization as tfmot

_GOLDEN = os.path.join(
  os.path.dirname(os.path.abspath(__file__)), 'api_golden.txt'
)


def _public_api():
  """One line per public name, with the signatures of what can be called."""
  lines = []

  def visit(module, prefix):
    for name in sorted(module.__all__):
      value = getattr(module, name)
      full_name = '{}.{}'.format(prefix, name)
      if inspect.ismodule(value):
        visit(value, full_name)
      elif inspect.isclass(value):
        lines.append('{}{}'.format(full_name, _signature(value.__init__)))
        lines.extend(_public_methods(value, full_name))
      elif callable(value):
        lines.append('{}{}'.format(full_name, _signature(value)))
      else:
        lines.append('{}: {}'.format(full_name, type(value).__name__))

  visit(tfmot, 'tfmot')
  return lines


def _public_methods(cls, full_name):
  for name, member in sorted(vars(cls).items()):
    function = getattr(member, '__func__', member)
    if inspect.isfunction(function) and (
      not name.startswith('_') or name == '__call__'
    ):
      yield '{}.{}{}'.format(full_name, name, _signature(function))


def _signature(function):
  """The parameters, with defaults that are objects by their class name."""
  if function is object.__init__:
    return '()'
  parts = []
  for parameter in inspect.signature(function).parameters.values():
    if parameter.name in ('self', 'cls'):
      continue
    text = parameter.name
    if parameter.kind is parameter.VAR_POSITIONAL:
      text = '*' + text
    elif parameter.kind is parameter.VAR_KEYWORD:
      text = '**' + text
    elif parameter.default is not parameter.empty:
      default = parameter.default
      plain = default is None or isinstance(default, (int, float, str, tuple))
      text += '=' + (repr(default) if plain else type(default).__name__)
    parts.append(text)
  return '({})'.format(', '.join(parts))


class ApiGoldenTest(absltest.TestCase):
  def test_public_api_is_the_golden_one(self):
    with open(_GOLDEN, encoding='utf-8') as f:
      golden = f.read().splitlines()
    self.assertEqual(
      golden, _public_api(), 'Is the change wanted? Then run with --update.'
    )

  def test_every_public_name_is_documented(self):
    for name in tfmot.sparsity.keras.__all__:
      value = getattr(tfmot.sparsity.keras, name)
      if inspect.isclass(value):
        if value.__init__ is not object.__init__:
          self._assert_documents_arguments(name, value.__doc__, value.__init__)
        for method_name, member in vars(value).items():
          if inspect.isfunction(member) and not method_name.startswith('_'):
            self.assertTrue(inspect.getdoc(member), (name, method_name))
      else:
        self._assert_documents_arguments(name, value.__doc__, value)
        self.assertIn('Returns:', value.__doc__, name)

  def _assert_documents_arguments(self, name, docstring, function):
    self.assertTrue(docstring, name)
    arguments = [
      parameter.name
      for parameter in inspect.signature(function).parameters.values()
      if parameter.name not in ('self', 'cls')
    ]
    if arguments:
      self.assertIn('Args:', docstring, name)
      self.assertIn('Raises:', docstring, name)
    for argument in arguments:
      self.assertRegex(docstring, r'\n +(\*\*)?{}: '.format(argument), name)

  def test_import_paths_of_other_projects_work(self):
    # QKeras and hls4ml import these.
    from tensorflow_model_optimization.python.core.sparsity.keras import (
      prune_registry,
    )
    from tensorflow_model_optimization.python.core.sparsity.keras import (
      pruning_schedule,
    )
    from tensorflow_model_optimization.python.core.sparsity.keras import (
      pruning_wrapper,
    )

    self.assertTrue(hasattr(prune_registry, 'PruneRegistry'))
    self.assertTrue(hasattr(pruning_wrapper, 'PruneLowMagnitude'))
    self.assertIs(
      pruning_schedule.PolynomialDecay, tfmot.sparsity.keras.PolynomialDecay
    )

  def test_version_is_a_string(self):
    self.assertRegex(tfmot.__version__, r'^\d+\.\d+\.\d+')


if __name__ == '__main__':
  if '--update' in sys.argv:
    with open(_GOLDEN, 'w', encoding='utf-8') as golden_file:
      golden_file.write('\n'.join(_public_api()) + '\n')
  else:
    absltest.main()
