# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning schedules with one sparsity."""

from tensorflow_model_optimization.python.core.sparsity import schedule_base
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['ConstantSparsity', 'OneShotSparsity']


class ConstantSparsity(schedule_base.PruningSchedule):
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


class OneShotSparsity(schedule_base.PruningSchedule):
  """Prunes once, at one step, and freezes the masks after it.

  ```python
  schedule = OneShotSparsity(0.5, step=100)
  schedule(99)   # (False, 0.5)
  schedule(100)  # (True, 0.5)
  schedule(101)  # (False, 0.5)
  ```

  Args:
    target_sparsity: fraction of weights to prune, in [0, 1).
    step: the step of the update, >= 0; 0 prunes before the first batch.

  Raises:
    ValueError: an argument outside its range.

  Source: Han et al., Learning both Weights and Connections for Efficient Neural
  Networks, https://arxiv.org/abs/1506.02626: train, prune, train what is left.
  """

  def __init__(self, target_sparsity, step=0):
    self._validate_whole_number('step', step)
    if step < 0:
      raise ValueError(
        '`step` must be >= 0. Received: step={}. Use 0 to prune before the '
        'first batch.'.format(step)
      )
    self._validate_sparsity(target_sparsity, 'target_sparsity')
    self.target_sparsity = target_sparsity
    self.step = int(step)

  def __call__(self, step):
    is_due = (step >= self.step) & (step <= self.step)
    return (
      tf.convert_to_tensor(is_due),
      tf.constant(self.target_sparsity, tf.float64),
    )

  def get_config(self):
    return {
      'class_name': self.__class__.__name__,
      'config': {
        'target_sparsity': float(self.target_sparsity),
        'step': self.step,
      },
    }
