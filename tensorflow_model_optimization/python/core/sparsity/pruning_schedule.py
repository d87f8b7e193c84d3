# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning schedules: when to prune, and to which sparsity.

A new schedule goes into a file of its own kind beside this one, into
`BUILT_IN`, and into the table of pruning_schedule_test.py.
"""

from tensorflow_model_optimization.python.core.sparsity.constant_schedules import (
  ConstantSparsity,
)
from tensorflow_model_optimization.python.core.sparsity.constant_schedules import (
  OneShotSparsity,
)
from tensorflow_model_optimization.python.core.sparsity.ramp_schedules import (
  CosineSparsity,
)
from tensorflow_model_optimization.python.core.sparsity.ramp_schedules import (
  PolynomialDecay,
)
from tensorflow_model_optimization.python.core.sparsity.schedule_base import (
  PruningSchedule,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = [
  'BUILT_IN',
  'ConstantSparsity',
  'CosineSparsity',
  'OneShotSparsity',
  'PolynomialDecay',
  'PruningSchedule',
  'SequentialSchedule',
  'schedule_from_config',
]


class SequentialSchedule(PruningSchedule):
  """One schedule after another.

  Each schedule counts from 0 at the step at which its turn comes. Its last
  update is never missed: one that is due at the very step at which the turn
  passes on is made there, unless the next schedule makes one itself.

  ```python
  schedule = SequentialSchedule(
    [PolynomialDecay(0.0, 0.5, 0, 200), OneShotSparsity(0.8, step=100)], [1000]
  )
  schedule(200)   # (True, 0.5)
  schedule(999)   # (False, 0.5)
  schedule(1100)  # (True, 0.8)
  ```

  Args:
    schedules: list of at least one `PruningSchedule`.
    boundaries: the steps at which the second and every later schedule begins:
      one int less than there are schedules, each larger than the one before,
      the first > 0.

  Raises:
    ValueError: an argument is wrong, or a schedule would be cut off before the
      `end_step` (or `step`) that it has.
  """

  def __init__(self, schedules, boundaries):
    self.schedules = _checked_schedules(schedules)
    self.boundaries = self._checked_boundaries(boundaries)
    starts = [0] + self.boundaries
    for i, boundary in enumerate(self.boundaries):
      last = _last_update(self.schedules[i])
      length = boundary - starts[i]
      if last is not None and last > length:
        raise ValueError(
          '`boundaries` must leave every schedule its last update. Received: '
          'boundaries={}, which gives schedules[{}] {} steps, while its last '
          'update is at its step {}. Steps of a schedule count from its own '
          'start.'.format(self.boundaries, i, length, last)
        )

  def _checked_boundaries(self, boundaries):
    for boundary in boundaries:
      self._validate_whole_number('boundaries', boundary)
    boundaries = [int(boundary) for boundary in boundaries]
    is_growing = all(
      one < other for one, other in zip([0] + boundaries, boundaries)
    )
    if len(boundaries) != len(self.schedules) - 1 or not is_growing:
      raise ValueError(
        '`boundaries` must be {} growing steps > 0, one less than there are '
        'schedules. Received: boundaries={}. They say at which step each '
        'schedule but the first begins.'.format(
          len(self.schedules) - 1, boundaries
        )
      )
    return boundaries

  def __call__(self, step):
    results = [_as_tensors(self.schedules[0](step))] + [
      # A schedule whose turn has not come is not asked for steps below 0.
      _as_tensors(schedule(tf.maximum(step - start, 0)))
      for schedule, start in zip(self.schedules[1:], self.boundaries)
    ]
    dtypes = {sparsity.dtype for _, sparsity in results}
    dtype = dtypes.pop() if len(dtypes) == 1 else tf.float64
    should_prune, sparsity = results[0]
    sparsity = tf.cast(sparsity, dtype)
    for boundary, (next_prunes, next_sparsity) in zip(
      self.boundaries, results[1:]
    ):
      is_last_update = tf.logical_and(
        tf.logical_and(tf.equal(step, boundary), should_prune),
        tf.logical_not(next_prunes),
      )
      has_turn = tf.logical_and(
        tf.greater_equal(step, boundary), tf.logical_not(is_last_update)
      )
      should_prune = tf.where(has_turn, next_prunes, should_prune)
      sparsity = tf.where(has_turn, tf.cast(next_sparsity, dtype), sparsity)
    return should_prune, sparsity

  def get_config(self):
    return {
      'class_name': self.__class__.__name__,
      'config': {
        'schedules': [schedule.get_config() for schedule in self.schedules],
        'boundaries': list(self.boundaries),
      },
    }

  @classmethod
  def from_config(cls, config, find_class=None):
    """Makes the schedule, and those in it, from the inner 'config'.

    Args:
      config: the inner 'config' of `get_config`.
      find_class: function from the name of a class to the class, or to None, for
        schedules that are not built in.
    """
    schedules = [
      schedule
      if callable(schedule)
      else schedule_from_config(schedule, find_class)
      for schedule in config['schedules']
    ]
    return cls(schedules, config['boundaries'])


# Class name -> class, for configs.
BUILT_IN = {
  cls.__name__: cls
  for cls in (
    ConstantSparsity,
    CosineSparsity,
    OneShotSparsity,
    PolynomialDecay,
    SequentialSchedule,
  )
}


def schedule_from_config(config, find_class=None):
  """Makes a schedule from what its `get_config` returned.

  Args:
    config: {'class_name': ..., 'config': {constructor arguments}}.
    find_class: function from the name of a class to the class, or to None. It is
      asked before the built-in classes.

  Raises:
    ValueError: the class is neither built in nor found.
  """
  name = config['class_name']
  cls = (find_class(name) if find_class else None) or BUILT_IN.get(name)
  if cls is None:
    raise ValueError(
      'The pruning schedule {!r} of a saved layer is not known. Load it inside '
      '`with keras.utils.custom_object_scope({{{!r}: ...}}):` with its class.'.format(
        name, name
      )
    )
  if issubclass(cls, SequentialSchedule):
    return cls.from_config(config['config'], find_class)
  return cls.from_config(config['config'])


def _checked_schedules(schedules):
  if not isinstance(schedules, (list, tuple)) or not schedules:
    raise ValueError(
      '`schedules` must be a list of at least one PruningSchedule. Received: '
      'schedules={!r}.'.format(schedules)
    )
  for schedule in schedules:
    if not callable(schedule):
      raise ValueError(
        '`schedules` must hold objects of PruningSchedule only. Received: '
        'schedules={!r}. Use for example ConstantSparsity(0.5, 0).'.format(
          schedules
        )
      )
  return list(schedules)


def _last_update(schedule):
  """The step of the last update of a schedule that has a known one, else None."""
  if isinstance(schedule, OneShotSparsity):
    return schedule.step
  if isinstance(schedule, SequentialSchedule):
    last = _last_update(schedule.schedules[-1])
    if last is None:
      return None
    return last + (schedule.boundaries or [0])[-1]
  end_step = getattr(schedule, 'end_step', None)
  return end_step if isinstance(end_step, int) and end_step >= 0 else None


def _as_tensors(result):
  """The tensors of a schedule that may return plain Python values."""
  should_prune, sparsity = result
  if not tf.is_tensor(sparsity) and not hasattr(sparsity, 'dtype'):
    sparsity = tf.constant(sparsity, tf.float64)
  return (
    tf.cast(tf.convert_to_tensor(should_prune), tf.bool),
    tf.convert_to_tensor(sparsity),
  )
