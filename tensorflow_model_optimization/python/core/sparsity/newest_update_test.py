# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The newest update against asking every step."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.sparsity import (
  newest_update as lib,
)
from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as schedule_lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf


class EverySeven(schedule_lib.ConstantSparsity):
  """A user's schedule, with steps that its base class would not say."""

  def __call__(self, step):
    return step % 7 == 3, 0.5


def _newest(schedule, step):
  for candidate in lib.candidate_steps(schedule, step):
    if _prunes(schedule, candidate):
      return candidate
  return None


def _prunes(schedule, step):
  with tf.Graph().as_default():
    should_prune = schedule(step)[0]
    if not tf.is_tensor(should_prune):
      return should_prune
    with tf.compat.v1.Session() as session:
      return session.run(should_prune)


_SCHEDULES = {
  'constant': schedule_lib.ConstantSparsity(0.5, 3, frequency=4),
  'constant_with_end': schedule_lib.ConstantSparsity(0.5, 3, 13, frequency=4),
  'cosine': schedule_lib.CosineSparsity(0.1, 0.5, 2, 10, frequency=3),
  'one_shot': schedule_lib.OneShotSparsity(0.5, 9),
  'polynomial': schedule_lib.PolynomialDecay(0.1, 0.5, 5, 5),
  'sequential': schedule_lib.SequentialSchedule(
    [
      schedule_lib.PolynomialDecay(0.0, 0.5, 0, 6, frequency=4),
      schedule_lib.OneShotSparsity(0.6, 3),
      schedule_lib.ConstantSparsity(0.7, 5),
    ],
    [6, 12],
  ),
  'users_own': EverySeven(0.5, 0),
  'users_own_in_a_sequence': schedule_lib.SequentialSchedule(
    [schedule_lib.OneShotSparsity(0.5), EverySeven(0.5, 0)], [6]
  ),
}


class NewestUpdateTest(parameterized.TestCase):
  @parameterized.named_parameters(*_SCHEDULES.items())
  def test_agrees_with_asking_every_step(self, schedule):
    newest = None
    for step in range(20):
      if _prunes(schedule, step):
        newest = step
      self.assertEqual(newest, _newest(schedule, step), step)

  @parameterized.named_parameters(*_SCHEDULES.items())
  def test_nothing_before_training(self, schedule):
    self.assertEqual([], list(lib.candidate_steps(schedule, -1)))

  def test_a_built_in_schedule_is_asked_once(self):
    schedule = schedule_lib.PolynomialDecay(0.0, 0.5, 0, 10**9, frequency=10**7)
    self.assertEqual(
      [9 * 10**8], list(lib.candidate_steps(schedule, 9 * 10**8 + 12345))
    )

  def test_a_users_schedule_is_asked_so_many_times_at_most(self):
    steps = list(lib.candidate_steps(EverySeven(0.5, 0), 10**6))
    self.assertLen(steps, lib.STEPS_SEARCHED)
    self.assertEqual(10**6, steps[0])


class SparsityAsFloat64Test(absltest.TestCase):
  def test_a_float32_means_its_shortest_decimal(self):
    self.assertEqual(0.8, lib.sparsity_as_float64(np.float32(0.8)))
    self.assertEqual(0.8, lib.sparsity_as_float64(np.float32(0.8)))

  def test_a_float64_is_itself(self):
    for value in (0.8, 1.0 / 3.0, np.float64(0.1) * 3):
      self.assertEqual(value, lib.sparsity_as_float64(value))


if __name__ == '__main__':
  absltest.main()
