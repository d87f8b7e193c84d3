# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Sparse values and the bits that say where they stand, back to a dense tensor."""

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import _arguments
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['bitmask_expand', 'pack_mask', 'running_sums']

_SUMMED_AT_ONCE = 32


def pack_mask(mask):
  """Packs bools into bits.

  ```python
  pack_mask(np.array([True, False, False, True]))  # [9], that is 0b1001
  ```

  Args:
    mask: numpy array of bools of any shape, n in all.

  Returns:
    uint8 array of length ceil(n / 8). Bit i % 8, the lowest being 0, of byte
    i // 8 is element i; the bits after the last element are 0.
  """
  flat = np.asarray(mask, bool).ravel()
  padded = np.zeros([_bytes_of(flat.size), 8], bool)
  padded.ravel()[: flat.size] = flat
  # numpy puts the first element into the highest bit.
  return np.packbits(padded[:, ::-1], axis=1).ravel()


def bitmask_expand(mask_bits, values, size, name=None):
  """Puts values where bits are set, and zeros elsewhere.

  ```python
  mask_bits = pack_mask(np.array([False, True, True, False, False]))
  bitmask_expand(mask_bits, [5.0, -1.0], 5)  # [0, 5, -1, 0, 0]
  ```

  The bits of the values, NaN included, are kept. No gradient is defined.

  Args:
    mask_bits: uint8 tensor of shape [ceil(size / 8)], see `pack_mask`.
    values: tensor of shape [number of set bits], in order; float16, bfloat16,
      float32 or float64.
    size: int >= 0, number of elements of the result.
    name: name of the op in a graph.

  Returns:
    A tensor of shape [size] and the dtype of `values`.

  Raises:
    ValueError: a wrong dtype, `size`, or a shape that is known to be wrong.
    tf.errors.InvalidArgumentError: there are not as many values as set bits, a
      bit after the last element is set, or a shape is wrong. (Code that XLA
      compiles cannot raise it; there the result is unspecified then.)
  """
  size = _arguments.size_argument(size)
  mask_bits = _arguments.packed_tensor('mask_bits', mask_bits, _bytes_of(size))
  values = _arguments.vector_of_weights('values', values)
  native_ops = dispatch.native_ops()
  if native_ops is None:
    with tf.name_scope(name or 'bitmask_expand'):
      return _tf_impl(mask_bits, values, size)
  with dispatch.native_placement():
    dense = native_ops.tfmot_bitmask_expand(
      mask_bits=mask_bits,
      values=values,
      size=size,
      num_threads=tf_compat.intra_op_threads(),
      name=name,
    )
  # Not known to the op's own shape function everywhere.
  dense.set_shape([size])
  return dense


def _bytes_of(size):
  return (size + 7) // 8


def _tf_impl(mask_bits, values, size):
  """The pure-TensorFlow twin."""
  mask_bits = _arguments.assert_length('mask_bits', mask_bits, _bytes_of(size))
  values = _arguments.assert_vector('values', values)
  index_type = tf.int32 if size < 2**31 else tf.int64
  bits = tf.bitwise.bitwise_and(
    tf.bitwise.right_shift(
      tf.cast(mask_bits, tf.int32)[:, tf.newaxis], tf.range(8)[tf.newaxis]
    ),
    1,
  )
  bits = tf.cast(bits, index_type)
  # Of each set bit the number of set bits up to and including it, else 0.
  in_byte = tf.cumsum(bits, axis=1)
  before = running_sums(in_byte[:, 7], _bytes_of(size)) - in_byte[:, 7]
  places = tf.reshape((in_byte + before[:, tf.newaxis]) * bits, [-1])
  places = tf_compat.checked(
    tf.logical_and(
      tf.equal(
        tf.size(values, out_type=index_type), tf.reduce_sum(in_byte[:, 7])
      ),
      tf.equal(tf.reduce_sum(places[size:]), 0),
    ),
    [
      '`values` must have as many elements as `mask_bits` has set bits, all of '
      'them before `size`. Received: number of values, number of set bits, size:',
      tf.size(values),
      tf.reduce_sum(in_byte[:, 7]),
      size,
    ],
    places,
  )
  # Element 0 stands for all zeros.
  table = tf.concat([tf.zeros([1], values.dtype), values], axis=0)
  return tf.gather(table, places[:size])


def running_sums(counts, size):
  """The sums of the first 1, 2, ... of `size` integers, also fast in XLA.

  `tf.cumsum` alone takes XLA of some releases quadratic time.
  """
  if size <= _SUMMED_AT_ONCE:
    return tf.cumsum(counts)
  blocks = -(-size // _SUMMED_AT_ONCE)
  counts = tf.pad(counts, [[0, blocks * _SUMMED_AT_ONCE - size]])
  in_block = tf.cumsum(tf.reshape(counts, [blocks, _SUMMED_AT_ONCE]), axis=1)
  totals = in_block[:, -1]
  before = running_sums(totals, blocks) - totals
  return tf.reshape(in_block + before[:, tf.newaxis], [-1])[:size]
