# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Lays out the tables that the examples print."""


def aligned(rows, left_columns):
  """Lines of equal columns, the first of them underlined.

  Args:
    rows: list of equally long sequences of str; the first one is the head.
    left_columns: indices of the columns of words. The others, of numbers, are
      moved to the right.

  Returns:
    A list of lines, one more than `rows`.
  """
  widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
  lines = []
  for row in rows:
    cells = [
      text.ljust(width) if i in left_columns else text.rjust(width)
      for i, (text, width) in enumerate(zip(row, widths))
    ]
    lines.append('  '.join(cells).rstrip())
  lines.insert(1, '-' * max(len(line) for line in lines))
  return lines


def percent(fraction):
  return f'{100.0 * fraction:.2f} %'


def points(fraction, reference):
  """A difference of two fractions, with its sign."""
  return f'{100.0 * (fraction - reference):+.2f} points'
