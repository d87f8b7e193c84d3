# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The adapter's answers about the layers of a model, on the row's Keras."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.keras import test_models

adapter = test_case.adapter
keras = test_case.keras


class AdapterModelsTest(test_case.KerasTestCase):
  def test_every_question_has_a_test_here(self):
    tests = [name for name in dir(self) if name.startswith('test_')]
    for question in test_case.QUESTIONS_ABOUT_MODELS:
      self.assertTrue(hasattr(adapter, question), question)
      self.assertTrue(
        any(test.startswith('test_' + question) for test in tests),
        'No test_{}...'.format(question),
      )

  def test_layer_edges_of_a_sequential_model_are_a_chain(self):
    layers = [keras.layers.Dense(2) for _ in range(3)]
    model = keras.Sequential([keras.Input((2,))] + layers)
    self.assertEqual(
      [(layers[0], layers[1]), (layers[1], layers[2])],
      adapter.layer_edges(model),
    )
    self.assertEqual([], adapter.layer_edges(keras.Sequential(layers[:1])))

  def test_layer_edges_of_a_functional_model_have_one_for_each_call(self):
    inputs = keras.Input((2,), name='i')
    a, b = keras.layers.Dense(2, name='a'), keras.layers.Dense(2, name='b')
    inner = keras.Sequential([keras.Input((2,)), b], name='inner')
    x = a(inputs)
    x = keras.layers.Add(name='add')([x, inner(a(x))])
    edges = adapter.layer_edges(keras.Model(inputs, x))
    self.assertCountEqual(
      ['i a', 'a a', 'a add', 'a inner', 'inner add'],
      [producer.name + ' ' + consumer.name for producer, consumer in edges],
    )

  def test_layer_edges_hold_the_calls_of_this_model_only(self):
    a, b = keras.layers.Dense(2, name='a'), keras.layers.Dense(2, name='b')
    inputs, others = keras.Input((2,), name='i'), keras.Input((2,), name='j')
    model = keras.Model(inputs, a(inputs))
    keras.Model(others, a(b(others)))
    self.assertEqual(
      [('i', 'a')],
      [(p.name, c.name) for p, c in adapter.layer_edges(model)],
    )

  def test_output_layers(self):
    self.assertEqual(
      ['a'],
      [layer.name for layer in adapter.output_layers(test_models.sequential())],
    )
    inputs = keras.Input((2,))
    a, b = keras.layers.Dense(2, name='a'), keras.layers.Dense(2, name='b')
    x = a(inputs)
    model = keras.Model(inputs, [b(x), x, a(x)])
    self.assertEqual([b, a], adapter.output_layers(model))

  def test_operation_name_of_operations_and_layers(self):
    inputs = keras.Input((2,))
    x = keras.layers.Dense(2)(inputs)
    model = keras.Model(inputs, [x + inputs, x * inputs, x - inputs])
    self.assertEqual(
      ['add', 'multiply', 'subtract'],
      [adapter.operation_name(v) for v in adapter.output_layers(model)],
    )
    for layer in (
      keras.layers.Add(),
      keras.layers.Dense(1),
      test_models.Dense(),
    ):
      self.assertIsNone(adapter.operation_name(layer))

  def test_all_sublayers_at_any_depth_each_once(self):
    shared = keras.layers.Dense(3, name='shared')
    inner = keras.Sequential([keras.Input((3,)), shared], name='inner')
    inputs = keras.Input((3,))
    model = keras.Model(inputs, shared(inner(inputs)))
    found = adapter.all_sublayers(model)
    self.assertLen({id(layer) for layer in found}, len(found))
    self.assertIs(found[0], model)
    self.assertLen([layer for layer in found if layer is shared], 1)
    self.assertLen([layer for layer in found if layer is inner], 1)

  def test_all_sublayers_finds_parts_of_layers(self):
    cell = keras.layers.LSTMCell(2)
    rnn = keras.layers.RNN(cell)
    wrapped = keras.layers.TimeDistributed(rnn)
    for layer in (wrapped, rnn, cell):
      self.assertIn(layer, adapter.all_sublayers(wrapped))

  def test_direct_sublayers_only_of_the_layer_itself(self):
    cell = keras.layers.LSTMCell(2)
    rnn = keras.layers.RNN(cell)
    wrapped = keras.layers.TimeDistributed(rnn)
    self.assertEqual([rnn], adapter.direct_sublayers(wrapped))
    self.assertEqual([cell], adapter.direct_sublayers(rnn))
    self.assertEqual([], adapter.direct_sublayers(cell))

  def test_direct_sublayers_finds_layers_in_lists_and_dicts(self):
    class Holder(keras.layers.Layer):
      def __init__(self):
        super().__init__()
        self.some = [keras.layers.ReLU(name='a'), keras.layers.ReLU(name='b')]
        self.more = {'key': keras.layers.ReLU(name='c')}

    found = [layer.name for layer in adapter.direct_sublayers(Holder())]
    self.assertEqual(['a', 'b', 'c'], sorted(found))

  def _model_with_attached_layer(self):
    model = test_models.SubclassedModel()
    model(np.ones((1, 3), np.float32))
    layer = keras.layers.Dense(2, name='attached')
    layer.build((None, 3))
    adapter.attach_layer(model, 'extra', layer)
    return model, layer

  def test_attach_layer_makes_its_weights_the_models(self):
    model, layer = self._model_with_attached_layer()
    self.assertIs(layer, model.extra)
    self.assertIn(layer, adapter.all_sublayers(model))
    self.assertLen(model.weights, 4)

  def test_detach_layer_takes_everything_back(self):
    model, layer = self._model_with_attached_layer()
    adapter.detach_layer(model, 'extra')
    self.assertFalse(hasattr(model, 'extra'))
    self.assertNotIn(layer, adapter.all_sublayers(model))
    self.assertLen(model.weights, 2)

  def test_clone_model_offers_each_layer_once_and_uses_what_it_gets(self):
    for model in (test_models.sequential(), test_models.functional()):
      offered = []

      def replace(layer, offered=offered):
        offered.append(layer.name)
        return keras.layers.Dense(2, name='b', kernel_initializer='ones')

      clone = adapter.clone_model(model, replace)
      self.assertEqual(['a'], [name for name in offered if name == 'a'])
      self.assertIsNot(clone, model)
      self.assertEqual(model.name, clone.name)
      self.assertTrue(clone.built)
      self.assert_equal_values(
        [[6.0, 6.0]], clone(np.array([[1.0, 2.0, 3.0]], np.float32))
      )

  def test_clone_model_shares_layers_that_are_returned(self):
    model = test_models.functional()
    clone = adapter.clone_model(model, lambda layer: layer)
    self.assertIs(model.get_layer('a'), clone.get_layer('a'))
    self.assert_same_arrays(model.get_weights(), clone.get_weights())

  def test_clone_model_keeps_output_names_when_layers_are_renamed(self):
    inputs = keras.Input((3,))
    model = keras.Model(
      inputs,
      [
        keras.layers.Dense(1, name='left')(inputs),
        keras.layers.Dense(1, name='right')(inputs),
      ],
    )
    clone = adapter.clone_model(
      model,
      lambda layer: (
        keras.layers.Dense(1, name='new_' + layer.name)
        if layer.name in ('left', 'right')
        else layer
      ),
    )
    self.assertEqual(['left', 'right'], list(clone.output_names))

  def test_clone_model_keeps_input_names(self):
    inputs = {name: keras.Input((2,), name=name) for name in ('one', 'two')}
    outputs = keras.layers.Concatenate()([inputs['one'], inputs['two']])
    model = keras.Model(inputs, outputs)
    clone = adapter.clone_model(model, lambda layer: layer)
    self.assertEqual(
      ['one', 'two'],
      sorted(
        layer.name for layer in clone.layers if adapter.is_input_layer(layer)
      ),
    )
    batch = {
      'one': np.array([[1.0, 2.0]], np.float32),
      'two': np.array([[3.0, 4.0]], np.float32),
    }
    self.assert_equal_values(
      [[1.0, 2.0, 3.0, 4.0]], clone.predict(batch, verbose=0)
    )

  def test_clone_model_is_not_compiled_and_leaves_the_original_compiled(self):
    for model in (test_models.sequential(), test_models.functional()):
      self.compile(model, keras.optimizers.Adam())
      model.train_on_batch(np.ones((4, 3)), np.ones((4, 2)))
      optimizer = model.optimizer
      clone = adapter.clone_model(model, lambda layer: layer)
      self.assertIsNone(getattr(clone, 'optimizer', None))
      self.assertIs(optimizer, model.optimizer)
      model.train_on_batch(np.ones((4, 3)), np.ones((4, 2)))
      with self.assertRaises((RuntimeError, ValueError)):
        clone.train_on_batch(np.ones((4, 3)), np.ones((4, 2)))

  def test_clone_model_keeps_the_class_of_a_functional_subclass(self):
    model = test_models.functional()
    model = test_models.FunctionalWithOwnStep(model.inputs, model.outputs)
    clone = adapter.clone_model(model, lambda layer: layer)
    self.assertIsInstance(clone, test_models.FunctionalWithOwnStep)

  def test_clone_model_of_an_unbuilt_sequential_is_unbuilt(self):
    model = keras.Sequential([keras.layers.Dense(2)])
    clone = adapter.clone_model(model, lambda layer: layer)
    self.assertFalse(clone.built)
    self.assertEqual((1, 2), tuple(clone(np.ones((1, 5), np.float32)).shape))

  def test_clone_model_of_a_sequential_built_by_data_is_built(self):
    model = keras.Sequential([keras.layers.Dense(2)])
    expected = model(np.ones((1, 5), np.float32))
    clone = adapter.clone_model(model, lambda layer: layer)
    if getattr(model, '_build_input_shape', model) is not None:
      # Old releases do not remember by which shape.
      self.assertTrue(clone.built)
    self.assert_equal_values(expected, clone(np.ones((1, 5), np.float32)))


if __name__ == '__main__':
  absltest.main()
