# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the pruning schedules."""

import json

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

# For TensorFlow 1, which has graphs either way.
tf.compat.v1.enable_v2_behavior()

# A new schedule gets a row: (schedule, {step: (should prune, sparsity)}).
CASES = {
  'constant': (
    lib.ConstantSparsity(0.5, 10, 30, frequency=10),
    {
      0: (False, 0.5),
      9: (False, 0.5),
      10: (True, 0.5),
      11: (False, 0.5),
      20: (True, 0.5),
      30: (True, 0.5),
      40: (False, 0.5),
    },
  ),
  'constant_without_end': (
    lib.ConstantSparsity(0.8, 0),
    {0: (True, 0.8), 1: (False, 0.8), 100: (True, 0.8), 100000: (True, 0.8)},
  ),
  'constant_ends_between_two_updates': (
    lib.ConstantSparsity(0.8, 0, 250, frequency=100),
    {200: (True, 0.8), 250: (True, 0.8), 300: (False, 0.8)},
  ),
  'cubic': (
    lib.PolynomialDecay(0.0, 0.8, 0, 100, frequency=50),
    {0: (True, 0.0), 50: (True, 0.7), 100: (True, 0.8), 150: (False, 0.8)},
  ),
  'linear_and_falling': (
    lib.PolynomialDecay(0.8, 0.4, 10, 30, power=1, frequency=10),
    {0: (False, 0.8), 10: (True, 0.8), 20: (True, 0.6), 30: (True, 0.4)},
  ),
  'end_is_no_multiple_of_frequency': (
    lib.PolynomialDecay(0.0, 0.8, 0, 250, frequency=100),
    {100: (True, 0.6272), 200: (True, 0.7936), 250: (True, 0.8)},
  ),
  'begin_is_end': (
    lib.PolynomialDecay(0.1, 0.8, 5, 5),
    {4: (False, 0.1), 5: (True, 0.8), 6: (False, 0.8)},
  ),
  'root': (
    lib.PolynomialDecay(0.0, 0.8, 0, 4, power=0.5, frequency=1),
    {0: (True, 0.0), 3: (True, 0.4), 4: (True, 0.8)},
  ),
  'cosine': (
    lib.CosineSparsity(0.0, 0.8, 0, 300),
    {
      0: (True, 0.0),
      50: (False, 0.8 * (2.0 - 3.0**0.5) / 4.0),
      100: (True, 0.2),
      150: (False, 0.4),
      200: (True, 0.6),
      300: (True, 0.8),
      400: (False, 0.8),
    },
  ),
  'cosine_falling': (
    lib.CosineSparsity(0.8, 0.4, 10, 30, frequency=10),
    {0: (False, 0.8), 10: (True, 0.8), 20: (True, 0.6), 30: (True, 0.4)},
  ),
  'cosine_end_is_no_multiple_of_frequency': (
    lib.CosineSparsity(0.0, 0.8, 0, 250, frequency=100),
    {125: (False, 0.4), 249: (False, 0.7999684176815265), 250: (True, 0.8)},
  ),
  'cosine_begin_is_end': (
    lib.CosineSparsity(0.1, 0.8, 5, 5),
    {4: (False, 0.1), 5: (True, 0.8), 6: (False, 0.8)},
  ),
  'one_shot': (
    lib.OneShotSparsity(0.5, 100),
    {
      0: (False, 0.5),
      99: (False, 0.5),
      100: (True, 0.5),
      101: (False, 0.5),
      200: (False, 0.5),
    },
  ),
  'one_shot_before_the_first_batch': (
    lib.OneShotSparsity(0.75),
    {0: (True, 0.75), 1: (False, 0.75)},
  ),
}


def _graph_results(schedule, steps, dtype):
  """Runs the schedule on a step that only the graph knows."""
  with tf.Graph().as_default():
    step = tf.compat.v1.placeholder(dtype, [])
    results = schedule(step)
    with tf.compat.v1.Session() as session:
      return [session.run(results, {step: value}) for value in steps]


def _function_results(schedule, steps, dtype):
  """Calls the schedule as `fit` may: eagerly and inside a tf.function."""
  function = tf.function(schedule, input_signature=[tf.TensorSpec([], dtype)])
  results = []
  for step in steps:
    eager = schedule(tf.constant(step, dtype))
    compiled = function(tf.constant(step, dtype))
    assert bool(eager[0]) == bool(compiled[0])
    # The graph may take the cosine of an argument that is rounded otherwise.
    assert abs(float(eager[1]) - float(compiled[1])) < 1e-15
    results.append([r.numpy() for r in compiled])
  return results


def _results_for_ints(schedule, steps):
  with tf.Graph().as_default():
    results = [schedule(step) for step in steps]
    with tf.compat.v1.Session() as session:
      return session.run(results)


class ScheduleCasesTest(parameterized.TestCase):
  @parameterized.named_parameters(
    (name,) + case for name, case in CASES.items()
  )
  def test_values(self, schedule, expected):
    runs = [
      _results_for_ints(schedule, expected),
      _graph_results(schedule, expected, tf.int64),
      _graph_results(schedule, expected, tf.int32),
    ]
    # TensorFlow 1 has its graph only.
    if tf.executing_eagerly():
      runs.append(_function_results(schedule, expected, tf.int64))
      runs.append(_function_results(schedule, expected, tf.int32))
    for results in runs:
      for (step, (prune, sparsity)), result in zip(expected.items(), results):
        self.assertEqual(bool(result[0]), prune, step)
        self.assertAlmostEqual(float(result[1]), sparsity, 12, str(step))
        self.assertEqual(result[1].dtype, np.float64)

  @parameterized.named_parameters(
    (name, case[0]) for name, case in CASES.items()
  )
  def test_config_brings_back_every_argument(self, schedule):
    config = json.loads(json.dumps(schedule.get_config()))
    self.assertEqual(config['class_name'], type(schedule).__name__)
    copy = type(schedule).from_config(config['config'])
    self.assertEqual(vars(copy), vars(schedule))

  def test_final_sparsity_is_exact(self):
    _, sparsity = _results_for_ints(lib.PolynomialDecay(0.3, 0.65, 0, 7), [7])[
      0
    ]
    self.assertEqual(sparsity, 0.65)

  def test_numpy_steps_make_a_config_that_json_takes(self):
    schedule = lib.PolynomialDecay(
      np.float64(0.0), np.float32(0.5), np.int32(0), np.ceil(9.5) * 3
    )
    config = json.loads(json.dumps(schedule.get_config()))['config']
    self.assertEqual(config['end_step'], 30)
    self.assertEqual(config['final_sparsity'], 0.5)
    schedule = lib.ConstantSparsity(
      np.float32(0.5), np.int64(3), np.int32(9), np.uint8(2)
    )
    config = json.loads(json.dumps(schedule.get_config()))['config']
    self.assertEqual(
      config,
      {'target_sparsity': 0.5, 'begin_step': 3, 'end_step': 9, 'frequency': 2},
    )

  def test_numpy_power_makes_a_config_that_json_takes(self):
    schedule = lib.PolynomialDecay(0.0, 0.5, 0, 10, power=np.int64(2))
    config = json.loads(json.dumps(schedule.get_config()))['config']
    self.assertEqual(config['power'], 2)


class ArgumentsTest(parameterized.TestCase):
  @parameterized.parameters(
    ({'begin_step': -1}, 'begin_step', '-1'),
    ({'end_step': -2}, 'end_step', '-2'),
    ({'begin_step': 5, 'end_step': 4}, 'begin_step', 'begin_step=5'),
    ({'frequency': 0}, 'frequency', '0'),
    ({'frequency': 1.5}, 'frequency', '1.5'),
    ({'target_sparsity': 1.0}, 'target_sparsity', '1.0'),
    ({'target_sparsity': -0.1}, 'target_sparsity', '-0.1'),
    ({'target_sparsity': float('nan')}, 'target_sparsity', 'nan'),
  )
  def test_constant_names_the_wrong_argument(self, change, name, value):
    arguments = {'target_sparsity': 0.5, 'begin_step': 0}
    arguments.update(change)
    with self.assertRaisesRegex(
      ValueError, '`{}` .*Received: .*{}'.format(name, value)
    ):
      lib.ConstantSparsity(**arguments)

  @parameterized.parameters(
    ({'end_step': -1}, 'end_step'),
    ({'initial_sparsity': 1.0}, 'initial_sparsity'),
    ({'final_sparsity': 1.5}, 'final_sparsity'),
  )
  def test_polynomial_names_the_wrong_argument(self, change, name):
    arguments = {
      'initial_sparsity': 0.0,
      'final_sparsity': 0.5,
      'begin_step': 0,
      'end_step': 10,
    }
    arguments.update(change)
    with self.assertRaisesRegex(ValueError, '`{}` .*Received: '.format(name)):
      lib.PolynomialDecay(**arguments)

  @parameterized.parameters(0, -1, -0.5, float('nan'), float('inf'))
  def test_power_must_be_positive_and_finite(self, power):
    with self.assertRaisesRegex(
      ValueError, '`power` must be .*Received: power={}. 1 is'.format(power)
    ):
      lib.PolynomialDecay(0.0, 0.5, 0, 10, power=power)

  @parameterized.parameters(
    ({'end_step': -1}, 'end_step'),
    ({'begin_step': 11}, 'begin_step'),
    ({'frequency': 0}, 'frequency'),
    ({'initial_sparsity': 1.0}, 'initial_sparsity'),
    ({'final_sparsity': -0.5}, 'final_sparsity'),
  )
  def test_cosine_names_the_wrong_argument(self, change, name):
    arguments = {
      'initial_sparsity': 0.0,
      'final_sparsity': 0.5,
      'begin_step': 0,
      'end_step': 10,
    }
    arguments.update(change)
    with self.assertRaisesRegex(ValueError, '`{}` .*Received: '.format(name)):
      lib.CosineSparsity(**arguments)

  @parameterized.parameters(
    ({'step': -1}, '`step` .*Received: step=-1'),
    ({'step': 1.5}, '`step` .*Received: step=1.5'),
    ({'target_sparsity': 1.0}, '`target_sparsity` .*Received: .*1.0'),
  )
  def test_one_shot_names_the_wrong_argument(self, change, message):
    arguments = {'target_sparsity': 0.5, 'step': 0}
    arguments.update(change)
    with self.assertRaisesRegex(ValueError, message):
      lib.OneShotSparsity(**arguments)

  @parameterized.parameters(
    # Everything from the named argument on is wrong; API.md section 7.
    (dict(begin_step=-1, end_step=-2), '`begin_step` must be >= 0'),
    (dict(begin_step=5, end_step=-1), '`end_step` must be a real last step'),
    (dict(begin_step=5, end_step=-2), '`end_step` must be >= 0'),
    (dict(begin_step=5, end_step=4), '`begin_step` must not be after'),
    (dict(begin_step=5, end_step=5), '`frequency` must be >= 1'),
    (dict(begin_step=5, end_step=5, frequency=1), '`initial_sparsity`'),
    (
      dict(begin_step=5, end_step=5, frequency=1, initial_sparsity=0.0),
      '`final_sparsity`',
    ),
  )
  def test_arguments_are_checked_in_order(self, change, message):
    arguments = {
      'initial_sparsity': 1.0,
      'final_sparsity': 1.0,
      'frequency': 0,
    }
    arguments.update(change)
    with self.assertRaisesRegex(ValueError, message):
      lib.PolynomialDecay(**arguments)


class CustomScheduleTest(absltest.TestCase):
  def test_the_documented_example_works(self):
    class Staircase(lib.PruningSchedule):
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
            'stages': self.stages,
            'steps_per_stage': self.steps_per_stage,
          },
        }

    schedule = Staircase(3, 100)
    for results in (
      _results_for_ints(schedule, [0, 100, 150]),
      _graph_results(schedule, [0, 100, 150], tf.int64),
    ):
      self.assertEqual(
        [tuple(r) for r in results],
        [(True, 0.5), (True, 0.75), (False, 0.75)],
      )
    copy = Staircase.from_config(schedule.get_config()['config'])
    self.assertEqual(copy.steps_per_stage, 100)

  def test_incomplete_schedule_cannot_be_made(self):
    class Incomplete(lib.PruningSchedule):
      def get_config(self):
        return {}

    with self.assertRaisesRegex(TypeError, '__call__'):
      Incomplete()


if __name__ == '__main__':
  absltest.main()
