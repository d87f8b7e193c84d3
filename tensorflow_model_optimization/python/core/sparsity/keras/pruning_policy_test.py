# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Models that XNNPACK runs sparse, and why it does not run others so."""

import inspect

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_policy,
)
from tensorflow_model_optimization.python.core.sparsity.keras.prune_now import (
  prune_now,
)
from tensorflow_model_optimization.python.core.sparsity.keras.sparsity_report import (
  sparsity_report,
)

keras = test_case.keras
layers = keras.layers

_POLICY = pruning_policy.PruneForLatencyOnXNNPack()


class MyPointwise(layers.Conv2D):
  """A user's class that derives from Conv2D."""


class SubclassedModel(keras.Model):
  """No layer graph."""

  def call(self, inputs):
    return inputs


def _stem(x, name='first', channels=4, **changes):
  arguments = dict(
    {'kernel_size': 3, 'strides': 2, 'padding': 'valid'}, **changes
  )
  x = layers.ZeroPadding2D(1, name=name + '_zeros')(x)
  return layers.Conv2D(channels, name=name, **arguments)(x)


def _separable(x, name, stride=1):
  """A block of MobileNet."""
  if stride == 2:
    x = layers.ZeroPadding2D(1, name=name + '_zeros')(x)
  x = layers.DepthwiseConv2D(
    3,
    strides=stride,
    padding='valid' if stride == 2 else 'same',
    use_bias=False,
    name=name + '_depthwise',
  )(x)
  x = layers.BatchNormalization(name=name + '_bn')(x)
  x = layers.ReLU(6.0, name=name + '_relu6')(x)
  return layers.Conv2D(4, 1, name=name + '_pointwise')(x)


def _mobilenet(middle=lambda x: x, stem=_stem, pool=True):
  """Two blocks, a residual, `middle`, and a head."""
  inputs = keras.Input((32, 32, 3), name='image')
  x = stem(inputs)
  x = layers.Activation('relu', name='relu')(x)
  x = _separable(x, 'block1', stride=2)
  x = layers.Add(name='residual')([x, _separable(x, 'block2')])
  x = middle(x)
  if pool:
    x = layers.GlobalAveragePooling2D(name='pool')(x)
  else:
    x = layers.Flatten(name='flatten')(x)
  return keras.Model(inputs, layers.Dense(2, name='top')(x), name='mobilenet')


class PruneForLatencyOnXNNPackTest(test_case.KerasTestCase):
  def _assert_refuses(self, model, *parts):
    with self.assertRaises(ValueError) as caught:
      _POLICY.ensure_model_supports_pruning(model)
    for part in parts:
      self.assertIn(part, str(caught.exception))

  # --- allow_pruning ------------------------------------------------------

  def test_allows_pointwise_convolutions_only(self):
    self.assertTrue(_POLICY.allow_pruning(layers.Conv2D(4, 1)))
    self.assertTrue(_POLICY.allow_pruning(MyPointwise(4, (1, 1))))
    for layer in (
      layers.Conv2D(4, 3),
      layers.Conv2D(4, (1, 3)),
      layers.DepthwiseConv2D(1),
      layers.Conv2DTranspose(4, 1),
      layers.SeparableConv2D(4, 1),
      layers.Conv1D(4, 1),
      layers.Dense(4),
      layers.ReLU(),
    ):
      self.assertFalse(_POLICY.allow_pruning(layer), layer.name)

  def test_prune_low_magnitude_wraps_the_pointwise_convolutions(self):
    model = prune.prune_low_magnitude(_mobilenet(), pruning_policy=_POLICY)
    wrapped = [x.name for x in model.layers if x.name.startswith('prune_')]
    self.assertEqual(
      [
        'prune_low_magnitude_block1_pointwise',
        'prune_low_magnitude_block2_pointwise',
      ],
      wrapped,
    )
    # A pruned model is fine as well, with its wrappers.
    _POLICY.ensure_model_supports_pruning(model)

  def test_prune_now_prunes_the_pointwise_convolutions(self):
    model = prune_now(_mobilenet(), 0.5, pruning_policy=_POLICY)
    self.assertEqual(
      {'block1_pointwise/kernel': 8, 'block2_pointwise/kernel': 8},
      {
        weight.path: weight.zeros
        for weight in sparsity_report(model).weights
        if weight.zeros and 'kernel' in weight.path
      },
    )

  # --- models that are fine -------------------------------------------------

  @parameterized.named_parameters(
    ('as_it_is', lambda x: x),
    ('multiply', lambda x: layers.Multiply()([x, x])),
    ('operations', lambda x: (x + x) * (x - x)),
    ('leaky_relu', lambda x: layers.LeakyReLU()(x)),
    ('elu', lambda x: layers.ELU()(x)),
    ('sigmoid', lambda x: layers.Activation('sigmoid')(x)),
    ('dropout', lambda x: layers.Dropout(0.1)(x)),
    ('bilinear', lambda x: layers.UpSampling2D(interpolation='bilinear')(x)),
    ('5x5_same', lambda x: layers.DepthwiseConv2D(5, padding='same')(x)),
    (
      '5x5_valid',
      lambda x: layers.DepthwiseConv2D(5, strides=2)(
        layers.ZeroPadding2D(2)(x)
      ),
    ),
    (
      '3x3_valid_without_strides',
      lambda x: layers.DepthwiseConv2D(3)(layers.ZeroPadding2D(1)(x)),
    ),
    (
      'batch_normalization_axis',
      lambda x: layers.BatchNormalization(axis=3)(x),
    ),
    ('users_class', lambda x: MyPointwise(4, 1)(x)),
  )
  def test_takes(self, middle):
    _POLICY.ensure_model_supports_pruning(_mobilenet(middle))

  def test_takes_squeeze_and_excite(self):
    parameters = inspect.signature(layers.GlobalAveragePooling2D).parameters
    if 'keepdims' not in parameters and 'kwargs' not in parameters:
      self.skipTest('GlobalAveragePooling2D of this Keras has no keepdims.')

    def squeeze_and_excite(x):
      try:
        pool = layers.GlobalAveragePooling2D(keepdims=True, name='squeeze')
      except TypeError:
        self.skipTest('GlobalAveragePooling2D of this Keras has no keepdims.')
      gate = layers.Conv2D(4, 1, name='excite')(pool(x))
      return layers.Multiply()([x, layers.Activation('sigmoid')(gate)])

    _POLICY.ensure_model_supports_pruning(_mobilenet(squeeze_and_excite))

  def test_takes_nested_models_and_what_is_before_and_after(self):
    inner_inputs = keras.Input((16, 16, 3))
    inner = keras.Model(inner_inputs, _separable(_stem(inner_inputs), 'a'))
    inputs = keras.Input((8, 16, 6))
    x = layers.Reshape((16, 16, 3))(inputs)
    x = keras.Sequential([keras.Input((16, 16, 3)), inner])(x)
    x = layers.GlobalAveragePooling2D()(x)
    x = layers.Dense(5, activation='tanh')(x)
    model = keras.Model(inputs, layers.Softmax()(x))
    _POLICY.ensure_model_supports_pruning(model)

  def test_takes_a_sequential_model(self):
    model = keras.Sequential(
      [
        keras.Input((16, 16, 3)),
        layers.ZeroPadding2D(1),
        layers.Conv2D(4, 3, strides=2),
        layers.Conv2D(4, 1),
        layers.GlobalAveragePooling2D(),
      ]
    )
    _POLICY.ensure_model_supports_pruning(model)

  # --- models that are not ---------------------------------------------------

  def test_names_what_is_no_model_with_a_layer_graph(self):
    for wrong in (SubclassedModel(), layers.Dense(2), None):
      self._assert_refuses(
        wrong, '`model` must be a Sequential or functional model', 'Received: '
      )

  def test_names_a_model_that_is_not_built(self):
    model = keras.Sequential([layers.Dense(2)], name='unbuilt')
    self._assert_refuses(model, '`model` must be built', "'unbuilt'")

  @parameterized.parameters(
    ({'kernel_size': 5}, 'kernel_size must be (3, 3), and is (5, 5)'),
    ({'strides': 1}, 'strides must be (2, 2), and is (1, 1)'),
    ({'padding': 'same'}, "padding must be 'valid', and is 'same'"),
  )
  def test_names_what_is_wrong_with_the_first_convolution(
    self, change, message
  ):
    model = _mobilenet(stem=lambda x: _stem(x, **change))
    self._assert_refuses(
      model, "none after the input 'image'", "'first' (Conv2D): " + message
    )

  def test_names_the_channels_of_the_first_convolution(self):
    inputs = keras.Input((16, 16, 1))
    x = layers.GlobalAveragePooling2D()(_stem(inputs))
    self._assert_refuses(
      keras.Model(inputs, x),
      "'first' (Conv2D): input channels must be 3, and is 1",
    )

  def test_the_first_convolution_must_come_after_zeros(self):
    def stem(x):
      x = layers.ZeroPadding2D(2)(x)
      return layers.Conv2D(4, 3, strides=2, name='first')(x)

    for change in (stem, lambda x: layers.Conv2D(4, 3, 2, name='first')(x)):
      self._assert_refuses(
        _mobilenet(stem=change),
        "'first' (Conv2D): it must come right after ZeroPadding2D(1)",
      )

  def test_says_that_there_is_no_convolution(self):
    model = keras.Sequential(
      [keras.Input((2,)), layers.Dense(2, name='d')], name='m'
    )
    self._assert_refuses(model, 'none after the input', 'leave out the policy')

  def test_every_input_needs_a_first_convolution(self):
    first, second = keras.Input((16, 16, 3)), keras.Input((4,), name='extra')
    x = layers.GlobalAveragePooling2D()(_stem(first))
    x = layers.Concatenate()([x, second])
    self._assert_refuses(
      keras.Model([first, second], x), "none after the input 'extra'"
    )

  def test_every_output_needs_a_global_average(self):
    self._assert_refuses(
      _mobilenet(pool=False), "none before the output 'top'", 'Flatten'
    )

  @parameterized.named_parameters(
    (
      'class',
      lambda: layers.PReLU(name='x'),
      "'x' (PReLU): its class is none of Activation, Add, BatchNormalization",
    ),
    (
      'transposed',
      lambda: layers.Conv2DTranspose(4, 1, name='x'),
      "'x' (Conv2DTranspose): its class is none of ",
    ),
    (
      'kernel',
      lambda: layers.Conv2D(4, 3, padding='same', name='x'),
      "'x' (Conv2D): kernel_size must be (1, 1), and is (3, 3)",
    ),
    (
      'strides',
      lambda: layers.Conv2D(4, 1, strides=2, name='x'),
      "'x' (Conv2D): strides must be (1, 1), and is (2, 2)",
    ),
    (
      'dilation',
      lambda: layers.Conv2D(4, 1, dilation_rate=2, name='x'),
      "'x' (Conv2D): dilation_rate must be (1, 1), and is (2, 2)",
    ),
    (
      'depth_multiplier',
      lambda: layers.DepthwiseConv2D(
        3, padding='same', depth_multiplier=2, name='x'
      ),
      "'x' (DepthwiseConv2D): depth_multiplier must be 1, and is 2",
    ),
    (
      'depthwise_kernel',
      lambda: layers.DepthwiseConv2D(2, padding='same', name='x'),
      'kernel_size must be (3, 3) or (5, 5), and is (2, 2)',
    ),
    (
      'depthwise_strides',
      lambda: layers.DepthwiseConv2D(3, strides=2, padding='same', name='x'),
      "strides, with padding='same' must be (1, 1), and is (2, 2)",
    ),
    (
      'depthwise_without_zeros',
      lambda: layers.DepthwiseConv2D(3, name='x'),
      "'x' (DepthwiseConv2D): it must come right after ZeroPadding2D(1)",
    ),
    (
      'depthwise_5x5_without_zeros',
      lambda: layers.DepthwiseConv2D(5, padding='valid', name='x'),
      'it must come right after ZeroPadding2D(2)',
    ),
    (
      'axis',
      lambda: layers.BatchNormalization(axis=1, name='x'),
      'axis must be [3], and is [1]',
    ),
    (
      'interpolation',
      lambda: layers.UpSampling2D(interpolation='nearest', name='x'),
      "'x' (UpSampling2D): interpolation must be 'bilinear', and is 'nearest'",
    ),
    (
      'activation',
      lambda: layers.Activation('tanh', name='x'),
      "'x' (Activation): activation must be 'elu' or 'leaky_relu' or 'relu' or "
      "'relu6' or 'sigmoid', and is 'tanh'",
    ),
    (
      'a_users_layer',
      lambda: layers.Lambda(lambda x: x, name='x'),
      "'x' (Lambda): its class is none of ",
    ),
  )
  def test_names_what_is_wrong_between(self, make, message):
    model = _mobilenet(lambda x: make()(x))
    self._assert_refuses(model, message, 'leave out the policy')

  def test_names_an_operation(self):
    model = _mobilenet(lambda x: x / 2.0)
    self._assert_refuses(model, 'the operation ', "' is none of add, ")

  def test_a_global_average_between_must_keep_its_dimensions(self):
    def middle(x):
      pooled = layers.GlobalAveragePooling2D(name='squeeze')(x)
      return layers.Multiply()([x, layers.Reshape((1, 1, 4))(pooled)])

    self._assert_refuses(
      _mobilenet(middle),
      "'squeeze' (GlobalAveragePooling2D): keepdims must be True, and is False",
      '(Reshape): its class is none of ',
    )

  def test_nothing_is_changed_when_a_model_is_refused(self):
    model = _mobilenet(lambda x: layers.PReLU()(x))
    before = model.get_weights()
    with self.assertRaisesRegex(ValueError, 'PReLU'):
      prune.prune_low_magnitude(model, pruning_policy=_POLICY)
    self.assert_same_arrays(before, model.get_weights())
    self.assertFalse(np.any([x.name.startswith('prune') for x in model.layers]))


if __name__ == '__main__':
  absltest.main()
