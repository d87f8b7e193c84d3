# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What prune_low_magnitude refuses, and that it changes nothing then."""

from absl.testing import absltest
from absl.testing import parameterized

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
prune_low_magnitude = prune.prune_low_magnitude


class SubclassedModel(keras.Model):
  """No layer graph."""

  def __init__(self, **kwargs):
    super().__init__(**kwargs)
    self.dense = keras.layers.Dense(2)
    self.undecided = Undecided(name='odd')

  def call(self, inputs):
    return self.undecided(self.dense(inputs))


class Undecided(keras.layers.Layer):
  """A user's layer whose weight is in no registry."""

  def build(self, input_shape):
    self.scale = self.add_weight(name='scale', shape=(), initializer='ones')
    super().build(input_shape)

  def call(self, inputs):
    return self.scale * inputs


def _sequential():
  return keras.Sequential(
    [keras.Input((4,)), keras.layers.Dense(3), keras.layers.Dense(2)]
  )


def _attributes(layer):
  """Names of the attributes that are not Keras's own bookkeeping."""
  return {name for name in vars(layer) if not name.startswith('_')}


class RefusalsTest(test_case.KerasTestCase):
  @parameterized.named_parameters(
    ('none', lambda: None),
    ('string', lambda: 'model'),
    ('tuple_of_layers', lambda: (keras.layers.Dense(1),)),
    ('class', lambda: keras.layers.Dense),
    ('tensor', lambda: tf.constant(1.0)),
  )
  def test_other_objects_are_refused(self, make):
    with self.assertRaisesRegex(
      ValueError, r'`to_prune` must be a Keras layer.* Received: to_prune='
    ):
      prune_low_magnitude(make())

  def _assert_untouched_after(self, error, model, **kwargs):
    """Asserts that pruning fails and leaves the model as it was."""
    before = model.get_weights()
    attributes = [_attributes(layer) for layer in model.layers]
    with self.assertRaisesRegex(ValueError, error):
      prune_low_magnitude(model, **kwargs)
    self.assert_same_arrays(before, model.get_weights())
    self.assertEqual(attributes, [_attributes(layer) for layer in model.layers])
    for weight in model.weights:
      self.assertIsNone(adapter.constraint(weight))

  @parameterized.named_parameters(
    ('pooling', {'block_pooling_type': 'avg'}, 'block_pooling_type'),
    ('block_length', {'block_size': (1, 2, 3)}, 'block_size'),
    ('block_zero', {'block_size': (0, 1)}, 'block_size'),
    ('block_float', {'block_size': (1.5, 1)}, 'block_size'),
    ('schedule', {'pruning_schedule': 0.5}, 'pruning_schedule'),
    ('m_by_n', {'sparsity_m_by_n': (4, 4)}, 'sparsity_m_by_n'),
    ('m_by_n_float', {'sparsity_m_by_n': (2.0, 4)}, 'sparsity_m_by_n'),
  )
  def test_a_wrong_argument_leaves_the_model_untouched(self, kwargs, name):
    self._assert_untouched_after(
      '^`{0}` must.*Received: {0}='.format(name), _sequential(), **kwargs
    )

  def test_an_undecided_layer_leaves_the_model_untouched(self):
    model = keras.Sequential(
      [keras.Input((4,)), keras.layers.Dense(2), Undecided(name='odd')]
    )
    self._assert_untouched_after("Cannot prune the layer 'odd'", model)

  def test_an_undecided_layer_in_a_nested_model_leaves_all_untouched(self):
    inner = keras.Sequential([keras.Input((2,)), Undecided(name='odd')])
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2), inner])
    self._assert_untouched_after("Cannot prune the layer 'odd'", model)

  def test_a_shape_without_blocks_leaves_the_model_untouched(self):
    class PrunesBias(keras.layers.Dense):
      def get_prunable_weights(self):
        return [self.bias]

    model = keras.Sequential(
      [keras.Input((4,)), keras.layers.Dense(2), PrunesBias(2, name='odd')]
    )
    self._assert_untouched_after(
      r"Cannot prune the weight .*bias.* of the layer 'odd'.*"
      r'blocks of 2x2 need a weight of rank 2 or more.*shape=\(2,\)',
      model,
      block_size=(2, 2),
    )

  def test_an_undecided_layer_in_a_subclassed_model_leaves_all_untouched(self):
    nested = SubclassedModel(name='nested')
    model = keras.Sequential([keras.Input((4,)), nested])
    model(tf.ones((1, 4)))
    self._assert_untouched_after("Cannot prune the layer 'odd'", model)


if __name__ == '__main__':
  absltest.main()
