# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reports how sparse a model is, and proves that it is as sparse as asked."""

import collections

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.sparsity import newest_update
from tensorflow_model_optimization.python.core.sparsity import pattern_check
from tensorflow_model_optimization.python.core.sparsity import report
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruned_weights,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_impl,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  weight_paths,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['sparsity_report']


def sparsity_report(
  model,
  verify=False,
  sparsity=None,
  block_size=(1, 1),
  sparsity_m_by_n=None,
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
  its n weights, or of its blocks, are pruned, and when every group of n weights
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
  wanted = _wanted(sparsity, block_size, sparsity_m_by_n)
  result = report.SparsityReport(
    model.name, _weights_of(adapter, model, wanted)
  )
  if verify:
    _verify(result)
  return result


# What every prunable weight is held to, when the caller says it.
_Wanted = collections.namedtuple('_Wanted', 'sparsity structure')


def _checked_adapter(model):
  adapter = compat.adapter_of(model)
  if adapter is None or not adapter.is_model(model):
    raise ValueError(
      '`model` must be a Keras model. Received: model={}. Put a single layer '
      'into a Sequential model.'.format(compat.describe_object(model))
    )
  if not model.built:
    raise ValueError(
      '`model` must be built, so that it has weights. Received: model={!r}, '
      'which is not. Call it on a batch, or give it an input shape.'.format(
        model.name
      )
    )
  return adapter


def _wanted(sparsity, block_size, sparsity_m_by_n):
  """The `_Wanted` that the arguments say, or None."""
  structure = structure_lib.from_arguments(
    block_size, sparsity_m_by_n=sparsity_m_by_n
  )
  if isinstance(structure, structure_lib.MByN):
    return _Wanted(structure.m / structure.n, structure)
  if sparsity is None:
    if isinstance(structure, structure_lib.Block):
      raise ValueError(
        '`block_size` needs `sparsity`. Received: block_size={!r}, sparsity='
        'None. Pass the fraction of blocks that should be zero.'.format(
          block_size
        )
      )
    return None
  return _Wanted(structure_lib.check_sparsity(sparsity), structure)


def _weights_of(adapter, model, wanted):
  in_pruning = {
    id(found.weight): found
    for found in pruned_weights.find_pruned_weights(adapter, model)
  }
  bookkeeping = {
    id(variable)
    for found in in_pruning.values()
    for variable in found.bookkeeping
  }
  decisions = _registry_decisions(adapter, model)
  weights = []
  for path, owner, weight in weight_paths.weights_with_paths(adapter, model):
    if id(weight) in bookkeeping or not _is_float(adapter, weight):
      continue
    found = in_pruning.get(id(weight))
    asked, remark = _asked(adapter, weight, owner, found, wanted, decisions)
    mask = found.mask if found is not None else None
    weights.append(_row(adapter, path, weight, mask, asked, remark))
  return weights


def _is_float(adapter, weight):
  return tf.as_dtype(adapter.storage_dtype(weight)).is_floating


def _registry_decisions(adapter, model):
  """id(weight) -> (layer that the registry decides on, whether it is pruned)."""
  decisions = {}
  # Parents come first: an RNN decides for its cell.
  for layer in adapter.all_sublayers(model):
    if not layer.built or not prune_registry.PruneRegistry.supports(layer):
      continue
    if not adapter.is_fully_built(layer):
      continue
    prunable = {id(w) for w in prune_registry.prunable_weights(layer)}
    for weight in layer.weights:
      decisions.setdefault(id(weight), (layer, id(weight) in prunable))
  return decisions


def _asked(adapter, weight, owner, found, wanted, decisions):
  """(what the weight should be, a `_Wanted` or None; why it is None)."""
  layer, is_prunable = decisions.get(id(weight), (None, False))
  if found is None and not is_prunable:
    return None, _why_not_prunable(adapter, weight, owner, layer)
  if id(weight) not in {id(w) for w in owner.trainable_weights}:
    return None, 'frozen: not trainable, so never pruned'
  if wanted is not None:
    return wanted, ''
  if found is None:
    return None, 'prunable, but not being pruned'
  return _asked_by_schedule(adapter, found)


def _why_not_prunable(adapter, weight, owner, layer):
  name = adapter.variable_name(weight).split('/')[-1]
  if layer is None:
    return '{} is not in the registry'.format(type(owner).__name__)
  if 'bias' in name:
    return 'bias'
  if 'depthwise' in name:
    return 'depthwise: not pruned'
  return 'not prunable: {} of {}'.format(name, type(layer).__name__)


def _asked_by_schedule(adapter, found):
  step = adapter.tf_variable(found.step)
  step = int(adapter.function(lambda: [tf.identity(step)])()[0])
  ask = adapter.function(lambda s: list(found.schedule(s)), tf.int64)
  for candidate in newest_update.candidate_steps(found.schedule, step):
    should_prune, sparsity = ask(candidate)
    if should_prune:
      if isinstance(found.structure, structure_lib.MByN):
        sparsity = found.structure.m / found.structure.n
      else:
        sparsity = pruning_impl.sparsity_as_float64(sparsity)
      return _Wanted(sparsity, found.structure), ''
  if step < 0:
    return None, 'not pruned yet: training has not begun'
  return None, 'not pruned yet: no update was due up to step {}'.format(step)


def _row(adapter, path, weight, mask, asked, remark):
  nonzero = _value(adapter, weight) != 0
  shape = tuple(nonzero.shape)
  count = pattern_check.PatternCount(None, None, None, None)
  structure, is_exact = None, None
  if asked is not None:
    structure = _describe(asked.structure)
    remark = asked.structure.problem_with_shape(shape) or ''
    is_exact = False
  if asked is not None and not remark:
    kept = nonzero if mask is None else _value(adapter, mask)
    count = pattern_check.check_pattern(kept, asked.sparsity, asked.structure)
    revived = int((nonzero & ~kept).sum())
    is_exact = count.is_exact and not revived
    if revived:
      remark = '{} pruned weights are not zero'.format(revived)
    elif not is_exact:
      remark = '{} of {} {}s pruned, {} asked for'.format(
        count.pruned, count.number, count.unit, count.asked
      )
  number = int(nonzero.size)
  return report.WeightSparsity(
    path=path,
    shape=shape,
    number=number,
    zeros=number - int(nonzero.sum()),
    asked_sparsity=None if asked is None else asked.sparsity,
    structure=structure,
    unit=count.unit,
    units=count.number,
    pruned_units=count.pruned,
    asked_units=count.asked,
    is_exact=is_exact,
    remark=remark,
  )


def _value(adapter, variable):
  """The numpy value of a Keras variable."""
  variable = adapter.tf_variable(variable)
  return adapter.function(lambda: [tf.identity(variable)])()[0]


def _describe(structure):
  if isinstance(structure, structure_lib.Block):
    return '{}x{} blocks'.format(structure.height, structure.width)
  if isinstance(structure, structure_lib.MByN):
    return '{}:{}'.format(structure.m, structure.n)
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
