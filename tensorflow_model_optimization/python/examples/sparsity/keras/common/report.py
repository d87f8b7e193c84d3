# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The table at the end: sparsity of each weight, accuracy and size of both."""

import collections

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  exact_sparsity,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  text_table,
)


class WeightRow(
  collections.namedtuple(
    'WeightRow',
    'label shape weights kept zeros_before zeros_after units units_kept '
    'units_expected',
  )
):
  """One pruned weight.

  Attributes:
    label: 'layer/weight'.
    shape: its shape.
    weights: how many weights it has.
    kept: how many of them are not zero after pruning.
    zeros_before: fraction of zeros in the dense model.
    zeros_after: fraction of zeros in the pruned model.
    units: how many single weights or, with a block size, blocks it has.
    units_kept: kept single weights or, with a block size, kept blocks.
    units_expected: what `units_kept` must be.
  """

  @property
  def exact(self):
    return self.units_kept == self.units_expected


class ModelResult(collections.namedtuple('ModelResult', 'accuracy file_size')):
  """Test accuracy, 0 to 1, and `saved_model.FileSize` of one model."""


def weight_row(label, dense, pruned, sparsity, block_size):
  """Measures one weight.

  Args:
    label: how the table names it.
    dense: its values in the dense model, numpy array.
    pruned: its values in the pruned model, of the same shape.
    sparsity: the fraction of zeros asked for.
    block_size: (height, width) of the pruned blocks.

  Returns:
    A `WeightRow`.
  """
  units, units_kept = exact_sparsity.count_blocks(pruned, block_size)
  kept = int((pruned != 0).sum())
  return WeightRow(
    label=label,
    shape=pruned.shape,
    weights=pruned.size,
    kept=kept,
    zeros_before=_zeros(int((dense != 0).sum()), dense.size),
    zeros_after=_zeros(kept, pruned.size),
    units=units,
    units_kept=units_kept,
    units_expected=exact_sparsity.expected_kept(units, sparsity),
  )


def format_report(rows, dense, pruned, sparsity, block_size):
  """Returns the table as text.

  Args:
    rows: list of `WeightRow`.
    dense: `ModelResult` of the dense model.
    pruned: `ModelResult` of the pruned model.
    sparsity: the fraction of zeros asked for.
    block_size: (height, width) of the pruned blocks.

  Returns:
    Several lines without a newline at the end.
  """
  unit = 'weights'
  if tuple(block_size) != (1, 1):
    unit = 'blocks of %d x %d' % tuple(block_size)
  title = (
    f'Counted in the two reloaded files; asked for {sparsity:.2%} zeros '
    f'in {unit}.'
  )
  return '\n'.join(
    [title, ''] + _weight_lines(rows) + [''] + _model_lines(dense, pruned)
  )


def format_seeds(seeds, accuracies):
  """The accuracies of several seeds and their mean, as text.

  Args:
    seeds: list of numbers.
    accuracies: for each of them (dense, pruned), from 0 to 1.

  Returns:
    Several lines without a newline at the end.
  """
  means = [sum(column) / len(seeds) for column in zip(*accuracies)]
  rows = [('test accuracy', 'dense', 'pruned', '')]
  for name, (dense, pruned) in zip(
    [f'seed {seed}' for seed in seeds] + ['mean'], accuracies + [means]
  ):
    rows.append(
      (
        name,
        text_table.percent(dense),
        text_table.percent(pruned),
        text_table.points(pruned, dense),
      )
    )
  return '\n'.join(text_table.aligned(rows, left_columns=(0, 3)))


def _weight_lines(rows):
  cells = [
    (
      'pruned weight',
      'shape',
      'weights',
      'kept',
      'zeros before',
      'zeros after',
      'exact',
    )
  ]
  for row in rows:
    cells.append(
      (
        row.label,
        'x'.join(str(size) for size in row.shape),
        f'{row.weights:,}',
        f'{row.kept:,}',
        text_table.percent(row.zeros_before),
        text_table.percent(row.zeros_after),
        _exactness(row),
      )
    )
  if len(rows) > 1:
    weights = sum(row.weights for row in rows)
    kept = sum(row.kept for row in rows)
    nonzero_before = sum(
      row.weights - round(row.zeros_before * row.weights) for row in rows
    )
    cells.append(
      (
        'together',
        '',
        f'{weights:,}',
        f'{kept:,}',
        text_table.percent(_zeros(nonzero_before, weights)),
        text_table.percent(_zeros(kept, weights)),
        'yes' if all(row.exact for row in rows) else 'NO',
      )
    )
  return text_table.aligned(cells, left_columns=(0, 1, 6))


def _exactness(row):
  # With blocks, the smaller ones at the edges make `zeros_after` differ from
  # what was asked for although the number of blocks is exact.
  kept = f'{row.units_kept:,}'
  if row.units != row.weights:
    kept += f' of {row.units:,} blocks'
  if not row.exact:
    return f'NO: {kept} kept, not {row.units_expected:,}'
  return 'yes' if row.units == row.weights else f'yes: {kept}'


def _model_lines(dense, pruned):
  return text_table.aligned(
    [
      ('whole model', 'dense', 'pruned', ''),
      (
        'test accuracy',
        text_table.percent(dense.accuracy),
        text_table.percent(pruned.accuracy),
        text_table.points(pruned.accuracy, dense.accuracy),
      ),
      (
        'file, bytes',
        f'{dense.file_size.raw:,}',
        f'{pruned.file_size.raw:,}',
        _ratio(dense.file_size.raw, pruned.file_size.raw),
      ),
      (
        'file after gzip -9, bytes',
        f'{dense.file_size.gzipped:,}',
        f'{pruned.file_size.gzipped:,}',
        _ratio(dense.file_size.gzipped, pruned.file_size.gzipped),
      ),
    ],
    left_columns=(0, 3),
  )


def _zeros(nonzero, total):
  return 1.0 - nonzero / total


def _ratio(dense_bytes, pruned_bytes):
  return f'{dense_bytes / pruned_bytes:.2f}x smaller'
