# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning schedules that go from one sparsity to another."""

import abc
import math

from tensorflow_model_optimization.python.core.sparsity import schedule_base
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['CosineSparsity', 'PolynomialDecay']


class _Ramp(schedule_base.PruningSchedule):
  """final + (initial - final) * _remaining(p), for p from 0 to 1."""

  def __init__(
    self,
    initial_sparsity,
    final_sparsity,
    begin_step,
    end_step,
    frequency=100,
  ):
    self._validate_step(begin_step, end_step, frequency, False)
    self._validate_sparsity(initial_sparsity, 'initial_sparsity')
    self._validate_sparsity(final_sparsity, 'final_sparsity')
    self.initial_sparsity = initial_sparsity
    self.final_sparsity = final_sparsity
    self.begin_step = int(begin_step)
    self.end_step = int(end_step)
    self.frequency = int(frequency)

  @abc.abstractmethod
  def _remaining(self, progress):
    """The part of the change that is still to come; 1 at 0, and 0 at 1.

    Args:
      progress: scalar float64 tensor in [0, 1].
    """

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
    return self.final_sparsity + change * self._remaining(progress)

  def get_config(self):
    return {
      'class_name': self.__class__.__name__,
      'config': {
        'initial_sparsity': float(self.initial_sparsity),
        'final_sparsity': float(self.final_sparsity),
        'begin_step': self.begin_step,
        'end_step': self.end_step,
        'frequency': self.frequency,
      },
    }


class PolynomialDecay(_Ramp):
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
    power: exponent, > 0; 1 is linear, 3 the cubic ramp of the paper.
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
    super().__init__(
      initial_sparsity, final_sparsity, begin_step, end_step, frequency
    )
    # `not (0 < x)` also catches NaN.
    if not 0 < power < math.inf:
      raise ValueError(
        '`power` must be a finite number > 0. Received: power={!r}. 1 is a '
        'linear ramp, 3 the cubic ramp that is the default.'.format(power)
      )
    # A Python number, so that the config can be written as JSON.
    self.power = power.item() if hasattr(power, 'item') else power

  def _remaining(self, progress):
    return tf.pow(1.0 - progress, tf.constant(self.power, tf.float64))

  def get_config(self):
    config = super().get_config()
    config['config']['power'] = self.power
    return config


class CosineSparsity(_Ramp):
  """Moves the sparsity along half a cosine: slow, fast, and slow again.

  With p = (step - begin_step) / (end_step - begin_step) clipped to [0, 1]:

      sparsity = final + (initial - final) * (1 + cos(pi * p)) / 2

  It prunes less at the start than `PolynomialDecay`, when a fresh model has not
  learned yet which of its weights matter.

  ```python
  schedule = CosineSparsity(0.0, 0.8, begin_step=0, end_step=300)
  schedule(0)    # (True, 0.0)
  schedule(100)  # (True, 0.2)
  schedule(200)  # (True, 0.6)
  schedule(300)  # (True, 0.8): the last update is always at end_step
  ```

  Args:
    initial_sparsity: sparsity at `begin_step`, in [0, 1).
    final_sparsity: sparsity at `end_step`, in [0, 1). May be the smaller one.
    begin_step: first step with an update, >= 0.
    end_step: last step with an update, >= begin_step; if they are equal, this
      one update goes to `final_sparsity`.
    frequency: steps between two updates, >= 1.

  Raises:
    ValueError: an argument outside its range, or begin_step after end_step.

  Source: Loshchilov and Hutter, SGDR: Stochastic Gradient Descent with Warm
  Restarts, https://arxiv.org/abs/1608.03983, equation 5, for one cycle.
  """

  def _remaining(self, progress):
    return (1.0 + tf.cos(math.pi * progress)) / 2.0
