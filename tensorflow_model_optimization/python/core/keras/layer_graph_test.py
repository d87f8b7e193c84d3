# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Producers and consumers, across the borders of nested models."""

from absl.testing import absltest

from tensorflow_model_optimization.python.core.keras import layer_graph
from tensorflow_model_optimization.python.core.keras import test_case

adapter = test_case.adapter
keras = test_case.keras


def _dense(name):
  return keras.layers.Dense(2, name=name)


def _names(layers):
  return [layer.name for layer in layers]


def _nested_model():
  """i -> a -> inner(b -> innermost(c)) -> add(a) -> d; j -> e."""
  innermost = keras.Sequential(
    [keras.Input((2,)), _dense('c')], name='innermost'
  )
  inner_inputs = keras.Input((2,), name='inner_inputs')
  inner = keras.Model(
    inner_inputs, innermost(_dense('b')(inner_inputs)), name='inner'
  )
  i, j = keras.Input((2,), name='i'), keras.Input((2,), name='j')
  x = _dense('a')(i)
  x = keras.layers.Add(name='add')([x, inner(x)])
  return keras.Model([i, j], [_dense('d')(x), _dense('e')(j), inner(j)])


class LayerGraphTest(test_case.KerasTestCase):
  def _neighbours(self, model):
    graph = layer_graph.LayerGraph(adapter, model)
    layers = graph.walk(
      [layer for _, fed in graph.inputs for layer in fed], graph.consumers
    )
    return graph, {
      layer.name: (
        sorted(_names(graph.producers(layer))),
        sorted(_names(graph.consumers(layer))),
      )
      for layer in layers
    }

  def test_nested_models_are_taken_apart(self):
    graph, neighbours = self._neighbours(_nested_model())
    self.assertEqual(
      {
        'a': ([], ['add', 'b']),
        'b': (['a'], ['c']),
        'c': (['b'], ['add']),
        'add': (['a', 'c'], ['d']),
        'd': (['add'], []),
        'e': ([], []),
      },
      neighbours,
    )
    self.assertEqual(
      {'i': ['a'], 'j': ['b', 'e']},
      {name: sorted(_names(fed)) for name, fed in graph.inputs},
    )
    self.assertEqual(
      [('d', ['d']), ('e', ['e']), ('inner', ['c'])],
      [(name, _names(layers)) for name, layers in graph.outputs],
    )

  def test_a_sequential_model(self):
    inner = keras.Sequential([keras.Input((2,)), _dense('b'), _dense('c')])
    model = keras.Sequential([keras.Input((2,)), _dense('a'), inner])
    graph, neighbours = self._neighbours(model)
    self.assertEqual(
      {'a': ([], ['b']), 'b': (['a'], ['c']), 'c': (['b'], [])}, neighbours
    )
    self.assertEqual([('a', ['a'])], [(n, _names(x)) for n, x in graph.inputs])
    self.assertEqual(['c'], _names(graph.outputs[0][1]))

  def test_a_sequential_model_that_begins_with_a_model(self):
    inner = keras.Sequential([keras.Input((2,)), _dense('b')], name='inner')
    model = keras.Sequential([keras.Input((2,)), inner, _dense('d')])
    graph, _ = self._neighbours(model)
    self.assertEqual(
      [('inner', ['b'])], [(n, _names(x)) for n, x in graph.inputs]
    )

  def test_a_nested_model_with_two_inputs_and_two_outputs(self):
    i, j = keras.Input((2,), name='i'), keras.Input((2,), name='j')
    inner = keras.Model([i, j], [_dense('p')(i), _dense('q')(j)], name='inner')
    inputs = keras.Input((2,), name='k')
    x = _dense('a')(inputs)
    x = keras.layers.Add(name='add')(inner([x, x]))
    _, neighbours = self._neighbours(keras.Model(inputs, x))
    self.assertEqual(
      {
        'a': ([], ['p', 'q']),
        'p': (['a'], ['add']),
        'q': (['a'], ['add']),
        'add': (['p', 'q'], []),
      },
      neighbours,
    )

  def test_a_layer_that_is_called_twice_is_there_once(self):
    inputs = keras.Input((2,), name='i')
    a, b = _dense('a'), _dense('b')
    _, neighbours = self._neighbours(keras.Model(inputs, b(a(b(inputs)))))
    self.assertEqual({'a': (['b'], ['b']), 'b': (['a'], ['a'])}, neighbours)

  def test_walk_ends_where_it_is_told(self):
    graph = layer_graph.LayerGraph(adapter, _nested_model())
    a = dict(graph.inputs)['i'][0]
    walk = graph.walk([a], graph.consumers, lambda layer: layer.name == 'b')
    # `add` is reached past the nested model.
    self.assertCountEqual(['a', 'b', 'add', 'd'], _names(walk))
    d = graph.outputs[0][1][0]
    walk = graph.walk([d], graph.producers, lambda layer: layer.name == 'add')
    self.assertEqual(['d', 'add'], _names(walk))

  def test_an_empty_model(self):
    graph = layer_graph.LayerGraph(adapter, keras.Sequential())
    self.assertEqual(([], []), (graph.inputs, graph.outputs))


if __name__ == '__main__':
  absltest.main()
