# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Copies that compute the same and share no variable."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.keras import model_copy
from tensorflow_model_optimization.python.core.keras import test_case

adapter = test_case.adapter
keras = test_case.keras


class NoConfig(keras.layers.Layer):
  """A user's layer that no config can bring back."""

  def __init__(self, function, has_weight, **kwargs):
    super().__init__(**kwargs)
    self.function, self.has_weight = function, has_weight

  def build(self, input_shape):
    if self.has_weight:
      self.scale = self.add_weight(name='scale', shape=(), initializer='ones')
    super().build(input_shape)

  def call(self, inputs):
    return self.function(inputs)

  def get_config(self):
    return {'name': self.name}


def _nested_model():
  """Batch normalisation, a layer that is used twice, and nested models."""
  inner_inputs = keras.Input((4,))
  shared = keras.layers.Dense(4, name='shared')
  x = shared(shared(inner_inputs))
  inner = keras.Model(inner_inputs, x, name='inner')
  inputs = keras.Input((4,), name='features')
  x = inner(inputs)
  x = keras.layers.BatchNormalization(name='bn')(x)
  x = keras.layers.Activation('relu', name='relu')(x)
  x = keras.layers.Dense(3, trainable=False, name='frozen')(x)
  return keras.Model(inputs, keras.layers.Dense(2, name='out')(x), name='outer')


class ModelCopyTest(test_case.KerasTestCase):
  def test_computes_the_same_and_shares_no_variable(self):
    model = _nested_model()
    rng = np.random.RandomState(0)
    model.set_weights(
      [rng.uniform(0.5, 1.5, w.shape) for w in model.get_weights()]
    )
    copy, layers = model_copy.copy_model(adapter, model)
    x = rng.normal(size=(5, 4)).astype(np.float32)
    expected = model.predict(x, verbose=0)
    np.testing.assert_array_equal(expected, copy.predict(x, verbose=0))
    self.assertEmpty(
      {id(w) for w in model.weights} & {id(w) for w in copy.weights}
    )
    self.assertEqual(
      ['outer', 'inner', 'frozen'],
      [copy.name, copy.layers[1].name, copy.get_layer('frozen').name],
    )
    self.assertIs(copy.get_layer('out'), layers[id(model.get_layer('out'))])
    self.assertIsNot(copy.get_layer('relu'), model.get_layer('relu'))
    self.assertFalse(copy.get_layer('frozen').trainable)
    copy.set_weights([np.zeros_like(w) for w in copy.get_weights()])
    np.testing.assert_array_equal(expected, model.predict(x, verbose=0))

  def test_a_compiled_model_has_an_uncompiled_copy(self):
    model = self.compile(_nested_model())
    copy, _ = model_copy.copy_model(adapter, model)
    self.assertIsNone(getattr(copy, 'optimizer', None))
    self.assertIsNotNone(model.optimizer)

  def test_a_sequential_model(self):
    model = keras.Sequential(
      [keras.Input((3,)), keras.layers.Dense(2, name='a')], name='s'
    )
    copy, _ = model_copy.copy_model(adapter, model)
    self.assertTrue(adapter.is_sequential(copy))
    self.assert_same_arrays(model.get_weights(), copy.get_weights())

  def test_a_sequential_model_that_was_built_by_a_call(self):
    model = keras.Sequential([keras.layers.Dense(2)])
    model.build((None, 3))
    copy, _ = model_copy.copy_model(adapter, model)
    self.assert_same_arrays(model.get_weights(), copy.get_weights())

  def test_functions_and_layers_without_weights_are_shared(self):
    factor = 3.0
    function = keras.layers.Lambda(lambda x: x * factor, name='f')
    mine = NoConfig(lambda x: x + 1.0, False, name='mine')
    model = keras.Sequential([keras.Input((2,)), function, mine])
    copy, _ = model_copy.copy_model(adapter, model)
    self.assertIs(function, copy.get_layer('f'))
    self.assertIs(mine, copy.get_layer('mine'))
    x = np.ones((1, 2), np.float32)
    np.testing.assert_array_equal([[4.0, 4.0]], copy.predict(x, verbose=0))

  def test_an_adapted_layer_computes_with_what_it_learned(self):
    if not hasattr(keras.layers, 'Normalization'):
      self.skipTest('This Keras has no Normalization layer.')
    normalize = keras.layers.Normalization(name='n')
    normalize.adapt(np.array([[1.0], [3.0]], np.float32))
    model = keras.Sequential([keras.Input((1,)), normalize])
    copy, _ = model_copy.copy_model(adapter, model)
    x = np.array([[3.0]], np.float32)
    np.testing.assert_allclose([[1.0]], copy.predict(x, verbose=0), rtol=1e-5)

  def test_unwrap_puts_another_layer_in_its_place(self):
    inner = keras.layers.Dense(2, name='inside')
    wrapped = keras.layers.TimeDistributed(inner, name='outside')
    model = keras.Sequential([keras.Input((3, 4)), wrapped])
    copy, layers = model_copy.copy_model(
      adapter, model, lambda layer: getattr(layer, 'layer', layer)
    )
    self.assertEqual('inside', copy.layers[-1].name)
    self.assertIs(copy.layers[-1], layers[id(inner)])
    self.assert_same_arrays(inner.get_weights(), copy.get_weights())

  def test_a_layer_with_weights_that_cannot_be_copied_is_named(self):
    mine = NoConfig(lambda x: x, True, name='mine')
    model = keras.Sequential([keras.Input((2,)), mine])
    with self.assertRaisesRegex(
      ValueError,
      "(?s)Cannot copy the layer 'mine' of class NoConfig.*get_config",
    ):
      model_copy.copy_model(adapter, model)


if __name__ == '__main__':
  absltest.main()
