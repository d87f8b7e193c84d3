# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Helpers under the names that users of TFMOT know; and a check for m:n.

Pruning itself does not use them: blocks and groups are cut by the mask ops.
"""

import numpy as np

from tensorflow_model_optimization.python.core.sparsity import mask as mask_lib
from tensorflow_model_optimization.python.core.sparsity import pattern_check
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = [
  'convert_to_tuple_of_two_int',
  'expand_tensor',
  'factorized_pool',
  'generate_m_by_n_mask',
  'is_pruned_m_by_n',
  'kronecker_product',
  'm_by_n_sparsity_mask_prepare',
  'weights_rearrange',
]


def convert_to_tuple_of_two_int(value, name):
  """Returns `value` as a tuple of two ints.

  Args:
    value: an iterable of exactly two ints.
    name: what the user calls it, for the error.

  Raises:
    ValueError: it is anything else.
  """
  try:
    values = tuple(value)
  except TypeError:
    values = ()
  if len(values) != 2 or not all(
    isinstance(number, int) and not isinstance(number, bool)
    for number in values
  ):
    raise ValueError(
      '`{0}` must be two ints. Received: {0}={1!r}. Pass for example (2, '
      '4).'.format(name, value)
    )
  return values


def kronecker_product(mat1, mat2):
  """The Kronecker product of two matrices.

  Args:
    mat1: tensor [m1, n1].
    mat2: tensor [m2, n2] of the same dtype.

  Returns:
    Tensor [m1 * m2, n1 * n2].
  """
  mat1, mat2 = tf.convert_to_tensor(mat1), tf.convert_to_tensor(mat2)
  shape1, shape2 = tf.shape(mat1), tf.shape(mat2)
  product = mat1[:, None, :, None] * mat2[None, :, None, :]
  return tf.reshape(product, shape1 * shape2)


def expand_tensor(tensor, block_size):
  """Repeats every number of a matrix as a block.

  Args:
    tensor: tensor [m, n].
    block_size: two ints (height, width).

  Returns:
    Tensor [m * height, n * width].
  """
  tensor = tf.convert_to_tensor(tensor)
  return kronecker_product(tensor, tf.ones(tuple(block_size), tensor.dtype))


def factorized_pool(
  input_tensor, window_shape, pooling_type, strides, padding, name=None
):
  """Pools a matrix.

  Args:
    input_tensor: float tensor [height, width].
    window_shape: two ints.
    pooling_type: 'AVG' or 'MAX'.
    strides: two ints.
    padding: 'SAME', which pads on both sides and counts no padding in a mean, or
      'VALID'.
    name: name of the op in a graph.

  Returns:
    A matrix, whatever its size.

  Raises:
    ValueError: the input is no matrix, or `window_shape` or `strides` are not
      two numbers.
  """
  input_tensor = tf.convert_to_tensor(input_tensor)
  if input_tensor.shape.rank != 2:
    raise ValueError(
      '`input_tensor` must have rank 2. Received: input_tensor.shape={}. '
      'Reshape it first.'.format(input_tensor.shape)
    )
  for argument, value in (('window_shape', window_shape), ('strides', strides)):
    if len(value) != 2:
      raise ValueError(
        '`{0}` must be two ints. Received: {0}={1!r}. Pass (height, '
        'width).'.format(argument, value)
      )
  pooled = tf.nn.pool(
    input_tensor[None, :, :, None],
    window_shape=tuple(window_shape),
    pooling_type=pooling_type,
    strides=tuple(strides),
    padding=padding,
    name=name,
  )
  return pooled[0, :, :, 0]


def weights_rearrange(weights):
  """Puts the input channels last, as TFLite has them.

  Args:
    weights: tensor [in, out] or [height, width, in, out].

  Returns:
    Tensor [out, in] or [out * height * width, in].

  Raises:
    ValueError: another rank.
  """
  weights = tf.convert_to_tensor(weights)
  rank = weights.shape.rank
  _check_rank('weights', rank, weights.shape)
  if rank == 2:
    return tf.transpose(weights)
  return tf.reshape(
    tf.transpose(weights, [3, 0, 1, 2]), tf.stack([-1, tf.shape(weights)[2]])
  )


def m_by_n_sparsity_mask_prepare(mask, weights_shape):
  """Puts a mask of `weights_rearrange(weights)` into the shape of `weights`.

  Args:
    mask: tensor [out, in] or [out * height * width, in].
    weights_shape: the shape of the weights, of rank 2 or 4.

  Returns:
    Tensor of the shape `weights_shape`.

  Raises:
    ValueError: another rank.
    tf.errors.InvalidArgumentError: the mask holds another number of elements (a
      ValueError where a graph knows it before it runs).
  """
  mask = tf.convert_to_tensor(mask)
  shape = [int(size) for size in weights_shape]
  _check_rank('weights_shape', len(shape), tuple(shape))
  if mask.shape.rank != 2:
    raise ValueError(
      '`mask` must have rank 2. Received: mask.shape={}. It is made from the '
      'result of `weights_rearrange`.'.format(mask.shape)
    )
  if len(shape) == 2:
    return tf.transpose(tf.reshape(mask, [shape[1], shape[0]]))
  outputs_first = [shape[3], shape[0], shape[1], shape[2]]
  return tf.transpose(tf.reshape(mask, outputs_first), [1, 2, 3, 0])


def generate_m_by_n_mask(weights, m_by_n=(2, 4)):
  """Keeps the n - m largest of every n consecutive weights of a row.

  Args:
    weights: float tensor [rows, input channels], e.g. from `weights_rearrange`.
    m_by_n: two ints (m, n), m zeros in every n weights, 0 <= m < n. A shorter
      last group keeps at most n - m as well.

  Returns:
    Tensor of the shape and dtype of `weights`: 1 = keep, 0 = prune.

  Raises:
    ValueError: a wrong argument.
  """
  weights = tf.convert_to_tensor(weights)
  if weights.shape.rank != 2:
    raise ValueError(
      '`weights` must have rank 2. Received: weights.shape={}. Use '
      '`weights_rearrange` first.'.format(weights.shape)
    )
  structure = structure_lib.from_arguments(sparsity_m_by_n=m_by_n)
  if not isinstance(structure, structure_lib.MByN):
    raise ValueError(
      '`m_by_n` must be two ints (m, n). Received: m_by_n={!r}. Pass for '
      'example (2, 4).'.format(m_by_n)
    )
  mask, _ = mask_lib.compute_mask(tf.transpose(weights), 0.0, structure)
  return tf.cast(tf.transpose(mask), weights.dtype)


def is_pruned_m_by_n(weights, m_by_n=(2, 4), last_channel='C_OUT'):
  """Whether every group of n weights along the input channels has m zeros.

  ```python
  from tensorflow_model_optimization.python.core.sparsity.keras import (
    pruning_utils,
  )
  kernel = [[0.0, 5.0], [3.0, 0.0], [0.0, 0.0], [1.0, 2.0]]
  pruning_utils.is_pruned_m_by_n(kernel, (2, 4))  # True
  pruning_utils.is_pruned_m_by_n(kernel, (3, 4))  # False
  ```

  Args:
    weights: array, or eager tensor or variable, of rank 2 or more.
    m_by_n: two ints (m, n), 0 <= m <= n. A shorter last group conforms when it
      too holds at most n - m numbers that are not zero.
    last_channel: 'C_OUT' for the layout of Keras, [..., in, out]; 'C_IN' for
      that of TFLite, [out, ..., in].

  Returns:
    A Python bool.

  Raises:
    ValueError: a wrong argument.
  """
  m, n = convert_to_tuple_of_two_int(m_by_n, 'm_by_n')
  if not 0 <= m <= n or n == 0:
    raise ValueError(
      '`m_by_n` must satisfy 0 <= m <= n and n > 0. Received: m_by_n={!r}. The '
      'pattern that GPUs run faster is (2, 4).'.format(m_by_n)
    )
  if last_channel not in ('C_IN', 'C_OUT'):
    raise ValueError(
      "`last_channel` must be 'C_OUT', the layout of Keras, or 'C_IN', that of "
      'TFLite. Received: last_channel={!r}.'.format(last_channel)
    )
  weights = weights.numpy() if hasattr(weights, 'numpy') else weights
  nonzero = np.asarray(weights) != 0
  if nonzero.ndim < 2:
    raise ValueError(
      '`weights` must have rank >= 2. Received: weights.shape={}. Reshape a '
      'vector to (-1, 1).'.format(nonzero.shape)
    )
  if last_channel == 'C_IN':
    nonzero = nonzero.reshape((-1, nonzero.shape[-1])).T
  count = pattern_check.check_pattern(nonzero, None, structure_lib.MByN(m, n))
  return bool(count.is_exact)


def _check_rank(name, rank, shape):
  if rank not in (2, 4):
    raise ValueError(
      '`{0}` must be of rank 2, [in, out], or 4, [height, width, in, out]. '
      'Received: {0}={1}. Reshape a kernel of another rank to [-1, in, 1, '
      'out].'.format(name, shape)
    )
