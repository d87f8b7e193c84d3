# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reports how sparse a model is, and proves that it is as sparse as asked."""

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.sparsity import pattern_check
from tensorflow_model_optimization.python.core.sparsity import report
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  asked_sparsity,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['sparsity_report']


def sparsity_report(
  model,
  verify=False,
  sparsity=None,
  block_size=(1, 1),
  sparsity_m_by_n=None,
  whole_output_channels=False,
):
  """Says weight by weight how sparse a model is, and whether exactly as asked.

  For a model that is being pruned it knows what was asked: the sparsity at the
  newest update of the schedule. For any other model, e.g. one made by
  `strip_pruning` or loaded from a file, pass `sparsity` or `sparsity_m_by_n`.

  ```python
  # The model is one Dense layer with 4 inputs and 2 outputs.
  report = tfmot.sparsity.keras.sparsity_report(model, sparsity=0.5)
  print(report.render())
  report.number  # 10
  len(report.inexact)  # 1: the kernel
  report.inexact[0].asked_units  # 4
  ```

  A weight is exact when just n - max(1, round_half_even(n * (1 - sparsity))) of
  its n weights, blocks or output channels are pruned, and when every group of n weights
  keeps at most n - m for an m:n pattern. In a model that is being pruned, zeros
  among the weights that the mask keeps do not count as pruned.

  Args:
    model: a built Keras model of any kind, subclassed ones included.
    verify: whether to raise an error unless every weight is exact.
    sparsity: fraction in [0, 1) that every prunable weight is to have, instead
      of what it is being pruned for. None to ask the model.
    block_size: two ints (height, width), for `sparsity`.
    sparsity_m_by_n: two ints (m, n): the pattern that every prunable weight is
      to have. None for no such pattern.
    whole_output_channels: bool: `sparsity` is the fraction of output channels.

  Returns:
    A `SparsityReport`: `weights`, a list with one entry for each weight of a
    float dtype; `render()`, a table; `to_dict()` and `to_json()`; `is_exact`,
    `inexact`, `skipped`, `sparsity`.

  Raises:
    ValueError: `model` is no built Keras model, or an argument is wrong. With
      `verify` also: a weight is not exact (the message names each one), or
      nothing was asked for, so that nothing can be verified.
  """
  adapter = _checked_adapter(model)
  wanted = _wanted(sparsity, block_size, sparsity_m_by_n, whole_output_channels)
  rows = _rows(adapter, asked_sparsity.asked_of_weights(adapter, model, wanted))
  result = report.SparsityReport(model.name, rows)
  if verify:
    _verify(result)
  return result


def _checked_adapter(model):
  adapter = compat.adapter_of(model)
  if adapter is None or not adapter.is_model(model):
    raise ValueError(
      '`model` must be a Keras model. Received: model={}. Put a single layer '
      'into a Sequential model.'.format(compat.describe_object(model))
    )
  compat.check_is_built(model)
  return adapter


def _wanted(sparsity, block_size, sparsity_m_by_n, whole_output_channels):
  """The `Asked` that the arguments say, or None."""
  structure = structure_lib.from_arguments(
    block_size,
    sparsity_m_by_n=sparsity_m_by_n,
    whole_output_channels=whole_output_channels,
  )
  if isinstance(structure, structure_lib.MByN):
    return _uniform(structure.m / structure.n, structure)
  if sparsity is None:
    if not isinstance(structure, structure_lib.Unstructured):
      raise ValueError(
        '`{}` needs `sparsity`. Received: block_size={!r}, whole_output_channels='
        '{}, sparsity=None. Pass the fraction of blocks or channels that should '
        'be zero.'.format(
          'whole_output_channels' if whole_output_channels else 'block_size',
          block_size,
          whole_output_channels,
        )
      )
    return None
  return _uniform(structure_lib.check_sparsity(sparsity), structure)


def _uniform(sparsity, structure):
  return asked_sparsity.Asked(sparsity, structure, 'uniform', None)


def _rows(adapter, weights):
  """A `WeightSparsity` for each `AskedWeight`."""
  rows = [_row(adapter, weight) for weight in weights]
  groups = {}
  for i, weight in enumerate(weights):
    if weight.asked is not None and weight.asked.distribution == 'global':
      groups.setdefault(weight.asked, []).append(i)
  for asked, group in groups.items():
    together = _check_together(asked, [rows[i] for i in group])
    for i, row in zip(group, together):
      rows[i] = row
  return rows


def _row(adapter, weight):
  nonzero = _value(adapter, weight.weight) != 0
  shape, number = tuple(nonzero.shape), int(nonzero.size)
  row = report.WeightSparsity(
    path=weight.path,
    shape=shape,
    number=number,
    zeros=number - int(nonzero.sum()),
    asked_sparsity=None,
    structure=None,
    unit=None,
    units=None,
    pruned_units=None,
    asked_units=None,
    is_exact=None,
    remark=weight.remark,
  )
  if weight.asked is None:
    return row
  sparsity, structure = weight.asked.sparsity, weight.asked.structure
  row = row._replace(asked_sparsity=sparsity, structure=_describe(structure))
  problem = structure.problem_with_shape(shape)
  if problem:
    return row._replace(is_exact=False, remark=problem)
  kept = nonzero if weight.mask is None else _value(adapter, weight.mask)
  is_alone = weight.asked.distribution == 'uniform'
  count = pattern_check.check_pattern(
    kept, sparsity if is_alone else None, structure
  )
  row = row._replace(
    unit=count.unit,
    units=count.number,
    pruned_units=count.pruned,
    asked_units=count.asked,
    is_exact=count.is_exact is not False,
  )
  revived = int((nonzero & ~kept).sum())
  if revived:
    remark = '{} pruned weights are not zero'.format(revived)
    return row._replace(is_exact=False, remark=remark)
  if not row.is_exact:
    return row._replace(remark=_missed(count.pruned, count.number, count))
  return row


def _missed(pruned, number, count):
  return '{} of {} {}s pruned, {} asked for'.format(
    pruned, number, count.unit, count.asked
  )


def _check_together(asked, rows):
  """Rows of weights that were ranked together: their sum must be as asked."""
  number = sum(row.units for row in rows)
  count = pattern_check.PatternCount(
    rows[0].unit,
    number,
    sum(row.pruned_units for row in rows),
    number - pattern_check.kept_count(number, asked.sparsity),
  )
  remark = 'ranked together with {} others'.format(len(rows) - 1)
  if not count.is_exact:
    remark += ': ' + _missed(count.pruned, count.number, count)
  return [
    row._replace(
      is_exact=row.is_exact and count.is_exact, remark=row.remark or remark
    )
    for row in rows
  ]


def _value(adapter, variable):
  """The numpy value of a Keras variable."""
  variable = adapter.tf_variable(variable)
  return adapter.function(lambda: [tf.identity(variable)])()[0]


def _describe(structure):
  if isinstance(structure, structure_lib.Block):
    return '{}x{} blocks'.format(structure.height, structure.width)
  if isinstance(structure, structure_lib.MByN):
    return '{}:{}'.format(structure.m, structure.n)
  if isinstance(structure, structure_lib.OutputChannels):
    return 'output channels'
  return 'unstructured'


def _verify(result):
  if result.is_exact is None:
    raise ValueError(
      'There is nothing to verify: no sparsity was asked for any weight. '
      'Received: model={!r}. Pass `sparsity` or `sparsity_m_by_n`, or train the '
      'result of prune_low_magnitude() up to its first mask update.'.format(
        result.model_name
      )
    )
  if not result.is_exact:
    raise ValueError(
      'The model does not have the sparsity that was asked for. Received: '
      'model={!r}, with {} wrong weights:\n{}\nTrain with UpdatePruningStep() '
      'in the callbacks, or prune at once with prune_now().'.format(
        result.model_name,
        len(result.inexact),
        '\n'.join(
          '  {}: sparsity {:.6f}, asked {:.6f}, {}; {}'.format(
            weight.path,
            weight.sparsity,
            weight.asked_sparsity,
            weight.structure,
            weight.remark,
          )
          for weight in result.inexact
        ),
      )
    )
