# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Magnitude pruning: store the weights that are no zeros, and where they stand."""

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import gap_coding
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.ops import bitmask_expand
from tensorflow_model_optimization.python.core.sparsity import mask as mask_lib
from tensorflow_model_optimization.python.core.sparsity import newest_update
from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as schedule_lib,
)
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['MagnitudePruning']

_DTYPES = ('float16', 'bfloat16', 'float32', 'float64')


@registry.register_compressor
class MagnitudePruning(weight_compressor.WeightCompressor):
  """Zeroes the weights of low magnitude and stores the others.

  ```python
  MagnitudePruning(0.9)  # of a trained weight
  # While it trains:
  MagnitudePruning(pruning_schedule=PolynomialDecay(0.0, 0.9, 0, 2000))
  MagnitudePruning()  # stores a weight that has been pruned already
  MagnitudePruning(sparsity_m_by_n=(2, 4))
  ```

  In training, masked weights are zero in every forward pass, and no gradient
  reaches them. With a schedule the mask changes when that says; masks are those
  of `tfmot.sparsity.keras.prune_low_magnitude` with the same arguments. Without
  one the weights are pruned before the first step, and what is left is trained.

  What is stored, for n weights of which k are no zeros:

  - 'values': the k weights in their dtype. Later stages may cluster or quantise
    them.
  - 'mask', uint8: a bit per weight, ceil(n / 8) bytes, lowest bit first; or if
    that is smaller (at about 88 % zeros and more) the gaps between the weights,
    a byte each and one more for every 255 zeros in a row. Its length says which.

  A weight of 10,000 float32 at 80 % takes 8,000 + 1,250 bytes, at 95 % 2,000 +
  500. A weight of -0 comes back as +0; every other one bit for bit.

  Args:
    sparsity: fraction of the weights, or blocks, to zero, in [0, 1), or None. Of
      n exactly max(1, round_half_even(n * (1 - sparsity))) are left. Zeros that
      are there count.
    pruning_schedule: a `PruningSchedule` for training, or None. A class of your
      own is found by its name when a model is loaded: import its module before.
    block_size: two ints (height, width); see `prune_low_magnitude`.
    block_pooling_type: 'AVG' or 'MAX'.
    sparsity_m_by_n: two ints (m, n), m zeros in every n weights along the last
      axis but one; it fixes the sparsity. Or None.

  Raises:
    ValueError: an argument is wrong, or they do not go together.

  Source: Zhu and Gupta, To prune, or not to prune,
  https://arxiv.org/abs/1710.01878; the stored form is that of Han et al., Deep
  Compression, https://arxiv.org/abs/1510.00149, section 2.
  """

  def __init__(
    self,
    sparsity=None,
    pruning_schedule=None,
    block_size=(1, 1),
    block_pooling_type='AVG',
    sparsity_m_by_n=None,
  ):
    self._structure = structure_lib.from_arguments(
      block_size, block_pooling_type, sparsity_m_by_n
    )
    self._block_size = tuple(block_size)
    self._block_pooling_type = block_pooling_type
    self._m_by_n = tuple(sparsity_m_by_n) if sparsity_m_by_n else None
    if callable(sparsity):
      raise ValueError(
        '`sparsity` must be a number in [0, 1). Received: sparsity={!r}. Pass a '
        'schedule as `pruning_schedule=`.'.format(sparsity)
      )
    if sparsity is not None:
      sparsity = structure_lib.check_sparsity(sparsity)
    self._sparsity = sparsity
    self._schedule = pruning_schedule
    self._check_arguments()

  def _check_arguments(self):
    if self._schedule is not None and not callable(self._schedule):
      raise ValueError(
        '`pruning_schedule` must be a PruningSchedule, or None. Received: '
        'pruning_schedule={!r}. Pass a number as `sparsity`.'.format(
          self._schedule
        )
      )
    says = [
      name
      for name, value in (
        ('pruning_schedule', self._schedule),
        ('sparsity', self._sparsity),
        ('sparsity_m_by_n', self._m_by_n),
      )
      if value is not None
    ]
    if len(says) > 1 and says != ['pruning_schedule', 'sparsity_m_by_n']:
      raise ValueError(
        '`sparsity` must be None with `pruning_schedule` or `sparsity_m_by_n`, '
        'which say the sparsity. Received: sparsity={!r} and {}. Leave one '
        'out.'.format(
          self._sparsity, ', '.join(n for n in says if n != 'sparsity')
        )
      )
    if not says and self._block_size != (1, 1):
      raise ValueError(
        '`block_size` must be (1, 1) where nothing says how many blocks to '
        'prune. Received: block_size={!r}. Pass `sparsity` too.'.format(
          self._block_size
        )
      )

  def reason_against(self, spec):
    reason = super(MagnitudePruning, self).reason_against(spec)
    if reason is None and spec.dtype not in _DTYPES:
      reason = 'is of dtype {}, not one of {}'.format(
        spec.dtype, ', '.join(_DTYPES)
      )
    if reason is None:
      problem = self._structure.problem_with_shape(spec.shape)
      reason = problem and 'cannot be pruned: {}'.format(problem)
    return reason

  # --- the compressed form ---------------------------------------------------

  def compressed_spec(self, spec):
    return {
      'mask': tensor_spec.TensorSpec((None,), 'uint8'),
      'values': tensor_spec.TensorSpec((None,), spec.dtype, holds_values=True),
    }

  def compress(self, weight, spec, trained=None):
    # A weight that was trained comes with its zeros, where the mask and all
    # later stages left them.
    kept = np.asarray(weight != 0)
    if trained is None:
      kept &= self._mask_of_trained_weight(weight)
    mask = bitmask_expand.pack_mask(kept)
    gaps = gap_coding.pack_gaps(kept)
    return {
      'mask': gaps if gaps.size < mask.size else mask,
      'values': weight[kept],
    }

  def decompress(self, tensors, spec):
    mask, values = tensors['mask'], tensors['values']
    mask = tf.convert_to_tensor(mask)
    if mask.shape.rank is None or mask.shape.as_list()[0] is None:
      raise ValueError(
        "tensors['mask'] must have a length that is known when the graph is "
        'built. Received: shape={}. Set its shape.'.format(mask.shape)
      )
    is_bits = mask.shape.as_list()[0] == (spec.size + 7) // 8
    expand = (
      bitmask_expand.bitmask_expand if is_bits else gap_coding.expand_gaps
    )
    return tf.reshape(expand(mask, values, spec.size), spec.shape)

  def _mask_of_trained_weight(self, weight):
    if self._schedule is not None:
      raise ValueError(
        '{!r} prunes while a weight trains, and this one was not trained with '
        'it. Prepare the model for training with it, or pass `sparsity` in place '
        'of `pruning_schedule`.'.format(self)
      )
    return self._initial_mask(weight)

  # --- training --------------------------------------------------------------

  def training_variables(self, spec):
    return {
      'weight': None,
      'mask': tensor_spec.VariableSpec(
        spec.shape, 'bool', self._initial_mask, trainable=False
      ),
    }

  def project(self, variables, spec, training):
    weight = variables['weight']
    return tf.where(variables['mask'], weight, tf.zeros_like(weight))

  def update_is_due(self, step):
    if self._schedule is None:
      return False
    # A step that is due is the newest one at which an update can have been.
    for candidate in newest_update.candidate_steps(self._schedule, step):
      return candidate == step and bool(self._ask(step, 0))
    return False

  def update(self, variables, spec, step):
    sparsity = newest_update.sparsity_as_float64(self._ask(step, 1))
    weight = self.project(variables, spec, False)
    mask, _ = mask_lib.compute_mask(weight, sparsity, self._structure)
    return {
      'mask': mask,
      'weight': self.project({'weight': weight, 'mask': mask}, spec, False),
    }

  def _initial_mask(self, weight):
    """The mask without a schedule, or before it has begun; a numpy array."""
    if self._schedule is not None:
      return np.ones(weight.shape, bool)
    if self._sparsity is None and self._m_by_n is None:
      return np.asarray(weight != 0)
    return tf_compat.evaluate(
      lambda w: mask_lib.compute_mask(
        w, self._sparsity or 0.0, self._structure
      )[0],
      [weight],
    )

  def _ask(self, step, i):
    """Value i of (should_prune, sparsity) that the schedule gives for a step."""
    return tf_compat.evaluate(
      lambda s: tf.convert_to_tensor(self._schedule(s)[i]), [np.int64(step)]
    )

  # --- saving ----------------------------------------------------------------

  def get_config(self):
    schedule = self._schedule
    return {
      'pruning_schedule': None if schedule is None else schedule.get_config(),
      'sparsity': self._sparsity,
      'block_size': list(self._block_size),
      'block_pooling_type': self._block_pooling_type,
      'sparsity_m_by_n': None if self._m_by_n is None else list(self._m_by_n),
    }

  @classmethod
  def from_config(cls, config):
    config = dict(config)
    if config.get('pruning_schedule') is not None:
      config['pruning_schedule'] = schedule_lib.schedule_from_config(
        config['pruning_schedule'], _schedule_class
      )
    return cls(**config)


def _schedule_class(name):
  """The class of schedules of that name in this process."""
  found = [schedule_lib.PruningSchedule]
  for cls in found:
    if cls.__name__ == name:
      return cls
    found.extend(cls.__subclasses__())
  raise ValueError(
    'no class of pruning schedules is called {!r}. Import the module that '
    'defines it'.format(name)
  )
