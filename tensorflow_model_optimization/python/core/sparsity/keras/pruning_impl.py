# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What one mask update does to the weights of one layer."""

import collections

from tensorflow_model_optimization.python.core.sparsity import mask as mask_lib
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['KeepZeros', 'PrunedWeight', 'Pruning', 'sparsity_as_float64']

# Weights above this size are zeroed slice by slice: a masked copy of the whole
# weight would double its memory for a moment.
_ELEMENTS_PER_SLICE = 1 << 20


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
  """

  def __init__(self, mask, inner=None):
    # Wrapping a layer again replaces the mask, it does not add one.
    self.inner = inner.inner if isinstance(inner, KeepZeros) else inner
    self._mask = mask

  def __call__(self, weight):
    if self.inner is not None:
      weight = self.inner(weight)
    weight = tf.convert_to_tensor(weight)
    mask = tf.convert_to_tensor(self._mask)
    return tf.where(mask, weight, tf.zeros_like(weight))


class Pruning(object):
  """Updates and applies the masks of one layer's weights.

  Args:
    pruned_weights: list of `PrunedWeight`.
    structure: a structure from `sparsity/structure.py`.
    adapter: the Keras of the variables.
    trainable_weights: function without arguments that returns the weights that
      are trainable now.
  """

  def __init__(self, pruned_weights, structure, adapter, trainable_weights):
    self._pruned_weights = pruned_weights
    self._structure = structure
    self._adapter = adapter
    self._trainable_weights = trainable_weights
    self._functions = {}

  def update_masks(self, sparsity):
    """Computes new masks and thresholds and zeroes what they prune.

    A weight that is not trainable is left bit for bit.

    Args:
      sparsity: float in [0, 1).
    """
    self._run(self._update_mask, sparsity)

  def keep_zeros(self):
    """Zeroes what the present masks prune, in weights that are trainable."""
    self._run(self._zero)

  def _run(self, action, *arguments):
    """Calls `action(pruned weight, *arguments)` for every trainable weight."""
    trainable_ids = {id(weight) for weight in self._trainable_weights()}
    chosen = tuple(
      i
      for i, pruned in enumerate(self._pruned_weights)
      if id(pruned.weight) in trainable_ids
    )
    key = (action.__name__, chosen)
    if key not in self._functions:

      def act_on_each(*tensors):
        for i in chosen:
          action(self._pruned_weights[i], *tensors)
        return [tf.constant(True)]

      self._functions[key] = self._adapter.function(
        act_on_each, *(tf.float64 for _ in arguments)
      )
    self._functions[key](*arguments)

  def _update_mask(self, pruned, sparsity):
    weight = self._adapter.tf_variable(pruned.weight)
    mask, threshold = mask_lib.compute_mask(weight, sparsity, self._structure)
    self._adapter.tf_variable(pruned.mask).assign(mask)
    self._adapter.tf_variable(pruned.threshold).assign(threshold)
    # The mask lives on in its variable; a second reference would make zeroing
    # hold both.
    del mask
    self._zero(pruned)

  def _zero(self, pruned):
    weight = self._adapter.tf_variable(pruned.weight)
    mask = self._adapter.tf_variable(pruned.mask)
    shape = weight.shape.as_list()
    if not shape or weight.shape.num_elements() <= _ELEMENTS_PER_SLICE:
      weight.assign(tf.where(mask, weight, tf.zeros_like(weight)))
      return
    elements_per_row = weight.shape.num_elements() // shape[0]
    step = max(1, _ELEMENTS_PER_SLICE // elements_per_row)
    for start in range(0, shape[0], step):
      rows = tf.range(start, min(start + step, shape[0]))
      # Gathering from the variable copies these rows and nothing else; reading
      # the variable would share its buffer and make the update copy all of it.
      kept = tf.gather(mask, rows)
      values = tf.gather(weight, rows)
      weight.scatter_update(
        tf.IndexedSlices(tf.where(kept, values, tf.zeros_like(values)), rows)
      )


def sparsity_as_float64(sparsity):
  """The float64 that a schedule meant.

  A float32 0.8 from a user's own schedule is 0.800000011920929 as a float64 and
  would miss the exact count on large weights; its shortest decimal is 0.8.

  Args:
    sparsity: a numpy scalar of any float dtype, or a float.
  """
  return float(str(sparsity))
