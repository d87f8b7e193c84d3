# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""How the conformance kit says that a rule is broken."""

__all__ = ['broken', 'first_line', 'same_bytes']


def broken(case, expected, found, change):
  """The AssertionError for a broken rule, in the kit's words."""
  return AssertionError(
    '{} Expected: {}. Found: {}. {}'.format(
      'Case: {}.'.format(case.name) if case else 'Any case.',
      expected,
      found,
      change,
    )
  )


def same_bytes(a, b):
  """Whether two arrays have one shape, one dtype and the same bits."""
  return (
    a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()
  )


def first_line(e):
  """The type of an exception, and the beginning of what it says."""
  return '{}: {}'.format(type(e).__name__, str(e).strip().split('\n')[0])
