# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints rows of text as columns."""

from tensorflow_model_optimization.python.core import text_table


def format_table(rows):
  """Aligns rows; the first row is the head, the first column is to the left.

  Args:
    rows: list of tuples of equal length, of strings.

  Returns:
    The table as text, without a newline at the end.
  """
  return text_table.format_table(rows, numbers=range(1, len(rows[0])))
