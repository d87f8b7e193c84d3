# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints rows of text as columns, for reports."""

__all__ = ['format_table']


def format_table(rows, numbers=()):
  """Aligns rows; the first row is the head.

  Args:
    rows: list of tuples of equal length, of strings.
    numbers: indices of the columns that are aligned to the right.

  Returns:
    The table as text, without a newline at the end.
  """
  widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
  lines = []
  for row in rows:
    cells = [
      text.rjust(width) if i in numbers else text.ljust(width)
      for i, (text, width) in enumerate(zip(row, widths))
    ]
    lines.append('  '.join(cells).rstrip())
  lines.insert(1, '-' * max(len(line) for line in lines))
  return '\n'.join(lines)
