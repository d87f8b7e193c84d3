# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""One schedule after another, and schedules from configs."""

import json

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf


class Always(lib.PruningSchedule):
  """A user's schedule of plain Python values."""

  def __init__(self, sparsity):
    self.sparsity = sparsity

  def __call__(self, step):
    return True, self.sparsity

  def get_config(self):
    return {'class_name': 'Always', 'config': {'sparsity': self.sparsity}}


class NoNegativeSteps(Always):
  """A user's schedule that looks its sparsity up in a table; eager only."""

  def __call__(self, step):
    return True, [0.1, 0.2, 0.3, 0.4][: int(step) + 1][-1]


class InFloat32(Always):
  def __call__(self, step):
    return tf.constant(True), tf.constant(self.sparsity, tf.float32)


def _two():
  return lib.SequentialSchedule(
    [
      lib.PolynomialDecay(0.0, 0.4, 0, 10, power=1, frequency=5),
      lib.PolynomialDecay(0.4, 0.8, 10, 30, power=1, frequency=10),
    ],
    [20],
  )


# (schedule, {step: (should prune, sparsity)}).
CASES = {
  'each_counts_from_its_own_start': (
    _two(),
    {
      0: (True, 0.0),
      5: (True, 0.2),
      7: (False, 0.28),
      10: (True, 0.4),
      19: (False, 0.4),
      20: (False, 0.4),
      30: (True, 0.4),
      40: (True, 0.6),
      50: (True, 0.8),
      60: (False, 0.8),
    },
  ),
  'the_next_prunes_at_the_boundary': (
    lib.SequentialSchedule(
      [lib.ConstantSparsity(0.5, 0, 10), lib.ConstantSparsity(0.7, 0)], [10]
    ),
    {9: (False, 0.5), 10: (True, 0.7), 11: (False, 0.7), 110: (True, 0.7)},
  ),
  'the_last_update_falls_on_the_boundary': (
    lib.SequentialSchedule(
      [
        lib.CosineSparsity(0.0, 0.5, 0, 10),
        lib.PolynomialDecay(0.1, 0.9, 5, 10),
      ],
      [10],
    ),
    {
      9: (False, 0.5 * (1.0 - 0.024471741852423214)),
      10: (True, 0.5),
      11: (False, 0.1),
      15: (True, 0.1),
      20: (True, 0.9),
    },
  ),
  'three': (
    lib.SequentialSchedule(
      [
        lib.OneShotSparsity(0.2, 1),
        lib.OneShotSparsity(0.4, 0),
        lib.OneShotSparsity(0.6, 2),
      ],
      [2, 4],
    ),
    {
      0: (False, 0.2),
      1: (True, 0.2),
      2: (True, 0.4),
      3: (False, 0.4),
      4: (False, 0.6),
      6: (True, 0.6),
      7: (False, 0.6),
    },
  ),
  'one': (
    lib.SequentialSchedule([lib.OneShotSparsity(0.2, 1)], []),
    {0: (False, 0.2), 1: (True, 0.2)},
  ),
  'nested': (
    lib.SequentialSchedule([lib.OneShotSparsity(0.1, 0), _two()], [100]),
    {0: (True, 0.1), 100: (True, 0.0), 105: (True, 0.2), 150: (True, 0.8)},
  ),
  'plain_python_values': (
    lib.SequentialSchedule(
      [Always(0.3), lib.OneShotSparsity(0.6, 0)], [np.int64(2)]
    ),
    {0: (True, 0.3), 1: (True, 0.3), 2: (True, 0.6), 3: (False, 0.6)},
  ),
}


def _in_session(schedule, steps, dtype):
  with tf.Graph().as_default():
    step = tf.compat.v1.placeholder(dtype, [])
    results = schedule(step)
    with tf.compat.v1.Session() as session:
      return [session.run(results, {step: value}) for value in steps]


def _for_ints(schedule, steps):
  with tf.Graph().as_default():
    results = [schedule(step) for step in steps]
    with tf.compat.v1.Session() as session:
      return session.run(results)


class SequentialScheduleTest(parameterized.TestCase):
  @parameterized.named_parameters(
    (name,) + case for name, case in CASES.items()
  )
  def test_values(self, schedule, expected):
    for results in (
      _for_ints(schedule, expected),
      _in_session(schedule, expected, tf.int64),
      _in_session(schedule, expected, tf.int32),
    ):
      for (step, (prune, sparsity)), result in zip(expected.items(), results):
        self.assertEqual(bool(result[0]), prune, step)
        self.assertAlmostEqual(float(result[1]), sparsity, 12, str(step))
        self.assertEqual(result[1].dtype, np.float64)

  def test_inside_a_tf_function(self):
    function = tf.function(
      _two(), input_signature=[tf.TensorSpec([], tf.int64)]
    )
    with tf.Graph().as_default():
      results = [function(tf.constant(step, tf.int64)) for step in (20, 50)]
      with tf.compat.v1.Session() as session:
        results = session.run(results)
    self.assertEqual([bool(r[0]) for r in results], [False, True])
    self.assertAlmostEqual(float(results[1][1]), 0.8, 12)

  def test_no_schedule_is_asked_for_a_step_below_0(self):
    if not tf.executing_eagerly():
      self.skipTest('The schedule of this test reads the value of the step.')
    schedule = lib.SequentialSchedule(
      [lib.OneShotSparsity(0.5, 0), NoNegativeSteps(None)], [2]
    )
    self.assertEqual(
      [float(schedule(step)[1]) for step in range(5)],
      [0.5, 0.5, 0.1, 0.2, 0.3],
    )

  def test_the_dtype_of_the_users_schedules_is_kept(self):
    # What they mean by a float32 is told from its dtype later.
    schedule = lib.SequentialSchedule([InFloat32(0.8), InFloat32(0.9)], [2])
    self.assertEqual(schedule(0)[1].dtype, tf.float32)
    schedule = lib.SequentialSchedule(
      [InFloat32(0.5), lib.OneShotSparsity(0.75)], [2]
    )
    for result, expected in zip(_for_ints(schedule, [0, 2]), (0.5, 0.75)):
      self.assertEqual(result[1].dtype, np.float64)
      self.assertEqual(float(result[1]), expected)

  @parameterized.parameters(
    (None, [], '`schedules` must be a list'),
    ([], [], '`schedules` must be a list .*Received: schedules=\\[\\]'),
    ([0.5], [], r'`schedules` must hold .*Received: schedules=\[0.5\]'),
    (
      [Always(0.5)],
      [3],
      r'`boundaries` must be 0 .*Received: boundaries=\[3\]',
    ),
    ([Always(0.5)] * 2, [], '`boundaries` must be 1 growing'),
    ([Always(0.5)] * 2, [0], '`boundaries` must be 1 growing'),
    ([Always(0.5)] * 3, [5, 5], r'boundaries=\[5, 5\]'),
    ([Always(0.5)] * 2, [1.5], '`boundaries` must be a whole number'),
  )
  def test_names_the_wrong_argument(self, schedules, boundaries, message):
    with self.assertRaisesRegex(ValueError, message):
      lib.SequentialSchedule(schedules, boundaries)

  @parameterized.parameters(
    (lib.ConstantSparsity(0.5, 0, 11), 11),
    (lib.PolynomialDecay(0.0, 0.5, 0, 12), 12),
    (lib.CosineSparsity(0.0, 0.5, 0, 13), 13),
    (lib.OneShotSparsity(0.5, 14), 14),
    (
      lib.SequentialSchedule([Always(0.1), lib.OneShotSparsity(0.5, 4)], [9]),
      13,
    ),
  )
  def test_a_schedule_that_would_be_cut_off_is_refused(self, schedule, last):
    with self.assertRaisesRegex(
      ValueError,
      r'`boundaries` .*boundaries=\[2, 12\], which gives schedules\[1\] 10 '
      'steps.* at its step {}'.format(last),
    ):
      lib.SequentialSchedule([Always(0.1), schedule, Always(0.2)], [2, 12])
    lib.SequentialSchedule([Always(0.1), schedule, Always(0.2)], [2, 2 + last])


class ConfigTest(parameterized.TestCase):
  @parameterized.named_parameters(
    ('constant', lib.ConstantSparsity(0.5, 1, 9, 3)),
    ('cosine', lib.CosineSparsity(0.1, 0.5, 1, 9, 3)),
    ('one_shot', lib.OneShotSparsity(0.5, 3)),
    ('polynomial', lib.PolynomialDecay(0.1, 0.5, 1, 9, 2, 3)),
    ('nested', CASES['nested'][0]),
  )
  def test_round_trip_of_every_built_in_schedule(self, schedule):
    config = json.loads(json.dumps(schedule.get_config()))
    copy = lib.schedule_from_config(config)
    self.assertIs(type(copy), type(schedule))
    self.assertEqual(copy.get_config(), schedule.get_config())

  def test_every_built_in_schedule_is_in_the_table(self):
    public = {
      value
      for value in (getattr(lib, name) for name in lib.__all__)
      if isinstance(value, type) and value is not lib.PruningSchedule
    }
    self.assertEqual(public, set(lib.BUILT_IN.values()))

  def test_from_config_of_the_class_itself(self):
    config = _two().get_config()
    copy = lib.SequentialSchedule.from_config(config['config'])
    self.assertEqual(copy.get_config(), config)

  def test_a_users_schedule_at_any_depth_is_found(self):
    inner = lib.SequentialSchedule([Always(0.1), Always(0.2)], [3])
    config = lib.SequentialSchedule([inner, Always(0.3)], [9]).get_config()
    copy = lib.schedule_from_config(config, {'Always': Always}.get)
    self.assertIsInstance(copy.schedules[0].schedules[1], Always)
    self.assertEqual(copy.schedules[1].sparsity, 0.3)
    self.assertEqual(copy.get_config(), config)

  def test_a_users_subclass_finds_the_schedules_in_it(self):
    class Mine(lib.SequentialSchedule):
      pass

    config = Mine([Always(0.1), Always(0.2)], [3]).get_config()
    classes = {'Always': Always, 'Mine': Mine}
    copy = lib.schedule_from_config(config, classes.get)
    self.assertIs(type(copy), Mine)
    self.assertEqual(copy.schedules[1].sparsity, 0.2)

  def test_an_unknown_schedule_is_named_with_the_remedy(self):
    config = lib.SequentialSchedule([Always(0.1)], []).get_config()
    with self.assertRaisesRegex(
      ValueError, "schedule 'Always' .*not known.*custom_object_scope"
    ):
      lib.schedule_from_config(config)


if __name__ == '__main__':
  absltest.main()
