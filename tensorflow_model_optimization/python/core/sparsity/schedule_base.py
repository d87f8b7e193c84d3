# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What every pruning schedule is."""

import abc

__all__ = ['PruningSchedule']


class PruningSchedule(abc.ABC):
  """Says at which training steps masks are updated, and to which sparsity.

  A step is one update of the weights by the optimizer; the first batch of a
  fresh model is step 0. To write your own schedule implement `__call__` and
  `get_config`; here is one that prunes half of what is left in every stage:

  ```python
  class Staircase(PruningSchedule):

    def __init__(self, stages, steps_per_stage):
      self.stages, self.steps_per_stage = stages, steps_per_stage

    def __call__(self, step):
      stage = tf.minimum(step // self.steps_per_stage + 1, self.stages)
      sparsity = 1.0 - 0.5 ** tf.cast(stage, tf.float64)
      return tf.equal(step % self.steps_per_stage, 0), sparsity

    def get_config(self):
      return {
        'class_name': type(self).__name__,
        'config': {
          'stages': self.stages, 'steps_per_stage': self.steps_per_stage
        },
      }

  Staircase(3, 100)(0)    # (True, 0.5)
  Staircase(3, 100)(100)  # (True, 0.75)
  Staircase(3, 100)(150)  # (False, 0.75): no update between
  ```

  A pruned model that is saved holds this config. To load it, pass the class to
  `keras.utils.custom_object_scope({'Staircase': Staircase})`.
  """

  @abc.abstractmethod
  def __call__(self, step):
    """Returns (should_prune, sparsity) for one step.

    Args:
      step: the number of optimizer updates so far; a Python int or a scalar
        int32 or int64 tensor.

    Returns:
      should_prune: scalar bool tensor, True when masks are updated at `step`.
      sparsity: scalar float tensor, the target at `step` in [0, 1). Prefer
        float64: exact counts of kept weights are computed from it.
    """

  @abc.abstractmethod
  def get_config(self):
    """Returns {'class_name': ..., 'config': {constructor arguments}}."""

  @classmethod
  def from_config(cls, config):
    """Makes a schedule from the inner 'config' of `get_config`."""
    return cls(**config)

  @staticmethod
  def _validate_step(begin_step, end_step, frequency, allow_negative_1):
    """Raises ValueError unless 0 <= begin_step <= end_step and frequency > 0.

    Args:
      begin_step: first step of the schedule.
      end_step: last step; -1 for no end, if `allow_negative_1`.
      frequency: steps between two updates.
      allow_negative_1: whether the schedule may have no end.
    """
    for name, value in (
      ('begin_step', begin_step),
      ('end_step', end_step),
      ('frequency', frequency),
    ):
      PruningSchedule._validate_whole_number(name, value)
    if begin_step < 0:
      raise ValueError(
        '`begin_step` must be >= 0. Received: begin_step={}. Use 0 to prune '
        'from the first batch on.'.format(begin_step)
      )
    if end_step == -1 and not allow_negative_1:
      raise ValueError(
        '`end_step` must be a real last step for this schedule. Received: '
        'end_step=-1. Pass the step at which the final sparsity is reached.'
      )
    if end_step < -1:
      raise ValueError(
        '`end_step` must be >= 0, or -1 where a schedule may have no end. '
        'Received: end_step={}.'.format(end_step)
      )
    if end_step != -1 and end_step < begin_step:
      raise ValueError(
        '`begin_step` must not be after `end_step`. Received: begin_step={}, '
        'end_step={}. Swap them.'.format(begin_step, end_step)
      )
    if frequency <= 0:
      raise ValueError(
        '`frequency` must be >= 1. Received: frequency={}. It is the number of '
        'steps between two mask updates.'.format(frequency)
      )

  @staticmethod
  def _validate_whole_number(name, value):
    """Raises ValueError unless `value` is a whole number of steps."""
    if int(value) != value:
      raise ValueError(
        '`{0}` must be a whole number of steps. Received: {0}={1!r}. Round '
        'it, for example with int(...).'.format(name, value)
      )

  @staticmethod
  def _validate_sparsity(sparsity, variable_name):
    """Raises ValueError unless `sparsity` is in [0, 1)."""
    if not 0.0 <= sparsity < 1.0:
      raise ValueError(
        '`{0}` must be in [0, 1). Received: {0}={1}. It is the fraction of '
        'weights to prune: 0.8 keeps one in five.'.format(
          variable_name, sparsity
        )
      )

  @staticmethod
  def _should_prune_in_step(step, begin_step, end_step, frequency):
    """Whether masks are updated at `step`; works for ints and tensors.

    True every `frequency` steps from `begin_step` to `end_step`, and always at
    `end_step` itself, so that the final sparsity is never missed. A negative
    `end_step` means no end.
    """
    is_begun = step >= begin_step
    is_due = (step - begin_step) % frequency < 1
    if end_step < 0:
      return is_begun & is_due
    is_end = (step >= end_step) & (step <= end_step)
    return (is_begun & (step <= end_step)) & (is_due | is_end)
