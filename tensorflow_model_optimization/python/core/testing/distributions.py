# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Kinds of weights on which selection goes wrong in different ways.

Each is a function (random generator, float format, size) -> bit patterns, a
uint64 array (see float_formats.py).
"""

import numpy as np

__all__ = ['DISTRIBUTIONS']


def _normal(random, float_format, size):
  return float_format.encode(random.standard_normal(size))


def _heavy_tail(random, float_format, size):
  return float_format.encode(random.standard_cauchy(size) ** 3)


def _constant(random, float_format, size):
  return _with_random_signs(
    random, float_format, np.full(size, float_format.one, np.uint64)
  )


def _two_valued(random, float_format, size):
  values = np.where(random.random_sample(size) < 0.3, 2.0, 0.5)
  return _with_random_signs(random, float_format, float_format.encode(values))


def _few_values(random, float_format, size):
  return float_format.encode(random.randint(-3, 4, size) / 4.0)


def _mostly_zero(random, float_format, size):
  values = random.standard_normal(size) * (random.random_sample(size) < 0.1)
  return float_format.encode(values)


def _all_zero(random, float_format, size):
  return _with_random_signs(random, float_format, np.zeros(size, np.uint64))


def _sorted(random, float_format, size):
  return float_format.encode(np.sort(random.standard_normal(size)))


def _sorted_down(random, float_format, size):
  return _sorted(random, float_format, size)[::-1]


def _denormal(random, float_format, size):
  patterns = _integers(random, 0, float_format.smallest_normal, size)
  return _with_random_signs(random, float_format, patterns)


def _around_smallest_normal(random, float_format, size):
  # Averages of these are denormal, in part.
  smallest = float_format.smallest_normal
  patterns = _integers(random, smallest // 2, smallest * 3, size)
  patterns[random.random_sample(size) < 0.5] = 0
  return _with_random_signs(random, float_format, patterns)


def _with_infinities(random, float_format, size):
  patterns = _normal(random, float_format, size)
  patterns[random.random_sample(size) < 0.2] = float_format.infinity
  return _with_random_signs(random, float_format, patterns)


def _nan_payloads(random, float_format, size):
  patterns = _normal(random, float_format, size)
  nans = _integers(random, float_format.infinity, float_format.sign, size)
  is_nan = random.random_sample(size) < 0.2
  patterns[is_nan] = nans[is_nan]
  return _with_random_signs(random, float_format, patterns)


def _huge(random, float_format, size):
  # Sums of these overflow their own format, and float64's for float64.
  patterns = _integers(
    random,
    float_format.infinity - float_format.smallest_normal,
    float_format.infinity,
    size,
  )
  return _with_random_signs(random, float_format, patterns)


def _any_bits(random, float_format, size):
  patterns = _integers(random, 0, float_format.sign, size)
  return _with_random_signs(random, float_format, patterns)


def _integers(random, low, high, size):
  return random.randint(low, high, size, dtype=np.int64).astype(np.uint64)


def _with_random_signs(random, float_format, patterns):
  signs = random.randint(0, 2, np.shape(patterns)).astype(np.uint64)
  return patterns | signs * np.uint64(float_format.sign)


DISTRIBUTIONS = {
  'all_zero': _all_zero,
  'any_bits': _any_bits,
  'around_smallest_normal': _around_smallest_normal,
  'constant': _constant,
  'denormal': _denormal,
  'few_values': _few_values,
  'heavy_tail': _heavy_tail,
  'huge': _huge,
  'mostly_zero': _mostly_zero,
  'nan_payloads': _nan_payloads,
  'normal': _normal,
  'sorted': _sorted,
  'sorted_down': _sorted_down,
  'two_valued': _two_valued,
  'with_infinities': _with_infinities,
}
