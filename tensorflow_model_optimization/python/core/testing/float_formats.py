# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The float formats of the mask ops, as bit patterns.

Tests make and compare tensors by their bits: numpy has no bfloat16, a float
comparison calls -0 equal to 0 and no NaN equal to itself, and a float constant
may lose its denormals on the way into TensorFlow.
"""

import numpy as np

from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = [
  'BFLOAT16',
  'FLOAT16',
  'FLOAT32',
  'FLOAT64',
  'FORMATS',
  'FloatFormat',
]


class FloatFormat(object):
  """One binary float format.

  Attributes:
    dtype: the TensorFlow dtype.
    bits: width in bits.
    mantissa_bits: stored bits of the fraction.
    infinity, one, quiet_nan, sign, smallest_normal: bit patterns, as ints.
  """

  def __init__(self, dtype, bits, mantissa_bits):
    self.dtype = dtype
    self.name = dtype.name
    self.bits = bits
    self.mantissa_bits = mantissa_bits
    exponent_bits = bits - 1 - mantissa_bits
    self.sign = 1 << (bits - 1)
    self.smallest_normal = 1 << mantissa_bits
    self.infinity = ((1 << exponent_bits) - 1) << mantissa_bits
    self.quiet_nan = self.infinity | (1 << (mantissa_bits - 1))
    self.one = ((1 << (exponent_bits - 1)) - 1) << mantissa_bits
    self._unsigned = np.dtype('uint{}'.format(bits))
    self._signed = np.dtype('int{}'.format(bits))

  def tensor(self, bit_patterns):
    """A tensor of this format with the given bits, an array-like of ints."""
    patterns = np.asarray(bit_patterns, np.uint64).astype(self._unsigned)
    return tf.bitcast(tf.constant(patterns.view(self._signed)), self.dtype)

  def patterns(self, tensor):
    """The bits of an eager tensor of this format, as a uint64 array."""
    tensor = tf.convert_to_tensor(tensor)
    if tensor.dtype != self.dtype:
      raise ValueError(
        '`tensor` must be of dtype {}. Received: tensor.dtype={}.'.format(
          self.name, tensor.dtype
        )
      )
    integers = np.asarray(tf.bitcast(tensor, tf.as_dtype(self._signed)).numpy())
    return integers.view(self._unsigned).astype(np.uint64)

  def encode(self, values):
    """The bits nearest to float64 values, ties to even, as uint64."""
    values = np.asarray(values, np.float64)
    with np.errstate(over='ignore'):
      if self.dtype == tf.bfloat16:
        return _round_to_bfloat16(values.astype(np.float32))
      rounded = values.astype('float{}'.format(self.bits))
    return rounded.view(self._unsigned).astype(np.uint64)

  def decode(self, bit_patterns):
    """The exact float64 values of bit patterns."""
    patterns = np.asarray(bit_patterns, np.uint64)
    if self.dtype == tf.bfloat16:
      floats = (patterns << np.uint64(16)).astype(np.uint32).view(np.float32)
    else:
      floats = patterns.astype(self._unsigned).view('float{}'.format(self.bits))
    with np.errstate(invalid='ignore'):  # Signalling NaNs.
      return floats.astype(np.float64)

  def __repr__(self):
    return self.name


def _round_to_bfloat16(values):
  bits = values.view(np.uint32).astype(np.uint64)
  is_even_rounding = (bits >> np.uint64(16)) & np.uint64(1)
  rounded = (bits + np.uint64(0x7FFF) + is_even_rounding) >> np.uint64(16)
  return np.where(np.isnan(values), np.uint64(0x7FC0), rounded)


FLOAT16 = FloatFormat(tf.float16, bits=16, mantissa_bits=10)
BFLOAT16 = FloatFormat(tf.bfloat16, bits=16, mantissa_bits=7)
FLOAT32 = FloatFormat(tf.float32, bits=32, mantissa_bits=23)
FLOAT64 = FloatFormat(tf.float64, bits=64, mantissa_bits=52)

FORMATS = (FLOAT16, BFLOAT16, FLOAT32, FLOAT64)
