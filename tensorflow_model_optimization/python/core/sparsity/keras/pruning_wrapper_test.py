# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The wrapper layer: names, variables, config."""

import copy
import json

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
PruneLowMagnitude = pruning_wrapper.PruneLowMagnitude


class StepSchedule(pruning_schedule.PruningSchedule):
  """A user's schedule."""

  def __init__(self, step):
    self.step = step

  def __call__(self, step):
    return tf.equal(step, self.step), tf.constant(0.5, tf.float64)

  def get_config(self):
    return {'class_name': 'StepSchedule', 'config': {'step': self.step}}


def _value(variable):
  return test_case.value_of(variable)


def _names(variables):
  return [adapter.variable_name(one).split('/')[-1] for one in variables]


def _revive(wrapper, **custom_objects):
  """Makes a wrapper from the config of another."""
  config = copy.deepcopy(wrapper.get_config())
  with adapter.custom_object_scope(custom_objects):
    return type(wrapper).from_config(config)


class PruningWrapperTest(test_case.KerasTestCase):
  # --- before build ----------------------------------------------------------

  def test_the_name_is_the_inner_name_with_a_prefix_whatever_is_asked(self):
    for kwargs in ({}, {'name': 'mine'}):
      wrapper = PruneLowMagnitude(keras.layers.Dense(3, name='a'), **kwargs)
      self.assertEqual('prune_low_magnitude_a', wrapper.name)

  def test_the_class_keeps_its_name_and_is_a_keras_wrapper(self):
    wrapper = PruneLowMagnitude(keras.layers.Dense(3))
    self.assertEqual('PruneLowMagnitude', type(wrapper).__name__)
    self.assertIsInstance(wrapper, keras.layers.Wrapper)
    self.assertIsInstance(wrapper, PruneLowMagnitude)

  def test_attributes_hold_the_arguments(self):
    dense = keras.layers.Dense(3)
    schedule = pruning_schedule.ConstantSparsity(0.25, 3)
    wrapper = PruneLowMagnitude(dense, schedule, (4, 2), 'MAX')
    self.assertIs(dense, wrapper.layer)
    self.assertIs(schedule, wrapper.pruning_schedule)
    self.assertEqual([4, 2], list(wrapper.block_size))
    self.assertEqual('MAX', wrapper.block_pooling_type)
    self.assertIsNone(wrapper.sparsity_m_by_n)

  def test_m_by_n_is_kept_as_a_tuple_and_falsy_means_none(self):
    for argument, value in (([2, 4], (2, 4)), (None, None), ((), None)):
      wrapper = PruneLowMagnitude(
        keras.layers.Dense(3), sparsity_m_by_n=argument
      )
      self.assertEqual(value, wrapper.sparsity_m_by_n)

  def test_before_build_there_are_no_pruning_vars(self):
    wrapper = PruneLowMagnitude(keras.layers.Dense(3))
    self.assertEqual([], wrapper.pruning_vars)
    self.assertFalse(wrapper.built)
    for name in ('prunable_weights', 'pruning_step', 'pruning_obj'):
      self.assertFalse(hasattr(wrapper, name), name)

  # --- variables -------------------------------------------------------------

  def test_variables_of_a_dense_layer(self):
    dense = keras.layers.Dense(3, name='a')
    wrapper = PruneLowMagnitude(dense)
    wrapper.build((None, 4))
    self.assertLen(wrapper.pruning_vars, 1)
    weight, mask, threshold = wrapper.pruning_vars[0]
    self.assertIs(dense.kernel, weight)
    self.assertLen(wrapper.prunable_weights, 1)
    self.assertIs(dense.kernel, wrapper.prunable_weights[0])
    self.assert_same_arrays(np.ones((4, 3), bool), _value(mask))
    self.assert_same_arrays(np.float32(0.0), _value(threshold))
    self.assert_same_arrays(np.int64(-1), _value(wrapper.pruning_step))

  def test_variable_names_and_order(self):
    wrapper = PruneLowMagnitude(keras.layers.LSTM(2, name='a'))
    wrapper(np.zeros((1, 3, 4), np.float32))
    own = ['mask', 'threshold', 'mask_1', 'threshold_1', 'pruning_step']
    self.assertEqual(
      own,
      [name for name in _names(wrapper.non_trainable_weights) if name in own],
    )
    full_name = adapter.variable_name(wrapper.pruning_vars[0].mask)
    self.assertEqual(['prune_low_magnitude_a', 'mask'], full_name.split('/'))
    self.assertEqual(
      ['kernel', 'recurrent_kernel', 'bias'], _names(wrapper.trainable_weights)
    )

  def test_own_variables_are_not_trainable(self):
    wrapper = PruneLowMagnitude(keras.layers.BatchNormalization())
    wrapper.build((None, 4))
    self.assertEqual([], wrapper.pruning_vars)
    self.assertEqual(['gamma', 'beta'], _names(wrapper.trainable_weights))
    self.assertEqual(
      {'moving_mean', 'moving_variance', 'pruning_step'},
      set(_names(wrapper.non_trainable_weights)),
    )

  def test_a_layer_without_weights_has_only_the_step(self):
    wrapper = PruneLowMagnitude(keras.layers.Dropout(0.5))
    wrapper(np.zeros((1, 4), np.float32))
    self.assertIn('pruning_step', _names(wrapper.weights))
    self.assertEqual([], wrapper.pruning_vars)
    self.assertNotIn('mask', _names(wrapper.weights))

  @parameterized.parameters('float16', 'float64', 'mixed_float16')
  def test_the_threshold_has_the_storage_dtype_of_the_weight(self, policy):
    if policy.startswith('mixed') and not test_case.offers_mixed_precision():
      self.skipTest('Mixed precision came with TensorFlow 2.4.')
    dense = keras.layers.Dense(3, dtype=policy)
    wrapper = PruneLowMagnitude(dense)
    wrapper(np.zeros((1, 4), np.float32))
    weight, mask, threshold = wrapper.pruning_vars[0]
    storage = 'float32' if policy == 'mixed_float16' else policy
    self.assertEqual(storage, _value(weight).dtype)
    self.assertEqual(storage, _value(threshold).dtype)
    self.assertEqual(bool, _value(mask).dtype)

  @test_case.needs_mixed_precision
  def test_the_threshold_keeps_that_dtype_when_built_in_a_mixed_call(self):
    class Outer(keras.layers.Layer):
      def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = PruneLowMagnitude(keras.layers.Dense(3))

      def call(self, inputs):
        return self.inner(inputs)

    outer = Outer(dtype='mixed_float16')
    outer(np.zeros((1, 4), np.float32))
    self.assertEqual(np.float32, _value(outer.inner.pruning_vars[0][2]).dtype)

  def test_biases_of_a_prunable_layer_can_be_pruned(self):
    class PrunesBias(keras.layers.Dense):
      def get_prunable_weights(self):
        return [self.kernel, self.bias]

    wrapper = PruneLowMagnitude(PrunesBias(3))
    wrapper.build((None, 4))
    self.assertEqual(
      [(4, 3), (3,)], [tuple(mask.shape) for _, mask, _ in wrapper.pruning_vars]
    )

  def test_wrapping_a_built_layer_keeps_its_weights(self):
    dense = keras.layers.Dense(3)
    dense.build((None, 4))
    before = dense.get_weights()
    wrapper = PruneLowMagnitude(dense)
    wrapper.build((None, 4))
    self.assert_same_arrays(before, dense.get_weights())

  def test_a_second_wrapper_replaces_the_mask_of_the_first(self):
    max_norm = keras.constraints.MaxNorm(1.0)
    dense = keras.layers.Dense(3, kernel_constraint=max_norm)
    for _ in range(2):
      PruneLowMagnitude(dense).build((None, 4))
    self.assertIs(max_norm, adapter.constraint(dense.kernel).inner)

  # --- calling ---------------------------------------------------------------

  @parameterized.named_parameters(
    ('dense', lambda: keras.layers.Dense(3), (4,), 2, 3),
    ('lstm', lambda: keras.layers.LSTM(2), (3, 4), 3, 5),
    ('batch_norm', lambda: keras.layers.BatchNormalization(), (4,), 2, 3),
    ('conv', lambda: keras.layers.Conv2D(3, 2), (4, 4, 2), 2, 3),
  )
  def test_layer_checks(self, make, shape, trainable, non_trainable):
    self.run_layer_checks(
      PruneLowMagnitude(make()),
      np.random.uniform(size=(4,) + shape).astype(np.float32),
      trainable_weights=trainable,
      non_trainable_weights=non_trainable,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )

  @test_case.needs_layer('MultiHeadAttention')
  def test_an_unbuilt_attention_layer_is_built_by_its_call(self):
    layer = keras.layers.MultiHeadAttention(num_heads=2, key_dim=3)
    wrapper = PruneLowMagnitude(layer)
    inputs = tf.random.normal((1, 5, 4))
    kwargs = {'value': inputs, 'attention_mask': tf.ones((1, 5, 5), bool)}
    self.assert_close_values(
      wrapper(query=inputs, return_attention_scores=False, **kwargs),
      layer(inputs, **kwargs),
      atol=1e-6,
    )
    self.assertLen(wrapper.pruning_vars, 4)

  def test_calling_without_training_writes_nothing(self):
    wrapper = PruneLowMagnitude(keras.layers.Dense(3))
    inputs = np.ones((1, 4), np.float32)
    wrapper(inputs)
    before = [_value(weight) for weight in wrapper.weights]
    for kwargs in ({}, {'training': False}):
      wrapper(inputs, **kwargs)
    self.assert_same_arrays(before, [_value(one) for one in wrapper.weights])

  def test_training_is_refused_as_long_as_nothing_updates_the_masks(self):
    wrapper = PruneLowMagnitude(keras.layers.Dense(3, name='a'))
    inputs = np.ones((1, 4), np.float32)
    with self.assert_raises_in_function(
      tf.errors.InvalidArgumentError,
      "'prune_low_magnitude_a' is pruned.*UpdatePruningStep.*`callbacks`",
    ):
      wrapper(inputs, training=True)
    wrapper.start()
    self.assertEqual((1, 3), tuple(wrapper(inputs, training=True).shape))

  # --- config ----------------------------------------------------------------

  @parameterized.named_parameters(
    ('defaults', {}),
    (
      'constant',
      {
        'pruning_schedule': pruning_schedule.ConstantSparsity(0.25, 3, 9, 2),
        'block_size': (4, 2),
        'block_pooling_type': 'MAX',
      },
    ),
    (
      'polynomial',
      {
        'pruning_schedule': pruning_schedule.PolynomialDecay(
          0.1, 0.9, 3, 17, power=2, frequency=5
        )
      },
    ),
    ('m_by_n', {'sparsity_m_by_n': (2, 4)}),
  )
  def test_config_round_trip_keeps_every_argument(self, kwargs):
    wrapper = PruneLowMagnitude(
      keras.layers.Dense(3, activation='relu', name='a'), **kwargs
    )
    revived = _revive(wrapper)
    self.assertIs(type(wrapper), type(revived))
    self.assertEqual(wrapper.name, revived.name)
    self.assertEqual(wrapper.layer.get_config(), revived.layer.get_config())
    self.assertIs(
      type(wrapper.pruning_schedule), type(revived.pruning_schedule)
    )
    self.assertEqual(
      wrapper.pruning_schedule.get_config(),
      revived.pruning_schedule.get_config(),
    )
    for name in ('block_size', 'block_pooling_type', 'sparsity_m_by_n'):
      self.assertEqual(getattr(wrapper, name), getattr(revived, name), name)
    self.assertEqual(
      json.loads(json.dumps(wrapper.get_config())),
      json.loads(json.dumps(revived.get_config())),
    )

  def test_config_survives_json(self):
    wrapper = PruneLowMagnitude(keras.layers.Dense(3), sparsity_m_by_n=(2, 4))
    config = json.loads(json.dumps(wrapper.get_config()))
    revived = type(wrapper).from_config(config)
    self.assertEqual((2, 4), revived.sparsity_m_by_n)
    self.assertEqual([1, 1], list(revived.block_size))

  def test_config_does_not_mention_the_constraint(self):
    dense = keras.layers.Dense(3, dtype='float32')
    before = dense.get_config()
    PruneLowMagnitude(dense).build((None, 4))
    self.assertEqual(before, dense.get_config())

  def test_from_config_does_not_change_the_config(self):
    wrapper = PruneLowMagnitude(keras.layers.Dense(3))
    config = wrapper.get_config()
    schedule_config = copy.deepcopy(config['pruning_schedule'])
    type(wrapper).from_config(config)
    self.assertEqual(schedule_config, config['pruning_schedule'])

  def test_the_public_class_revives_when_only_one_keras_is_loaded(self):
    wrapper = PruneLowMagnitude(keras.layers.Dense(3))
    try:
      revived = PruneLowMagnitude.from_config(wrapper.get_config())
    except ValueError as e:
      # Rows with keras and tf_keras: two_kerases_test.py.
      self.assertIn('prune_scope', str(e))
      return
    self.assertIs(type(wrapper), type(revived))

  def test_a_users_schedule_revives_inside_a_scope(self):
    wrapper = PruneLowMagnitude(keras.layers.Dense(3), StepSchedule(7))
    revived = _revive(wrapper, StepSchedule=StepSchedule)
    self.assertIsInstance(revived.pruning_schedule, StepSchedule)
    self.assertEqual(7, revived.pruning_schedule.step)

  def test_a_users_schedule_inside_a_sequence_revives_inside_a_scope(self):
    schedule = pruning_schedule.SequentialSchedule(
      [pruning_schedule.OneShotSparsity(0.5), StepSchedule(7)], [3]
    )
    wrapper = PruneLowMagnitude(keras.layers.Dense(3), schedule)
    revived = _revive(wrapper, StepSchedule=StepSchedule)
    self.assertIsInstance(revived.pruning_schedule.schedules[1], StepSchedule)
    self.assertEqual(
      schedule.get_config(), revived.pruning_schedule.get_config()
    )

  def test_a_users_schedule_without_a_scope_is_a_clear_error(self):
    wrapper = PruneLowMagnitude(keras.layers.Dense(3), StepSchedule(7))
    with self.assertRaisesRegex(
      ValueError, "schedule 'StepSchedule' .* is not known.*custom_object_scope"
    ):
      _revive(wrapper)

  # --- errors ----------------------------------------------------------------

  @parameterized.named_parameters(
    ('pooling_case', {'block_pooling_type': 'max'}, 'block_pooling_type'),
    ('pooling_none', {'block_pooling_type': None}, 'block_pooling_type'),
    ('block_scalar', {'block_size': 4}, 'block_size'),
    ('block_length', {'block_size': (4,)}, 'block_size'),
    ('block_negative', {'block_size': (-1, 4)}, 'block_size'),
    ('block_string', {'block_size': 'ab'}, 'block_size'),
    ('schedule_none', {'pruning_schedule': None}, 'pruning_schedule'),
    ('m_by_n_scalar', {'sparsity_m_by_n': 4}, 'sparsity_m_by_n'),
    ('m_by_n_order', {'sparsity_m_by_n': (4, 2)}, 'sparsity_m_by_n'),
  )
  def test_wrong_arguments(self, kwargs, name):
    with self.assertRaisesRegex(
      ValueError, '^`{0}` must .*Received: {0}='.format(name)
    ):
      PruneLowMagnitude(keras.layers.Dense(3), **kwargs)

  def test_what_is_no_layer_is_refused(self):
    for value in (None, 'dense', keras.layers.Dense, tf.constant(1.0)):
      with self.assertRaisesRegex(ValueError, '^`layer` must be a Keras layer'):
        PruneLowMagnitude(value)

  def test_the_pooling_type_is_checked_before_the_layer(self):
    class Undecided(keras.layers.Layer):
      pass

    with self.assertRaisesRegex(ValueError, '^`block_pooling_type`'):
      PruneLowMagnitude(Undecided(), block_pooling_type='no')
    with self.assertRaisesRegex(ValueError, '^Cannot prune the layer'):
      PruneLowMagnitude(Undecided())

  def test_blocks_on_a_vector_are_an_error_when_the_layer_is_built(self):
    class PrunesBias(keras.layers.Dense):
      def get_prunable_weights(self):
        return [self.bias]

    wrapper = PruneLowMagnitude(PrunesBias(3), block_size=(2, 2))
    with self.assertRaisesRegex(ValueError, 'rank 2 or more'):
      wrapper.build((None, 4))


if __name__ == '__main__':
  absltest.main()
