# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The rules of the conformance kit that need a process of their own."""

import importlib.util
import subprocess
import sys
import tempfile

import numpy as np

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import (
  conformance_cases,
)
from tensorflow_model_optimization.python.core.compression import (
  conformance_child,
)
from tensorflow_model_optimization.python.core.compression import (
  conformance_failure,
)
from tensorflow_model_optimization.python.core.compression import (
  conformance_training,
)
from tensorflow_model_optimization.python.core.compression import registry

__all__ = ['RULES']

_CHILD = conformance_child.__name__
_broken = conformance_failure.broken


def loads_in_a_fresh_process(compressor, cases, settings):
  """A process that imported the algorithm's module alone decompresses; two
  replicas train."""
  module = settings.module or type(compressor).__module__
  if module == '__main__' or importlib.util.find_spec(module) is None:
    raise _broken(
      None,
      'a class in a module that can be imported',
      'one in {!r}'.format(module),
      'Move it to a file of its own, or pass `module`.',
    )
  cases = [c for c in cases if compressor.reason_against(c.spec) is None]
  arrays, packed = {}, []
  for i, case in enumerate(cases):
    weight = compressed_weight.compress_weight(compressor, case.weight)
    packed.append(weight.to_dict())
    for path, array in weight.tensors().items():
      arrays['{}/{}'.format(i, path)] = array
  trained = _trained_case(compressor)
  if trained:
    arrays['training'] = trained.weight
  config = {
    'module': module,
    'packed': packed,
    'training': registry.config_of_compressor(compressor) if trained else None,
  }
  answer, found = _run(config, arrays)
  for i, case in enumerate(cases):
    expected = compressed_weight.compress_weight(
      compressor, case.weight
    ).decompress()
    if not conformance_failure.same_bytes(found[str(i)], expected):
      raise _broken(
        case,
        'the same weight in a process that only loads it',
        'another one',
        'Decompress from the tensors and the settings, not from what compress() '
        'left in the process.',
      )
  if not trained:
    return 'two replicas: it trains none of the cases'
  if not answer['has_replicas']:
    return 'two replicas: this TensorFlow has no two logical CPUs'
  _check_replicas(trained, found)
  return None


def _trained_case(compressor):
  for case in conformance_cases.training_cases():
    found = conformance_training.training_form_of(compressor, case)
    if not isinstance(found, str):
      return case
  return None


def _run(config, arrays):
  with tempfile.TemporaryDirectory() as folder:
    conformance_child.write(folder, 'request', config, arrays)
    code = (
      'import sys; sys.path[:] = {!r}; import {} as child; child.main({!r})'
    )
    result = subprocess.run(
      [sys.executable, '-c', code.format(sys.path, _CHILD, folder)],
      stdout=subprocess.PIPE,
      stderr=subprocess.PIPE,
      universal_newlines=True,
    )
    if result.returncode:
      lines = result.stderr.strip().split('\n')
      raise _broken(
        None,
        'a process that imports {!r} and loads and trains'.format(
          config['module']
        ),
        lines[-1],
        'Register the class where that module is imported, and run what it '
        'imports by itself. The end of its words:\n{}'.format(
          '\n'.join(lines[-12:])
        ),
      )
    return conformance_child.read(folder, 'answer')


def _check_replicas(case, found):
  if not np.array_equal(found['projected0'], found['projected1']):
    raise _broken(
      case,
      'the same weight from project() on two replicas',
      'two different ones',
      'Random numbers differ between replicas: do without.',
    )
  for name, value in sorted(found.items()):
    if name.startswith('gradient') and not np.isfinite(value).all():
      raise _broken(
        case,
        'finite gradients on two replicas',
        'NaN or infinity for {!r}'.format(name.partition('/')[2]),
        'Both branches of tf.where pass gradients: guard the argument too.',
      )


RULES = (loads_in_a_fresh_process,)
