# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The weights that the conformance kit gives to a compressor."""

import collections

import numpy as np

from tensorflow_model_optimization.python.core.compression import tensor_spec

__all__ = ['Case', 'all_cases', 'training_cases']

# Any rank, a length of one, of none, and one that nothing divides.
_SHAPES = (
  (),
  (0,),
  (1,),
  (13,),
  (1, 1),
  (3, 0),
  (16, 9),
  (3, 4, 5),
  (3, 3, 2, 4),
  (2, 3, 2, 3, 4),
)
_FLOATS = ('float16', 'bfloat16', 'float32')
# Quiet and signalling NaN with payloads, -0, the least denormal, infinity.
_ODD_BITS = (0x7FC00001, 0xFFA12345, 0x80000000, 1, 0x7F800000, 0, 0, 0)


class Case(collections.namedtuple('Case', 'name weight')):
  """A weight, and what messages call it."""

  __slots__ = ()

  @property
  def spec(self):
    """The `TensorSpec` of the weight."""
    return tensor_spec.TensorSpec.of(self.weight, holds_values=True)


def all_cases(is_lossless):
  """Weights of each shape and float dtype, and others of few values.

  Args:
    is_lossless: whether to add what only a lossless compressor must take: NaN,
      infinity, integers and bools.
  """
  cases = []
  for dtype in _FLOATS:
    cases += [_random_case(shape, dtype) for shape in _SHAPES]
    for value in (0.0, 0.5, -3.0):
      cases.append(
        _case('all {}'.format(value), np.full([16, 9], value), dtype)
      )
    half = _normal((16, 9))
    half[::2] = 0.0
    cases.append(_case('half of them zeros', half, dtype))
  if is_lossless:
    odd = np.array(_ODD_BITS, np.uint32).view(np.float32)
    cases.append(Case('NaN, -0, infinity and a denormal', odd))
    for dtype in ('bool', 'uint8', 'int32', 'int64'):
      cases.append(_case('integers', np.arange(200) % 7 - 3, dtype))
  for case in cases:
    # A compressor that writes into the weight is found out at once.
    case.weight.flags.writeable = False
  return cases


def training_cases():
  """A few float32 weights: vector, matrix, kernel of a convolution, scalar."""
  return [
    _random_case(shape, 'float32')
    for shape in ((16, 9), (3, 3, 2, 4), (13,), ())
  ]


def _normal(shape):
  return np.asarray(np.random.RandomState(0).randn(*shape) * 0.1)


def _random_case(shape, dtype):
  return _case('normal', _normal(shape), dtype)


def _case(name, values, dtype):
  weight = values.astype(tensor_spec.numpy_dtype(dtype))
  return Case(
    '{} of shape {}, {}'.format(dtype, weight.shape, name), np.asarray(weight)
  )
