# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What one mask update does to weights."""

import collections
import logging

from tensorflow_model_optimization.python.core.sparsity import mask as mask_lib
from tensorflow_model_optimization.python.core.sparsity import (
  sparsity_distribution as distribution_lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = [
  'KeepZeros',
  'PrunedWeight',
  'Pruning',
  'WeightPruning',
  'warn_if_collapsed',
]

_log = logging.getLogger('tensorflow_model_optimization')

# Weights above this size are zeroed slice by slice: a masked copy of the whole
# weight would double its memory for a moment.
_ELEMENTS_PER_SLICE = 1 << 20
# With fewer weights than this, one that is kept may be all that was asked for.
_SMALLEST_COLLAPSE = 32


class PrunedWeight(
  collections.namedtuple('PrunedWeight', 'weight mask threshold')
):
  """The Keras variables of one pruned weight: float, bool, float scalar."""


class KeepZeros(object):
  """A constraint that puts zeros back where the mask is False.

  Optimizers apply constraints inside the training step right after the update,
  so neither momentum nor weight decay can revive a pruned weight.

  Args:
    mask: variable of bools, of Keras or TensorFlow, read whenever the constraint
      is applied. (A variable of Keras 3 may not have its `tf.Variable` yet.)
    inner: the constraint that the weight had before, applied first; or None.
    check: function without arguments, called at each application, or once when
      it is traced; it may raise, and returns operations that must run first. Or
      None.
  """

  def __init__(self, mask, inner=None, check=None):
    # Wrapping a layer again replaces the mask, it does not add one.
    self.inner = inner.inner if isinstance(inner, KeepZeros) else inner
    self._mask = mask
    self._check = check

  def __call__(self, weight):
    with tf.control_dependencies(self._check() if self._check else []):
      if self.inner is not None:
        weight = self.inner(weight)
      weight = tf.convert_to_tensor(weight)
      mask = tf.convert_to_tensor(self._mask)
      return tf.where(mask, weight, tf.zeros_like(weight))


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

    def update(*job_sparsities):
      kept = []
      for part, sparsity in zip(parts, job_sparsities):
        kept.extend(self._update_part(part, sparsity))
      return kept

    kept = self._run(('update', parts), update, [s for _, s in jobs])
    self._warn_of_collapse([i for part in parts for i in part], kept)

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
    # In a TensorFlow 1 graph a new function would add to the graph each time.
    if key not in self._functions:
      self._functions[key] = self._adapter.function(
        function, *(tf.float64 for _ in sparsities)
      )
    return self._functions[key](*sparsities)

  def _update_part(self, part, sparsity):
    """New masks for weights that are ranked together.

    Returns:
      For each the number of weights kept, an int64 tensor.
    """
    prunings = [self._weights[i] for i in part]
    settings = prunings[0].settings
    masks, threshold = mask_lib.compute_masks(
      [
        self._adapter.tf_variable(pruning.variables.weight)
        for pruning in prunings
      ],
      sparsity,
      settings.structure,
      settings.sparsity_distribution == 'global',
    )
    kept = []
    for pruning in prunings:
      # The mask lives on in its variable; a second reference would make zeroing
      # hold both.
      mask = masks.pop(0)
      kept.append(tf.math.count_nonzero(mask))
      variables = pruning.variables
      self._adapter.tf_variable(variables.mask).assign(mask)
      del mask
      threshold_variable = self._adapter.tf_variable(variables.threshold)
      threshold_variable.assign(tf.cast(threshold, threshold_variable.dtype))
      self._zero(variables)
    return kept

  def _warn_of_collapse(self, indices, kept):
    for i, number in zip(indices, kept):
      path = self._weights[i].path
      if path not in self._collapsed:
        shape = _shape(self._weights[i].variables.weight)
        if warn_if_collapsed(path, shape, number):
          self._collapsed.add(path)

  def _zero(self, variables):
    weight = self._adapter.tf_variable(variables.weight)
    mask = self._adapter.tf_variable(variables.mask)
    shape = weight.shape.as_list()
    if shape and weight.shape.num_elements() > _ELEMENTS_PER_SLICE:
      try:
        _zero_in_slices(weight, mask, shape)
        return
      except NotImplementedError:
        pass  # Replicated variables of TensorFlow 2.0 cannot be updated in part.
    weight.assign(tf.where(mask, weight, tf.zeros_like(weight)))


def _zero_in_slices(weight, mask, shape):
  elements_per_row = weight.shape.num_elements() // shape[0]
  step = max(1, _ELEMENTS_PER_SLICE // elements_per_row)
  for start in range(0, shape[0], step):
    rows = tf.range(start, min(start + step, shape[0]))
    # Gathering from the variable copies these rows and nothing else; reading
    # the variable would share its buffer and make the update copy all of it.
    # (tf.gather reads all of a Keras 2 variable that has a constraint.)
    kept = tf.gather(mask, rows)
    values = tf.gather_nd(weight, rows[:, tf.newaxis])
    weight.scatter_update(
      tf.IndexedSlices(tf.where(kept, values, tf.zeros_like(values)), rows)
    )


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
  size = 1
  for length in shape:
    size *= length
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
