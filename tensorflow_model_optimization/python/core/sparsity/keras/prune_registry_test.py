# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which weights of which layers are pruned."""

from absl.testing import absltest
from absl.testing import parameterized

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prunable_layer,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)

adapter = test_case.adapter
keras = test_case.keras
PruneRegistry = prune_registry.PruneRegistry

# Layer, its arguments, shape of its input, shapes of its prunable weights.
_WITH_WEIGHTS = (
  ('Dense', (3,), (2,), [(2, 3)]),
  ('Conv1D', (3, 2), (5, 4), [(2, 4, 3)]),
  ('Conv1DTranspose', (3, 2), (5, 4), [(2, 3, 4)]),
  ('Conv2D', (3, 2), (5, 5, 4), [(2, 2, 4, 3)]),
  ('Conv2DTranspose', (3, 2), (5, 5, 4), [(2, 2, 3, 4)]),
  ('Conv3D', (3, 2), (4, 4, 4, 2), [(2, 2, 2, 2, 3)]),
  ('Conv3DTranspose', (3, 2), (4, 4, 4, 2), [(2, 2, 2, 3, 2)]),
  ('SeparableConv1D', (3, 2), (5, 4), [(1, 4, 3)]),
  ('SeparableConv2D', (3, 2), (5, 5, 4), [(1, 1, 4, 3)]),
  ('ConvLSTM2D', (2, 2), (2, 5, 5, 3), [(2, 2, 3, 8), (2, 2, 2, 8)]),
  ('Embedding', (7, 3), (2,), [(7, 3)]),
  ('LSTM', (2,), (4, 3), [(3, 8), (2, 8)]),
  ('GRU', (2,), (4, 3), [(3, 6), (2, 6)]),
  ('SimpleRNN', (2,), (4, 3), [(3, 2), (2, 2)]),
)

_WITHOUT_WEIGHTS = (
  ('Activation', ('relu',), (2,)),
  ('BatchNormalization', (), (2,)),
  ('DepthwiseConv2D', (2,), (5, 5, 4)),
  ('Dropout', (0.5,), (2,)),
  ('Flatten', (), (2, 3)),
  ('GlobalAveragePooling2D', (), (5, 5, 4)),
  ('LayerNormalization', (), (2,)),
  ('LeakyReLU', (), (2,)),
  ('MaxPooling2D', (), (4, 4, 2)),
  ('PReLU', (), (2,)),
  ('Rescaling', (2.0,), (2,)),
  ('Reshape', ((3, 2),), (6,)),
  ('ReLU', (), (2,)),
  ('UpSampling2D', (), (2, 2, 1)),
  ('ZeroPadding2D', (), (2, 2, 1)),
)


class Dense(keras.layers.Layer):
  """A user's layer that shares only its name with the built-in one."""

  def build(self, input_shape):
    self.other = self.add_weight(name='other', shape=(2, 2), initializer='ones')
    super().build(input_shape)

  def call(self, inputs):
    return inputs


class Composite(keras.layers.Layer):
  """A user's layer that holds another one."""

  def __init__(self, part, **kwargs):
    super().__init__(**kwargs)
    self.part = part

  def build(self, input_shape):
    self.part.build(input_shape)
    super().build(input_shape)

  def call(self, inputs):
    return self.part(inputs)


class Undecided(Dense):
  """A user's layer with a weight."""


class Weightless(keras.layers.Layer):
  """A user's layer without one."""

  def call(self, inputs):
    return inputs


class MyDense(keras.layers.Dense, prunable_layer.PrunableLayer):
  """The example of the API's documentation."""

  def get_prunable_weights(self):
    return [self.kernel, self.bias]


class DuckDense(Undecided):
  """Has the method without deriving from PrunableLayer."""

  def get_prunable_weights(self):
    return [self.other]


class UndecidedCell(keras.layers.Layer):
  """An RNN cell nobody has decided on."""

  state_size = 2
  output_size = 2

  def build(self, input_shape):
    self.kernel = self.add_weight(
      name='kernel', shape=(input_shape[-1], 2), initializer='ones'
    )
    super().build(input_shape)

  def call(self, inputs, states):
    outputs = inputs @ self.kernel + states[0]
    return outputs, [outputs]


class PrunableCell(UndecidedCell, prunable_layer.PrunableLayer):
  """One that says it itself."""

  def get_prunable_weights(self):
    return [self.kernel]


is_never_wrapped = prune_registry.is_never_wrapped

# Abstract classes, inputs, and layers that run models of other libraries.
_UNDECIDED_ON_PURPOSE = frozenset(
  """
  AbstractRNNCell DenseFeatures FlaxLayer InputLayer JaxLayer Layer TFSMLayer
  TorchModuleWrapper Wrapper
  """.split()
)


def _build(layer, input_shape, dtype='float32'):
  """Builds a layer by a symbolic call."""
  layer(keras.Input(input_shape, dtype=dtype))
  return layer


def _shapes(layer):
  return [
    tuple(weight.shape) for weight in prune_registry.prunable_weights(layer)
  ]


def _names(layer):
  return [
    adapter.variable_name(weight).split('/')[-1]
    for weight in prune_registry.prunable_weights(layer)
  ]


class PruneRegistryTest(test_case.KerasTestCase):
  # --- the table -------------------------------------------------------------

  @parameterized.named_parameters((row[0],) + row for row in _WITH_WEIGHTS)
  def test_kernels_are_pruned_and_biases_are_not(
    self, name, arguments, input_shape, shapes
  ):
    if not hasattr(keras.layers, name):
      self.skipTest('This Keras has no {}.'.format(name))
    layer = getattr(keras.layers, name)(*arguments)
    self.assertTrue(PruneRegistry.supports(layer))
    dtype = 'int32' if name == 'Embedding' else 'float32'
    _build(layer, input_shape, dtype)
    self.assertEqual(shapes, _shapes(layer))

  @parameterized.named_parameters((row[0],) + row for row in _WITHOUT_WEIGHTS)
  def test_nothing_is_pruned(self, name, arguments, input_shape):
    if not hasattr(keras.layers, name):
      self.skipTest('This Keras has no {}.'.format(name))
    layer = getattr(keras.layers, name)(*arguments)
    self.assertTrue(PruneRegistry.supports(layer))
    self.assertEqual([], _shapes(_build(layer, input_shape)))

  def test_merges_are_supported(self):
    for name in ('Add', 'Average', 'Concatenate', 'Multiply', 'Subtract'):
      layer = getattr(keras.layers, name)()
      layer([keras.Input((2,)), keras.Input((2,))])
      self.assertTrue(PruneRegistry.supports(layer))
      self.assertEqual([], _shapes(layer))

  def test_einsum_dense(self):
    if not hasattr(keras.layers, 'EinsumDense'):
      self.skipTest('This Keras has no EinsumDense.')
    layer = keras.layers.EinsumDense('ab,bc->ac', output_shape=4)
    self.assertEqual([(3, 4)], _shapes(_build(layer, (3,))))

  @test_case.needs_layer('MultiHeadAttention')
  def test_multi_head_attention_prunes_four_projections(self):
    layer = keras.layers.MultiHeadAttention(num_heads=2, key_dim=3)
    inputs = keras.Input((5, 4))
    layer(inputs, inputs)
    self.assertTrue(PruneRegistry.supports(layer))
    self.assertEqual([(4, 2, 3)] * 3 + [(2, 3, 4)], _shapes(layer))
    self.assertEqual(['kernel'] * 4, _names(layer))

  def test_names_of_the_pruned_weights_of_an_lstm(self):
    layer = _build(keras.layers.LSTM(2), (4, 3))
    self.assertEqual(['kernel', 'recurrent_kernel'], _names(layer))

  # --- layers made of layers -------------------------------------------------

  def test_bidirectional_prunes_both_directions(self):
    layer = keras.layers.Bidirectional(keras.layers.LSTM(2))
    self.assertTrue(PruneRegistry.supports(layer))
    _build(layer, (4, 3))
    self.assertEqual([(3, 8), (2, 8)] * 2, _shapes(layer))
    self.assertLen({id(w) for w in prune_registry.prunable_weights(layer)}, 4)

  def test_time_distributed_prunes_its_layer(self):
    layer = keras.layers.TimeDistributed(keras.layers.Dense(3))
    self.assertTrue(PruneRegistry.supports(layer))
    self.assertEqual([(2, 3)], _shapes(_build(layer, (4, 2))))

  def test_stacked_rnn_cells_prune_each_cell(self):
    cells = [keras.layers.LSTMCell(2), keras.layers.GRUCell(3)]
    layer = keras.layers.RNN(keras.layers.StackedRNNCells(cells))
    self.assertTrue(PruneRegistry.supports(layer))
    self.assertEqual(
      [(4, 8), (2, 8), (2, 9), (3, 9)], _shapes(_build(layer, (5, 4)))
    )

  def test_a_list_of_cells_prunes_each_cell(self):
    layer = keras.layers.RNN([keras.layers.SimpleRNNCell(2), PrunableCell()])
    self.assertTrue(PruneRegistry.supports(layer))
    self.assertEqual([(4, 2), (2, 2), (2, 2)], _shapes(_build(layer, (5, 4))))

  def test_an_undecided_part_makes_the_whole_undecided(self):
    for layer in (
      keras.layers.TimeDistributed(Undecided()),
      keras.layers.RNN(UndecidedCell()),
      keras.layers.RNN([keras.layers.LSTMCell(2), UndecidedCell()]),
    ):
      self.assertFalse(PruneRegistry.supports(layer))
      with self.assertRaisesRegex(ValueError, 'Undecided'):
        prune_registry.check_is_supported(layer)

  # --- users' classes --------------------------------------------------------

  def test_a_subclass_of_a_known_layer_is_treated_as_that_layer(self):
    class Sub(keras.layers.Dense):
      pass

    class SubSub(Sub):
      pass

    for layer in (Sub(3), SubSub(3)):
      self.assertTrue(PruneRegistry.supports(layer))
      self.assertEqual([(2, 3)], _shapes(_build(layer, (2,))))

  def test_a_class_that_only_shares_a_name_is_undecided(self):
    self.assertTrue(PruneRegistry.supports(keras.layers.Dense(1)))
    self.assertFalse(PruneRegistry.supports(Dense()))

  def test_a_prunable_layer_decides_for_itself(self):
    layer = _build(MyDense(3), (2,))
    self.assertTrue(PruneRegistry.supports(layer))
    self.assertEqual([(2, 3), (3,)], _shapes(layer))

  def test_a_prunable_layer_may_prune_nothing(self):
    class NoDense(MyDense):
      def get_prunable_weights(self):
        return []

    self.assertEqual([], _shapes(_build(NoDense(3), (2,))))

  def test_having_the_method_is_enough(self):
    layer = _build(DuckDense(), (2,))
    self.assertTrue(PruneRegistry.supports(layer))
    self.assertEqual([(2, 2)], _shapes(layer))

  def test_a_prunable_layer_without_the_method_cannot_be_made(self):
    class Forgetful(keras.layers.Dense, prunable_layer.PrunableLayer):
      pass

    with self.assertRaises(TypeError):
      Forgetful(3)

  def test_no_class_object_and_no_other_value_is_supported(self):
    for value in (keras.layers.Dense, keras.layers.Dropout, MyDense, None, 3):
      self.assertFalse(PruneRegistry.supports(value))

  # --- undecided layers ------------------------------------------------------

  def test_the_error_names_layer_class_weight_and_remedy(self):
    layer = _build(Undecided(name='strange'), (2,))
    with self.assertRaises(ValueError) as caught:
      prune_registry.check_is_supported(layer)
    message = str(caught.exception)
    for part in (
      "Cannot prune the layer 'strange'",
      'prune_registry_test' if __name__ != '__main__' else '__main__',
      '.Undecided',
      'strange/other',
      'tfmot.sparsity.keras.PrunableLayer',
      '`get_prunable_weights`',
    ):
      self.assertIn(part, message)

  def test_the_error_for_an_unbuilt_layer_says_that_it_is_not_built(self):
    with self.assertRaisesRegex(
      ValueError, "'strange'.*is not built, so its weights are not known"
    ):
      prune_registry.check_is_supported(Undecided(name='strange'))

  def test_unknown_layers_are_not_wrapped_when_built_and_without_weights(self):
    self.assertTrue(is_never_wrapped(_build(Weightless(), (2,))))
    self.assertFalse(is_never_wrapped(Weightless()))
    self.assertFalse(is_never_wrapped(_build(Undecided(), (2,))))
    self.assertFalse(is_never_wrapped(_build(keras.layers.ReLU(), (2,))))

  def test_layers_that_prepare_data_are_supported_and_not_wrapped(self):
    if not hasattr(keras.layers, 'RandomFlip'):
      self.skipTest('This Keras has no such layers.')
    layer = keras.layers.RandomFlip()
    self.assertTrue(PruneRegistry.supports(layer))
    self.assertTrue(is_never_wrapped(layer))

  def test_spectral_normalization_prunes_its_layer(self):
    if not hasattr(keras.layers, 'SpectralNormalization'):
      self.skipTest('This Keras has no SpectralNormalization.')
    dense = keras.layers.Dense(3)
    layer = keras.layers.SpectralNormalization(dense)
    layer.build((None, 2))
    weights = prune_registry.prunable_weights(layer)
    self.assertEqual([id(dense.kernel)], [id(weight) for weight in weights])

  def test_every_layer_of_this_keras_is_decided(self):
    # tf.keras loads its names when they are asked for.
    classes = {name: getattr(keras.layers, name) for name in dir(keras.layers)}
    undecided = {
      name
      for name, value in classes.items()
      if isinstance(value, type)
      and issubclass(value, keras.layers.Layer)
      and not prune_registry.is_decided_class(value)
    }
    self.assertEqual(set(), undecided - _UNDECIDED_ON_PURPOSE)

  def test_a_layer_of_known_layers_is_as_good_as_these(self):
    composite = Composite(keras.layers.Dense(3))
    self.assertFalse(PruneRegistry.supports(composite))
    _build(composite, (2,))
    self.assertTrue(PruneRegistry.supports(composite))
    weights = prune_registry.prunable_weights(composite)
    self.assertEqual([id(composite.part.kernel)], [id(w) for w in weights])

  def test_a_layer_of_an_undecided_layer_is_undecided(self):
    composite = _build(Composite(Undecided(name='odd')), (2,))
    self.assertFalse(PruneRegistry.supports(composite))
    with self.assertRaisesRegex(ValueError, "Cannot prune the layer 'odd'"):
      prune_registry.check_is_supported(composite)

  def test_a_weight_that_the_user_decided_on_is_decided(self):
    layer = _build(Undecided(), (2,))
    prune_registry.check_is_supported(layer, decided=layer.weights)

  # --- make_prunable ---------------------------------------------------------

  def test_make_prunable_gives_the_layer_the_method(self):
    layer = keras.layers.Dense(3)
    self.assertIs(layer, PruneRegistry.make_prunable(layer))
    _build(layer, (2,))
    self.assert_equal_values(
      layer.get_weights()[0],
      test_case.value_of(layer.get_prunable_weights()[0]),
    )
    self.assertLen(layer.get_prunable_weights(), 1)

  def test_make_prunable_leaves_a_prunable_layer_alone(self):
    layer = _build(MyDense(3), (2,))
    PruneRegistry.make_prunable(layer)
    self.assertLen(layer.get_prunable_weights(), 2)

  def test_make_prunable_of_an_undecided_layer_is_an_error(self):
    layer = _build(Undecided(), (2,))
    with self.assertRaisesRegex(ValueError, '^Cannot prune the layer'):
      PruneRegistry.make_prunable(layer)
    self.assertFalse(hasattr(layer, 'get_prunable_weights'))

  def test_asking_leaves_the_layer_alone(self):
    layer = _build(keras.layers.Dense(3), (2,))
    PruneRegistry.supports(layer)
    prune_registry.prunable_weights(layer)
    self.assertFalse(hasattr(layer, 'get_prunable_weights'))


if __name__ == '__main__':
  absltest.main()
