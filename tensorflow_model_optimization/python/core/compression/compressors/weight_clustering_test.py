# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of weight clustering as a compression algorithm."""

import json

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import training_form
from tensorflow_model_optimization.python.core.compression.compressors import (
  magnitude_pruning,
)
from tensorflow_model_optimization.python.core.compression.compressors import (
  weight_clustering,
)
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.tf_compat import tf

# For TensorFlow 1: the tests look at eager tensors.
tf.compat.v1.enable_v2_behavior()

MagnitudePruning = magnitude_pruning.MagnitudePruning
WeightClustering = weight_clustering.WeightClustering

_DTYPES = ('float16', 'bfloat16', 'float32', 'float64')


def _normal(*shape, **kwargs):
  values = np.random.RandomState(0).randn(*shape)
  dtype = tensor_spec.numpy_dtype(kwargs.get('dtype', 'float32'))
  return np.asarray(values, np.float32).astype(dtype)


def _pack(algorithm, weight):
  return compressed_weight.compress_weight(algorithm, weight)


def _spec(weight):
  return tensor_spec.TensorSpec.of(weight, holds_values=True)


class AfterTrainingTest(parameterized.TestCase):
  def test_two_clusters(self):
    weight = np.array([[9.0, 1.0], [11.0, 2.0], [1.5, 10.0]], np.float32)
    packed = _pack(WeightClustering(2), weight)
    tensors = packed.tensors()
    self.assertEqual(list(tensors), ['codebook', 'indices'])
    np.testing.assert_array_equal(tensors['codebook'], [1.5, 10.0])
    # Indices 1 0 1 0 0 1, a bit each, the lowest first.
    np.testing.assert_array_equal(tensors['indices'], [0b100101])
    self.assertEqual(packed.stored_bytes, 2 * 4 + 1)
    np.testing.assert_array_equal(
      packed.decompress(), [[10, 1.5], [10, 1.5], [1.5, 10]]
    )

  def test_three_bits_across_bytes(self):
    weight = np.array([0.0, 1.0, 2.0, 3.0, 4.0], np.float32)
    packed = _pack(WeightClustering(5), weight)
    # 000 001 010 011 100 from the lowest bit on, in two bytes.
    bits = 1 << 3 | 2 << 6 | 3 << 9 | 4 << 12
    np.testing.assert_array_equal(
      packed.tensors()['indices'], [bits & 255, bits >> 8]
    )
    np.testing.assert_array_equal(packed.decompress(), weight)

  def test_bytes_of_the_docstring(self):
    packed = _pack(WeightClustering(16), _normal(100, 100))
    self.assertEqual(packed.stored_bytes, 64 + 5000)
    self.assertEqual(
      [
        spec.nbytes
        for spec in WeightClustering(16)
        .compressed_spec(_spec(_normal(100, 100)))
        .values()
      ],
      [64, 5000],
    )

  def test_each_weight_gets_the_nearest(self):
    weight = _normal(50, 40)
    packed = _pack(WeightClustering(16), weight)
    codebook = packed.tensors()['codebook']
    distance = np.abs(weight[..., None] - codebook).min(axis=-1)
    np.testing.assert_allclose(
      np.abs(packed.decompress() - weight), distance, atol=1e-6
    )

  def test_zeros_that_are_preserved(self):
    weight = np.array([0.0, 1.0, 0.0, -2.0, 0.1, 0.2], np.float32)
    packed = _pack(WeightClustering(3, preserve_zeros=True), weight)
    np.testing.assert_allclose(
      packed.tensors()['codebook'], [-2.0, 0.0, 0.15, 1.0], rtol=1e-6
    )
    np.testing.assert_allclose(
      packed.decompress(), [0.0, 1.0, 0.0, -2.0, 0.15, 0.15], rtol=1e-6
    )
    without_zeros = _pack(WeightClustering(2, preserve_zeros=True), weight[3:])
    self.assertLen(without_zeros.tensors()['codebook'], 2)

  @parameterized.parameters(*_DTYPES)
  def test_all_dtypes_and_shapes(self, dtype):
    shapes = ((), (1,), (0,), (7,), (0, 3), (4, 5), (2, 3, 4), (2, 1, 3, 2))
    for shape in shapes + ((2, 2, 1, 3, 2),):
      weight = _normal(*shape, dtype=dtype)
      for clusters in (2, 3, 64, 300):
        algorithm = WeightClustering(clusters)
        packed = _pack(algorithm, weight)
        for name, spec in algorithm.compressed_spec(_spec(weight)).items():
          self.assertEqual(packed.tensors()[name].nbytes, spec.nbytes)
        found = packed.decompress()
        self.assertEqual(found.dtype, weight.dtype)
        self.assertEqual(found.shape, weight.shape)
        if clusters >= 64:  # More than there are weights.
          self.assertEqual(found.tobytes(), weight.tobytes())
        # Again it is without loss.
        again = _pack(algorithm, found).decompress()
        self.assertEqual(again.tobytes(), found.tobytes())

  def test_constant_weights(self):
    for value in (0.0, -3.5):
      for preserve_zeros in (False, True):
        weight = np.full([5, 3], value, np.float32)
        packed = _pack(WeightClustering(4, 'linear', preserve_zeros), weight)
        np.testing.assert_array_equal(packed.decompress(), weight)

  def test_after_pruning_it_clusters_what_is_left(self):
    weight = np.array([0.1, 5.0, -0.2, -6.0, 5.5, 0.3, 0.0, 7.5], np.float32)
    packed = _pack([MagnitudePruning(0.5), WeightClustering(2)], weight)
    self.assertEqual(
      list(packed.tensors()), ['mask', 'values/codebook', 'values/indices']
    )
    np.testing.assert_array_equal(
      packed.decompress(), [0, 6, 0, -6, 6, 0, 0, 6]
    )
    self.assertEqual(packed.stored_bytes, 1 + 8 + 1)

  def test_damaged_index(self):
    packed = _pack(WeightClustering(3), _normal(16))
    tensors = dict(packed.tensors(), indices=np.full([4], 255, np.uint8))
    damaged = compressed_weight.CompressedWeight.from_dict(
      packed.to_dict(), tensors
    )
    with self.assertRaises(tf.errors.InvalidArgumentError):
      damaged.decompress()


class TrainingTest(parameterized.TestCase):
  def _gradients(self, algorithm, weight, codebook):
    spec = _spec(weight)
    variables = {'weight': tf.constant(weight), 'codebook': codebook}
    with tf.GradientTape() as tape:
      for variable in variables.values():
        tape.watch(variable)
      projected = algorithm.project(variables, spec, True)
      factors = tf.reshape(tf.range(1, spec.size + 1), spec.shape)
      loss = tf.reduce_sum(projected * tf.cast(factors, projected.dtype))
    return projected, tape.gradient(loss, variables)

  def test_projection_and_gradients(self):
    weight = np.array([[0.9, -2.0], [0.0, 1.2]], np.float32)
    # Not sorted: training may move one past another.
    codebook = tf.constant([1.0, -1.0, 0.25])
    projected, gradients = self._gradients(
      WeightClustering(3), weight, codebook
    )
    np.testing.assert_array_equal(projected, [[1, -1], [0.25, 1]])
    # Of the loss w0 + 2 w1 + 3 w2 + 4 w3.
    np.testing.assert_array_equal(gradients['weight'], [[1, 2], [3, 4]])
    np.testing.assert_array_equal(gradients['codebook'], [1 + 4, 2, 3])

  def test_zeros_stay_and_get_no_gradient(self):
    weight = np.array([[0.9, -2.0], [0.0, 1.2]], np.float32)
    codebook = tf.constant([1.0, -1.0, 0.25])
    projected, gradients = self._gradients(
      WeightClustering(3, preserve_zeros=True), weight, codebook
    )
    np.testing.assert_array_equal(projected, [[1, -1], [0, 1]])
    np.testing.assert_array_equal(gradients['weight'], [[1, 2], [0, 4]])
    np.testing.assert_array_equal(gradients['codebook'], [1 + 4, 2, 0])

  @parameterized.parameters(*_DTYPES)
  def test_all_dtypes(self, dtype):
    weight = _normal(4, 3, dtype=dtype)
    form = training_form.TrainingForm(WeightClustering(4), _spec(weight))
    codebook = form.initial_values(weight)['0.codebook']
    self.assertEqual(
      codebook.dtype, np.float64 if dtype == 'float64' else np.float32
    )
    projected = form.project(
      {'weight': tf.constant(weight), '0.codebook': codebook}, True
    )
    self.assertEqual(projected.dtype, dtype)
    self.assertLessEqual(np.unique(tf.cast(projected, tf.float64)).size, 4)

  def test_starts_with_k_means(self):
    weight = np.array([9.0, 1.0, 11.0, 2.0], np.float32)
    form = training_form.TrainingForm(WeightClustering(2), _spec(weight))
    np.testing.assert_array_equal(
      form.initial_values(weight)['0.codebook'], [1.5, 10.0]
    )

  def test_compresses_the_values_that_were_trained(self):
    weight = np.array([9.0, 1.0, 11.0, 2.0], np.float32)
    form = training_form.TrainingForm(WeightClustering(2), _spec(weight))
    packed = form.compress(
      {'weight': weight, '0.codebook': np.array([12.0, 1.0], np.float32)}
    )
    np.testing.assert_array_equal(packed.decompress(), [12.0, 1.0, 12.0, 1.0])

  @parameterized.parameters(True, False)
  def test_chain_with_pruning(self, preserve_zeros):
    weight = np.array([0.1, 5.0, -0.2, -6.0, 5.5, 0.3, 0.0, 7.5], np.float32)
    form = training_form.TrainingForm(
      [MagnitudePruning(0.5), WeightClustering(2, 'linear', preserve_zeros)],
      _spec(weight),
    )
    values = form.initial_values(weight)
    self.assertEqual(list(values), ['0.mask', '1.codebook'])
    if preserve_zeros:
      np.testing.assert_array_equal(values['1.codebook'], [-6.0, 6.0])
    packed = form.compress(dict(values, weight=weight))
    found = packed.decompress()
    if preserve_zeros:
      np.testing.assert_array_equal(found, [0, 6, 0, -6, 6, 0, 0, 6])
      self.assertEqual(packed.stored_bytes, 1 + 8 + 1)
    else:
      # Zeros were drawn to a value in training; none is lost.
      self.assertEqual(np.unique(found).size, 2)
      self.assertTrue(found.all())

  def test_in_code_of_xla(self):
    algorithm = WeightClustering(3, preserve_zeros=True)
    weight = np.array([[0.9, -2.0], [0.0, 1.2]], np.float32)
    function = tf_compat.jit_compiled(
      lambda codebook: self._gradients(algorithm, weight, codebook)
    )
    if function is None:
      self.skipTest('this TensorFlow has no argument for XLA')
    projected, gradients = function(tf.constant([1.0, -1.0, 0.25]))
    np.testing.assert_array_equal(projected, [[1, -1], [0, 1]])
    np.testing.assert_array_equal(gradients['codebook'], [1 + 4, 2, 0])

  def test_decompresses_in_code_of_xla(self):
    for sparsity in (0.5, 0.95):  # Bits; gaps.
      packed = _pack(
        [MagnitudePruning(sparsity), WeightClustering(16)], _normal(40, 50)
      )
      function = tf_compat.jit_compiled(packed.decompress_in_graph)
      if function is None:
        self.skipTest('this TensorFlow has no argument for XLA')
      # XLA takes no native op, so `TFMOT_OPS=native` would be an error.
      with dispatch.force('auto'):
        found = function(
          {name: tf.constant(t) for name, t in packed.tensors().items()}
        )
      np.testing.assert_array_equal(found, packed.decompress())


class SettingsTest(absltest.TestCase):
  def test_config_round_trip(self):
    algorithm = WeightClustering(32, 'kmeans++', True, seed=5)
    config = json.loads(json.dumps(registry.config_of_compressor(algorithm)))
    self.assertEqual(registry.compressor_from_config(config), algorithm)

  def test_wrong_arguments(self):
    for number in (1, 0, 65537, 4.5, '16', None):
      with self.assertRaisesRegex(ValueError, '`number_of_clusters` must be'):
        WeightClustering(number)
    with self.assertRaisesRegex(ValueError, '`centroids` must be one of'):
      WeightClustering(4, centroids='random')

  def test_weights_that_it_cannot_cluster(self):
    for value in (np.nan, np.inf):
      with self.assertRaisesRegex(ValueError, r'shape \(2,\).* finite'):
        _pack(WeightClustering(2), np.array([1.0, value], np.float32))
    spec = tensor_spec.TensorSpec((2,), 'int32', True)
    self.assertIn('not a float', WeightClustering(2).reason_against(spec))


if __name__ == '__main__':
  absltest.main()
