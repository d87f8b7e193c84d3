# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of models whose weights stay packed in memory."""

import gc
import os
import weakref

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.compression.keras import (
  compress as compress_lib,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  compression_scope as compression_scope_lib,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  packed_weights,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  toy_compressors,
)
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
Halves = toy_compressors.Halves
Zipped = toy_compressors.Zipped
_X = np.random.RandomState(0).normal(size=(4, 6)).astype('float32')


class Subclassed(keras.Model):
  def __init__(self):
    super().__init__()
    self.dense = keras.layers.Dense(4)

  def call(self, inputs):
    return self.dense(inputs)


class SavesItself(keras.layers.Dense):
  def save_own_variables(self, store):
    store['mine'] = np.zeros(3)


def _model():
  return keras.Sequential(
    [
      keras.Input((6,)),
      keras.layers.Dense(8, name='first'),
      keras.layers.BatchNormalization(name='norm'),
      keras.layers.Dense(3, name='dense'),
    ],
    name='model',
  )


def _packed(decompression='per_call', algorithm=None):
  compressed = compress_lib.compress(_model(), algorithm or Halves())
  return compressed.to_keras(decompression), compressed.to_keras()


def _bytes(model):
  return sum(
    int(np.prod(w.shape)) * tf.as_dtype(adapter.storage_dtype(w)).size
    for w in model.weights
  )


@absltest.skipIf(
  adapter.substitution_problem(), 'Not in this TensorFlow and mode.'
)
class PerCallTest(test_case.KerasTestCase):
  def test_outputs_are_those_of_the_dense_model(self):
    packed, dense = _packed()
    np.testing.assert_array_equal(
      dense.predict(_X, verbose=0), packed.predict(_X, verbose=0)
    )
    self.assert_close_values(dense(_X), packed(_X), rtol=1e-6, atol=1e-6)

  def test_only_the_packed_weights_are_held(self):
    packed, dense = _packed()
    matrices = sum(v.nbytes for v in dense.get_weights() if v.ndim >= 2)
    self.assertEqual(_bytes(dense) - matrices // 2, _bytes(packed))
    self.assertEqual(
      [], [w for w in packed.trainable_weights if len(w.shape) >= 2]
    )

  def test_dense_variables_are_freed(self):
    compressed = compress_lib.compress(_model(), Halves())
    model = _model()
    references = [
      weakref.ref(adapter.tf_variable(w))
      for w in model.weights
      if len(w.shape) >= 2
    ]
    compressed.to_keras('per_call', model=model)
    gc.collect()
    self.assertEqual([True] * 2, [made() is None for made in references])

  def test_stages_for_storage_are_undone(self):
    packed, dense = _packed(algorithm=[Halves(), Zipped()])
    np.testing.assert_array_equal(
      dense.predict(_X, verbose=0), packed.predict(_X, verbose=0)
    )

  def test_weights_of_which_nothing_is_left_are_refused(self):
    compressed = compress_lib.compress(_model(), Zipped())
    with self.assertRaisesRegex(
      ValueError,
      r"'per_call' for the weight 'first/kernel': Zipped\(\).*at_load",
    ):
      compressed.to_keras('per_call')

  def test_a_layer_that_saves_itself_is_refused(self):
    if not hasattr(keras.layers.Layer, 'save_own_variables'):
      self.skipTest('Layers save themselves since TensorFlow 2.12.')
    model = keras.Sequential([keras.Input((6,)), SavesItself(2)])
    before, cls = model.get_weights(), type(model)
    compressed = compress_lib.compress(model, Halves())
    with self.assertRaisesRegex(ValueError, 'save_own_variables'):
      compressed.to_keras('per_call', model=model)
    self.assert_same_arrays(before, model.get_weights())
    self.assertIs(cls, type(model))

  def test_under_xla(self):
    if not test_case.offers_jit_compile():
      self.skipTest('This Keras has no jit_compile.')
    packed, dense = _packed()
    packed.compile('sgd', 'mse', jit_compile=True)
    np.testing.assert_allclose(
      dense.predict(_X, verbose=0), packed.predict(_X, verbose=0), atol=1e-5
    )

  def test_what_is_not_packed_can_be_trained(self):
    packed, _ = _packed()
    self.compile(packed)
    bias = packed.get_layer('dense').bias
    before = np.array(test_case.value_of(bias))
    packed.fit(_X, np.ones((4, 3)), verbose=0)
    self.assertFalse(np.array_equal(before, test_case.value_of(bias)))

  def test_a_subclassed_model_is_packed_in_place(self):
    model = Subclassed()
    before = test_case.value_of(model(_X))
    packed = compress_lib.compress(model, Halves()).to_keras(
      'per_call', model=model
    )
    self.assertIs(model, packed)
    self.assertIs(Subclassed, type(model))
    np.testing.assert_allclose(before, test_case.value_of(model(_X)), atol=5e-3)

  def test_a_packed_model_is_not_packed_again(self):
    packed, _ = _packed()
    with self.assertRaisesRegex(ValueError, 'is compressed already'):
      compress_lib.compress(packed, Halves())
    compressed = compress_lib.compress(_model(), Halves())
    with self.assertRaisesRegex(ValueError, 'must be an ordinary model'):
      compressed.to_keras(model=packed)
    outer = keras.Sequential([keras.Input((6,)), packed])
    with self.assertRaisesRegex(ValueError, "with 'model' in it"):
      compress_lib.compress(outer, Halves())

  @test_case.needs_mixed_precision
  def test_mixed_precision(self):
    model = keras.Sequential(
      [
        keras.Input((6,)),
        keras.layers.Dense(4, name='a', dtype='mixed_bfloat16'),
        keras.layers.Dense(4, name='b', dtype='float16'),
      ]
    )
    compressed = compress_lib.compress(model, Halves())
    np.testing.assert_array_equal(
      compressed.to_keras().predict(_X, verbose=0),
      compressed.to_keras('per_call').predict(_X, verbose=0),
    )

  @parameterized.parameters('per_call', 'at_first_call')
  def test_keras_file(self, decompression):
    if not hasattr(keras.Model, 'load_own_variables'):
      self.skipTest('.keras files came with TensorFlow 2.12.')
    packed, dense = _packed(decompression)
    folder = self.create_tempdir().full_path
    packed.save(os.path.join(folder, 'packed.keras'))
    self.assertIsInstance(packed, packed_weights.PackedModel)
    with compression_scope_lib.compression_scope():
      loaded = keras.models.load_model(os.path.join(folder, 'packed.keras'))
    self.assertIsInstance(loaded, packed_weights.PackedModel)
    self.assertEqual(_bytes(packed), _bytes(loaded))
    np.testing.assert_array_equal(
      dense.predict(_X, verbose=0), loaded.predict(_X, verbose=0)
    )

  def test_keras_file_of_a_compiled_packed_model(self):
    if not hasattr(keras.Model, 'load_own_variables'):
      self.skipTest('.keras files came with TensorFlow 2.12.')
    packed, dense = _packed()
    self.compile(packed)
    path = os.path.join(self.create_tempdir().full_path, 'packed.keras')
    packed.save(path)
    with compression_scope_lib.compression_scope():
      loaded = keras.models.load_model(path)
    np.testing.assert_array_equal(
      dense.predict(_X, verbose=0), loaded.predict(_X, verbose=0)
    )

  def test_weights_file(self):
    packed, dense = _packed()
    path = os.path.join(self.create_tempdir().full_path, 'w.weights.h5')
    packed.save_weights(path)
    other, _ = _packed()
    other.load_weights(path)
    np.testing.assert_array_equal(
      dense.predict(_X, verbose=0), other.predict(_X, verbose=0)
    )


@absltest.skipIf(
  adapter.substitution_problem(), 'Not in this TensorFlow and mode.'
)
class AtFirstCallTest(test_case.KerasTestCase):
  @parameterized.named_parameters(
    ('call', lambda model: test_case.value_of(model(_X))),
    ('predict', lambda model: model.predict(_X, verbose=0)),
    ('layer', lambda model: test_case.value_of(model.layers[0](_X))),
  )
  def test_is_ordinary_after_the_first_call(self, call):
    packed, dense = _packed('at_first_call', [Halves(), Zipped()])
    self.assertIsInstance(packed, packed_weights.PackedModel)
    self.assertLess(_bytes(packed), _bytes(dense))
    np.testing.assert_allclose(call(dense), call(packed), atol=1e-6)
    self.assertIs(type(dense), type(packed))
    self.assert_same_arrays(dense.get_weights(), packed.get_weights())
    self.assertEqual(
      len(dense.trainable_weights), len(packed.trainable_weights)
    )
    np.testing.assert_allclose(
      dense.predict(_X, verbose=0), packed.predict(_X, verbose=0), atol=1e-6
    )
    self.compile(packed)
    packed.fit(_X, np.ones((4, 3)), verbose=0)
    self.assertFalse(
      np.array_equal(dense.get_weights()[0], packed.get_weights()[0])
    )

  def test_training_is_no_first_call(self):
    packed, _ = _packed('at_first_call')
    self.compile(packed)
    with self.assertRaisesRegex(Exception, 'must not be one of training'):
      packed.fit(_X, np.ones((4, 3)), verbose=0)

  def test_lossless_weights_of_every_kind(self):
    compressed = compress_lib.compress(_model(), Zipped())
    packed = compressed.to_keras('at_first_call')
    packed.predict(_X, verbose=0)
    self.assert_same_arrays(
      compressed.to_keras().get_weights(), packed.get_weights()
    )


@absltest.skipUnless(
  adapter.substitution_problem(), 'Possible in this TensorFlow and mode.'
)
class NotPossibleTest(test_case.KerasTestCase):
  @parameterized.parameters('per_call', 'at_first_call')
  def test_is_refused_in_words(self, decompression):
    compressed = compress_lib.compress(_model(), Halves())
    with self.assertRaisesRegex(
      ValueError, "must be 'at_load' with this Keras"
    ):
      compressed.to_keras(decompression)


if __name__ == '__main__':
  absltest.main()
