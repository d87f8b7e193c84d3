# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What prune_low_magnitude does with each kind of object."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_policy,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
PruneLowMagnitude = pruning_wrapper.PruneLowMagnitude
prune_low_magnitude = prune.prune_low_magnitude


class Undecided(keras.layers.Layer):
  """A user's layer with a weight that nobody has decided on."""

  def build(self, input_shape):
    self.w = self.add_weight(name='w', shape=(), initializer='ones')
    super().build(input_shape)

  def call(self, inputs):
    return inputs * self.w


class Weightless(keras.layers.Layer):
  """A user's layer without weights."""

  def call(self, inputs):
    return inputs + 1.0


class WithOwnStep(keras.Model):
  """A functional model of a user's class."""

  def train_step(self, data):
    return super().train_step(data)


class OnlyNamed(pruning_policy.PruningPolicy):
  """Allows the layers of one name."""

  def __init__(self, name, problem=None):
    self.name = name
    self.problem = problem

  def allow_pruning(self, layer):
    return layer.name == self.name

  def ensure_model_supports_pruning(self, model):
    if self.problem:
      raise ValueError(self.problem)


def _sequential():
  return keras.Sequential(
    [
      keras.Input((4,)),
      keras.layers.Dense(3, name='a'),
      keras.layers.Dropout(0.5, name='b'),
      keras.layers.Dense(2, name='c'),
    ],
    name='sequential',
  )


def _two_outputs():
  inputs = keras.Input((4,), name='features')
  shared = keras.layers.Dense(3, name='shared')(inputs)
  return keras.Model(
    inputs,
    [
      keras.layers.Dense(2, name='a')(shared),
      keras.layers.Dense(1, name='b')(shared),
    ],
  )


def _data(*shape):
  return np.random.RandomState(1).normal(size=shape).astype(np.float32)


def _wrapped(model):
  return [
    layer for layer in model.layers if isinstance(layer, PruneLowMagnitude)
  ]


def _attributes(layer):
  """Names of the attributes that are not Keras's own bookkeeping."""
  return {name for name in vars(layer) if not name.startswith('_')}


class PruneTest(test_case.KerasTestCase):
  def _assert_same_predictions(self, model, pruned, inputs):
    for one, other in zip(
      tf.nest.flatten(model(inputs)), tf.nest.flatten(pruned(inputs))
    ):
      self.assert_same_arrays(
        test_case.value_of(one), test_case.value_of(other)
      )

  # --- layers ----------------------------------------------------------------

  def test_a_layer_is_wrapped(self):
    dense = keras.layers.Dense(3, name='a')
    schedule = pruning_schedule.ConstantSparsity(0.25, 7)
    wrapper = prune_low_magnitude(dense, schedule, (2, 1), 'MAX')
    self.assertIsInstance(wrapper, PruneLowMagnitude)
    self.assertIs(dense, wrapper.layer)
    self.assertIs(schedule, wrapper.pruning_schedule)
    self.assertEqual([2, 1], list(wrapper.block_size))
    self.assertEqual('MAX', wrapper.block_pooling_type)
    self.assertEqual('prune_low_magnitude_a', wrapper.name)

  def test_the_default_is_half_from_step_zero(self):
    schedule = prune_low_magnitude(keras.layers.Dense(3)).pruning_schedule
    self.assertEqual(
      {
        'class_name': 'ConstantSparsity',
        'config': {
          'target_sparsity': 0.5,
          'begin_step': 0,
          'end_step': -1,
          'frequency': 100,
        },
      },
      schedule.get_config(),
    )

  def test_arguments_of_a_layer_reach_the_wrapper(self):
    wrapper = prune_low_magnitude(keras.layers.Dense(3), input_shape=(4,))
    model = keras.Sequential([wrapper])
    self.assertTrue(model.built)
    self.assertEqual((None, 4), tuple(model.input_shape))

  def test_the_policy_is_ignored_for_a_layer(self):
    wrapper = prune_low_magnitude(
      keras.layers.Dense(3, name='a'),
      pruning_policy=OnlyNamed('b', problem='no model is good enough'),
    )
    self.assertIsInstance(wrapper, PruneLowMagnitude)

  def test_a_wrapper_is_not_wrapped_again(self):
    wrapper = prune_low_magnitude(keras.layers.Dense(3, name='a'))
    with self.assertRaisesRegex(ValueError, '`layer` is pruned already'):
      prune_low_magnitude(wrapper)

  # --- lists -----------------------------------------------------------------

  def test_a_list_gives_a_list(self):
    wrapped = prune_low_magnitude(keras.layers.Dense(1))
    layers = [
      keras.layers.InputLayer((4,), name='input'),
      keras.layers.Dense(3),
      keras.layers.Dropout(0.5),
      wrapped,
    ]
    schedule = pruning_schedule.ConstantSparsity(0.25, 7)
    result = prune_low_magnitude(
      layers, schedule, pruning_policy=OnlyNamed('x'), unknown_argument=1
    )
    self.assertIs(list, type(result))
    self.assertLen(result, 4)
    self.assertTrue(adapter.is_input_layer(result[0]))
    self.assertIsNot(layers[0], result[0])
    self.assertEqual('input', result[0].name)
    for i in (1, 2):
      self.assertIsInstance(result[i], PruneLowMagnitude)
      self.assertIs(layers[i], result[i].layer)
      self.assertIs(schedule, result[i].pruning_schedule)
    self.assertIs(wrapped, result[3])
    self.assertEqual((None, 1), tuple(keras.Sequential(result).output_shape))

  def test_an_empty_list_gives_an_empty_list(self):
    self.assertEqual([], prune_low_magnitude([]))

  def test_a_model_in_a_list_is_an_error(self):
    with self.assertRaisesRegex(
      ValueError, 'Every element of the list `to_prune` must be a Keras layer'
    ):
      prune_low_magnitude([keras.layers.Dense(1), _sequential()])

  def test_an_undecided_layer_in_a_list_is_an_error(self):
    with self.assertRaisesRegex(ValueError, "Cannot prune the layer 'odd'"):
      prune_low_magnitude([keras.layers.Dense(1), Undecided(name='odd')])

  # --- models ----------------------------------------------------------------

  def test_every_layer_of_a_sequential_is_wrapped(self):
    model = _sequential()
    pruned = prune_low_magnitude(model)
    self.assertIsNot(model, pruned)
    self.assertTrue(adapter.is_sequential(pruned))
    self.assertEqual('sequential', pruned.name)
    self.assertEqual(
      ['prune_low_magnitude_' + name for name in 'abc'],
      [layer.name for layer in pruned.layers],
    )
    self.assertEqual(model.layers, [wrapper.layer for wrapper in pruned.layers])

  def test_every_layer_of_a_functional_model_is_wrapped(self):
    pruned = prune_low_magnitude(_two_outputs())
    self.assertEqual(
      ['prune_low_magnitude_' + name for name in ('shared', 'a', 'b')],
      [layer.name for layer in _wrapped(pruned)],
    )
    self.assertLen(pruned.layers, 4)

  def test_an_unbuilt_sequential_stays_unbuilt(self):
    pruned = prune_low_magnitude(keras.Sequential([keras.layers.Dense(2)]))
    self.assertFalse(pruned.built)
    pruned(_data(1, 4))
    self.assertEqual((4, 2), tuple(pruned.layers[0].pruning_vars[0][1].shape))

  def test_weights_are_shared_and_kept_bit_for_bit(self):
    for model in (_sequential(), _two_outputs()):
      before = model.get_weights()
      pruned = prune_low_magnitude(model)
      self.assert_same_arrays(before, model.get_weights())
      self.assertEqual(
        [id(weight) for weight in model.trainable_weights],
        [id(weight) for weight in pruned.trainable_weights],
      )

  def test_predictions_are_the_same_before_training(self):
    for model in (_sequential(), _two_outputs()):
      pruned = prune_low_magnitude(model)
      self._assert_same_predictions(model, pruned, _data(5, 4))

  def test_training_one_trains_the_other(self):
    model = _sequential()
    pruned = self.compile(prune_low_magnitude(model))
    before = model.get_weights()
    pruned.fit(
      _data(4, 4),
      _data(4, 2),
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    self.assertFalse(np.array_equal(before[0], model.get_weights()[0]))
    self._assert_same_predictions(model, pruned, _data(5, 4))

  def test_the_result_is_not_compiled_and_the_original_still_is(self):
    model = self.compile(_sequential(), 'adam')
    optimizer = model.optimizer
    pruned = prune_low_magnitude(model)
    self.assertIsNone(getattr(pruned, 'optimizer', None))
    self.assertIs(optimizer, model.optimizer)

  def test_the_original_objects_gain_no_attribute(self):
    model = _sequential()
    objects = [model] + model.layers
    before = [_attributes(one) for one in objects]
    config = model.get_config()
    prune_low_magnitude(model)(_data(1, 4))
    self.assertEqual(before, [_attributes(one) for one in objects])
    self.assertEqual(config, model.get_config())

  def test_nested_models_are_pruned_at_every_depth(self):
    innermost = keras.Sequential(
      [keras.Input((3,)), keras.layers.Dense(3, name='c')], name='innermost'
    )
    inner = keras.Sequential(
      [keras.Input((4,)), keras.layers.Dense(3, name='b'), innermost],
      name='inner',
    )
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(1, name='a')(inner(inputs)))
    pruned = prune_low_magnitude(model)
    self._assert_same_predictions(model, pruned, _data(5, 4))
    pruned_inner = pruned.get_layer('inner')
    self.assertIsNot(inner, pruned_inner)
    self.assertIsInstance(
      pruned_inner.get_layer('prune_low_magnitude_b'), PruneLowMagnitude
    )
    self.assertIsInstance(
      pruned_inner.get_layer('innermost').get_layer('prune_low_magnitude_c'),
      PruneLowMagnitude,
    )
    self.assertEqual(['b', 'innermost'], [layer.name for layer in inner.layers])

  def test_a_layer_used_twice_is_wrapped_once(self):
    shared = keras.layers.Dense(4, name='shared')
    inputs = keras.Input((4,))
    model = keras.Model(inputs, shared(shared(inputs)))
    pruned = prune_low_magnitude(model)
    self.assertLen(_wrapped(pruned), 1)
    # kernel, bias, mask, threshold, step.
    self.assertLen(pruned.weights, 5)
    self._assert_same_predictions(model, pruned, _data(5, 4))

  def test_operations_between_tensors_are_kept(self):
    inputs = keras.Input((4,))
    x = keras.layers.Dense(4, name='a')(inputs)
    y = keras.layers.Dense(4, name='b')(inputs)
    model = keras.Model(inputs, (x + y)[:, :2] * 2.0)
    pruned = prune_low_magnitude(model)
    # Some releases have layers without weights for the operations.
    with_weights = [w for w in _wrapped(pruned) if w.pruning_vars]
    self.assertLen(with_weights, 2)
    self._assert_same_predictions(model, pruned, _data(5, 4))

  def test_an_unknown_layer_without_weights_is_left_as_it_is(self):
    weightless = Weightless(name='weightless')
    model = keras.Sequential(
      [keras.Input((4,)), weightless, keras.layers.Dense(1)]
    )
    pruned = prune_low_magnitude(model)
    self.assertIs(weightless, pruned.layers[0])
    self.assertLen(_wrapped(pruned), 1)
    self._assert_same_predictions(model, pruned, _data(5, 4))

  def test_pruning_again_keeps_the_wrappers(self):
    pruned = prune_low_magnitude(_sequential())
    again = prune_low_magnitude(
      pruned, pruning_schedule.ConstantSparsity(0.9, 0)
    )
    self.assertEqual(pruned.layers, again.layers)
    self.assertEqual(0.5, again.layers[0].pruning_schedule.target_sparsity)

  def test_the_class_of_a_functional_subclass_survives(self):
    model = _sequential()
    model = WithOwnStep(model.inputs, model.outputs)
    self.assertIsInstance(prune_low_magnitude(model), WithOwnStep)

  def test_a_frozen_part_stays_frozen(self):
    base = keras.Sequential(
      [keras.Input((4,)), keras.layers.Dense(3, name='b')], name='base'
    )
    base.trainable = False
    model = keras.Sequential([keras.Input((4,)), base, keras.layers.Dense(1)])
    pruned = prune_low_magnitude(model)
    self.assertLen(pruned.trainable_weights, 2)
    self.assertFalse(base.layers[0].trainable)

  # --- names -----------------------------------------------------------------

  def test_losses_and_metrics_by_output_names(self):
    model = _two_outputs()
    pruned = prune_low_magnitude(model)
    self.assertEqual(['a', 'b'], list(pruned.output_names))
    self.compile(
      pruned,
      loss={'a': 'mse', 'b': 'mae'},
      loss_weights={'a': 1.0, 'b': 0.0},
      metrics={'b': 'mae'},
    )
    targets = {'a': _data(4, 2), 'b': _data(4, 1)}
    history = pruned.fit(
      _data(4, 4),
      targets,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    ).history
    self.assertIn('a_loss', history)
    # In TensorFlow 1 graphs Keras spells it out.
    self.assertTrue({'b_mae', 'b_mean_absolute_error'} & set(history), history)
    self.assert_close_values(history['a_loss'], history['loss'], rtol=1e-5)

  def test_inputs_by_name(self):
    inputs = {name: keras.Input((2,), name=name) for name in ('one', 'two')}
    x = keras.layers.Concatenate()([inputs['one'], inputs['two']])
    model = keras.Model(inputs, keras.layers.Dense(2, name='out')(x))
    pruned = self.compile(prune_low_magnitude(model))
    batch = {'two': _data(4, 2), 'one': 2.0 * _data(4, 2)}
    self._assert_same_predictions(model, pruned, batch)
    pruned.fit(
      batch,
      _data(4, 2),
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )

  def test_outputs_by_name(self):
    inputs = keras.Input((4,))
    model = keras.Model(
      inputs, {name: keras.layers.Dense(1, name=name)(inputs) for name in 'xy'}
    )
    pruned = self.compile(
      prune_low_magnitude(model), loss={'x': 'mse', 'y': 'mae'}
    )
    self.assertEqual({'x', 'y'}, set(pruned(_data(1, 4))))
    pruned.fit(
      _data(4, 4),
      {'x': _data(4, 1), 'y': _data(4, 1)},
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )

  # --- policies --------------------------------------------------------------

  def test_a_policy_chooses_the_layers_of_a_model(self):
    model = _sequential()
    pruned = prune_low_magnitude(model, pruning_policy=OnlyNamed('c'))
    self.assertEqual(
      ['prune_low_magnitude_c'], [layer.name for layer in _wrapped(pruned)]
    )
    self.assertIs(model.layers[0], pruned.layers[0])

  def test_a_policy_lets_a_model_with_an_undecided_layer_be_pruned(self):
    model = keras.Sequential(
      [keras.Input((4,)), Undecided(), keras.layers.Dense(1, name='c')]
    )
    pruned = prune_low_magnitude(model, pruning_policy=OnlyNamed('c'))
    self.assertLen(_wrapped(pruned), 1)

  def test_a_policy_may_refuse_the_whole_model(self):
    with self.assertRaisesRegex(ValueError, '^not this one$'):
      prune_low_magnitude(
        _sequential(), pruning_policy=OnlyNamed('c', problem='not this one')
      )


if __name__ == '__main__':
  absltest.main()
