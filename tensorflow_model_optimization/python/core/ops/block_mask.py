# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The block mask op: which blocks of a matrix to keep."""

import operator

import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import _arguments
from tensorflow_model_optimization.python.core.ops import _bit_select
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['POOLING_TYPES', 'block_mask', 'check_block_size']

POOLING_TYPES = ('AVG', 'MAX')

# The smallest normal numbers. An average below them counts as zero, because
# whether it would be kept or flushed depends on the process's float settings.
_SMALLEST_NORMAL = {tf.float32: 2.0**-126, tf.float64: 2.0**-1022}
# All exponent bits and nothing else, as a key: infinity. NaNs are above it.
_INFINITY_KEY = {
  tf.float16: 0x7C00,
  tf.bfloat16: 0x7F80,
  tf.float32: 0x7F800000,
  tf.float64: 0x7FF0000000000000,
}
_CANONICAL_NAN_KEY = {
  tf.float16: 0x7E00,
  tf.bfloat16: 0x7FC0,
  tf.float32: 0x7FC00000,
  tf.float64: 0x7FF8000000000000,
}
# The lowest set bit of the exponent: keys below it are denormals.
_SMALLEST_NORMAL_KEY = {
  tf.float16: 1 << 10,
  tf.bfloat16: 1 << 7,
  tf.float32: 1 << 23,
  tf.float64: 1 << 52,
}


def block_mask(weights, sparsity, block_size, pooling_type='AVG', name=None):
  """Marks the blocks of largest pooled magnitude, exactly as many as asked for.

  Blocks tile the plane of the last two axes from index 0; the last block of a
  row or column may be smaller. Every block is pooled to one number, all blocks
  of all planes are ranked together as in `magnitude_mask`, and each weight of
  a kept block is kept.

  ```python
  mask, threshold = block_mask([[1., 1., 5.], [1., 1., 0.]], 0.5, (2, 2))
  # blocks: [[1 1] [1 1]] with average 1, [[5] [0]] with average 2.5
  # mask: [[False, False, True], [False, False, True]]; threshold: 2.5
  ```

  Args:
    weights: tensor of rank >= 2; float16, bfloat16, float32 or float64. Leading
      axes hold further planes.
    sparsity: scalar, the fraction of blocks to prune, in [0, 1).
    block_size: (height, width) of a block in weights, both positive ints.
    pooling_type: 'AVG', the mean of the magnitudes over the real cells, or
      'MAX'. For 'AVG' a denormal weight counts as zero.
    name: name of the op in a graph.

  Returns:
    (mask, threshold): a bool tensor of the shape of `weights`, True = keep; a
    scalar of their dtype, the smallest pooled magnitude that is kept.

  Raises:
    ValueError: unsupported dtype, rank, block size or pooling type, or a
      sparsity known to be outside [0, 1).
    tf.errors.InvalidArgumentError: a sparsity or rank outside these limits that
      only the graph knows.

  Source: Narang et al., Block-Sparse Recurrent Neural Networks,
  https://arxiv.org/abs/1711.02782; semantics: ops/README.md.
  """
  weights = _arguments.weights_tensor(weights)
  sparsity = _arguments.sparsity_tensor(sparsity)
  height, width = check_block_size(block_size)
  if pooling_type not in POOLING_TYPES:
    raise ValueError(
      '`pooling_type` must be one of {}. Received: pooling_type={!r}. '
      "'AVG' ranks blocks by mean magnitude.".format(
        POOLING_TYPES, pooling_type
      )
    )
  if weights.shape.rank is not None and weights.shape.rank < 2:
    raise ValueError(
      '`weights` must have rank >= 2 to be cut into blocks. Received: '
      'weights.shape={}. Use `magnitude_mask` for vectors.'.format(
        weights.shape
      )
    )
  native_ops = dispatch.native_ops()
  if native_ops is None:
    with tf.name_scope(name or 'block_mask'):
      return _tf_impl(weights, sparsity, height, width, pooling_type)
  with dispatch.native_placement():
    return tuple(
      native_ops.tfmot_block_mask(
        weights=weights,
        sparsity=sparsity,
        block_height=height,
        block_width=width,
        pooling_type=pooling_type,
        num_threads=tf_compat.intra_op_threads(),
        name=name,
      )
    )


def check_block_size(block_size):
  """Returns (height, width), or raises ValueError for anything but two ints > 0."""
  try:
    # `index` takes every kind of int, numpy's too, and no float. A bool is an
    # int to Python, and older numpy's bool has an index; here it is a mistake.
    height, width = (
      operator.index(None if isinstance(size, (bool, np.bool_)) else size)
      for size in block_size
    )
    are_ints = True
  except (TypeError, ValueError):
    are_ints = False
  if not are_ints or not 1 <= min(height, width) <= max(height, width) < 2**31:
    raise ValueError(
      '`block_size` must be two positive ints (height, width). Received: '
      'block_size={!r}. (1, 1) prunes single weights.'.format(block_size)
    )
  return height, width


def _tf_impl(weights, sparsity, height, width, pooling_type):
  """The pure-TensorFlow twin."""
  sparsity = _arguments.assert_sparsity_in_range(sparsity)
  weights = _arguments.assert_has_plane(weights)
  if weights.shape.rank is not None:
    # Padding to whole blocks must not fill the memory for a block much larger
    # than the plane. No sum changes: what is left out are additions of zero.
    height = _at_most(height, weights.shape[-2])
    width = _at_most(width, weights.shape[-1])
  shape = tf.shape(weights)
  rows, columns = shape[-2], shape[-1]
  planes = tf.reduce_prod(shape[:-2])
  block_rows = (rows + height - 1) // height
  block_columns = (columns + width - 1) // width

  keys_prc = tf.reshape(
    _bit_select.magnitude_keys(weights), tf.stack([planes, rows, columns])
  )
  if pooling_type == 'MAX':
    keys_pij = _max_keys(keys_prc, height, width, block_rows, block_columns)
    key_dtype = weights.dtype
  else:
    keys_pij = _average_keys(
      keys_prc, weights.dtype, height, width, block_rows, block_columns
    )
    key_dtype = _average_dtype(weights.dtype)
  mask, threshold = _bit_select.mask_of_largest(
    tf.reshape(keys_pij, [-1]), key_dtype, sparsity
  )

  mask = tf.reshape(mask, tf.stack([planes, block_rows, 1, block_columns, 1]))
  mask = tf.tile(mask, [1, 1, height, 1, width])
  mask = tf.reshape(
    mask, tf.stack([planes, block_rows * height, block_columns * width])
  )
  mask = tf.reshape(mask[:, :rows, :columns], shape)
  mask.set_shape(weights.shape)
  return mask, _threshold_value(threshold, key_dtype, weights.dtype)


def _at_most(size, dimension):
  """A block's size, no larger than a static dimension (an int or None)."""
  return size if dimension is None else max(1, min(size, dimension))


def _average_dtype(dtype):
  """Averages rank as float32, or as float64 for float64 weights."""
  return tf.float64 if dtype == tf.float64 else tf.float32


def _in_blocks(values_prc, height, width, block_rows, block_columns):
  """Pads at the end and reshapes to [plane, block row, h, block column, w]."""
  shape = tf.shape(values_prc)
  padded = tf.pad(
    values_prc,
    [
      [0, 0],
      [0, block_rows * height - shape[1]],
      [0, block_columns * width - shape[2]],
    ],
  )
  return tf.reshape(
    padded, tf.stack([shape[0], block_rows, height, block_columns, width])
  )


def _max_keys(keys_prc, height, width, block_rows, block_columns):
  blocks = _in_blocks(keys_prc, height, width, block_rows, block_columns)
  return tf.reduce_max(blocks, axis=[2, 4])


def _average_keys(keys_prc, dtype, height, width, block_rows, block_columns):
  # The additions happen in one written order (ops/README.md), the native
  # op's, because a float sum depends on it: down each column, then halves.
  normal = keys_prc >= tf.constant(_SMALLEST_NORMAL_KEY[dtype], keys_prc.dtype)
  keys_prc = tf.where(normal, keys_prc, tf.zeros_like(keys_prc))
  magnitudes = tf.cast(_bit_select.values_of_keys(keys_prc, dtype), tf.float64)
  blocks = _in_blocks(magnitudes, height, width, block_rows, block_columns)
  sums = _sum_down_columns(blocks, height)
  sums = _sum_by_halves(sums, width)

  shape = tf.shape(keys_prc)
  cells_i = _cells_per_block(shape[1], height, block_rows)
  cells_j = _cells_per_block(shape[2], width, block_columns)
  cells = tf.cast(cells_i[:, None] * cells_j[None, :], tf.float64)

  key_dtype = _average_dtype(dtype)
  smallest = tf.constant(_SMALLEST_NORMAL[key_dtype], tf.float64)
  # No plain division: where the number of cells is known when a graph is built,
  # TensorFlow multiplies by its reciprocal, which rounds twice. cells is never 0.
  average = tf.math.divide_no_nan(sums, cells)
  if key_dtype == tf.float64:
    # The quotient may have been flushed; the sum and this product are exact.
    is_denormal = sums < smallest * cells
  else:
    is_denormal = average < smallest
  average = tf.where(is_denormal, tf.zeros_like(average), average)
  keys = _bit_select.magnitude_keys(tf.cast(average, key_dtype))
  return _with_canonical_nan(keys, key_dtype)


def _sum_down_columns(blocks, height):
  total = blocks[:, :, 0]
  if height == 1:
    return total

  def add_row(row, total):
    return row + 1, total + tf.gather(blocks, row, axis=2)

  _, total = tf.while_loop(
    lambda row, _: row < height,
    add_row,
    [tf.constant(1), total],
    shape_invariants=[tf.TensorShape([]), tf.TensorShape([None] * 4)],
    parallel_iterations=1,
  )
  return total


def _sum_by_halves(sums, width):
  padded = 1
  while padded < width:
    padded *= 2
  sums = tf.pad(sums, [[0, 0], [0, 0], [0, 0], [0, padded - width]])
  while padded > 1:
    padded //= 2
    sums = sums[..., :padded] + sums[..., padded:]
  return sums[..., 0]


def _cells_per_block(length, block, num_blocks):
  starts = tf.range(num_blocks) * block
  return tf.minimum(length - starts, block)


def _with_canonical_nan(keys, dtype):
  is_nan = keys > tf.constant(_INFINITY_KEY[dtype], keys.dtype)
  canonical = tf.constant(_CANONICAL_NAN_KEY[dtype], keys.dtype)
  return tf.where(is_nan, tf.zeros_like(keys) + canonical, keys)


def _threshold_value(key, key_dtype, dtype):
  value = _bit_select.values_of_keys(key, key_dtype)
  if key_dtype == dtype:
    return value
  narrow = _with_canonical_nan(
    _bit_select.magnitude_keys(tf.cast(value, dtype)), dtype
  )
  return _bit_select.values_of_keys(narrow, dtype)
