# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What sparsity was asked for each weight of a model, and why for none."""

import collections

from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.sparsity import newest_update
from tensorflow_model_optimization.python.core.sparsity import (
  sparsity_distribution as distribution_lib,
)
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
  weight_structure,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['Asked', 'AskedWeight', 'asked_of_weights']


class Asked(
  collections.namedtuple('Asked', 'sparsity structure distribution step')
):
  """What was asked for a weight.

  Attributes:
    sparsity: fraction in [0, 1).
    structure: a structure from `sparsity/structure.py`.
    distribution: 'uniform', or 'global' where the sparsity is that of all weights
      with the same `Asked` together.
    step: the step of the update that it comes from; None if a caller said it.
  """


class AskedWeight(
  collections.namedtuple('AskedWeight', 'path weight mask asked remark')
):
  """A weight, its mask or None, its `Asked` or None, and why it is None."""


def asked_of_weights(adapter, model, wanted=None):
  """Says for every weight of a float dtype what was asked for.

  Args:
    adapter: the Keras of `model`.
    model: a built Keras model.
    wanted: an `Asked` for every prunable weight, instead of what it is being
      pruned for; or None.

  Returns:
    List of `AskedWeight`, in the order of the layers.
  """
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
  newest = _NewestUpdates(adapter)
  weights = []
  for path, owner, weight in model_walk.weights_by_path(
    adapter, model, pruned_weights.WRAPPER
  ):
    if id(weight) in bookkeeping or not _is_float(adapter, weight):
      continue
    found = in_pruning.get(id(weight))
    is_prunable = decisions.get(id(weight))
    remark = _why_skipped(adapter, weight, owner, found, is_prunable, wanted)
    asked = None
    if not remark:
      if wanted is None:
        asked, remark = newest.asked_of(found)
      else:
        structure = weight_structure.fitted_structure(
          owner, weight, wanted.structure
        )
        asked = wanted._replace(structure=structure)
    mask = None if found is None else found.mask
    weights.append(AskedWeight(path, weight, mask, asked, remark))
  return _with_shares(weights)


def _is_float(adapter, weight):
  return tf.as_dtype(adapter.storage_dtype(weight)).is_floating


def _registry_decisions(adapter, model):
  """id(weight) -> whether the registry, or the user's layer, has it pruned."""
  decisions = {}
  # Parents come first: an RNN decides for its cell, a user's model for all.
  for layer in adapter.all_sublayers(model):
    is_plain_model = adapter.is_model(layer) and not hasattr(
      layer, 'get_prunable_weights'
    )
    if is_plain_model or isinstance(layer, pruned_weights.WRAPPER):
      continue
    if not prune_registry.PruneRegistry.supports(layer):
      continue
    if not adapter.is_fully_built(layer):
      continue
    prunable = {id(w) for w in prune_registry.prunable_weights(layer)}
    for weight in layer.weights:
      decisions.setdefault(id(weight), id(weight) in prunable)
  return decisions


def _why_skipped(adapter, weight, owner, found, is_prunable, wanted):
  """Why nothing can be asked for a weight; '' if something can."""
  if found is None and not is_prunable:
    return _why_not_prunable(adapter, weight, owner, is_prunable)
  prunes_frozen = found is not None and found.settings.prune_frozen_weights
  is_trainable = id(weight) in {id(w) for w in owner.trainable_weights}
  if not is_trainable and not prunes_frozen:
    return 'frozen: not trainable, so never pruned'
  if found is None and wanted is None:
    return 'prunable, but not being pruned'
  return ''


def _why_not_prunable(adapter, weight, owner, is_prunable):
  name = adapter.variable_name(weight).split('/')[-1]
  kind = type(owner).__name__
  if is_prunable is None:
    return '{} is not in the registry'.format(kind)
  if 'bias' in name:
    return 'bias'
  if 'depthwise' in name or kind.startswith('DepthwiseConv'):
    return 'depthwise: not pruned'
  return 'not prunable: {} of {}'.format(name, kind)


class _NewestUpdates(object):
  """Asks each schedule once for its newest update."""

  def __init__(self, adapter):
    self._adapter = adapter
    self._found = {}

  def asked_of(self, found):
    """(`Asked`, '') of a `WeightInPruning`; (None, why) before an update."""
    schedule = found.settings.pruning_schedule
    key = (id(schedule), id(found.step))
    if key not in self._found:
      self._found[key] = self._newest_update(schedule, found.step)
    now, step, sparsity = self._found[key]
    if step is not None:
      structure = found.settings.structure
      if isinstance(structure, structure_lib.MByN):
        sparsity = structure.m / structure.n
      distribution = found.settings.sparsity_distribution
      return Asked(sparsity, structure, distribution, step), ''
    if now < 0:
      return None, 'not pruned yet: training has not begun'
    return None, 'not pruned yet: no update was due up to step {}'.format(now)

  def _newest_update(self, schedule, step):
    """(present step, step of the newest update or None, its sparsity)."""
    step = self._adapter.tf_variable(step)
    now = int(self._adapter.function(lambda: [tf.identity(step)])()[0])
    ask = self._adapter.function(lambda s: list(schedule(s)), tf.int64)
    for candidate in newest_update.candidate_steps(schedule, now):
      should_prune, sparsity = ask(candidate)
      if should_prune:
        sparsity = newest_update.sparsity_as_float64(sparsity)
        return now, candidate, sparsity
    return now, None, None


def _with_shares(weights):
  """Gives weights whose sparsity was shared out by shape their share."""
  groups = {}
  for i, weight in enumerate(weights):
    if weight.asked is not None and weight.asked.distribution == 'erk':
      key = (weight.asked.sparsity, weight.asked.step)
      groups.setdefault(key, []).append(i)
  for (sparsity, _), group in groups.items():
    shapes = [
      tuple(tf.TensorShape(weights[i].weight.shape).as_list()) for i in group
    ]
    shares = distribution_lib.erk_sparsities(shapes, sparsity)
    for i, share in zip(group, shares):
      asked = weights[i].asked._replace(sparsity=share, distribution='uniform')
      weights[i] = weights[i]._replace(asked=asked)
  return weights
