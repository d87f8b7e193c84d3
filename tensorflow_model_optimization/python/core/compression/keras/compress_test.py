# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of compression after training."""

import collections
import json
import os

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import container
from tensorflow_model_optimization.python.core.compression.keras import (
  compress as compress_lib,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  compressed_model,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  toy_compressors,
)
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
compress = compress_lib.compress
Halves = toy_compressors.Halves
Zipped = toy_compressors.Zipped


class Subclassed(keras.Model):
  def __init__(self):
    super().__init__()
    self.one = keras.layers.Dense(4)
    self.two = keras.layers.Dense(2)

  def call(self, inputs):
    return self.two(self.one(inputs))


def _model():
  return keras.Sequential(
    [
      keras.Input((6,)),
      keras.layers.Dense(4, name='a', bias_initializer='ones'),
      keras.layers.BatchNormalization(name='norm'),
      keras.layers.Dense(2, name='b'),
    ],
    name='model',
  )


def _subclassed():
  model = Subclassed()
  model(tf.zeros((1, 6)))
  return model


def _inputs():
  return np.random.RandomState(0).normal(size=(5, 6)).astype('float32')


class CompressTest(test_case.KerasTestCase):
  def test_default_takes_matrices_and_says_why_not_others(self):
    model = _model()
    before = model.get_weights()
    compressed = compress(model, Halves())
    rows = collections.OrderedDict(
      (row.path, row) for row in compressed.report.weights
    )
    self.assertEqual(
      ['a/kernel', 'b/kernel'],
      [row.path for row in compressed.report.compressed],
    )
    self.assertEqual((96, 48), _bytes(rows['a/kernel']))
    self.assertEqual((32, 16), _bytes(rows['b/kernel']))
    self.assertEqual('is written by its layer', rows['norm/moving_mean'].remark)
    self.assertIn('has rank 1', rows['a/bias'].remark)
    # a: 24 + 4, norm: 4 * 4, b: 8 + 2 numbers.
    self.assertEqual(4 * 54, compressed.report.dense_bytes)
    self.assertEqual(4 * 54 - 64, compressed.report.stored_bytes)
    self.assert_same_arrays(before, model.get_weights())

  def test_lossless_takes_all(self):
    compressed = compress(_model(), Zipped())
    self.assertEmpty(compressed.report.skipped)
    self.assertLen(compressed.report.compressed, 8)

  def test_patterns_decide(self):
    compressed = compress(
      _model(),
      collections.OrderedDict(
        [
          ('a/kernel', None),
          ('.*/kernel', [Halves(), Zipped()]),
          (lambda path: path == 'b/bias', Halves()),
        ]
      ),
    )
    self.assertEqual(
      [('b/bias', ('Halves()',)), ('b/kernel', ('Halves()', 'Zipped()'))],
      sorted((r.path, r.stages) for r in compressed.report.compressed),
    )
    remarks = {row.path: row.remark for row in compressed.report.skipped}
    self.assertEqual('is left out by its pattern', remarks['a/kernel'])
    self.assertEqual('matches no pattern', remarks['a/bias'])

  def test_at_load_is_an_ordinary_model(self):
    model = _model()
    if hasattr(keras.utils, 'set_random_seed'):
      keras.utils.set_random_seed(1)
    expected = [
      value.astype('float16').astype('float32') if value.ndim == 2 else value
      for value in model.get_weights()
    ]
    restored = compress(model, Halves()).to_keras()
    self.assertIs(type(model), type(restored))
    self.assert_same_arrays(expected, restored.get_weights())
    for old, new in zip(model.layers, restored.layers):
      # Keras of TensorFlow 2.0 makes another class of this name from the config.
      self.assertEqual(type(old).__name__, type(new).__name__)
      self.assertEqual(old.name, new.name)
    for value, weight in zip(model.get_weights(), expected):
      np.testing.assert_allclose(value, weight, rtol=1e-3, atol=1e-3)

  def test_a_compiled_model_is_compressed_without_its_training(self):
    model = self.compile(_model(), optimizer='adam')
    restored = compress(model, Halves()).to_keras()
    self.assertIsNone(getattr(restored, 'optimizer', None))

  @parameterized.named_parameters(
    ('in_graph', lambda: Halves(), False),
    ('stages', lambda: [Halves(), Zipped()], False),
    ('lossless', lambda: Zipped(), True),
  )
  def test_save_and_load(self, make, is_exact):
    model = _model()
    path = os.path.join(self.create_tempdir().full_path, 'model.tfmot')
    compressed = compress(model, make())
    compressed.save(path)
    loaded = compressed_model.load(path)
    self.assert_same_arrays(
      compressed.to_keras().get_weights(), loaded.get_weights()
    )
    if is_exact:
      self.assert_same_arrays(model.get_weights(), loaded.get_weights())
    again = compressed_model.CompressedModel.read(path)
    self.assertEqual(
      json.loads(compressed.report.to_json()),
      json.loads(again.report.to_json()),
    )
    self.assertEqual('model', again.name)

  def test_nested_and_shared_layers(self):
    if tf_compat.tf_version() < (1, 15):
      self.skipTest('Keras of TensorFlow 1.14 hangs in from_config of these.')
    shared = keras.layers.Dense(6, name='shared')
    inner = keras.Sequential(
      [keras.Input((6,)), keras.layers.Dense(6, name='in')], name='inner'
    )
    inputs = keras.Input((6,))
    model = keras.Model(inputs, shared(inner(shared(inputs))))
    compressed = compress(model, {'.*/kernel': Halves()})
    self.assertEqual(
      ['inner/in/kernel', 'shared/kernel'],
      sorted(row.path for row in compressed.report.compressed),
    )
    restored = compressed.to_keras()
    np.testing.assert_allclose(
      model.predict(_inputs()), restored.predict(_inputs()), atol=0.02
    )

  def test_subclassed_model_needs_a_model(self):
    model, other = _subclassed(), _subclassed()
    compressed = compress(model, Zipped())
    path = os.path.join(self.create_tempdir().full_path, 'model.tfmot')
    compressed.save(path)
    with self.assertRaisesRegex(ValueError, '`model` must be given'):
      compressed_model.load(path)
    # Its layers have other names.
    loaded = compressed_model.load(path, model=other)
    self.assertIs(other, loaded)
    self.assert_same_arrays(model.get_weights(), loaded.get_weights())

  def test_a_model_of_another_shape_is_left_alone(self):
    compressed = compress(_model(), Zipped())
    other = keras.Sequential([keras.Input((6,)), keras.layers.Dense(4)])
    before = other.get_weights()
    with self.assertRaisesRegex(ValueError, '2 weights, and 8 are expected'):
      compressed.to_keras(model=other)
    self.assert_same_arrays(before, other.get_weights())

  def test_the_same_weights_give_the_same_bytes(self):
    model = _model()
    folder = self.create_tempdir().full_path
    contents = []
    for name in ('one', 'two'):
      path = os.path.join(folder, name)
      compress(model, [Halves(), Zipped()]).save(path)
      with open(path, 'rb') as f:
        contents.append(f.read())
    self.assertEqual(*contents)


class RefusalsTest(test_case.KerasTestCase):
  @parameterized.named_parameters(
    ('no_model', lambda: keras.layers.Dense(2), 'must be a Keras model'),
    (
      'not_built',
      lambda: keras.Sequential([keras.layers.Dense(2)]),
      'must be built',
    ),
  )
  def test_models(self, make, message):
    with self.assertRaisesRegex(ValueError, message):
      compress(make(), Halves())

  @parameterized.named_parameters(
    ('none', None, 'Received: algorithm=None'),
    ('a_class', Halves, 'Pass objects, not classes'),
    ('empty', [], 'non-empty list'),
    ('no_match', {'c/kernel': Halves()}, r"pattern='c/kernel'.*a/kernel"),
    ('bad_pattern', {'(': Halves()}, 'must be a regular expression'),
    ('nothing', {'a/bias': toy_compressors.Factors()}, 'finds nothing.*rank 1'),
    (
      'unused_stage',
      [Zipped(), Halves()],
      "'a/kernel' cannot be compressed.*finds nothing to compress: Halves",
    ),
    (
      'wrong_shape',
      toy_compressors.Wrong('compress'),
      r"'a/kernel' cannot be compressed: Wrong.*shape \(1, 4\)",
    ),
  )
  def test_algorithms(self, algorithm, message):
    model = _model()
    before = model.get_weights()
    with self.assertRaisesRegex(ValueError, message):
      compress(model, algorithm)
    self.assert_same_arrays(before, model.get_weights())

  def test_decompression_to_another_shape(self):
    compressed = compress(_model(), toy_compressors.Wrong('decompress'))
    with self.assertRaisesRegex(
      ValueError, 'decompress.. must give the weight'
    ):
      compressed.to_keras()

  def test_unknown_decompression(self):
    with self.assertRaisesRegex(ValueError, "decompression='now'"):
      compress(_model(), Halves()).to_keras('now')

  def test_unregistered_compressor_cannot_be_saved(self):
    class Local(Halves):
      pass

    path = os.path.join(self.create_tempdir().full_path, 'model.tfmot')
    compressed = compress(_model(), Local())
    with self.assertRaisesRegex(ValueError, 'register'):
      compressed.save(path)
    self.assertFalse(os.path.exists(path))

  def test_lambda_layers_of_a_file_are_not_run(self):
    model = keras.Sequential(
      [
        keras.Input((6,)),
        keras.layers.Dense(2),
        keras.layers.Lambda(lambda x: x + 1.0),
      ]
    )
    path = os.path.join(self.create_tempdir().full_path, 'model.tfmot')
    compressed = compress(model, Halves())
    compressed.save(path)
    with self.assertRaisesRegex(ValueError, 'Lambda layer'):
      compressed_model.load(path)
    self.assertIs(model, compressed_model.load(path, model=model))
    # In the process that made it the code is the user's own.
    self.assertLen(compressed.to_keras().weights, 2)

  @parameterized.parameters(
    ({},),
    ({'kind': 'other'},),
    ([1],),
    ({'kind': 'keras model', 'weights': 3},),
    (
      {
        'kind': 'keras model',
        'name': 'm',
        'keras': 3,
        'architecture': {'class_name': 'Sequential'},
        'weights': [{'path': 'a', 'packed': {'parts': 5}}],
        'remarks': {},
      },
    ),
  )
  def test_hostile_headers(self, header):
    path = os.path.join(self.create_tempdir().full_path, 'model.tfmot')
    container.write(path, header, {})
    with self.assertRaisesRegex(ValueError, 'path|damaged|compressor'):
      compressed_model.load(path)

  def test_hostile_architecture(self):
    path = os.path.join(self.create_tempdir().full_path, 'model.tfmot')
    compress(_model(), Halves()).save(path)
    header, tensors = container.read(path)
    header['architecture'] = {'class_name': 'Nothing', 'config': {}}
    container.write(path, header, tensors)
    with self.assertRaisesRegex(ValueError, 'cannot be built'):
      compressed_model.load(path)

  def test_an_architecture_with_far_more_weights_than_the_file(self):
    if tf_compat.in_v1_graph():
      self.skipTest('Variables of a graph get no memory when it is built.')
    path = os.path.join(self.create_tempdir().full_path, 'model.tfmot')
    compress(_model(), Halves()).save(path)
    header, tensors = container.read(path)
    text = json.dumps(header['architecture'])
    self.assertIn('"units": 4', text)
    # 6 x 10 million floats.
    text = text.replace('"units": 4', '"units": 10000000')
    header['architecture'] = json.loads(text)
    container.write(path, header, tensors)
    with self.assertRaisesRegex(ValueError, 'would have 2400000[0-9]* bytes'):
      compressed_model.load(path)

  def test_truncated_and_flipped_files(self):
    path = os.path.join(self.create_tempdir().full_path, 'model.tfmot')
    compress(_model(), [Halves(), Zipped()]).save(path)
    with open(path, 'rb') as f:
      content = f.read()
    random = np.random.RandomState(0)
    for _ in range(30):
      damaged = bytearray(content)
      damaged[random.randint(len(content))] ^= 1 << random.randint(8)
      for bad in (bytes(damaged), content[: random.randint(len(content))]):
        with open(path, 'wb') as f:
          f.write(bad)
        with self.assertRaises(ValueError):
          compressed_model.load(path)


def _bytes(row):
  return row.dense_bytes, row.stored_bytes


if __name__ == '__main__':
  absltest.main()
