# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of layers that compute with tensors in place of their weights."""

import gc
import weakref

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import instance_class
from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.keras import weight_substitution
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras


class WeightList(keras.layers.Layer):
  """Keeps its weights in a list, a dict and a tuple."""

  def build(self, input_shape):
    make = lambda name: self.add_weight(  # noqa: E731
      name=name, shape=(3, 3), initializer='glorot_uniform'
    )
    self.in_list = [make('a'), make('b')]
    self.in_dict = {'c': make('c')}
    self.in_tuple = (make('d'), 2.0)
    super().build(input_shape)

  def call(self, inputs):
    for weight in self.in_list:
      inputs = tf.matmul(inputs, weight)
    inputs = tf.matmul(inputs, self.in_dict['c'])
    return tf.matmul(inputs, self.in_tuple[0]) * self.in_tuple[1]


class Attention(keras.layers.Layer):
  """Attention of inputs to themselves, and a branch that AutoGraph makes."""

  def __init__(self, **kwargs):
    super().__init__(**kwargs)
    self.attention = keras.layers.MultiHeadAttention(2, 3, name='attention')

  def build(self, input_shape):
    # Keras 2 builds it in its call.
    self.attention(*(2 * [keras.Input(tuple(input_shape)[1:])]))
    super().build(input_shape)

  def call(self, inputs):
    return self.attention(inputs, inputs)


class ReadsInnerWeight(keras.layers.Layer):
  """Reads a weight of a layer in it, without calling that."""

  def __init__(self, **kwargs):
    super().__init__(**kwargs)
    self.dense = keras.layers.Dense(3, name='dense')

  def build(self, input_shape):
    self.dense.build(input_shape)
    super().build(input_shape)

  def call(self, inputs):
    return tf.matmul(self.dense(inputs), self.dense.kernel, transpose_b=True)


class Subclassed(keras.Model):
  """Has layers, a weight of its own, and one layer in a list."""

  def __init__(self):
    super().__init__()
    self.layers_in_list = [keras.layers.Dense(4, name='one')]
    self.last = keras.layers.Dense(3, name='last')

  def build(self, input_shape):
    self.scale = self.add_weight(name='scale', shape=(3, 4), initializer='ones')
    super().build(input_shape)

  def call(self, inputs):
    inputs = tf.matmul(inputs, self.scale)
    return self.last(self.layers_in_list[0](inputs))


class TiedTwice(keras.layers.Layer):
  """Multiplies by the weight that another layer holds."""

  def __init__(self, other, **kwargs):
    super().__init__(**kwargs)
    self.other_kernel = other.kernel

  def call(self, inputs):
    return tf.matmul(inputs, self.other_kernel, transpose_b=True)


class OwnFunction(keras.layers.Layer):
  """Its call is a function that is traced once and kept."""

  def build(self, input_shape):
    self.kernel = self.add_weight(
      name='kernel', shape=(3, 3), initializer='ones'
    )
    super().build(input_shape)

  @tf.function
  def call(self, inputs):
    return tf.matmul(inputs, self.kernel)


def _sequential(*layers, shape=(3,), dtype='float32'):
  return keras.Sequential([keras.Input(shape, dtype=dtype)] + list(layers))


def _nested():
  inner = _sequential(keras.layers.Dense(4, name='in'), shape=(3,))
  inputs = keras.Input((3,))
  shared = keras.layers.Dense(3, name='shared')
  outputs = shared(keras.layers.Dense(3, name='out')(inner(shared(inputs))))
  return keras.Model(inputs, outputs)


def _tied():
  first = keras.layers.Dense(5, name='first')
  first.build((None, 3))
  return _sequential(first, TiedTwice(first, name='tied'))


def _subclassed():
  model = Subclassed()
  model.build((None, 3))
  model(np.zeros((1, 3), 'float32'))
  return model


def _floats(*shape):
  return np.random.RandomState(0).normal(size=shape).astype('float32')


# Name -> (function that makes a model, its inputs, number of weights of rank >= 2).
_MODELS = {
  'dense': (lambda: _sequential(keras.layers.Dense(2)), _floats(2, 3), 1),
  'conv': (
    lambda: _sequential(
      keras.layers.Conv2D(2, 3),
      keras.layers.DepthwiseConv2D(2),
      shape=(8, 8, 3),
    ),
    _floats(2, 8, 8, 3),
    2,
  ),
  'embedding': (
    lambda: _sequential(
      keras.layers.Embedding(7, 3), shape=(4,), dtype='int32'
    ),
    np.array([[1, 2, 3, 6]], 'int32'),
    1,
  ),
  'lstm': (
    lambda: _sequential(keras.layers.LSTM(3), shape=(4, 3)),
    _floats(2, 4, 3),
    2,
  ),
  'gru': (
    lambda: _sequential(keras.layers.GRU(3), shape=(4, 3)),
    _floats(2, 4, 3),
    3,
  ),
  'bidirectional': (
    lambda: _sequential(
      keras.layers.Bidirectional(keras.layers.LSTM(3)), shape=(4, 3)
    ),
    _floats(2, 4, 3),
    4,
  ),
  'attention': (
    lambda: _sequential(Attention(), shape=(4, 6)),
    _floats(2, 4, 6),
    7,
  ),
  'weight_list': (lambda: _sequential(WeightList()), _floats(2, 3), 4),
  'reads_inner': (lambda: _sequential(ReadsInnerWeight()), _floats(2, 3), 1),
  'nested_and_shared': (_nested, _floats(2, 3), 3),
  'subclassed': (_subclassed, _floats(2, 3), 3),
  'tied': (_tied, _floats(2, 3), 1),
  'own_function': (lambda: _sequential(OwnFunction()), _floats(2, 3), 1),
}


def _substitute(model, factor, **kwargs):
  """Multiplies the weights of rank >= 2 by `factor` when they are used."""

  def times(weight):
    variable = adapter.tf_variable(weight)
    return lambda training: factor * tf.convert_to_tensor(variable)

  return weight_substitution.WeightSubstitution(
    adapter,
    model,
    [
      weight_substitution.ComputedWeight(adapter, found, times(found.weight))
      for found in model_walk.weights_by_path(adapter, model)
      if len(found.weight.shape) >= 2
    ],
    **kwargs,
  )


def _substitute_constants(model):
  """Releases the weights of rank >= 2; gives weak references to them."""
  computed = []
  for found in model_walk.weights_by_path(adapter, model):
    if len(found.weight.shape) >= 2:
      value = tf.constant(test_case.value_of(found.weight))
      computed.append(
        weight_substitution.ComputedWeight(
          adapter, found, lambda training, value=value: tf.identity(value)
        )
      )
  substitution = weight_substitution.WeightSubstitution(
    adapter, model, computed
  )
  references = [
    weakref.ref(adapter.tf_variable(weight.weight)) for weight in computed
  ]
  for weight in computed:
    substitution.release(weight)
  return substitution, references


@absltest.skipIf(
  adapter.substitution_problem(), 'Not in this TensorFlow and mode.'
)
class WeightSubstitutionTest(test_case.KerasTestCase):
  def _model(self, name):
    if name == 'attention' and not hasattr(keras.layers, 'MultiHeadAttention'):
      self.skipTest('This Keras has no MultiHeadAttention.')
    return _MODELS[name][0]()

  @parameterized.parameters(*sorted(_MODELS))
  def test_layers_compute_with_the_tensors(self, name):
    _, inputs, number = _MODELS[name]
    model = self._model(name)
    before = model.predict(inputs, verbose=0)
    substitution = _substitute(model, 2.0)
    self.assertLen(substitution.computed, number)
    eager = np.array(test_case.value_of(model(inputs)))
    self.compile(model)
    predicted = model.predict(inputs, verbose=0)
    substitution.undo()
    unchanged = np.array(test_case.value_of(model(inputs)))

    # What twice the weights give, by setting them.
    for found in model_walk.weights_by_path(adapter, model):
      if len(found.weight.shape) >= 2:
        variable = adapter.tf_variable(found.weight)
        variable.assign(2.0 * variable)
    expected = np.array(test_case.value_of(model(inputs)))
    np.testing.assert_allclose(expected, eager, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(expected, predicted, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(before, unchanged, rtol=1e-5, atol=1e-6)
    self.assertGreater(np.abs(expected - before).max(), 1e-3)

  @parameterized.parameters(*sorted(_MODELS))
  def test_released_weights_are_freed_and_can_come_back(self, name):
    _, inputs, number = _MODELS[name]
    model = self._model(name)
    before = np.array(test_case.value_of(model(inputs)))
    values = [np.array(v) for v in model.get_weights()]
    paths = [w.path for w in model_walk.weights_by_path(adapter, model)]
    substitution, references = _substitute_constants(model)
    gc.collect()
    self.assertEqual([None] * number, [made() for made in references])
    self.assertLen(model.weights, len(values) - number)
    np.testing.assert_allclose(
      before, test_case.value_of(model(inputs)), rtol=1e-5, atol=1e-6
    )
    self.compile(model)
    np.testing.assert_allclose(
      before, model.predict(inputs, verbose=0), rtol=1e-5, atol=1e-6
    )
    substitution.undo(
      {w: test_case.value_of(w.compute(False)) for w in substitution.computed}
    )
    self.assertEqual(
      paths, [w.path for w in model_walk.weights_by_path(adapter, model)]
    )
    self.assert_same_arrays(values, model.get_weights())
    np.testing.assert_allclose(
      before, test_case.value_of(model(inputs)), rtol=1e-5, atol=1e-6
    )

  @parameterized.parameters(*sorted(_MODELS))
  def test_gradients_reach_the_variables(self, name):
    _, inputs, _ = _MODELS[name]
    model = self._model(name)
    weights = [w for w in model.trainable_weights if len(w.shape) >= 2]
    before = [np.array(test_case.value_of(w)) for w in weights]
    substitution = _substitute(model, 2.0)
    self.compile(model)
    outputs = model.predict(inputs, verbose=0)
    model.fit(inputs, outputs + 1.0, epochs=1, verbose=0)
    substitution.undo()
    for old, weight in zip(before, weights):
      new = test_case.value_of(weight)
      self.assertTrue(np.isfinite(new).all())
      self.assertFalse(np.array_equal(old, new))

  def test_each_call_computes_each_tensor_once(self):
    model = _sequential(keras.layers.LSTM(3), shape=(4, 3))
    calls = []
    found = model_walk.weights_by_path(adapter, model)[0]
    value = tf.constant(test_case.value_of(found.weight))

    def compute(training):
      calls.append(training)
      return tf.identity(value)

    weight_substitution.WeightSubstitution(
      adapter,
      model,
      [weight_substitution.ComputedWeight(adapter, found, compute)],
    )
    model(_floats(2, 4, 3))
    self.assertEqual([False], calls)
    model(_floats(2, 4, 3), training=True)
    self.assertEqual([False, True], calls)

  def test_a_weight_can_be_read_outside_of_a_call(self):
    model = _sequential(keras.layers.Dense(2))
    kernel = test_case.value_of(model.layers[-1].kernel)
    _substitute(model, 2.0)
    np.testing.assert_allclose(
      2.0 * kernel, test_case.value_of(model.layers[-1].kernel)
    )
    with self.assertRaises(AttributeError):
      model.layers[-1].kernel = 1.0

  def test_the_class_keeps_its_name_and_config(self):
    layer = keras.layers.Dense(2)
    model = _sequential(layer)
    cls, config = type(layer), layer.get_config()
    substitution = _substitute(model, 2.0)
    self.assertTrue(instance_class.is_derived(layer))
    self.assertIsInstance(layer, cls)
    self.assertEqual(
      (cls.__module__, cls.__qualname__),
      (type(layer).__module__, type(layer).__qualname__),
    )
    self.assertEqual(config, layer.get_config())
    self.assertIs(cls, type(type(layer).from_config(config)))
    substitution.undo()
    self.assertIs(cls, type(layer))
    self.assertFalse(instance_class.is_derived(layer))

  @test_case.needs_mixed_precision
  @parameterized.parameters('mixed_float16', 'mixed_bfloat16')
  def test_a_tensor_is_cast_as_the_weight_was(self, policy):
    layer = keras.layers.Dense(2, dtype=policy)
    model = _sequential(layer)
    expected = model.predict(_floats(2, 3), verbose=0)
    _substitute(model, 1.0)
    self.compile(model)
    actual = model.predict(_floats(2, 3), verbose=0)
    self.assertEqual(expected.dtype, actual.dtype)
    np.testing.assert_array_equal(
      expected.astype('float32'), actual.astype('float32')
    )
    self.assertEqual('float32', layer.kernel.dtype.name)

  def test_a_weight_in_no_attribute_is_refused(self):
    class Hidden(keras.layers.Layer):
      def build(self, input_shape):
        made = self.add_weight(name='hidden', shape=(3, 3))
        self.read = lambda: made
        super().build(input_shape)

      def call(self, inputs):
        return tf.matmul(inputs, self.read())

    model = _sequential(Hidden(), keras.layers.Dense(2))
    classes = [type(layer) for layer in model.layers]
    with self.assertRaisesRegex(
      ValueError, r"'hidden\w*/hidden' is in no attr"
    ):
      _substitute(model, 2.0)
    self.assertEqual(classes, [type(layer) for layer in model.layers])

  def test_released_weights_come_back_to_their_attributes(self):
    model = _sequential(WeightList())
    layer = model.layers[-1]
    expected = test_case.value_of(model(_floats(2, 3)))
    names = [adapter.variable_name(w).split('/')[-1] for w in layer.weights]
    substitution, _ = _substitute_constants(model)
    self.assertEmpty(layer.weights)
    substitution.undo(
      {w: test_case.value_of(w.compute(False)) for w in substitution.computed}
    )
    self.assertLen(layer.weights, 4)
    self.assertIs(layer.in_list[1], layer.weights[1])
    self.assertIs(layer.in_dict['c'], layer.weights[2])
    self.assertEqual(
      names,
      [adapter.variable_name(w).split('/')[-1] for w in layer.weights],
    )
    np.testing.assert_allclose(
      expected, test_case.value_of(model(_floats(2, 3))), rtol=1e-5
    )


if __name__ == '__main__':
  absltest.main()
