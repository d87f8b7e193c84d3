# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning schedules: when to prune, and to which sparsity."""

import abc

from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['ConstantSparsity', 'PolynomialDecay', 'PruningSchedule']


class PruningSchedule(abc.ABC):
  """Says at which training steps masks are updated, and to which sparsity.

  A step is one update of the weights by the optimizer; the first batch of a
  fresh model is step 0. To write your own schedule implement `__call__` and
  `get_config`:

  ```python
  class OneShot(PruningSchedule):

    def __init__(self, step, sparsity):
      self.step, self.sparsity = step, sparsity

    def __call__(self, step):
      return tf.equal(step, self.step), tf.constant(self.sparsity, tf.float64)

    def get_config(self):
      return {
        'class_name': type(self).__name__,
        'config': {'step': self.step, 'sparsity': self.sparsity},
      }
  ```
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
      if int(value) != value:
        raise ValueError(
          '`{0}` must be a whole number of steps. Received: {0}={1!r}. Round '
          'it, for example with int(...).'.format(name, value)
        )
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


class ConstantSparsity(PruningSchedule):
  """The same sparsity from `begin_step` to `end_step`.

  ```python
  schedule = ConstantSparsity(0.5, begin_step=0, frequency=100)
  schedule(0)    # (True, 0.5)
  schedule(50)   # (False, 0.5): no update between
  schedule(100)  # (True, 0.5)
  ```

  Args:
    target_sparsity: fraction of weights to prune, in [0, 1).
    begin_step: first step with an update, >= 0.
    end_step: last step with an update; masks are frozen after it. -1 for none.
    frequency: steps between two updates, >= 1.

  Raises:
    ValueError: an argument outside its range, or begin_step after end_step.
  """

  def __init__(self, target_sparsity, begin_step, end_step=-1, frequency=100):
    self._validate_step(begin_step, end_step, frequency, True)
    self._validate_sparsity(target_sparsity, 'target_sparsity')
    self.target_sparsity = target_sparsity
    self.begin_step = int(begin_step)
    self.end_step = int(end_step)
    self.frequency = int(frequency)

  def __call__(self, step):
    should_prune = self._should_prune_in_step(
      step, self.begin_step, self.end_step, self.frequency
    )
    return (
      tf.convert_to_tensor(should_prune),
      tf.constant(self.target_sparsity, tf.float64),
    )

  def get_config(self):
    return {
      'class_name': self.__class__.__name__,
      'config': {
        'target_sparsity': float(self.target_sparsity),
        'begin_step': self.begin_step,
        'end_step': self.end_step,
        'frequency': self.frequency,
      },
    }


class PolynomialDecay(PruningSchedule):
  """Raises the sparsity fast at first and slower towards its final value.

  With p = (step - begin_step) / (end_step - begin_step) clipped to [0, 1]:

      sparsity = final + (initial - final) * (1 - p) ** power

  ```python
  schedule = PolynomialDecay(0.0, 0.8, begin_step=0, end_step=250)
  schedule(0)    # (True, 0.0)
  schedule(100)  # (True, 0.6272)
  schedule(250)  # (True, 0.8): the last update is always at end_step
  ```

  Args:
    initial_sparsity: sparsity at `begin_step`, in [0, 1).
    final_sparsity: sparsity at `end_step`, in [0, 1). May be the smaller one.
    begin_step: first step with an update, >= 0.
    end_step: last step with an update, >= begin_step; if they are equal, this
      one update goes to `final_sparsity`.
    power: exponent; 1 is linear, 3 the cubic ramp of the paper.
    frequency: steps between two updates, >= 1.

  Raises:
    ValueError: an argument outside its range, or begin_step after end_step.

  Source: Zhu and Gupta, To prune, or not to prune,
  https://arxiv.org/abs/1710.01878, equation 1.
  """

  def __init__(
    self,
    initial_sparsity,
    final_sparsity,
    begin_step,
    end_step,
    power=3,
    frequency=100,
  ):
    self._validate_step(begin_step, end_step, frequency, False)
    self._validate_sparsity(initial_sparsity, 'initial_sparsity')
    self._validate_sparsity(final_sparsity, 'final_sparsity')
    self.initial_sparsity = initial_sparsity
    self.final_sparsity = final_sparsity
    self.begin_step = int(begin_step)
    self.end_step = int(end_step)
    # A Python number, so that the config can be written as JSON.
    self.power = power.item() if hasattr(power, 'item') else power
    self.frequency = int(frequency)

  def __call__(self, step):
    should_prune = self._should_prune_in_step(
      step, self.begin_step, self.end_step, self.frequency
    )
    return tf.convert_to_tensor(should_prune), self._sparsity(step)

  def _sparsity(self, step):
    step = tf.cast(step, tf.float64)
    # With begin == end there is no ramp: final from that step on, never 0 / 0.
    length = max(self.end_step - self.begin_step, 1)
    progress = tf.where(
      step >= float(self.end_step),
      tf.ones_like(step),
      tf.maximum((step - self.begin_step) / length, 0.0),
    )
    change = self.initial_sparsity - self.final_sparsity
    return self.final_sparsity + change * tf.pow(
      1.0 - progress, tf.constant(self.power, tf.float64)
    )

  def get_config(self):
    return {
      'class_name': self.__class__.__name__,
      'config': {
        'initial_sparsity': float(self.initial_sparsity),
        'final_sparsity': float(self.final_sparsity),
        'power': self.power,
        'begin_step': self.begin_step,
        'end_step': self.end_step,
        'frequency': self.frequency,
      },
    }
