# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What one mask update does to weights."""

import collections
import logging

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.sparsity import mask as mask_lib
from tensorflow_model_optimization.python.core.sparsity import pattern_check
from tensorflow_model_optimization.python.core.sparsity import (
  sparsity_distribution as distribution_lib,
)
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.sparsity.keras import keep_zeros
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = [
  'PrunedWeight',
  'Pruning',
  'WeightPruning',
  'warn_if_collapsed',
]

_log = logging.getLogger('tensorflow_model_optimization')

# Weights above this size are zeroed slice by slice: a masked copy of the whole
# weight would double its memory for a moment. A slice stays in the cache, and is
# not worth TensorFlow's starting more threads.
_ELEMENTS_PER_SLICE = 1 << 16
# With fewer weights than this, one that is kept may be all that was asked for.
_SMALLEST_COLLAPSE = 32


class PrunedWeight(
  collections.namedtuple('PrunedWeight', 'weight mask threshold')
):
  """The Keras variables of one pruned weight: float, bool, float scalar."""


class WeightPruning(object):
  """How one weight is pruned, and the variables that hold its state.

  No tuple: Keras 3 saves what is in the tuples of a layer's attributes.

  Attributes:
    path: the weight's path in the model, for messages.
    owner: the layer in whose `trainable_weights` the weight is, or is not.
    variables: its `PrunedWeight`.
    settings: its `PruningSettings`.
  """

  def __init__(self, path, owner, variables, settings):
    self.path = path
    self.owner = owner
    self.variables = variables
    self.settings = settings


class Pruning(object):
  """Updates and applies the masks of a list of weights.

  Args:
    weight_prunings: list of `WeightPruning`.
    adapter: the Keras of the variables.
  """

  def __init__(self, weight_prunings, adapter):
    self._weights = list(weight_prunings)
    self._adapter = adapter
    self._functions = {}
    self._collapsed = set()
    self._checked_jobs = None

  def update_masks(self, sparsity):
    """Computes new masks for one sparsity, in [0, 1), of every schedule."""
    self.update_each([sparsity] * len(self._weights))

  def update_each(self, sparsities):
    """Computes new masks and thresholds and zeroes what they prune.

    A weight that is not trainable is left bit for bit, unless its settings say
    otherwise.

    Args:
      sparsities: per weight, what its schedule asks for, in [0, 1), or None to
        leave its mask alone. Weights of one 'erk' or 'global' distribution share
        it out among those that are updated together.
    """
    chosen = [i for i in self._unfrozen() if sparsities[i] is not None]
    if not chosen:
      return
    shared = distribution_lib.share_out(
      [self._weights[i].settings.sparsity_distribution for i in chosen],
      [sparsities[i] for i in chosen],
      [_shape(self._weights[i].variables.weight) for i in chosen],
    )
    jobs = [(tuple(chosen[j] for j in part), s) for part, s in shared]
    parts = tuple(part for part, _ in jobs)
    # Each argument costs as much as masking a small weight; most schedules ask
    # the same of all weights.
    values = sorted({sparsity for _, sparsity in jobs})
    places = tuple(values.index(sparsity) for _, sparsity in jobs)

    def update(*different_sparsities):
      kept, threshold, zeroing = [], None, []
      for part, place in zip(parts, places):
        sparsity = different_sparsities[place]
        # One mask after the other: each takes all threads and new memory, while
        # the weights of the masks before are zeroed.
        with tf.control_dependencies([] if threshold is None else [threshold]):
          masks, threshold, zeroed = self._compute_masks(part, sparsity)
        self._set_masks(part, masks, threshold)
        # Slices of one weight at a time.
        for i in part:
          with tf.control_dependencies(zeroing):
            zeroing = self._zero(self._weights[i].variables, zeroed)
        if len(part) > 1:
          kept.extend([tf.math.count_nonzero(mask) for mask in masks])
      return kept + [tf.constant(0, tf.int64)]

    kept = iter(self._run(('update', parts, places), update, values))
    for part in parts:
      if len(part) > 1:
        for i in part:
          self._warn_of_collapse(i, next(kept))
    if jobs != self._checked_jobs:
      self._checked_jobs = jobs
      for part, sparsity in jobs:
        if len(part) == 1:
          self._warn_of_collapse(part[0], self._asked_number(*part, sparsity))

  def keep_zeros(self):
    """Zeroes what the present masks prune, but not in frozen weights."""
    chosen = tuple(self._unfrozen())
    if not chosen:
      return

    def zero():
      for i in chosen:
        self._zero(self._weights[i].variables)
      return [tf.constant(True)]

    self._run(('zero', chosen), zero, [])

  def _unfrozen(self):
    """Indices of the weights that may change."""
    trainable_ids = {}
    for pruning in self._weights:
      owner = pruning.owner
      if id(owner) not in trainable_ids:
        trainable_ids[id(owner)] = {id(w) for w in owner.trainable_weights}
    return [
      i
      for i, pruning in enumerate(self._weights)
      if pruning.settings.prune_frozen_weights
      or id(pruning.variables.weight) in trainable_ids[id(pruning.owner)]
    ]

  def _run(self, key, function, sparsities):
    # One call of a compiled function, however many weights there are. In a
    # TensorFlow 1 graph a new one would add to the graph each time.
    if key not in self._functions:
      self._functions[key] = self._adapter.function(
        tf_compat.graph_compiled(function),
        *(tf.float64 for _ in sparsities),
      )
    return self._functions[key](*sparsities)

  def _compute_masks(self, part, sparsity):
    """`mask_lib.compute_masks` of weights that are ranked together."""
    settings = self._weights[part[0]].settings
    # The one of the update before; 0 if there was none.
    threshold = self._adapter.tf_variable(
      self._weights[part[0]].variables.threshold
    )
    return mask_lib.compute_masks(
      [
        self._adapter.tf_variable(self._weights[i].variables.weight)
        for i in part
      ],
      sparsity,
      settings.structure,
      settings.sparsity_distribution == 'global',
      tf.convert_to_tensor(threshold),
    )

  def _set_masks(self, part, masks, threshold):
    """Assigns new masks and their threshold."""
    for i, mask in zip(part, masks):
      variables = self._weights[i].variables
      self._adapter.tf_variable(variables.mask).assign(mask)
      threshold_variable = self._adapter.tf_variable(variables.threshold)
      threshold_variable.assign(tf.cast(threshold, threshold_variable.dtype))

  def _asked_number(self, i, sparsity):
    """How many weights an update of this one alone keeps; None if it is many."""
    pruning = self._weights[i]
    if not isinstance(pruning.settings.structure, structure_lib.Unstructured):
      return None
    size = _size(_shape(pruning.variables.weight))
    return pattern_check.kept_count(size, sparsity)

  def _warn_of_collapse(self, i, kept):
    path = self._weights[i].path
    if kept is not None and path not in self._collapsed:
      shape = _shape(self._weights[i].variables.weight)
      if warn_if_collapsed(path, shape, kept):
        self._collapsed.add(path)

  def _zero(self, variables, zeroed=None):
    """Zeroes what the mask prunes, unless `zeroed` says that all of it is zero.

    Returns:
      Operations that are done after it, where it takes memory.
    """
    weight = self._adapter.tf_variable(variables.weight)
    mask = self._adapter.tf_variable(variables.mask)
    if keep_zeros.may_keep_in_place(weight, mask):
      _zero_in_place(weight, mask, zeroed)
      return []
    size = weight.shape.num_elements()
    if weight.shape.rank and size > _ELEMENTS_PER_SLICE:
      if tf_compat.shares_reads():
        return [_zero_in_slices(weight, mask, weight.shape.as_list(), zeroed)]
    weight.assign(tf_compat.keep_where(mask, weight))
    return []


def _zero_in_place(weight, mask, zeroed):
  def zero():
    tf_compat.keep_in_place(weight, mask)
    return True

  # Between updates a constraint keeps the zeros, so that most updates of a
  # training find nothing to do.
  if zeroed is None:
    zero()
  else:
    tf.cond(zeroed, lambda: True, zero)


def _zero_in_slices(weight, mask, shape, zeroed):
  """`weight.assign(keep_where(mask, weight))` with memory for one slice."""
  step = max(1, _ELEMENTS_PER_SLICE * shape[0] // _size(shape))
  # For what is zero already see `_zero_in_place`.
  end = shape[0] if zeroed is None else tf.where(zeroed, 0, shape[0])

  def zero_slice(start):
    rows = tf.range(start, tf.minimum(start + step, shape[0]))
    # Gathering from the variable copies these rows and nothing else; reading
    # the variable would share its buffer and make the update copy all of it.
    # (tf.gather reads all of a Keras 2 variable that has a constraint.)
    values = tf.gather_nd(weight, rows[:, tf.newaxis])
    # Not before its turn, or all slices of the mask would be there at once.
    with tf.control_dependencies([values]):
      kept = tf.gather(mask, rows)
    weight.scatter_update(
      tf.IndexedSlices(tf_compat.keep_where(kept, values), rows)
    )
    return [start + step]

  (stopped,) = tf.while_loop(
    lambda start: start < end, zero_slice, [0], parallel_iterations=1
  )
  for variable in weight, mask:
    for replica in getattr(variable, 'values', None) or (variable,):
      tf_compat.share_reads(replica)
  return stopped


def _size(shape):
  size = 1
  for length in shape:
    size *= length
  return size


def _shape(variable):
  return tuple(int(size) for size in variable.shape)


def warn_if_collapsed(path, shape, kept):
  """Logs a warning if a weight keeps at most one number of many.

  Args:
    path: the weight's path in the model.
    shape: tuple of ints, its shape.
    kept: how many of its numbers are kept.

  Returns:
    Whether it has collapsed.
  """
  size = _size(shape)
  if kept > 1 or size < _SMALLEST_COLLAPSE:
    return False
  _log.warning(
    'The layer of the weight %r has collapsed: %d of its %d weights are kept, so '
    'hardly any signal passes it. Ask for less sparsity, for this weight alone '
    "with `per_weight`, or use sparsity_distribution='erk'.",
    path,
    kept,
    size,
  )
  return True
