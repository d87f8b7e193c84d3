# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints rows of text as columns."""


def format_table(rows):
  """Aligns rows; the first row is the head, the first column is to the left.

  Args:
    rows: list of tuples of equal length, of strings.

  Returns:
    The table as text, without a newline at the end.
  """
  widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
  lines = []
  for row in rows:
    cells = [row[0].ljust(widths[0])]
    cells += [text.rjust(width) for text, width in zip(row[1:], widths[1:])]
    lines.append('  '.join(cells).rstrip())
  lines.insert(1, '-' * max(len(line) for line in lines))
  return '\n'.join(lines)
