# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""A wrapped layer behaves as if it were not wrapped."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.keras import weight_wrapper
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras


class Noting(weight_wrapper.WeightWrapper):
  """Adds one variable and changes nothing."""

  def create_variables(self):
    self.note = self.adapter.add_variable(self, 'note', (), 'int64', 'ones')
    # What a subclass relies on: the inner layer's weights exist.
    self.number_of_inner_weights = len(self.layer.weights)

  @classmethod
  def from_config(cls, config, custom_objects=None):
    if cls is Noting:
      cls = type(Noting(keras.layers.Layer()))
      return cls.from_config(config, custom_objects)
    return super().from_config(config, custom_objects=custom_objects)


class Recording(keras.layers.Layer):
  """Knows `training` and `mask`, and writes down what it gets."""

  def __init__(self, **kwargs):
    super().__init__(**kwargs)
    self.supports_masking = True
    self.received = []

  def call(self, inputs, training=None, mask=None):
    self.received.append((training, mask))
    return inputs


class TakingOnlyInputs(keras.layers.Layer):
  """Its `call` has no other parameters."""

  def call(self, inputs):
    return inputs + 1.0


class TwoInputs(keras.layers.Layer):
  """Takes a second positional and a keyword argument."""

  def call(self, inputs, other, scale=1.0):
    return inputs + scale * other


class AddingLoss(keras.layers.Layer):
  """Adds a loss in each call."""

  def call(self, inputs):
    self.add_loss(tf.reduce_sum(inputs))
    return inputs


def _ones(*shape):
  return np.ones(shape, np.float32)


class WeightWrapperTest(test_case.KerasTestCase):
  # --- what it is ------------------------------------------------------------

  def test_it_is_a_wrapper_of_the_inner_layers_keras(self):
    wrapper = Noting(keras.layers.Dense(1))
    self.assertIsInstance(wrapper, keras.layers.Wrapper)
    self.assertIsInstance(wrapper, Noting)
    self.assertIs(adapter, wrapper.adapter)

  def test_a_value_that_is_no_layer_is_refused(self):
    for value in (None, 'dense', keras.layers.Dense, tf.constant(1.0)):
      with self.assertRaisesRegex(
        ValueError, '^`layer` must be a Keras layer. Received: layer='
      ):
        Noting(value)

  def test_layer_checks_with_weights(self):
    self.run_layer_checks(Noting(keras.layers.Dense(3)), _ones(4, 2), 2, 1)

  def test_layer_checks_with_state(self):
    self.run_layer_checks(
      Noting(keras.layers.BatchNormalization()),
      np.random.uniform(size=(4, 2)).astype(np.float32),
      trainable_weights=2,
      non_trainable_weights=3,
    )

  def test_layer_checks_with_parts(self):
    self.run_layer_checks(
      Noting(keras.layers.LSTM(2)),
      _ones(2, 3, 4),
      trainable_weights=3,
      non_trainable_weights=1,
    )

  def test_layer_checks_with_a_regularizer(self):
    self.run_layer_checks(
      Noting(keras.layers.Dense(3, kernel_regularizer='l2')),
      _ones(4, 2),
      trainable_weights=2,
      non_trainable_weights=1,
      losses=1,
    )

  def test_create_variables_runs_once_and_after_the_inner_build(self):
    wrapper = Noting(keras.layers.Dense(1))
    wrapper.build((None, 2))
    self.assertEqual(2, wrapper.number_of_inner_weights)
    wrapper(_ones(1, 2))
    self.assertLen(wrapper.weights, 3)

  def test_wrapping_a_built_layer_keeps_its_weights(self):
    dense = keras.layers.Dense(1)
    dense.build((None, 2))
    before = dense.get_weights()
    wrapper = Noting(dense)
    outputs = wrapper(_ones(1, 2))
    self.assert_same_arrays(before, dense.get_weights())
    self.assert_equal_values(dense(_ones(1, 2)), outputs)

  def test_config_round_trip_keeps_arguments(self):
    inner = keras.layers.Dense(3, activation='relu', name='inner')
    wrapper = Noting(inner, name='outer')
    revived = type(wrapper).from_config(wrapper.get_config())
    self.assertEqual('outer', revived.name)
    self.assertEqual(inner.get_config(), revived.layer.get_config())

  # --- calling ---------------------------------------------------------------

  def test_training_reaches_a_layer_that_knows_it(self):
    recording = Recording()
    wrapper = Noting(recording)
    wrapper(_ones(1, 2), training=True)
    wrapper(_ones(1, 2), training=False)
    self.assertEqual(
      [True, False], [training for training, _ in recording.received]
    )

  def test_training_reaches_layers_inside_a_nested_model(self):
    recording = Recording()
    wrapper = Noting(keras.Sequential([keras.Input((2,)), recording]))
    wrapper(_ones(1, 2), training=True)
    self.assertEqual(True, recording.received[-1][0])

  def test_training_reaches_the_layers_of_a_model(self):
    recording = Recording()
    model = keras.Sequential([keras.Input((2,)), Noting(recording)])
    model(_ones(1, 2), training=True)
    self.assertEqual(True, recording.received[-1][0])

  def test_training_and_mask_do_not_reach_a_layer_that_does_not_know_them(self):
    wrapper = Noting(TakingOnlyInputs())
    self.assert_equal_values([[2.0, 2.0]], wrapper(_ones(1, 2), training=True))
    self.assert_equal_values(
      [[2.0, 2.0]], wrapper(_ones(1, 2), mask=tf.constant([[True, False]]))
    )

  def test_an_explicit_mask_reaches_a_layer_that_knows_it(self):
    recording = Recording()
    mask = tf.constant([[True, False]])
    Noting(recording)(_ones(1, 2), mask=mask)
    self.assert_equal_values([[True, False]], recording.received[-1][1])

  def test_further_arguments_reach_the_inner_layer(self):
    ones = tf.ones((1, 2))
    for outputs in (
      Noting(TwoInputs())(ones, ones, scale=3.0),
      Noting(TwoInputs())(ones, ones, 3.0, training=True),
      Noting(TwoInputs())(ones, scale=3.0, other=ones),
      Noting(TwoInputs())(inputs=ones, other=ones, scale=3.0),
    ):
      self.assert_equal_values([[4.0, 4.0]], outputs)
    if tf_compat.tf_version() < (1, 15):
      return  # Models there take one argument of a layer for an input.
    inputs = [keras.Input((2,)), keras.Input((2,))]
    model = keras.Model(inputs, Noting(TwoInputs())(*inputs, scale=3.0))
    self.assert_equal_values([[4.0, 4.0]], model([ones, ones]))

  def test_a_second_input_is_not_taken_for_training(self):
    class Second(keras.layers.Layer):
      def call(self, inputs, other, training=None):
        received.append(training)
        return inputs

    received = []
    Noting(Second())(tf.ones((1, 2)), tf.ones((1, 2)))
    self.assertIn(received[-1], (None, False))

  def test_a_list_of_inputs_reaches_the_inner_layer(self):
    inputs = [keras.Input((2,)), keras.Input((2,))]
    model = keras.Model(inputs, Noting(keras.layers.Add())(inputs))
    self.assert_equal_values([[2.0, 2.0]], model([_ones(1, 2), _ones(1, 2)]))

  def test_several_outputs_come_through(self):
    inputs = keras.Input((3, 2))
    lstm = keras.layers.LSTM(2, return_state=True)
    outputs = Noting(lstm)(inputs)
    self.assertLen(outputs, 3)
    model = keras.Model(inputs, list(outputs))
    expected = lstm(_ones(1, 3, 2))
    for one, other in zip(expected, model(_ones(1, 3, 2))):
      self.assert_close_values(one, other, atol=1e-6)

  def test_compute_output_shape_is_the_inner_layers(self):
    wrapper = Noting(keras.layers.Dense(3))
    self.assertEqual(
      (None, 3),
      tuple(tf.TensorShape(wrapper.compute_output_shape((None, 2))).as_list()),
    )

  def test_inside_time_distributed(self):
    dense = keras.layers.Dense(3)
    layer = keras.layers.TimeDistributed(Noting(dense))
    inputs = keras.Input((4, 2))
    model = keras.Model(inputs, layer(inputs))
    self.assert_close_values(
      np.broadcast_to(np.sum(dense.get_weights()[0], axis=0), (1, 4, 3)),
      model(_ones(1, 4, 2)),
      atol=1e-6,
    )

  def test_first_layer_of_a_sequential_builds_it_as_the_inner_one_would(self):
    wrapper = Noting(keras.layers.Dense(3, input_shape=(2,)))
    model = keras.Sequential([wrapper, keras.layers.Dense(1)])
    self.assertTrue(model.built)
    self.assertEqual((None, 2), tuple(model.input_shape))
    self.assertLen(model.weights, 5)

  def test_input_shape_given_to_the_wrapper_builds_a_sequential(self):
    wrapper = Noting(keras.layers.Dense(3), input_shape=(2,))
    model = keras.Sequential([wrapper])
    self.assertTrue(model.built)
    self.assertEqual((None, 2), tuple(model.input_shape))

  # --- Keras masks -----------------------------------------------------------

  def _assert_same_predictions(self, layers, inputs):
    """Asserts that wrapping each layer does not change the predictions."""
    shape, dtype = inputs.shape[1:], inputs.dtype.name
    plain = keras.Sequential([keras.Input(shape, dtype=dtype)] + layers)
    expected = test_case.value_of(plain(inputs))
    wrapped = keras.Sequential(
      [keras.Input(shape, dtype=dtype)] + [Noting(layer) for layer in layers]
    )
    self.assert_close_values(
      expected, test_case.value_of(wrapped(inputs)), atol=1e-6
    )
    return expected

  def test_the_mask_of_an_embedding_reaches_an_lstm(self):
    embedding = keras.layers.Embedding(5, 3, mask_zero=True)
    lstm = keras.layers.LSTM(2)
    predictions = self._assert_same_predictions(
      [embedding, lstm],
      np.array([[1, 2, 0, 0], [3, 4, 1, 2]], np.int32),
    )
    # Masked steps do not count, so the same as without them.
    short = keras.Sequential(
      [keras.Input((2,), dtype='int32'), embedding, lstm]
    )
    self.assert_close_values(
      predictions[:1],
      short(np.array([[1, 2]], np.int32)),
      atol=1e-6,
    )

  def test_a_mask_passes_through_a_layer_that_does_not_use_it(self):
    inputs = np.random.uniform(size=(2, 4, 3)).astype(np.float32)
    inputs[0, 2:] = 0.0
    masking = keras.layers.Masking()
    dense = keras.layers.Dense(3, bias_initializer='ones')
    lstm = keras.layers.LSTM(2)
    predictions = self._assert_same_predictions([masking, dense, lstm], inputs)
    unmasked = keras.Sequential([keras.Input((4, 3)), dense, lstm])
    self.assertGreater(
      np.max(np.abs(predictions - test_case.value_of(unmasked(inputs)))), 1e-3
    )

  def test_a_mask_ends_at_a_layer_that_does_not_support_it(self):
    embedding = keras.layers.Embedding(5, 3, mask_zero=True)
    wrapper = Noting(TakingOnlyInputs())
    self.assertIsNone(wrapper.compute_mask(_ones(1, 2), tf.constant([[True]])))
    self.assertIsNotNone(
      Noting(embedding).compute_mask(tf.constant([[1, 0]], tf.int32))
    )

  # --- trainable -------------------------------------------------------------

  def test_trainable_is_the_inner_layers(self):
    dense = keras.layers.Dense(1)
    wrapper = Noting(dense)
    wrapper.build((None, 2))
    self.assertTrue(wrapper.trainable)
    wrapper.trainable = False
    self.assertFalse(dense.trainable)
    self.assertEmpty(wrapper.trainable_weights)
    self.assertLen(wrapper.non_trainable_weights, 3)
    dense.trainable = True
    self.assertTrue(wrapper.trainable)
    self.assertLen(wrapper.trainable_weights, 2)
    self.assertLen(wrapper.non_trainable_weights, 1)

  def test_a_frozen_layer_stays_frozen_when_it_is_wrapped(self):
    dense = keras.layers.Dense(1)
    dense.trainable = False
    wrapper = Noting(dense)
    self.assertFalse(dense.trainable)
    self.assertFalse(wrapper.trainable)
    revived = type(wrapper).from_config(wrapper.get_config())
    self.assertFalse(revived.layer.trainable)

  def test_trainable_as_argument_freezes_the_inner_layer(self):
    dense = keras.layers.Dense(1)
    Noting(dense, trainable=False)
    self.assertFalse(dense.trainable)

  def test_freezing_the_model_freezes_the_inner_layer_and_back(self):
    dense = keras.layers.Dense(1)
    model = keras.Sequential([keras.Input((2,)), Noting(dense)])
    model.trainable = False
    self.assertEmpty(model.trainable_weights)
    self.assertFalse(dense.trainable)
    model.trainable = True
    self.assertLen(model.trainable_weights, 2)

  # --- dtypes ----------------------------------------------------------------

  def test_the_inner_layer_keeps_its_own_dtype_policy(self):
    for policy, outputs_dtype, kernel_dtype in (
      ('mixed_float16', tf.float16, tf.float32),
      ('float64', tf.float64, tf.float64),
      ('float32', tf.float32, tf.float32),
    ):
      if policy.startswith('mixed') and not test_case.offers_mixed_precision():
        continue
      with self.subTest(policy):
        dense = keras.layers.Dense(1, dtype=policy)
        inputs = keras.Input((2,))
        symbolic = Noting(dense)(inputs)
        self.assertEqual(outputs_dtype, tf.as_dtype(symbolic.dtype))
        self.assertEqual(kernel_dtype, adapter.tf_variable(dense.kernel).dtype)
        eager = keras.Model(inputs, symbolic)(_ones(1, 2))
        self.assertEqual(outputs_dtype, eager.dtype)

  @test_case.needs_mixed_precision
  def test_a_float32_layer_in_a_mixed_precision_model(self):
    keras.mixed_precision.set_global_policy('mixed_float16')
    self.addCleanup(keras.mixed_precision.set_global_policy, 'float32')
    model = keras.Sequential(
      [
        keras.Input((2,)),
        Noting(keras.layers.Dense(3)),
        Noting(keras.layers.Dense(1, dtype='float32')),
      ]
    )
    outputs = model(_ones(1, 2))
    self.assertEqual(tf.float32, outputs.dtype)
    self.assertEqual(
      tf.float16, tf.as_dtype(model.layers[0](_ones(1, 2)).dtype)
    )
    self.compile(model)
    model.fit(_ones(4, 2), _ones(4, 1), verbose=0)
    self.assertEqual(
      {'float32', 'int64'},
      {tf.as_dtype(weight.dtype).name for weight in model.weights},
    )

  def test_inputs_are_not_cast_before_the_inner_layer_sees_them(self):
    class Seeing(keras.layers.Layer):
      def call(self, inputs):
        seen.append(inputs)
        return inputs

    seen = []
    Noting(Seeing(dtype='float64'))(tf.constant([[1e-300]], tf.float64))
    # A float32 would have made it 0.
    self.assertEqual(
      [1e-300],
      [float(test_case.value_of(inputs[0, 0])) for inputs in seen[-1:]],
    )

  # --- losses ----------------------------------------------------------------

  def test_losses_count_once(self):
    dense = keras.layers.Dense(
      1, kernel_initializer='ones', kernel_regularizer='l2'
    )
    for losses_of in (
      lambda layer: layer.losses,
      lambda layer: keras.Sequential([keras.Input((2,)), layer]).losses,
    ):
      wrapper = Noting(dense)
      wrapper(_ones(1, 2))
      losses = losses_of(wrapper)
      self.assertLen(losses, 1)
      self.assert_close_values(0.02, losses[0], rtol=1e-6)

  def test_a_loss_added_in_call_counts_once(self):
    model = keras.Sequential([keras.Input((2,)), Noting(AddingLoss())])
    self.compile(model, loss=None)
    loss = model.train_on_batch(_ones(3, 2))
    self.assert_close_values(6.0, np.ravel(loss)[0])

  def test_an_activity_regularizer_counts_once(self):
    class SumOfOutputs(keras.regularizers.Regularizer):
      def __call__(self, outputs):
        return tf.reduce_sum(outputs)

    dense = keras.layers.Dense(
      1,
      kernel_initializer='ones',
      activity_regularizer=SumOfOutputs(),
    )
    plain = keras.Sequential([keras.Input((2,)), dense])
    wrapped = keras.Sequential([keras.Input((2,)), Noting(dense)])
    for model in (plain, wrapped):
      self.compile(model, optimizer=keras.optimizers.SGD(0.0))
    data = _ones(4, 2), 2.0 * _ones(4, 1)
    expected = plain.evaluate(*data, verbose=0)
    self.assertGreater(expected, 0.0)
    self.assert_close_values(expected, wrapped.evaluate(*data, verbose=0))


if __name__ == '__main__':
  absltest.main()
