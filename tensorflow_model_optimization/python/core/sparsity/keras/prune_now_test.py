# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning a trained model at once."""

import os

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_policy,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_wrapper,
)
from tensorflow_model_optimization.python.core.sparsity.keras.prune_now import (
  prune_now,
)
from tensorflow_model_optimization.python.core.sparsity.keras.sparsity_report import (
  sparsity_report,
)

adapter = test_case.adapter
keras = test_case.keras

_KERNEL = np.array(
  [[1.0, -2.0], [-3.0, 4.0], [5.0, -6.0], [-7.0, 8.0]], np.float32
)


class OnlyNamed(pruning_policy.PruningPolicy):
  def __init__(self, *names):
    self.names = names

  def allow_pruning(self, layer):
    return layer.name in self.names

  def ensure_model_supports_pruning(self, model):
    if model.name == 'refused':
      raise ValueError('The policy refuses this model.')


class Mine(keras.layers.Layer):
  """A user's layer that the registry does not know."""

  def build(self, input_shape):
    self.kernel = self.add_weight(name='kernel', shape=(2,), initializer='ones')
    super().build(input_shape)

  def call(self, inputs):
    return inputs * self.kernel


def _dense_model(name='m'):
  model = keras.Sequential(
    [keras.layers.Dense(2, name='d', input_shape=(4,))], name=name
  )
  model.set_weights([_KERNEL, np.ones(2, np.float32)])
  return model


def _convolutional_model():
  """Nested, with batch normalisation and a layer of four weights."""
  inner = keras.Sequential(
    [
      keras.Input((6, 6, 3)),
      keras.layers.Conv2D(8, 3, name='conv'),
      keras.layers.BatchNormalization(name='bn'),
      keras.layers.ReLU(name='relu'),
    ],
    name='inner',
  )
  inputs = keras.Input((6, 6, 3))
  x = keras.layers.Reshape((16, 8))(inner(inputs))
  x = keras.layers.LSTM(5, name='lstm')(x)
  x = keras.layers.Dense(10, trainable=False, name='frozen')(x)
  return keras.Model(inputs, keras.layers.Dense(10, name='top')(x), name='o')


class PruneNowTest(test_case.KerasTestCase):
  @parameterized.named_parameters(
    (
      'single_weights',
      {'sparsity': 0.75},
      [[0, 0], [0, 0], [0, 0], [-7, 8]],
    ),
    ('none', {'sparsity': 0}, _KERNEL),
    (
      'blocks_by_average',
      {'sparsity': 0.5, 'block_size': (4, 1)},
      [[0, -2], [0, 4], [0, -6], [0, 8]],
    ),
    (
      'blocks_by_maximum',
      {'sparsity': 0.5, 'block_size': (2, 2), 'block_pooling_type': 'MAX'},
      [[0, 0], [0, 0], [5, -6], [-7, 8]],
    ),
    (
      'm_by_n',
      {'sparsity_m_by_n': (1, 2)},
      [[0, 0], [-3, 4], [0, 0], [-7, 8]],
    ),
    (
      'm_by_n_fixes_the_sparsity',
      {'sparsity': 0.9, 'sparsity_m_by_n': (2, 4)},
      [[0, 0], [0, 0], [5, -6], [-7, 8]],
    ),
  )
  def test_keeps_the_largest(self, arguments, expected):
    model = _dense_model()
    pruned = prune_now(model, **arguments)
    kernel, bias = pruned.get_weights()
    self.assert_equal_values(expected, kernel)
    self.assert_equal_values([1.0, 1.0], bias)
    # The given model is left as it is, and trains on its own.
    self.assert_same_arrays([_KERNEL, np.ones(2, 'f')], model.get_weights())

  @parameterized.named_parameters(('compiled', True), ('uncompiled', False))
  def test_a_nested_model_has_exact_sparsity_and_no_wrappers(self, is_compiled):
    model = _convolutional_model()
    if is_compiled:
      self.compile(model)
    before = model.get_weights()
    pruned = prune_now(model, 0.7)
    report = sparsity_report(pruned, verify=True, sparsity=0.7)
    # 216, 160, 100 and 100 weights; 30 % are kept.
    self.assertEqual(
      [151, 112, 70, 70], [weight.zeros for weight in report.asked]
    )
    self.assertEqual(
      [(type(x), x.name) for x in model.layers],
      [(type(x), x.name) for x in pruned.layers],
    )
    self.assertIsNone(getattr(pruned, 'optimizer', None))
    self.assert_same_arrays(before, model.get_weights())
    after = dict(zip([w.path for w in report.weights], report.weights))
    self.assertEqual(0, after['frozen/kernel'].zeros)
    self.assertEqual(0, after['inner/bn/gamma'].zeros)

  def test_the_result_can_be_trained_saved_and_loaded(self):
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    model.set_weights([_KERNEL, np.ones(2, np.float32)])
    pruned = prune_now(model, 0.5)
    self.compile(pruned)
    x = np.ones((2, 4), np.float32)
    expected = pruned.predict(x, verbose=0)
    self.assert_equal_values([[-1.0, 3.0]] * 2, expected)
    path = os.path.join(self.create_tempdir().full_path, 'model.h5')
    pruned.save(path)
    loaded = keras.models.load_model(path, compile=False)
    self.assert_equal_values(expected, loaded.predict(x, verbose=0))
    pruned.fit(x, np.ones((2, 2), np.float32), verbose=0)

  def test_a_model_that_is_being_pruned_loses_its_wrappers(self):
    model = prune.prune_low_magnitude(_dense_model())
    self.compile(model, optimizer=keras.optimizers.SGD(0.0))
    model.fit(
      np.ones((1, 4), np.float32),
      np.ones((1, 2), np.float32),
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    pruned = prune_now(model, 0.75)
    self.assertIs(keras.layers.Dense, type(pruned.layers[-1]))
    self.assertIsInstance(model.layers[-1], pruning_wrapper.PruneLowMagnitude)
    self.assertEqual([6, 0], [w.zeros for w in sparsity_report(pruned).weights])

  def test_a_policy_chooses_the_layers(self):
    model = _convolutional_model()
    pruned = prune_now(model, 0.5, pruning_policy=OnlyNamed('conv'))
    zeros = {w.path: w.zeros for w in sparsity_report(pruned).weights}
    self.assertEqual(108, zeros['inner/conv/kernel'])
    self.assertEqual(0, zeros['top/kernel'])
    with self.assertRaisesRegex(ValueError, 'The policy refuses'):
      prune_now(_dense_model('refused'), 0.5, pruning_policy=OnlyNamed('d'))

  def test_low_precision_weights(self):
    model = keras.Sequential(
      [keras.Input((4,)), keras.layers.Dense(2, dtype='float16')]
    )
    model.set_weights([_KERNEL.astype(np.float16), np.ones(2, np.float16)])
    kernel = prune_now(model, 0.75).get_weights()[0]
    self.assertEqual(np.float16, kernel.dtype)
    self.assert_equal_values([[0, 0], [0, 0], [0, 0], [-7, 8]], kernel)

  # --- errors -------------------------------------------------------------

  @parameterized.parameters(
    ({}, '`sparsity` or `sparsity_m_by_n` must be given'),
    ({'sparsity': 1.0}, r'`sparsity` must be in \[0, 1\)'),
    ({'sparsity': -0.5}, 'Received: sparsity=-0.5'),
    ({'sparsity': True}, 'Received: sparsity=True'),
    ({'sparsity': 0.5, 'block_size': (2.0, 2)}, '`block_size` must be two'),
    ({'sparsity': 0.5, 'block_pooling_type': 'L1'}, '`block_pooling_type`'),
    ({'sparsity_m_by_n': (4, 2)}, '`sparsity_m_by_n` must satisfy'),
  )
  def test_names_the_wrong_argument(self, arguments, message):
    with self.assertRaisesRegex(ValueError, message):
      prune_now(_dense_model(), **arguments)

  def test_names_the_wrong_model(self):
    for wrong in (None, keras.layers.Dense(2)):
      with self.assertRaisesRegex(
        ValueError, '`model` must be a Keras model. Received: model='
      ):
        prune_now(wrong, 0.5)
    with self.assertRaisesRegex(ValueError, '`model` must be built'):
      prune_now(keras.Sequential([keras.layers.Dense(2)]), 0.5)

  def test_an_undecided_layer_is_named(self):
    model = keras.Sequential([keras.Input((2,)), Mine(name='mine')])
    with self.assertRaisesRegex(
      ValueError, "layer 'mine'.*not in the registry"
    ):
      prune_now(model, 0.5)
    pruned = prune_now(model, 0.5, pruning_policy=OnlyNamed())
    self.assert_same_arrays(model.get_weights(), pruned.get_weights())

  def test_a_weight_that_cannot_have_blocks_is_named(self):
    class Vector(Mine):
      def get_prunable_weights(self):
        return [self.kernel]

    model = keras.Sequential([keras.Input((2,)), Vector(name='v')])
    with self.assertRaisesRegex(
      ValueError, r"layer 'v'.*rank 2.*shape=\(2,\).*`pruning_policy`"
    ):
      prune_now(model, 0.5, block_size=(2, 2))


if __name__ == '__main__':
  absltest.main()
