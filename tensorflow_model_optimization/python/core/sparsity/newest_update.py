# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""At which step has a schedule last made an update, and to which sparsity?"""

from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as schedule_lib,
)

__all__ = ['STEPS_SEARCHED', 'candidate_steps', 'sparsity_as_float64']

# A schedule of the user's own is asked step by step, for this many steps.
STEPS_SEARCHED = 10000


def candidate_steps(schedule, step):
  """The steps up to `step` at which the newest update may have been.

  Args:
    schedule: a `PruningSchedule`.
    step: the number of optimizer updates so far, a Python int; negative before
      training has begun.

  Yields:
    Steps, newest first. The first one at which the schedule prunes is the step
    of the newest update.
  """
  if step < 0:
    return
  # A subclass may have another `__call__`.
  kind = type(schedule)
  if kind is schedule_lib.OneShotSparsity:
    if schedule.step <= step:
      yield schedule.step
  elif kind is schedule_lib.SequentialSchedule:
    starts = [0] + schedule.boundaries
    ends = schedule.boundaries + [step]
    for part, start, end in reversed(
      list(zip(schedule.schedules, starts, ends))
    ):
      for candidate in candidate_steps(part, min(end, step) - start):
        yield start + candidate
  elif kind in schedule_lib.BUILT_IN.values():
    if 0 <= schedule.end_step <= step:
      yield schedule.end_step
    elif schedule.begin_step <= step:
      yield step - (step - schedule.begin_step) % schedule.frequency
  else:
    for candidate in range(step, max(step - STEPS_SEARCHED, -1), -1):
      yield candidate


def sparsity_as_float64(sparsity):
  """The float64 that a schedule meant.

  A float32 0.8 from a user's own schedule is 0.800000011920929 as a float64 and
  would miss the exact count on large weights; its shortest decimal is 0.8.

  Args:
    sparsity: a numpy scalar of any float dtype, or a float.
  """
  return float(str(sparsity))
