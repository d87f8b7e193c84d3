# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The adapter's answers about variables and saving, on the row's Keras."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras


class SubclassOfDense(keras.layers.Dense):
  """For deserialization."""


class RegisteredThing(object):
  """For the registry."""

  def get_config(self):
    return {}


class AdapterVariablesTest(test_case.KerasTestCase):
  def test_every_question_has_a_test_here(self):
    tests = [name for name in dir(self) if name.startswith('test_')]
    for question in test_case.QUESTIONS_ABOUT_VARIABLES:
      self.assertTrue(hasattr(adapter, question), question)
      self.assertTrue(
        any(test.startswith('test_' + question) for test in tests),
        'No test_{}...'.format(question),
      )

  def _layer_with_variable(self, dtype='float32', initializer='zeros'):
    class Owner(keras.layers.Dense):
      def build(self, input_shape):
        super().build(input_shape)
        self.extra = adapter.add_variable(
          self, 'extra', (2, 3), dtype, initializer
        )

    layer = Owner(2, name='owner')
    layer.build((None, 3))
    return layer, layer.extra

  def test_add_variable_is_saved_and_not_trained(self):
    layer, variable = self._layer_with_variable()
    self.assertLen(layer.trainable_weights, 2)
    self.assertIs(layer.non_trainable_weights[0], variable)
    self.assertEqual((2, 3), tuple(variable.shape))
    self.assertFalse(variable.trainable)

  def test_own_weights_without_those_of_sublayers(self):
    layer, variable = self._layer_with_variable()
    self.assertEqual(
      [id(layer.kernel), id(layer.bias), id(variable)],
      [id(weight) for weight in adapter.own_weights(layer)],
    )
    holder = keras.layers.TimeDistributed(layer)
    holder.build((None, 4, 3))
    self.assertEqual([], adapter.own_weights(holder))

  def test_add_variable_of_each_dtype_with_its_initial_value(self):
    for dtype, initializer, value in (
      ('bool', 'ones', True),
      ('bool', 'zeros', False),
      ('int64', keras.initializers.Constant(-1), -1),
      ('float32', 'zeros', 0.0),
      ('float16', 'ones', 1.0),
    ):
      with self.subTest(dtype=dtype, value=value):
        _, variable = self._layer_with_variable(dtype, initializer)
        self.assert_same_arrays(
          np.full((2, 3), value, dtype), test_case.value_of(variable)
        )

  @test_case.needs_mixed_precision
  def test_add_variable_of_bools_is_not_cast_by_mixed_precision(self):
    class Reader(keras.layers.Layer):
      def build(self, input_shape):
        self.extra = adapter.add_variable(self, 'extra', (), 'bool', 'ones')
        super().build(input_shape)

      def call(self, inputs):
        read_dtypes.append(tf.as_dtype(tf.convert_to_tensor(self.extra).dtype))
        return inputs

    read_dtypes = []
    Reader(dtype='mixed_float16')(np.ones((1, 1), np.float32))
    self.assertEqual({tf.bool}, set(read_dtypes))

  def test_tf_variable_is_the_variable_of_the_weight(self):
    layer, _ = self._layer_with_variable()
    variable = adapter.tf_variable(layer.kernel)
    self.assertIsInstance(variable, tf.Variable)
    test_case.value_of(
      variable.assign(np.arange(6, dtype=np.float32).reshape(3, 2))
    )
    self.assert_equal_values([[0, 1], [2, 3], [4, 5]], layer.get_weights()[0])

  @test_case.needs_mixed_precision
  def test_tf_variable_has_the_storage_dtype_in_a_mixed_precision_call(self):
    class Reader(keras.layers.Layer):
      def build(self, input_shape):
        self.w = self.add_weight(name='w', shape=(), initializer='zeros')
        super().build(input_shape)

      def call(self, inputs):
        variable = adapter.tf_variable(self.w)
        found.append((isinstance(variable, tf.Variable), variable.dtype))
        return inputs

    found = []
    Reader(dtype='mixed_float16')(np.ones((1, 1), np.float32))
    self.assertEqual({(True, tf.float32)}, set(found))

  @test_case.needs_mixed_precision
  def test_storage_dtype_is_not_the_one_that_a_layer_computes_in(self):
    class Reader(keras.layers.Layer):
      def build(self, input_shape):
        self.w = self.add_weight(name='w', shape=(), initializer='zeros')
        super().build(input_shape)

      def call(self, inputs):
        found.append(adapter.storage_dtype(self.w))
        return inputs

    found = []
    Reader(dtype='mixed_float16')(np.ones((1, 1), np.float32))
    Reader(dtype='float64')(np.ones((1, 1), np.float32))
    self.assertEqual(['float32', 'float64'], [found[0], found[-1]])

  def test_variable_name_has_the_layers_name_and_no_suffix(self):
    layer = keras.layers.Dense(2, name='owner')
    keras.Sequential([keras.Input((3,)), layer])
    name = adapter.variable_name(layer.kernel)
    self.assertEqual(['owner', 'kernel'], name.split('/')[-2:])
    self.assertNotIn(':', name)

  def test_constraint_is_none_or_what_the_layer_was_made_with(self):
    max_norm = keras.constraints.MaxNorm(1.0)
    layer = keras.layers.Dense(2, kernel_constraint=max_norm)
    layer.build((None, 3))
    self.assertIs(max_norm, adapter.constraint(layer.kernel))
    self.assertIsNone(adapter.constraint(layer.bias))

  def test_set_constraint_reaches_a_model_that_is_already_compiled(self):
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    self.compile(model, keras.optimizers.SGD(0.1, momentum=0.9))
    data = np.ones((2, 3)), np.ones((2, 2))
    model.fit(*data, verbose=0)
    kernel = model.layers[-1].kernel
    adapter.set_constraint(kernel, lambda weight: tf.ones_like(weight) * 7.0)
    adapter.rebuild_train_function(model)
    model.fit(*data, verbose=0)
    self.assert_equal_values(
      np.full((3, 2), 7.0), model.layers[-1].get_weights()[0]
    )

  @test_case.needs_mixed_precision
  def test_set_constraint_under_mixed_precision(self):
    layer = keras.layers.Dense(2, dtype='mixed_float16')
    layer.build((None, 3))
    adapter.set_constraint(layer.kernel, tf.zeros_like)
    self.assertIs(tf.zeros_like, adapter.constraint(layer.kernel))

  def test_set_constraint_of_an_embedding(self):
    embedding = keras.layers.Embedding(4, 3)
    embedding.build((None, 2))
    self._check_set_constraint_of_an_embedding(embedding)

  def test_set_constraint_of_an_embedding_that_was_built_in_a_function(self):
    # As `predict` of a subclassed model builds it.
    embedding = keras.layers.Embedding(4, 3)
    tf.function(embedding)(tf.zeros((1, 2), tf.int32))
    self._check_set_constraint_of_an_embedding(embedding)

  def _check_set_constraint_of_an_embedding(self, embedding):
    embedding.set_weights([np.ones((4, 3))])
    adapter.set_constraint(
      embedding.embeddings, lambda weight: tf.minimum(weight, 0.75)
    )
    # Afterwards, because a graph reads the rows when the model is made.
    model = keras.Sequential([keras.Input((2,)), embedding])
    self.compile(model, keras.optimizers.SGD(6.0))
    # Rows 1 and 3, to zero: the gradient is 2 * 1 / (2 rows * 3 columns).
    model.fit(np.array([[1, 3]]), np.zeros((1, 2, 3)), verbose=0)
    expected = np.array([[0.75] * 3, [-1.0] * 3, [0.75] * 3, [-1.0] * 3])
    np.testing.assert_allclose(
      model.layers[-1].get_weights()[0], expected, atol=1e-6
    )

  def test_set_constraint_to_none_leaves_the_embedding_as_it_was(self):
    layer = keras.layers.Embedding(4, 3)
    layer.build((None, 2))
    before = dict(vars(adapter.tf_variable(layer.embeddings)))
    adapter.set_constraint(layer.embeddings, tf.zeros_like)
    adapter.set_constraint(layer.embeddings, None)
    self.assertIsNone(adapter.constraint(layer.embeddings))
    self.assertEqual(before, vars(adapter.tf_variable(layer.embeddings)))

  def test_custom_object_scope_makes_a_class_known_inside_it(self):
    config = keras.layers.serialize(SubclassOfDense(2))
    config.pop('module', None)
    config.pop('registered_name', None)
    with adapter.custom_object_scope({'SubclassOfDense': SubclassOfDense}):
      layer = keras.layers.deserialize(config)
    self.assertIsInstance(layer, SubclassOfDense)

  def test_custom_object_finds_scoped_classes_only_inside_the_scope(self):
    self.assertIsNone(adapter.custom_object('Anything'))
    with adapter.custom_object_scope({'Anything': dict}):
      self.assertIs(dict, adapter.custom_object('Anything'))
    self.assertIsNone(adapter.custom_object('Anything'))

  def test_custom_object_finds_registered_classes(self):
    if not hasattr(keras.utils, 'register_keras_serializable'):
      self.skipTest('The registry came with TensorFlow 2.0.')
    keras.utils.register_keras_serializable('package')(RegisteredThing)
    self.assertIs(
      RegisteredThing, adapter.custom_object('package>RegisteredThing')
    )


if __name__ == '__main__':
  absltest.main()
