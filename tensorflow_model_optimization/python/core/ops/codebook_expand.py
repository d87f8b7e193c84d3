# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Packed indices into a codebook, back to the values that they stand for."""

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import _arguments
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = [
  'MAX_BITS',
  'bits_for',
  'codebook_expand',
  'pack_indices',
  'packed_bytes',
]

MAX_BITS = 16

# So many indices of any width end at the end of a byte.
_GROUP = 8


def bits_for(number_of_entries):
  """The bits of an index into a codebook of so many entries, at least 1."""
  return max(1, (int(number_of_entries) - 1).bit_length())


def packed_bytes(size, bits):
  """Bytes of `size` indices of `bits` bits each."""
  return (size * bits + 7) // 8


def pack_indices(indices, bits):
  """Packs small integers, `bits` bits each, without gaps.

  ```python
  pack_indices(np.array([1, 2, 3]), 2)  # [57], that is 0b11_10_01
  ```

  Args:
    indices: numpy array of integers in [0, 2**bits), of any shape, n in all.
    bits: int, 1 to 16.

  Returns:
    uint8 array of length ceil(n * bits / 8). Index i takes the bits from
    i * bits on, the lowest first, where bit b is bit b % 8 of byte b // 8; the
    bits after the last index are 0.
  """
  flat = np.asarray(indices).ravel()
  if bits == 8:
    return flat.astype(np.uint8)
  if bits == 16:
    return flat.astype('<u2').view(np.uint8)
  groups = -(-flat.size // _GROUP)
  padded = np.zeros([groups, _GROUP], np.uint16)
  padded.ravel()[: flat.size] = flat
  packed = np.zeros([groups, bits + 2], np.uint8)
  for i in range(_GROUP):
    shifted = padded[:, i].astype(np.uint32) << (i * bits % 8)
    for byte in range(3):
      packed[:, i * bits // 8 + byte] |= (shifted >> (8 * byte)).astype(
        np.uint8
      )
  return packed[:, :bits].ravel()[: packed_bytes(flat.size, bits)]


def codebook_expand(indices, codebook, size, bits, name=None):
  """Gives each packed index the entry of the codebook that it stands for.

  ```python
  indices = pack_indices(np.array([0, 1, 1, 2]), bits=2)
  codebook_expand(indices, [-1.0, 0.0, 4.0], 4, 2)  # [-1, 0, 0, 4]
  ```

  The bits of the entries, NaN included, are kept. No gradient is defined.

  Args:
    indices: uint8 tensor of shape [ceil(size * bits / 8)], see `pack_indices`.
      Bits after the last index do not count.
    codebook: tensor of shape [number of entries]; float16, bfloat16, float32 or
      float64.
    size: int >= 0, number of indices.
    bits: int, 1 to 16, bits of an index.
    name: name of the op in a graph.

  Returns:
    A tensor of shape [size] and the dtype of `codebook`.

  Raises:
    ValueError: a wrong dtype, `size`, `bits`, or a shape that is known to be
      wrong.
    tf.errors.InvalidArgumentError: an index is not below the number of entries,
      or a shape is wrong. (Code that XLA compiles cannot raise it; there the
      result is unspecified then.)
  """
  size = _arguments.size_argument(size)
  if not isinstance(bits, int) or not 1 <= bits <= MAX_BITS:
    raise ValueError(
      '`bits` must be an int from 1 to {}. Received: bits={!r}. An index into n '
      'entries needs `bits_for(n)`.'.format(MAX_BITS, bits)
    )
  indices = _arguments.packed_tensor(
    'indices', indices, packed_bytes(size, bits)
  )
  codebook = _arguments.vector_of_weights('codebook', codebook)
  native_ops = dispatch.native_ops()
  if native_ops is None:
    with tf.name_scope(name or 'codebook_expand'):
      return _tf_impl(indices, codebook, size, bits)
  with dispatch.native_placement():
    dense = native_ops.tfmot_codebook_expand(
      indices=indices,
      codebook=codebook,
      size=size,
      bits=bits,
      num_threads=tf_compat.intra_op_threads(),
      name=name,
    )
  # Not known to the op's own shape function everywhere.
  dense.set_shape([size])
  return dense


def _tf_impl(indices, codebook, size, bits):
  """The pure-TensorFlow twin."""
  length = packed_bytes(size, bits)
  indices = _arguments.assert_length('indices', indices, length)
  codebook = _arguments.assert_vector('codebook', codebook)
  unpacked = _unpack(indices, size, bits, length)
  unpacked = tf_compat.checked(
    tf.reduce_all(unpacked < tf.size(codebook)),
    [
      '`indices` must be less than the number of entries of `codebook`. '
      'Received: largest index, number of entries:',
      tf.reduce_max(unpacked) if size else -1,
      tf.size(codebook),
    ],
    unpacked,
  )
  return tf.gather(codebook, unpacked)


def _unpack(indices, size, bits, length):
  """The indices as int32, shape [size]."""
  groups = -(-size // _GROUP)
  padding = groups * bits - length
  bytes_gb = tf.reshape(
    tf.pad(tf.cast(indices, tf.int32), [[0, padding]]), [groups, bits]
  )
  # Each index is in at most three bytes, of which the last ones may be missing.
  bytes_gb = tf.pad(bytes_gb, [[0, 0], [0, 2]])
  columns = []
  for i in range(_GROUP):
    byte, shift = divmod(i * bits, 8)
    word = bytes_gb[:, byte]
    if shift + bits > 8:
      word += bytes_gb[:, byte + 1] * 2**8
    if shift + bits > 16:
      word += bytes_gb[:, byte + 2] * 2**16
    columns.append(
      tf.bitwise.bitwise_and(tf.bitwise.right_shift(word, shift), 2**bits - 1)
    )
  return tf.reshape(tf.stack(columns, axis=1), [-1])[:size]
