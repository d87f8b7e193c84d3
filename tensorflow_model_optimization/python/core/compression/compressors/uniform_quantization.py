# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Uniform quantization: small integers, and one scale per output channel."""

import numpy as np

from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['UniformQuantization']


@registry.register_compressor
class UniformQuantization(weight_compressor.WeightCompressor):
  """Rounds weights to integers of a few bits, times a scale per channel.

  Symmetric: with q = 2^(bits - 1) - 1 a channel of largest magnitude m gets the
  scale m / q and the integers -q to q, so zeros stay zeros. A channel is an
  index of the last axis; a weight of rank 0 or 1 is one channel. What comes back
  is at most half a scale away, and half a unit in the last place of a 16-bit
  weight.

  ```python
  packed = compress_weight(UniformQuantization(bits=4), weight)
  packed.stored_bytes  # half a byte a weight, and 4 bytes a channel
  ```

  In training the layer computes with the rounded weight, and gradients pass as
  if it were not rounded.

  Stores the integers packed, `bits` of them each, and the scales as float32
  (float64 for float64). It makes files small; the layer computes with floats.

  Args:
    bits: int in [2, 8].

  Raises:
    ValueError: another value.

  Source: Krishnamoorthi, https://arxiv.org/abs/1806.08342; gradients past the
  rounding, Bengio et al., https://arxiv.org/abs/1308.3432.
  """

  def __init__(self, bits=8):
    if isinstance(bits, bool) or bits not in range(2, 9):
      raise ValueError(
        '`bits` must be an int in [2, 8]. Received: bits={!r}. 8 rarely costs '
        'accuracy, 4 often does without training.'.format(bits)
      )
    self.bits = int(bits)

  def get_config(self):
    return {'bits': self.bits}

  def compressed_spec(self, spec):
    return {
      'codes': tensor_spec.TensorSpec(
        (-(-spec.size * self.bits // 8),), 'uint8'
      ),
      'scales': tensor_spec.TensorSpec(spec.shape[1:][-1:], _scale_dtype(spec)),
    }

  def compress(self, weight, spec, trained=None):
    scales = self._scales(weight, spec)
    # A channel of zeros has the scale 0 and may be divided by anything.
    divisors = np.where(scales > 0, scales, 1)
    codes = np.rint(weight.astype(scales.dtype) / divisors)
    codes = np.where(scales > 0, codes, 0) + self._largest_code
    return {'codes': _pack(codes, self.bits), 'scales': scales}

  def decompress(self, tensors, spec):
    codes = _unpack(tensors['codes'], self.bits, spec.size)
    codes = tf.cast(codes - self._largest_code, tensors['scales'].dtype)
    weight = tf.reshape(codes, spec.shape) * tensors['scales']
    return tf.cast(weight, spec.dtype)

  def project(self, variables, spec, training):
    del training
    weight = variables['weight']
    exact = tf.cast(weight, _scale_dtype(spec))
    axes = list(range(max(spec.rank - 1, 0))) if spec.rank > 1 else None
    scales = tf.reduce_max(tf.abs(exact), axis=axes) / self._largest_code
    is_zero = tf.less(scales, _least_scale(scales.dtype.as_numpy_dtype))
    divisors = tf.where(is_zero, tf.ones_like(scales), scales)
    rounded = tf.round(exact / divisors) * divisors
    return weight + tf.stop_gradient(tf.cast(rounded, weight.dtype) - weight)

  def error_bound(self, weight, spec):
    scales = self._scales(weight, spec)
    # 1.01 for rounding to float32; what is below the least scale becomes 0.
    bound = 1.01 * scales / 2 + self._largest_code * _least_scale(scales.dtype)
    return bound + np.abs(weight).astype(scales.dtype) * _half_ulp(spec)

  @property
  def _largest_code(self):
    return 2 ** (self.bits - 1) - 1

  def _scales(self, weight, spec):
    magnitudes = np.abs(weight).astype(_scale_dtype(spec))
    if not np.isfinite(magnitudes).all():
      raise ValueError(
        'A weight must be finite to be quantized. Received: a weight of shape '
        '{} with infinity or NaN. Repair the training first.'.format(spec.shape)
      )
    axes = tuple(range(spec.rank - 1)) if spec.rank > 1 else None
    scales = magnitudes.max(axis=axes, initial=0) / self._largest_code
    scales = np.asarray(scales, magnitudes.dtype)
    # TensorFlow takes denormals for zeros.
    return np.where(scales < _least_scale(scales.dtype), 0, scales).astype(
      scales.dtype
    )


def _scale_dtype(spec):
  return 'float64' if spec.dtype == 'float64' else 'float32'


def _least_scale(dtype):
  return np.finfo(dtype).tiny


def _half_ulp(spec):
  """Relative error of rounding to the weight's own dtype."""
  return {'float16': 2.0**-11, 'bfloat16': 2.0**-8}.get(spec.dtype, 0.0)


def _pack(codes, bits):
  """Ints in [0, 2^bits) as a stream of bits, the lowest of each first."""
  codes = codes.reshape([-1, 1]).astype(np.int64)
  stream = (codes >> np.arange(bits)) & 1
  # packbits puts the first bit highest; here it is the lowest of its byte.
  padded = np.zeros([-(-stream.size // 8) * 8], np.uint8)
  padded[: stream.size] = stream.reshape([-1])
  return np.packbits(padded.reshape([-1, 8])[:, ::-1])


def _unpack(data, bits, size):
  """The int32 numbers that `_pack` packed; TensorFlow code."""
  data = tf.cast(data, tf.int32)
  if bits == 8:
    return data
  # Eight numbers are in `bits` bytes, each in one byte or in two.
  groups = -(-size // 8)
  data = tf.pad(data, [[0, groups * bits - -(-size * bits // 8)]])
  data = tf.reshape(data, [groups, bits])
  numbers = []
  for i in range(8):
    byte, shift = divmod(i * bits, 8)
    number = data[:, byte] // (1 << shift)
    if shift + bits > 8:
      number += data[:, byte + 1] * (1 << (8 - shift))
    numbers.append(tf.math.floormod(number, 1 << bits))
  return tf.reshape(tf.stack(numbers, axis=1), [groups * 8])[:size]
