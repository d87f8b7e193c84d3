# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Which parts of a model XNNPACK runs with sparse kernels.

XNNPACK keeps activations in the layout of its sparse kernels from a first
convolution to a global average, if it can run every layer between in it.
"""

from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruned_weights,
)

__all__ = [
  'is_pointwise_convolution',
  'problem_between',
  'problem_with_end',
  'problem_with_start',
]

_ACTIVATIONS = ('elu', 'leaky_relu', 'relu', 'relu6', 'sigmoid')
# Operations in a functional model that are no layers of the user's.
_OPERATIONS = (
  'add',
  'elu',
  'identity',
  'leakyrelu',
  'multiply',
  'relu',
  'relu6',
  'sigmoid',
  'subtract',
)
# Layers that are fine whatever their arguments are.
_ALWAYS_FINE = (
  'Add',
  'Dropout',
  'ELU',
  'LeakyReLU',
  'Multiply',
  'ReLU',
  'ZeroPadding2D',
)


def is_pointwise_convolution(adapter, layer):
  """Whether `layer` is a Conv2D, or of a class derived from it, with a 1x1 kernel.

  DepthwiseConv2D and Conv2DTranspose are no such layers.
  """
  layer = pruned_weights.unwrapped(layer)
  return _kind(adapter, layer) == 'Conv2D' and _pair(layer.kernel_size) == (
    1,
    1,
  )


def problem_with_start(adapter, layer, producers):
  """Why `layer` cannot be where the sparse part begins; None if it can.

  Args:
    adapter: the Keras of `layer`.
    layer: a layer of the model.
    producers: the layers that feed it.
  """
  layer = pruned_weights.unwrapped(layer)
  if _kind(adapter, layer) != 'Conv2D':
    return 'it is no Conv2D'
  return _first_problem(
    _must_be('kernel_size', _pair(layer.kernel_size), (3, 3)),
    _must_be('input channels', _input_channels(layer), 3),
    _must_be('strides', _pair(layer.strides), (2, 2)),
    _must_be('padding', layer.padding, 'valid'),
    _must_come_after_zeros(adapter, producers, 1),
  )


def problem_with_end(adapter, layer):
  """Why `layer` cannot be where the sparse part ends; None if it can."""
  if _kind(adapter, layer) != 'GlobalAveragePooling2D':
    return 'it is no GlobalAveragePooling2D'
  return None


def problem_between(adapter, layer, producers):
  """Why `layer` cannot be inside the sparse part; None if it can.

  Args:
    adapter: the Keras of `layer`.
    layer: a layer of the model, or an operation in it.
    producers: the layers that feed it.
  """
  layer = pruned_weights.unwrapped(layer)
  operation = adapter.operation_name(layer)
  if operation is not None:
    if operation in _OPERATIONS:
      return None
    return 'the operation {!r} is none of {}'.format(
      operation, ', '.join(_OPERATIONS)
    )
  kind = _kind(adapter, layer)
  if kind in _ALWAYS_FINE:
    return None
  if kind not in _RULES:
    return 'its class is none of {}'.format(
      ', '.join(sorted(_ALWAYS_FINE + tuple(_RULES)))
    )
  return _RULES[kind](adapter, layer, producers)


def _pointwise(adapter, layer, producers):
  del adapter, producers
  return _first_problem(
    _must_be('kernel_size', _pair(layer.kernel_size), (1, 1)),
    _must_be('strides', _pair(layer.strides), (1, 1)),
    _must_be('dilation_rate', _pair(layer.dilation_rate), (1, 1)),
    _must_be('groups', getattr(layer, 'groups', 1), 1),
  )


def _depthwise(adapter, layer, producers):
  problem = _first_problem(
    _must_be('depth_multiplier', layer.depth_multiplier, 1),
    _must_be('dilation_rate', _pair(layer.dilation_rate), (1, 1)),
    _must_be('kernel_size', _pair(layer.kernel_size), (3, 3), (5, 5)),
  )
  if problem:
    return problem
  strides = _pair(layer.strides)
  if layer.padding == 'same':
    return _must_be("strides, with padding='same'", strides, (1, 1))
  half = _pair(layer.kernel_size)[0] // 2
  return _first_problem(
    _must_be('padding', layer.padding, 'same', 'valid'),
    _must_be('strides', strides, (1, 1), (2, 2)),
    _must_come_after_zeros(adapter, producers, half),
  )


def _global_average(adapter, layer, producers):
  del adapter, producers
  return _must_be('keepdims', bool(getattr(layer, 'keepdims', False)), True)


def _batch_normalization(adapter, layer, producers):
  del adapter, producers
  axis = layer.axis
  axes = [axis] if isinstance(axis, int) else list(axis)
  # -1 is 3 for a batch of images.
  return _must_be('axis', [a % 4 for a in axes], [3])


def _upsampling(adapter, layer, producers):
  del adapter, producers
  return _must_be('interpolation', layer.interpolation, 'bilinear')


def _activation(adapter, layer, producers):
  del adapter, producers
  function = layer.activation
  name = getattr(function, '__name__', type(function).__name__)
  return _must_be('activation', name, *_ACTIVATIONS)


_RULES = {
  'Activation': _activation,
  'BatchNormalization': _batch_normalization,
  'BatchNormalizationV1': _batch_normalization,
  'BatchNormalizationV2': _batch_normalization,
  'Conv2D': _pointwise,
  'DepthwiseConv2D': _depthwise,
  'GlobalAveragePooling2D': _global_average,
  'UpSampling2D': _upsampling,
}


def _kind(adapter, layer):
  """The name of the class of Keras that `layer` is of or derives from first."""
  names = adapter.builtin_class_names(pruned_weights.unwrapped(layer))
  return names[0] if names else None


def _pair(value):
  return (value, value) if isinstance(value, int) else tuple(value)


def _input_channels(layer):
  return int(layer.kernel.shape[2])


def _must_be(name, value, *wanted):
  """'{name} is ..., not ...' unless `value` is among `wanted`."""
  if value in wanted:
    return None
  return '{} must be {}, and is {!r}'.format(
    name, ' or '.join(repr(w) for w in wanted), value
  )


def _must_come_after_zeros(adapter, producers, size):
  """Says so unless just a ZeroPadding2D of `size` on each side feeds a layer."""
  wanted = ((size, size), (size, size))
  if len(producers) == 1 and _kind(adapter, producers[0]) == 'ZeroPadding2D':
    padding = pruned_weights.unwrapped(producers[0]).padding
    if tuple(tuple(p) for p in padding) == wanted:
      return None
  return 'it must come right after ZeroPadding2D({})'.format(size)


def _first_problem(*problems):
  return next((problem for problem in problems if problem), None)
