# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The same assertions for every answer, on whichever Keras the row has."""

import resource

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import _adapter
from tensorflow_model_optimization.python.core.keras import _weight_questions
from tensorflow_model_optimization.python.core.keras import flavored
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.keras import test_models
from tensorflow_model_optimization.python.core.testing import tf_mode
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras


def _resident_bytes():
  with open('/proc/self/statm') as file:
    return int(file.read().split()[1]) * resource.getpagesize()


class AdapterContractTest(test_case.KerasTestCase):
  def test_every_question_has_a_test_here(self):
    tests = [name for name in dir(self) if name.startswith('test_')]
    questions = {
      name
      for cls in (_adapter.KerasAdapter, _weight_questions.WeightQuestions)
      for name in vars(cls)
      if not name.startswith('_')
    }
    self.assertIn('wrapper_bases', questions)
    elsewhere = (
      test_case.QUESTIONS_ABOUT_MODELS
      | test_case.QUESTIONS_ABOUT_VARIABLES
      | test_case.QUESTIONS_ABOUT_WEIGHTS
    )
    for question in questions - elsewhere:
      self.assertTrue(
        any(test.startswith('test_' + question) for test in tests),
        'No test_{}...'.format(question),
      )

  def test_problem_there_is_none_here(self):
    # compat_test.py simulates a Keras on another backend.
    self.assertIsNone(adapter.problem())

  def test_description_names_the_version_and_the_module(self):
    self.assertRegex(
      adapter.description, r'^Keras [23][.0-9]*(-tf)? \(module [a-z_.0-9]+\)$'
    )
    self.assertIn(keras.__name__, adapter.description)

  def test_is_keras3_agrees_with_the_version(self):
    version = getattr(keras, '__version__', '2')
    self.assertEqual(adapter.is_keras3, version.split('.')[0] == '3')

  def test_is_layer_for_layers_and_models_only(self):
    self.assertTrue(adapter.is_layer(keras.layers.Dense(1)))
    self.assertTrue(adapter.is_layer(test_models.sequential()))
    self.assertTrue(adapter.is_layer(test_models.Dense()))
    for other in (keras.layers.Dense, 'dense', None, tf.constant(1)):
      self.assertFalse(adapter.is_layer(other))

  def test_is_model_for_models_only(self):
    for model in (
      test_models.sequential(),
      test_models.functional(),
      test_models.SubclassedModel(),
    ):
      self.assertTrue(adapter.is_model(model))
    self.assertFalse(adapter.is_model(keras.layers.Dense(1)))
    self.assertFalse(adapter.is_model(keras.Model))

  def test_is_input_layer(self):
    first = test_models.functional().layers[0]
    self.assertTrue(adapter.is_input_layer(first))
    self.assertFalse(adapter.is_input_layer(keras.layers.Dense(1)))

  def test_is_sequential(self):
    self.assertTrue(adapter.is_sequential(test_models.sequential()))
    self.assertFalse(adapter.is_sequential(test_models.functional()))

  def test_has_layer_graph_for_sequential_and_functional(self):
    self.assertTrue(adapter.has_layer_graph(test_models.sequential()))
    self.assertTrue(adapter.has_layer_graph(keras.Sequential()))
    self.assertTrue(adapter.has_layer_graph(test_models.functional()))
    model = test_models.functional()
    self.assertTrue(
      adapter.has_layer_graph(
        test_models.FunctionalWithOwnStep(model.inputs, model.outputs)
      )
    )
    self.assertFalse(adapter.has_layer_graph(test_models.SubclassedModel()))
    built = test_models.SubclassedModel()
    built(np.zeros((1, 3), np.float32))
    self.assertFalse(adapter.has_layer_graph(built))

  def test_builtin_class_names_of_a_builtin_layer(self):
    names = adapter.builtin_class_names(keras.layers.LSTM(1))
    self.assertEqual('LSTM', names[0])
    self.assertIn('RNN', names)
    self.assertIn('Layer', names)

  def test_builtin_class_names_of_a_subclass_leave_out_the_users_class(self):
    class Mine(keras.layers.Dense):
      pass

    self.assertEqual('Dense', adapter.builtin_class_names(Mine(1))[0])

  def test_builtin_class_names_leave_out_a_namesake(self):
    self.assertNotIn('Dense', adapter.builtin_class_names(test_models.Dense()))

  def test_optimizer_updates_counts_updates(self):
    model = test_models.sequential()
    self.assertIsNone(adapter.optimizer_updates(model))
    self.compile(model)
    self.assertEqual(0, adapter.optimizer_updates(model))
    model.fit(
      np.ones((6, 3)), np.ones((6, 2)), batch_size=2, epochs=2, verbose=0
    )
    self.assertEqual(6, adapter.optimizer_updates(model))

  def test_rebuild_train_function_makes_fit_trace_again(self):
    traced = []

    class Noted(keras.layers.Layer):
      def call(self, inputs):
        traced.append(1)
        return inputs

    model = keras.Sequential(
      [keras.Input((3,)), keras.layers.Dense(2), Noted()]
    )
    self.compile(model)
    data = np.ones((2, 3)), np.ones((2, 2))
    adapter.rebuild_train_function(model)  # Nothing to forget yet.
    model.fit(*data, verbose=0)
    count = len(traced)
    model.fit(*data, verbose=0)
    self.assertLen(traced, count)
    adapter.rebuild_train_function(model)
    if tf_mode.is_eager() and tf_compat.tf_version() > (1, 14):
      model.fit(*data, verbose=0)
      self.assertGreater(len(traced), count)
    else:
      # A graph, as 1.14 has for Keras in either mode, calls its layers once; the
      # step is a function of its tensors.
      self.assertIsNone(model.train_function)
      model.fit(*data, verbose=0)
    self.assertEqual(3, adapter.optimizer_updates(model))

  def test_is_fully_built_only_with_all_parts(self):
    layer = keras.layers.TimeDistributed(keras.layers.Dense(2))
    self.assertFalse(adapter.is_fully_built(layer))
    layer(np.ones((1, 2, 3), np.float32))
    self.assertTrue(adapter.is_fully_built(layer))

  @test_case.needs_layer('MultiHeadAttention')
  def test_build_for_call_lets_a_layer_of_several_inputs_be_called(self):
    layer = keras.layers.MultiHeadAttention(num_heads=1, key_dim=2)
    inputs = tf.ones((1, 2, 3))
    adapter.build_for_call(layer, (inputs,), {'value': inputs})
    layer(inputs, value=inputs)
    self.assertTrue(adapter.is_fully_built(layer))
    self.assertLen(layer.trainable_weights, 8)

  def test_build_for_call_leaves_a_layer_of_one_input_alone(self):
    layer = keras.layers.Dense(2)
    adapter.build_for_call(layer, (tf.ones((1, 2)),), {})
    self.assertFalse(layer.built)

  def test_function_of_numbers_keeps_none_of_them(self):
    function = adapter.function(lambda step: [step + 1], tf.int64)
    self.assertEqual([1000], list(function(999)))
    before = _resident_bytes()
    for step in range(1000, 11000):
      function(step)
    # TensorFlow would keep 737 bytes for each.
    self.assertLess(_resident_bytes() - before, 10000 * 737 // 2)

  def test_function_takes_numbers_and_returns_numpy_values(self):
    variable = adapter.tf_variable(
      adapter.add_variable(
        keras.layers.Layer(),
        'total',
        (),
        'float64',
        keras.initializers.Constant(2.0),
      )
    )

    def add(amount, times):
      variable.assign_add(amount * tf.cast(times, tf.float64))
      return [variable.read_value(), times > 1]

    function = adapter.function(add, tf.float64, tf.int64)
    total, several = function(0.1, 10)
    self.assertIsInstance(total, (np.ndarray, np.generic))
    self.assertEqual(3.0, total)
    self.assertTrue(several)
    total, several = function(1.0, 1)
    self.assertEqual(4.0, total)
    self.assertFalse(several)

  def test_is_exporting_only_while_a_model_is_exported(self):
    class Asking(keras.layers.Layer):
      def call(self, inputs, training=None):
        answers.append(adapter.is_exporting())
        return inputs

    answers = []
    model = keras.Sequential([keras.Input((3,)), Asking()])
    model(np.ones((1, 3), np.float32), training=True)
    self.compile(model)
    model.predict(np.ones((1, 3)), verbose=0)
    self.assertEqual({False}, set(answers))
    answers.clear()
    tf.saved_model.save(model, self.create_tempdir().full_path)
    # Keras 3 and TensorFlow 1.14 do not trace for training when they export.
    traces_training = not adapter.is_keras3 and tf_compat.tf_version() > (1, 14)
    self.assertEqual({traces_training}, set(answers))

  def test_makes_step_before_callbacks_as_fit_does(self):
    class Beginning(keras.callbacks.Callback):
      def on_train_begin(self, logs=None):
        order.append('callback')

    def constraint(weight):
      order.append('step')
      return weight

    order = []
    model = keras.Sequential(
      [keras.Input((3,)), keras.layers.Dense(2, kernel_constraint=constraint)]
    )
    self.compile(model)
    data = np.ones((2, 3)), np.ones((2, 2))
    model.fit(*data, verbose=0, callbacks=[Beginning()])
    self.assertEqual(
      adapter.makes_step_before_callbacks(), order[0] == 'step', order
    )

  def test_resolve_training_leaves_an_answer_alone(self):
    for training in (False, True):
      self.assertIs(training, adapter.resolve_training(training))
    # In a TensorFlow 1 graph only the one who runs it can answer.
    self.assertIs(
      None if tf_mode.is_eager() else keras.backend.learning_phase(),
      adapter.resolve_training(None),
    )

  def test_copy_input_shape_lets_the_target_build_a_sequential(self):
    source = keras.layers.Dense(2, input_shape=(3,))
    target = keras.layers.Dense(2)
    adapter.copy_input_shape(source, target)
    model = keras.Sequential([target])
    self.assertTrue(model.built)
    self.assertEqual((None, 3), tuple(model.input_shape))
    without = keras.layers.Dense(2)
    adapter.copy_input_shape(keras.layers.Dense(2), without)
    self.assertFalse(keras.Sequential([without]).built)

  def test_wrapper_bases_make_a_wrapper_layer_of_this_keras(self):
    bases = adapter.wrapper_bases()
    self.assertIs(keras.layers.Wrapper, bases[-1])

    class Plain(object):
      def call(self, inputs):
        return self.layer(inputs)

    cls = flavored.with_keras_bases(Plain, bases)
    wrapper = cls(keras.layers.Dense(2, dtype='float64'))
    outputs = wrapper(keras.Input((3,)))
    self.assertEqual((None, 2), tuple(tf.TensorShape(outputs.shape).as_list()))
    # The inner layer's dtype, not the wrapper's.
    self.assertEqual(tf.float64, tf.as_dtype(outputs.dtype))

  def test_prepare_wrapper_lets_inputs_through_as_they_come(self):
    class Plain(object):
      def call(self, inputs, *, training=None, mask=None):
        seen.append((tf.as_dtype(inputs.dtype), training))
        return inputs

    seen = []
    cls = flavored.with_keras_bases(Plain, adapter.wrapper_bases())
    wrapper = cls(keras.layers.Dense(2))
    adapter.prepare_wrapper(wrapper)
    wrapper(tf.constant([[1.0]], tf.float64), training=True)
    self.assertEqual((tf.float64, True), seen[-1])


if __name__ == '__main__':
  absltest.main()
