# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Listing, finding and replacing the layers of models."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.keras import model_walk
from tensorflow_model_optimization.python.core.keras import test_case

adapter = test_case.adapter
keras = test_case.keras


def _nested_model():
  """inputs -> a -> inner(b, innermost(c)) -> inner again -> d."""
  innermost = keras.Sequential(
    [keras.Input((2,)), keras.layers.Dense(2, name='c')], name='innermost'
  )
  inner_inputs = keras.Input((2,))
  inner = keras.Model(
    inner_inputs,
    innermost(keras.layers.Dense(2, name='b')(inner_inputs)),
    name='inner',
  )
  inputs = keras.Input((2,))
  x = keras.layers.Dense(2, name='a')(inputs)
  x = inner(inner(x))
  return keras.Model(inputs, keras.layers.Dense(2, name='d')(x), name='outer')


def _doubled(layer):
  """A Dense layer with two times the identity as its kernel."""
  return keras.layers.Dense(
    2,
    name='new_' + layer.name,
    use_bias=False,
    kernel_initializer=lambda shape, dtype=None: 2.0 * np.eye(2, dtype='f'),
  )


class SubclassedModel(keras.Model):
  """No layer graph, so it is a leaf."""

  def __init__(self, **kwargs):
    super().__init__(**kwargs)
    self.dense = keras.layers.Dense(2)

  def call(self, inputs):
    return self.dense(inputs)


class ModelWalkTest(test_case.KerasTestCase):
  def test_leaf_layers_in_order_through_nested_models_each_once(self):
    leaves = model_walk.leaf_layers(adapter, _nested_model())
    self.assertEqual(['a', 'b', 'c', 'd'], [layer.name for layer in leaves])

  def test_leaf_layers_are_no_input_layers_and_no_operations(self):
    inputs = keras.Input((2,))
    x = keras.layers.Dense(2, name='a')(inputs)
    model = keras.Model(inputs, x + x)
    for leaf in model_walk.leaf_layers(adapter, model):
      self.assertTrue(adapter.is_layer(leaf))
      self.assertFalse(adapter.is_input_layer(leaf))

  def test_leaf_layers_hold_a_nested_subclassed_model(self):
    nested = SubclassedModel(name='nested')
    model = keras.Sequential([keras.Input((2,)), nested])
    self.assertEqual([nested], model_walk.leaf_layers(adapter, model))

  def test_replace_layers_offers_exactly_the_leaves_each_once(self):
    model = _nested_model()
    offered = []

    def keep(layer):
      offered.append(layer.name)
      return layer

    model_walk.replace_layers(adapter, model, keep)
    self.assertCountEqual(['a', 'b', 'c', 'd'], offered)

  def test_replace_layers_uses_the_new_layers_at_each_depth(self):
    clone = model_walk.replace_layers(adapter, _nested_model(), _doubled)
    # a, twice (b, c), and d.
    self.assert_equal_values(
      [[64.0, 128.0]], clone(np.array([[1.0, 2.0]], np.float32))
    )

  def test_replace_layers_clones_nested_models_and_keeps_their_names(self):
    model = _nested_model()
    clone = model_walk.replace_layers(adapter, model, lambda layer: layer)
    inner = clone.get_layer('inner')
    self.assertIsNot(model.get_layer('inner'), inner)
    self.assertIsNot(
      model.get_layer('inner').get_layer('innermost'),
      inner.get_layer('innermost'),
    )
    self.assertEqual('outer', clone.name)
    self.assertIs(model.get_layer('inner').get_layer('b'), inner.get_layer('b'))

  def test_replace_layers_leaves_the_original_alone(self):
    model = _nested_model()
    data = np.array([[1.0, 2.0]], np.float32)
    before = test_case.value_of(model(data))
    config = model.get_config()
    model_walk.replace_layers(adapter, model, _doubled)
    self.assert_equal_values(before, model(data))
    self.assertEqual(config, model.get_config())

  def test_replace_layers_keeps_a_shared_layer_shared(self):
    shared = keras.layers.Dense(2, name='shared')
    inputs = [keras.Input((2,)), keras.Input((2,))]
    outputs = keras.layers.Add()([shared(tensor) for tensor in inputs])
    model = keras.Model(inputs, outputs)
    clone = model_walk.replace_layers(
      adapter,
      model,
      lambda layer: _doubled(layer) if layer.name == 'shared' else layer,
    )
    self.assertLen(clone.weights, 1)
    one = np.ones((1, 2), np.float32)
    self.assert_equal_values([[4.0, 4.0]], clone([one, one]))

  def test_a_layer_of_the_outer_and_of_a_nested_model_counts_once(self):
    shared = keras.layers.Dense(2, name='shared')
    nested = keras.Sequential([keras.Input((2,)), shared], name='nested')
    inputs = keras.Input((2,))
    model = keras.Model(inputs, shared(nested(inputs)))
    self.assertEqual([shared], model_walk.leaf_layers(adapter, model))
    clone = model_walk.replace_layers(adapter, model, _doubled)
    # Old releases count it twice.
    self.assertLen({id(weight) for weight in clone.weights}, 1)
    self.assertIs(
      clone.get_layer('new_shared'),
      clone.get_layer('nested').get_layer('new_shared'),
    )

  def test_replace_layers_keeps_operations_between_tensors(self):
    inputs = keras.Input((2,))
    x = keras.layers.Dense(2, name='a')(inputs)
    model = keras.Model(inputs, (x + 1.0) * x)
    clone = model_walk.replace_layers(
      adapter,
      model,
      lambda layer: _doubled(layer) if layer.name == 'a' else layer,
    )
    self.assert_equal_values(
      [[6.0, 20.0]], clone(np.array([[1.0, 2.0]], np.float32))
    )

  def test_find_layers_of_a_class_at_any_depth_each_once(self):
    cell = keras.layers.LSTMCell(2)
    inner = keras.Sequential(
      [keras.Input((3, 2)), keras.layers.RNN(cell), keras.layers.Dense(2)]
    )
    inputs = keras.Input((3, 2))
    model = keras.Model(inputs, inner(inputs) + inner(inputs))
    self.assertEqual(
      [cell], model_walk.find_layers(adapter, model, keras.layers.LSTMCell)
    )
    self.assertLen(
      model_walk.find_layers(adapter, model, keras.layers.Dense), 1
    )
    self.assertEqual(
      [], model_walk.find_layers(adapter, model, keras.layers.Conv2D)
    )

  def test_find_layers_inside_a_subclassed_model(self):
    model = SubclassedModel()
    self.assertEqual(
      [model.dense],
      model_walk.find_layers(adapter, model, keras.layers.Dense),
    )


class WeightsByPathTest(test_case.KerasTestCase):
  def _paths(self, root, **kwargs):
    found = model_walk.weights_by_path(adapter, root, **kwargs)
    return [one.path for one in found]

  def test_paths_join_the_names_of_layers_and_of_the_weight(self):
    inner = keras.Sequential(
      [keras.Input((3,)), keras.layers.Dense(2, name='a')], name='inner'
    )
    model = keras.Sequential(
      [
        keras.Input((5, 3)),
        keras.layers.TimeDistributed(inner, name='times'),
        keras.layers.LSTM(4, name='lstm'),
      ]
    )
    paths = self._paths(model)
    self.assertEqual(['times/inner/a/kernel', 'times/inner/a/bias'], paths[:2])
    self.assertLen(paths, 5)
    for path, name in zip(paths[2:], ('kernel', 'recurrent_kernel', 'bias')):
      self.assertRegex(path, r'^lstm/lstm_cell(_\d+)?/{}$'.format(name))

  def test_a_shared_weight_has_its_first_path_only(self):
    shared = keras.layers.Dense(3, name='shared', use_bias=False)
    inner = keras.Sequential([keras.Input((3,)), shared], name='inner')
    model = keras.Sequential([keras.Input((3,)), inner, shared])
    self.assertEqual(['inner/shared/kernel'], self._paths(model))

  def test_layers_of_the_unnamed_class_add_nothing(self):
    layer = keras.layers.TimeDistributed(
      keras.layers.Dense(2, name='a'), name='times'
    )
    model = keras.Sequential([keras.Input((5, 3)), layer])
    self.assertEqual(
      ['a/kernel', 'a/bias'],
      self._paths(model, unnamed_class=keras.layers.TimeDistributed),
    )

  def test_the_weight_and_the_layer_that_holds_it(self):
    dense = keras.layers.Dense(2, name='a')
    model = keras.Sequential([keras.Input((3,)), dense])
    found = model_walk.weights_by_path(adapter, model)
    self.assertIs(dense, found[1].layer)
    self.assertIs(dense.bias, found[1].weight)


if __name__ == '__main__':
  absltest.main()
