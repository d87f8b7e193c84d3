# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Whole output channels: which they are in each layer, trained and reported."""

import os

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.sparsity.keras.prune_now import (
  prune_now,
)
from tensorflow_model_optimization.python.core.sparsity.keras.sparsity_report import (
  sparsity_report,
)

keras = test_case.keras
layers = keras.layers
_HALF = pruning_schedule.ConstantSparsity(0.5, 0, frequency=1)


def _pruned_kernel(layer, shape, value, weight=0, **kwargs):
  """One weight of a layer, filled with `value` and pruned at once by half."""
  kwargs.setdefault('sparsity', 0.5)
  model = keras.Sequential([keras.Input(shape), layer])
  values = layer.get_weights()
  value = np.broadcast_to(np.asarray(value, np.float32), values[weight].shape)
  values[weight] = value
  layer.set_weights(values)
  pruned = prune_now(model, whole_output_channels=True, **kwargs)
  return pruned.layers[-1].get_weights()[weight]


class OutputChannelsTest(test_case.KerasTestCase):
  # --- which axes -------------------------------------------------------------

  def test_units_of_a_dense_layer(self):
    kernel = _pruned_kernel(
      layers.Dense(3), (2,), [[1, 9, 3], [-4, 0, -3]], sparsity=0.4
    )
    # Means of the magnitudes: 2.5, 4.5, 3.
    self.assert_equal_values([[0, 9, 3], [0, 0, -3]], kernel)

  def test_pooling_by_the_largest(self):
    kernel = _pruned_kernel(
      layers.Dense(3),
      (2,),
      [[1, 9, 3], [-4, 0, -3]],
      sparsity=0.4,
      block_pooling_type='MAX',
    )
    self.assert_equal_values([[1, 9, 0], [-4, 0, 0]], kernel)

  @parameterized.named_parameters(
    ('conv1d', 'Conv1D', (8, 3)),
    ('conv2d', 'Conv2D', (8, 8, 3)),
    ('conv3d', 'Conv3D', (8, 8, 8, 3)),
  )
  def test_filters_of_a_convolution(self, name, shape):
    layer = getattr(layers, name)(4, 2)
    kernel = _pruned_kernel(layer, shape, [1, 4, 2, 3])
    self.assert_equal_values(
      np.broadcast_to([0, 4, 0, 3], kernel.shape), kernel
    )

  @parameterized.named_parameters(
    ('conv1d', 'Conv1DTranspose', (8, 3)),
    ('conv2d', 'Conv2DTranspose', (8, 8, 3)),
    ('conv3d', 'Conv3DTranspose', (8, 8, 8, 3)),
  )
  def test_filters_of_a_transposed_convolution(self, name, shape):
    if not hasattr(layers, name):
      self.skipTest('This Keras has no layer {}.'.format(name))
    layer = getattr(layers, name)(4, 2)
    kernel = _pruned_kernel(layer, shape, [[1], [4], [2], [3]])
    self.assertEqual((4, 3), kernel.shape[-2:])
    self.assert_equal_values(
      np.broadcast_to([[0], [4], [0], [3]], kernel.shape), kernel
    )

  def test_depthwise_kernels_have_a_channel_for_each_input(self):
    layer = layers.DepthwiseConv2D(2, depth_multiplier=2)
    kernel = _pruned_kernel(
      layer,
      (8, 8, 2),
      [[1, 4], [2, 3]],
      per_weight={'.*kernel': {}},
    )
    self.assert_equal_values(
      np.broadcast_to([[0, 4], [0, 3]], (2, 2, 2, 2)), kernel
    )

  def test_separable_convolutions(self):
    layer = layers.SeparableConv2D(4, 2, depth_multiplier=2)
    kernel = _pruned_kernel(layer, (8, 8, 2), [1, 4, 2, 3], weight=1)
    self.assert_equal_values(
      np.broadcast_to([0, 4, 0, 3], (1, 1, 4, 4)), kernel
    )
    layer = layers.SeparableConv2D(4, 2, depth_multiplier=2)
    kernel = _pruned_kernel(
      layer,
      (8, 8, 2),
      [[1, 4], [2, 3]],
      per_weight={'.*depthwise_kernel': {}},
    )
    self.assert_equal_values(
      np.broadcast_to([[0, 4], [0, 3]], (2, 2, 2, 2)), kernel
    )

  def test_dimensions_of_an_embedding(self):
    kernel = _pruned_kernel(layers.Embedding(5, 4), (3,), [1, 4, 2, 3])
    self.assert_equal_values(np.broadcast_to([0, 4, 0, 3], (5, 4)), kernel)

  def test_gates_of_an_lstm(self):
    kernel = _pruned_kernel(layers.LSTM(2), (3, 4), [1, 4, 2, 3, 8, 7, 6, 5])
    self.assert_equal_values(
      np.broadcast_to([0, 0, 0, 0, 8, 7, 6, 5], (4, 8)), kernel
    )

  @test_case.needs_layer('EinsumDense')
  def test_every_output_axis_of_an_einsum(self):
    layer = layers.EinsumDense('abc,cde->abde', (None, 2, 2))
    kernel = _pruned_kernel(layer, (3, 5), [[1, 4], [2, 3]])
    self.assert_equal_values(
      np.broadcast_to([[0, 4], [0, 3]], (5, 2, 2)), kernel
    )
    layer = layers.EinsumDense('abc,dc->abd', (None, 4))
    kernel = _pruned_kernel(layer, (3, 5), [[1], [4], [2], [3]])
    self.assert_equal_values(
      np.broadcast_to([[0], [4], [0], [3]], (4, 5)), kernel
    )

  @test_case.needs_layer('MultiHeadAttention')
  def test_attention(self):
    inputs = keras.Input((3, 8))
    attention = layers.MultiHeadAttention(2, 4)
    model = keras.Model(inputs, attention(inputs, inputs))
    pruned = prune_now(model, 0.5, whole_output_channels=True)
    rows = sparsity_report(
      pruned, verify=True, sparsity=0.5, whole_output_channels=True
    ).asked
    # 2 heads of 4 for query, key and value; 8 outputs.
    self.assertEqual(
      4 * [('channel', 8, 4)],
      [(row.unit, row.units, row.pruned_units) for row in rows],
    )

  def test_a_vector_has_no_channels(self):
    with self.assertRaisesRegex(
      ValueError, r"bias' of the layer 'd'.*channels need .*rank 2.*per_weight"
    ):
      _pruned_kernel(
        layers.Dense(3, name='d'), (2,), 1, per_weight={'.*bias': {}}
      )

  # --- training, saving, report -----------------------------------------------

  def _model(self):
    return keras.Sequential(
      [
        layers.Dense(8, input_shape=(4,), name='a'),
        layers.Dense(4, name='b'),
      ]
    )

  def _fit(self, model):
    random = np.random.RandomState(0)
    self.compile(model)
    model.fit(
      random.normal(size=(8, 4)).astype(np.float32),
      random.normal(size=(8, 4)).astype(np.float32),
      batch_size=4,
      epochs=2,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    return model

  def test_trained_saved_and_trained_on(self):
    pruned = prune.prune_low_magnitude(
      self._model(), _HALF, whole_output_channels=True
    )
    self._fit(pruned)
    row = sparsity_report(pruned, verify=True).asked[0]
    self.assertEqual(
      ('output channels', 'channel', 8, 4, 4),
      (
        row.structure,
        row.unit,
        row.units,
        row.pruned_units,
        row.asked_units,
      ),
    )
    path = os.path.join(self.create_tempdir().full_path, 'm.h5')
    pruned.save(path)
    with prune.prune_scope():
      loaded = keras.models.load_model(path, compile=False)
    sparsity_report(self._fit(loaded), verify=True)
    kernel = prune.strip_pruning(loaded).layers[-1].get_weights()[0]
    self.assertEqual([0, 0, 8, 8], sorted(np.sum(kernel != 0, axis=0)))

  def test_one_weight_of_a_model(self):
    pruned = prune.prune_low_magnitude(
      self._model(),
      _HALF,
      per_weight={'b/kernel': {'whole_output_channels': True}},
    )
    rows = sparsity_report(self._fit(pruned), verify=True).asked
    self.assertEqual(
      [('unstructured', 16), ('output channels', 2)],
      [(row.structure, row.pruned_units) for row in rows],
    )

  def test_the_report_finds_single_zeros_that_are_no_channels(self):
    pruned = prune_now(self._model(), 0.5)
    report = sparsity_report(pruned, sparsity=0.5, whole_output_channels=True)
    self.assertIs(False, report.is_exact)
    self.assertIn('of 8 channels pruned, 4 asked for', report.inexact[0].remark)
    with self.assertRaisesRegex(
      ValueError, '`whole_output_channels` needs `sparsity`'
    ):
      sparsity_report(pruned, whole_output_channels=True)

  @parameterized.named_parameters(
    ('blocks', {'block_size': (2, 1)}, 'structure of its own.*block_size'),
    ('groups', {'sparsity_m_by_n': (2, 4)}, 'structure of its own'),
    ('global', {'sparsity_distribution': 'global'}, 'ranks single weights'),
    (
      'in_a_pattern',
      {'per_weight': {'b/.*': {'block_size': (4, 1)}}},
      'is wrong: .*structure of its own',
    ),
    ('no_bool', {'whole_output_channels': 'all'}, 'must be a bool'),
  )
  def test_what_contradicts_is_refused(self, kwargs, message):
    kwargs = dict({'whole_output_channels': True}, **kwargs)
    with self.assertRaisesRegex(ValueError, message):
      prune.prune_low_magnitude(self._model(), _HALF, **kwargs)


if __name__ == '__main__':
  absltest.main()
