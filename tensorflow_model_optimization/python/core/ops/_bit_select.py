# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Exact selection on magnitude bits, in plain TensorFlow.

The building blocks of the ops' pure-TensorFlow twins. A magnitude is the bit
pattern of |w| read as an integer: the order is total, NaN included, and no
flush-to-zero setting of the process can change a comparison. ops/README.md
defines the semantics. The k-th key is found digit by digit with one counting
pass per 16 bits; nothing is sorted.
"""

import collections

from tensorflow_model_optimization.python.core.tf_compat import tf

_DIGIT_BITS = 16

# signed: the integer dtype of the same width, which `tf.bitcast` accepts on
# every TensorFlow. key: the dtype keys are computed in (16-bit integers have
# too few kernels).
_Layout = collections.namedtuple('_Layout', 'signed key key_bits')

_LAYOUTS = {
  tf.float16: _Layout(tf.int16, tf.int32, 15),
  tf.bfloat16: _Layout(tf.int16, tf.int32, 15),
  tf.float32: _Layout(tf.int32, tf.int32, 31),
  tf.float64: _Layout(tf.int64, tf.int64, 63),
}

SUPPORTED_DTYPES = tuple(_LAYOUTS)


def magnitude_keys(values):
  """The bits of |values| as non-negative integers of `key_dtype(values.dtype)`."""
  layout = _LAYOUTS[values.dtype]
  bits = tf.cast(tf.bitcast(values, layout.signed), layout.key)
  all_but_sign = tf.constant((1 << layout.key_bits) - 1, layout.key)
  return tf.bitwise.bitwise_and(bits, all_but_sign)


def values_of_keys(keys, dtype):
  """The inverse of `magnitude_keys`."""
  return tf.bitcast(tf.cast(keys, _LAYOUTS[dtype].signed), dtype)


def kept_count(size, sparsity):
  """max(1, round_half_even(size * (1 - sparsity))), at most `size`; int64."""
  exact = tf.cast(size, tf.float64) * (1.0 - sparsity)
  kept = tf.cast(tf.round(exact), tf.int64)
  return tf.minimum(tf.maximum(kept, 1), size)


def mask_of_largest(keys, dtype, sparsity):
  """Marks exactly the largest keys of a flat tensor that `sparsity` keeps.

  Args:
    keys: 1-D integer tensor as made by `magnitude_keys` for `dtype`.
    dtype: the float dtype whose bits the keys are.
    sparsity: float64 scalar in [0, 1).

  Returns:
    (mask, threshold key): a bool tensor shaped like `keys`, lowest index first
    among equal keys; the smallest kept key, 0 when `keys` is empty.
  """
  size = tf.size(keys, out_type=tf.int64)
  kept = kept_count(size, sparsity)
  threshold = _kth_largest(keys, _LAYOUTS[dtype].key_bits, kept)
  mask = keys >= threshold
  # Ties above the count are dropped from the end. There are seldom any, so
  # patching a few beats ranking all of them.
  surplus = tf.math.count_nonzero(mask, dtype=tf.int64) - kept
  ties = tf.where(tf.equal(keys, threshold))
  dropped = ties[tf.size(ties, out_type=tf.int64) - surplus :]
  mask = tf.tensor_scatter_nd_update(
    mask, dropped, tf.zeros([tf.shape(dropped)[0]], tf.bool)
  )
  return mask, threshold


def _kth_largest(keys, key_bits, k):
  """The k-th largest of non-negative integer keys; 0 when there are none."""
  result = tf.zeros([], keys.dtype)
  is_empty = tf.equal(tf.size(keys), 0)
  for shift in range(
    (key_bits - 1) // _DIGIT_BITS * _DIGIT_BITS, -1, -_DIGIT_BITS
  ):
    digits = tf.cast(
      tf.bitwise.bitwise_and(
        tf.bitwise.right_shift(keys, tf.constant(shift, keys.dtype)),
        tf.constant((1 << _DIGIT_BITS) - 1, keys.dtype),
      ),
      tf.int32,
    )
    digit, k = _kth_largest_digit(digits, k)
    keys = tf.boolean_mask(keys, tf.equal(digits, digit))
    result += tf.cast(digit, keys.dtype) * tf.constant(1 << shift, keys.dtype)
  return tf.where(is_empty, tf.zeros_like(result), result)


def _kth_largest_digit(digits, k):
  """(the k-th largest digit, the rank that is left among its equals)."""
  bins = 1 << _DIGIT_BITS
  counts = tf.math.bincount(
    digits, minlength=bins, maxlength=bins, dtype=tf.int64
  )
  at_least = tf.cumsum(counts, reverse=True)
  digit = tf.math.count_nonzero(at_least >= k, dtype=tf.int32) - 1
  above = tf.gather(at_least, digit) - tf.gather(counts, digit)
  return digit, k - above
