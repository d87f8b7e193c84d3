# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The conformance kit: runs a compressor through every rule of its contract."""

import collections

from tensorflow_model_optimization.python.core.compression import (
  conformance_cases,
)
from tensorflow_model_optimization.python.core.compression import (
  conformance_process,
)
from tensorflow_model_optimization.python.core.compression import (
  conformance_storage,
)
from tensorflow_model_optimization.python.core.compression import (
  conformance_training,
)
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)

__all__ = ['ConformanceReport', 'check_compressor']

_Settings = collections.namedtuple('_Settings', 'error_bound module')


class ConformanceReport(
  collections.namedtuple('ConformanceReport', 'admitted refused not_run')
):
  """What `check_compressor` ran.

  Attributes:
    admitted: list of names of weights that the compressor compressed.
    refused: {name of a weight: its `reason_against`}.
    not_run: {name of a rule: why it, or a part of it, was not run}.
  """

  __slots__ = ()


def check_compressor(
  compressor, error_bound=None, module=None, in_fresh_process=True
):
  """Runs a compressor through every rule of the contract, and says what breaks.

  One call in the test of an algorithm:

  ```python
  def test_conformance(self):
    check_compressor(MyAlgorithm(bits=4))
  ```

  Weights of rank 0 to 5, with no and one element, constant, half zeros, in
  float16, bfloat16 and float32. The rules: the config comes back through JSON and
  the registry; tensors are what was declared; the same weight gives the same
  bytes; nothing is kept on the object; what comes back has shape, dtype, and
  values within the error bound (every bit if it `is_lossless`, NaN included),
  eagerly, in a graph and with jit_compile; variables start as declared; gradients
  are finite; a process that has imported only the algorithm's module loads it;
  two replicas train it.

  Args:
    compressor: the object to check; it is not changed.
    error_bound: function (weight, spec) -> largest error, in place of the
      compressor's own `error_bound`.
    module: name of the module to import in the fresh process, where that is not
      the one of the class.
    in_fresh_process: whether to start that process; it takes some seconds.

  Returns:
    A `ConformanceReport`.

  Raises:
    AssertionError: a rule is broken. Says which, for which case, what was
      expected, what was found, what to change.
    TypeError: `compressor` is none.
  """
  if not isinstance(compressor, weight_compressor.WeightCompressor):
    raise TypeError(
      '`compressor` must be a WeightCompressor. Received: compressor={!r}. Pass '
      'an object, not a class.'.format(compressor)
    )
  settings = _Settings(error_bound, module)
  cases = conformance_cases.all_cases(compressor.is_lossless)
  groups = [
    (conformance_storage.RULES, cases),
    (conformance_training.RULES, conformance_cases.training_cases()),
  ]
  if in_fresh_process:
    groups.append((conformance_process.RULES, cases))
  not_run = {}
  for rules, its_cases in groups:
    for rule in rules:
      try:
        reason = rule(compressor, its_cases, settings)
      except AssertionError as e:
        # The first one alone: later rules run what this one has found broken.
        raise AssertionError(
          '{!r} breaks the rule {}: {}\n  {}'.format(
            compressor, rule.__name__, _says(rule), e
          )
        ) from e
      if reason:
        not_run[rule.__name__] = reason
  if not in_fresh_process:
    for rule in conformance_process.RULES:
      not_run[rule.__name__] = 'in_fresh_process is False'
  reasons = {case.name: compressor.reason_against(case.spec) for case in cases}
  return ConformanceReport(
    [name for name, reason in reasons.items() if reason is None],
    {name: reason for name, reason in reasons.items() if reason is not None},
    not_run,
  )


def _says(rule):
  return ' '.join(rule.__doc__.split())
