# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Small algorithms, one for each thing an algorithm can do. For tests only."""

import zlib

import numpy as np

from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['Factors', 'Halves', 'Masked', 'Wrong', 'Zipped']

TensorSpec = tensor_spec.TensorSpec
VariableSpec = tensor_spec.VariableSpec


@registry.register_compressor(name='toy.Halves')
class Halves(weight_compressor.WeightCompressor):
  """Half precision; in training it rounds as it will be rounded."""

  def compressed_spec(self, spec):
    return {'halves': TensorSpec(spec.shape, 'float16', holds_values=True)}

  def compress(self, weight, spec, trained=None):
    return {'halves': weight.astype('float16')}

  def decompress(self, tensors, spec):
    return tf.cast(tensors['halves'], spec.dtype)

  def project(self, variables, spec, training):
    weight = variables['weight']
    rounded = tf.cast(tf.cast(weight, tf.float16), spec.dtype)
    return weight + tf.stop_gradient(rounded - weight)


@registry.register_compressor(name='toy.Zipped')
class Zipped(weight_compressor.WeightCompressor):
  """Lossless, for storage only."""

  decompresses_in_graph = False
  is_lossless = True

  def compressed_spec(self, spec):
    return {'zipped': TensorSpec((None,), 'uint8')}

  def compress(self, weight, spec, trained=None):
    return {'zipped': np.frombuffer(zlib.compress(weight.tobytes()), 'uint8')}

  def decompress(self, tensors, spec):
    raw = zlib.decompress(tensors['zipped'].tobytes())
    dtype = tensor_spec.numpy_dtype(spec.dtype)
    return np.frombuffer(raw, dtype).reshape(spec.shape)


@registry.register_compressor(name='toy.Masked')
class Masked(weight_compressor.WeightCompressor):
  """Zeroes the smaller half, which it chooses at the steps 2 and 4.

  Adds `penalty` times the mean square of the weight to the loss.
  """

  def __init__(self, penalty=0.0):
    self._penalty = penalty

  def get_config(self):
    return {'penalty': self._penalty}

  def compressed_spec(self, spec):
    return {
      'mask': TensorSpec(spec.shape, 'bool'),
      'values': TensorSpec((None,), spec.dtype, holds_values=True),
    }

  def compress(self, weight, spec, trained=None):
    mask = weight != 0
    return {'mask': mask, 'values': weight[mask]}

  def decompress(self, tensors, spec):
    places = tf.where(tensors['mask'])
    return tf.scatter_nd(
      places, tensors['values'], tf.constant(spec.shape, tf.int64)
    )

  def training_variables(self, spec):
    return {
      'weight': None,
      'mask': VariableSpec(
        spec.shape,
        'bool',
        lambda weight: np.ones(weight.shape, bool),
        trainable=False,
      ),
    }

  def project(self, variables, spec, training):
    weight = variables['weight']
    return tf.where(variables['mask'], weight, tf.zeros_like(weight))

  def update_is_due(self, step):
    return step in (2, 4)

  def update(self, variables, spec, step):
    magnitude = tf.abs(variables['weight'])
    ranked = tf.sort(tf.reshape(magnitude, [-1]))
    return {'mask': magnitude >= ranked[spec.size // 2]}

  def penalty(self, variables, spec):
    if not self._penalty:
      return None
    return self._penalty * tf.reduce_mean(variables['weight'] ** 2)


@registry.register_compressor(name='toy.Factors')
class Factors(weight_compressor.WeightCompressor):
  """Trains the product of two vectors in place of a matrix."""

  def reason_against(self, spec):
    if spec.rank != 2:
      return 'has rank {}, not 2'.format(spec.rank)
    return super().reason_against(spec)

  def compressed_spec(self, spec):
    rows, columns = spec.shape
    return {
      'left': TensorSpec((rows, 1), spec.dtype, holds_values=True),
      'right': TensorSpec((1, columns), spec.dtype, holds_values=True),
    }

  def compress(self, weight, spec, trained=None):
    return trained or self._factors(weight)

  def decompress(self, tensors, spec):
    return tf.matmul(tensors['left'], tensors['right'])

  def training_variables(self, spec):
    specs = self.compressed_spec(spec)
    return {
      name: VariableSpec(
        specs[name].shape,
        spec.dtype,
        lambda weight, name=name: self._factors(weight)[name],
      )
      for name in ('left', 'right')
    }

  def project(self, variables, spec, training):
    return tf.matmul(variables['left'], variables['right'])

  def _factors(self, weight):
    left, scales, right = np.linalg.svd(weight, full_matrices=False)
    return {
      'left': (left[:, :1] * scales[0]).astype(weight.dtype),
      'right': right[:1].astype(weight.dtype),
    }


@registry.register_compressor(name='toy.Wrong')
class Wrong(Halves):
  """Does not do what it says at the place `where`."""

  def __init__(self, where='compress'):
    self._where = where

  def get_config(self):
    return {'where': self._where}

  def compress(self, weight, spec, trained=None):
    halves = weight.astype('float16')
    return {'halves': halves[:1] if self._where == 'compress' else halves}

  def decompress(self, tensors, spec):
    weight = tf.cast(tensors['halves'], spec.dtype)
    return weight[:1] if self._where == 'decompress' else weight

  def project(self, variables, spec, training):
    weight = variables['weight']
    return weight[:1] if self._where == 'project' else weight
