# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of stages: what is stored, and what comes back."""

import json
import zlib

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

TensorSpec = tensor_spec.TensorSpec


@registry.register_compressor
class SignAndMagnitude(weight_compressor.WeightCompressor):
  """Keeps the values that are no zeros, and where they stand."""

  def compressed_spec(self, spec):
    return {
      'places': TensorSpec((None,), 'int32'),
      'values': TensorSpec((None,), spec.dtype, holds_values=True),
    }

  def compress(self, weight, spec, trained=None):
    places = np.flatnonzero(weight).astype(np.int32)
    return {'places': places, 'values': weight.ravel()[places]}

  def decompress(self, tensors, spec):
    return tf.reshape(
      tf.scatter_nd(tensors['places'][:, None], tensors['values'], [spec.size]),
      spec.shape,
    )


@registry.register_compressor
class Halves(weight_compressor.WeightCompressor):
  def compressed_spec(self, spec):
    return {'halves': TensorSpec(spec.shape, 'float16', holds_values=True)}

  def compress(self, weight, spec, trained=None):
    return {'halves': weight.astype(np.float16)}

  def decompress(self, tensors, spec):
    return tf.cast(tensors['halves'], spec.dtype)


@registry.register_compressor
class Deflate(weight_compressor.WeightCompressor):
  decompresses_in_graph = False
  is_lossless = True

  def compressed_spec(self, spec):
    return {'deflated': TensorSpec((None,), 'uint8')}

  def compress(self, weight, spec, trained=None):
    return {'deflated': np.frombuffer(zlib.compress(weight.tobytes()), 'uint8')}

  def decompress(self, tensors, spec):
    data = zlib.decompress(tensors['deflated'].tobytes())
    return np.frombuffer(data, spec.dtype).reshape(spec.shape)


class WrongShape(Halves):
  def decompress(self, tensors, spec):
    return tf.zeros([7], spec.dtype)


class WrongDtype(Halves):
  def decompress(self, tensors, spec):
    return tensors['halves']


class Undeclared(Halves):
  def compress(self, weight, spec, trained=None):
    return {'other': weight.astype(np.float16)}


class OtherDtype(Halves):
  def compress(self, weight, spec, trained=None):
    return {'halves': weight}


_WEIGHT = np.array([[0.0, 0.5, 0.0], [-2.0, 0.0, 0.0]], np.float32)


class CompressWeightTest(absltest.TestCase):
  def test_one_stage(self):
    packed = compressed_weight.compress_weight(Halves(), _WEIGHT)
    self.assertEqual(list(packed.tensors()), ['halves'])
    self.assertEqual(packed.stored_bytes, 6 * 2)
    np.testing.assert_array_equal(packed.decompress(), _WEIGHT)
    self.assertEqual(packed.decompress().dtype, np.float32)

  def test_later_stage_takes_the_values_and_not_the_side_data(self):
    packed = compressed_weight.compress_weight(
      [SignAndMagnitude(), Halves()], _WEIGHT
    )
    tensors = packed.tensors()
    self.assertEqual(list(tensors), ['places', 'values/halves'])
    np.testing.assert_array_equal(tensors['places'], [1, 3])
    np.testing.assert_array_equal(
      tensors['values/halves'], np.array([0.5, -2.0], np.float16)
    )
    self.assertEqual(packed.stored_bytes, 2 * 4 + 2 * 2)
    np.testing.assert_array_equal(packed.decompress(), _WEIGHT)

  def test_lossless_last_stage_takes_everything(self):
    packed = compressed_weight.compress_weight(
      [SignAndMagnitude(), Halves(), Deflate()], _WEIGHT
    )
    self.assertEqual(
      list(packed.tensors()), ['places/deflated', 'values/halves/deflated']
    )
    np.testing.assert_array_equal(packed.decompress(), _WEIGHT)
    self.assertEqual(packed.stages, [SignAndMagnitude(), Halves(), Deflate()])

  def test_decompresses_in_a_graph_once_the_rest_is_undone(self):
    packed = compressed_weight.compress_weight(
      [SignAndMagnitude(), Halves(), Deflate()], _WEIGHT
    )
    with self.assertRaisesRegex(ValueError, 'as_far_as_in_graph'):
      packed.decompress_in_graph(packed.tensors())
    in_graph = packed.as_far_as_in_graph()
    self.assertEqual(list(in_graph.tensors()), ['places', 'values/halves'])
    names = list(in_graph.tensors())
    arrays = [in_graph.tensors()[name] for name in names]
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
      tensors = dict(zip(names, [tf.constant(array) for array in arrays]))
      weight = in_graph.decompress_in_graph(tensors)
      self.assertEqual(weight.shape.as_list(), [2, 3])
      np.testing.assert_array_equal(session.run(weight), _WEIGHT)

  def test_nothing_left_to_decompress_in_a_graph(self):
    packed = compressed_weight.compress_weight(Deflate(), _WEIGHT)
    np.testing.assert_array_equal(packed.as_far_as_in_graph(), _WEIGHT)

  def test_config_round_trip(self):
    packed = compressed_weight.compress_weight(
      [SignAndMagnitude(), Halves()], _WEIGHT
    )
    config = json.loads(json.dumps(packed.to_dict()))
    again = compressed_weight.CompressedWeight.from_dict(
      config, packed.tensors()
    )
    np.testing.assert_array_equal(again.decompress(), _WEIGHT)
    self.assertEqual(again.to_dict(), packed.to_dict())

  def test_missing_tensor(self):
    packed = compressed_weight.compress_weight(Halves(), _WEIGHT)
    with self.assertRaisesRegex(ValueError, "tensor 'halves'.* is missing"):
      compressed_weight.CompressedWeight.from_dict(packed.to_dict(), {})

  def test_damaged_description(self):
    good = compressed_weight.compress_weight(Halves(), _WEIGHT).to_dict()
    for config in (
      None,
      [],
      {},
      dict(good, parts=5),
      dict(good, parts=[['halves', 5]]),
      dict(good, compressor='x'),
      dict(good, shape=[-1]),
      dict(good, shape='ab'),
      dict(good, dtype='no such'),
    ):
      with self.assertRaises(ValueError, msg=config):
        compressed_weight.CompressedWeight.from_dict(config, {'halves': 1})

  def test_empty_and_scalar_weights(self):
    for weight in (np.zeros([0, 3], np.float32), np.float32(4.0)):
      packed = compressed_weight.compress_weight([Halves(), Deflate()], weight)
      np.testing.assert_array_equal(packed.decompress(), weight)


class RefusalsTest(absltest.TestCase):
  def test_algorithm_of_another_type(self):
    for algorithm in (Halves, 'halves', [], [Halves(), 'deflate']):
      with self.assertRaisesRegex(ValueError, '`algorithm` must be'):
        compressed_weight.compress_weight(algorithm, _WEIGHT)

  def test_stage_without_use(self):
    with self.assertRaisesRegex(
      ValueError, 'finds nothing to compress: Halves'
    ):
      compressed_weight.compress_weight([Deflate(), Halves()], _WEIGHT)
    with self.assertRaisesRegex(ValueError, 'is of dtype int32, not a float'):
      compressed_weight.compress_weight(Halves(), np.arange(3, dtype=np.int32))

  def test_compressed_tensors_that_were_not_declared(self):
    with self.assertRaisesRegex(
      ValueError, "\\['other'\\], declared: \\['halv"
    ):
      compressed_weight.compress_weight(Undeclared(), _WEIGHT)
    with self.assertRaisesRegex(ValueError, "'halves' has shape .*float32"):
      compressed_weight.compress_weight(OtherDtype(), _WEIGHT)

  def test_decompressed_weight_of_another_shape_or_dtype(self):
    with self.assertRaisesRegex(ValueError, r'has shape \(7,\)'):
      compressed_weight.compress_weight(WrongShape(), _WEIGHT).decompress()
    packed = compressed_weight.compress_weight(WrongDtype(), _WEIGHT)
    with self.assertRaisesRegex(ValueError, 'dtype float16'):
      packed.decompress()
    with tf.Graph().as_default():
      tensors = {'halves': tf.constant(packed.tensors()['halves'])}
      with self.assertRaisesRegex(ValueError, 'has dtype float16'):
        packed.decompress_in_graph(tensors)


if __name__ == '__main__':
  absltest.main()
