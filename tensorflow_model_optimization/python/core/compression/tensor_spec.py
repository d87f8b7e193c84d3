# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What is known of a tensor before it exists: its shape, dtype and meaning."""

import collections

import numpy as np

from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['TensorSpec', 'VariableSpec', 'numpy_dtype']


class TensorSpec(
  collections.namedtuple('TensorSpec', 'shape dtype holds_values')
):
  """The shape and dtype of a weight, or of a tensor that it is compressed to.

  ```python
  spec = TensorSpec((784, 300), 'float32')
  spec.size    # 235200
  spec.nbytes  # 940800
  ```

  Attributes:
    shape: tuple of ints; None for a length that depends on the values.
    dtype: name of a dtype, e.g. 'float32', 'uint8', 'bfloat16'.
    holds_values: whether these are weights still, so that a later stage may
      compress them with a loss. Side data (indices, bit masks, scales) is not.
  """

  __slots__ = ()

  def __new__(cls, shape, dtype, holds_values=False):
    shape = tuple(None if n is None else int(n) for n in shape)
    if any(n is not None and n < 0 for n in shape):
      raise ValueError(
        '`shape` must hold lengths >= 0, or None for one that depends on the '
        'values. Received: shape={}. Pass the shape of the tensor.'.format(
          shape
        )
      )
    dtype = tf.as_dtype(dtype).name
    return super(TensorSpec, cls).__new__(cls, shape, dtype, bool(holds_values))

  @classmethod
  def of(cls, array, holds_values=False):
    """The spec of a numpy array that exists."""
    return cls(array.shape, array.dtype, holds_values)

  @property
  def rank(self):
    """Number of axes."""
    return len(self.shape)

  @property
  def size(self):
    """Number of elements; None if it depends on the values."""
    if None in self.shape:
      return None
    size = 1
    for length in self.shape:
      size *= length
    return size

  @property
  def nbytes(self):
    """Number of bytes; None if it depends on the values."""
    if self.size is None:
      return None
    return self.size * numpy_dtype(self.dtype).itemsize

  @property
  def is_floating(self):
    """Whether the dtype is float16, bfloat16, float32 or float64."""
    return tf.as_dtype(self.dtype).is_floating

  def problem_with(self, array):
    """Why `array` is not what this spec declares; None if it is."""
    found = TensorSpec.of(array)
    fits = len(self.shape) == len(found.shape) and all(
      declared is None or declared == length
      for declared, length in zip(self.shape, found.shape)
    )
    if fits and found.dtype == self.dtype:
      return None
    return 'has shape {} and dtype {}, and {} {} was declared'.format(
      found.shape, found.dtype, self.shape, self.dtype
    )


class VariableSpec(
  collections.namedtuple('VariableSpec', 'shape dtype initial trainable')
):
  """A variable that a weight is trained with.

  Attributes:
    shape: tuple of ints.
    dtype: name of a dtype.
    initial: function from the weight, a numpy array, to the value that the
      variable starts with, an array of `shape` and `dtype`.
    trainable: whether the optimizer trains it.
  """

  __slots__ = ()

  def __new__(cls, shape, dtype, initial, trainable=True):
    shape = tuple(int(n) for n in shape)
    dtype = tf.as_dtype(dtype).name
    return super(VariableSpec, cls).__new__(
      cls, shape, dtype, initial, bool(trainable)
    )


def numpy_dtype(name):
  """The numpy dtype called `name`, 'bfloat16' included."""
  return np.dtype(tf.as_dtype(name).as_numpy_dtype)
