# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Low rank: a matrix as the product of two that are narrow."""

import numpy as np

from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['LowRank']


@registry.register_compressor
class LowRank(weight_compressor.WeightCompressor):
  """Stores a weight as two factors of its singular value decomposition.

  The weight is seen as a matrix [all axes but the last, last axis]: a kernel of
  shape (inputs, outputs) as it is, one of a convolution, (height, width, inputs,
  outputs), as (height * width * inputs, outputs). Its best approximation of rank
  r is `u`, [rows, r], times `v`, [r, columns]; `u` holds the singular values.
  Both are weights still, which a later stage may quantize.

  ```python
  packed = compress_weight([LowRank(rank=20), UniformQuantization()], weight)
  ```

  In training `u` and `v` are trained in place of the weight, from the
  decomposition of its initial value on; this needs `rank`.

  Weights of rank 0 or 1, and those that would not become smaller, are refused.

  Args:
    rank: int >= 1.
    energy: float in (0, 1], in place of `rank`: each weight gets the least rank
      that holds this fraction of the sum of its squares, and no more than make
      it smaller.

  Raises:
    ValueError: neither argument or both, or one out of range.

  Source: Denton et al., https://arxiv.org/abs/1404.0736.
  """

  def __init__(self, rank=None, energy=None):
    if (rank is None) == (energy is None):
      raise ValueError(
        'Pass one of `rank` and `energy`. Received: rank={!r}, energy={!r}. '
        'energy=0.95 fits layers of different shapes.'.format(rank, energy)
      )
    if rank is not None and (
      isinstance(rank, bool) or int(rank) != rank or rank < 1
    ):
      raise ValueError(
        '`rank` must be an int >= 1. Received: rank={!r}. Start with a tenth of '
        'the number of outputs.'.format(rank)
      )
    # `not (a < x)` also catches NaN.
    if energy is not None and not 0.0 < energy <= 1.0:
      raise ValueError(
        '`energy` must be in (0, 1]. Received: energy={!r}. 0.95 keeps 95 % of '
        'the sum of squares.'.format(energy)
      )
    self.rank = None if rank is None else int(rank)
    self.energy = None if energy is None else float(energy)

  def get_config(self):
    return {'rank': self.rank, 'energy': self.energy}

  def reason_against(self, spec):
    reason = super(LowRank, self).reason_against(spec)
    if reason:
      return reason
    if spec.rank < 2:
      return 'has {} axes, and factors need 2 or more'.format(spec.rank)
    if spec.size is None:
      return 'has a shape that depends on its values'
    if (self.rank or 1) > _largest_rank(spec):
      return 'has shape {}, and factors of rank {} take no less room'.format(
        spec.shape, self.rank or 1
      )
    return None

  def compressed_spec(self, spec):
    rows, columns = _matrix_shape(spec)
    dtype = spec.dtype
    return {
      'u': tensor_spec.TensorSpec((rows, self.rank), dtype, holds_values=True),
      'v': tensor_spec.TensorSpec(
        (self.rank, columns), dtype, holds_values=True
      ),
    }

  def compress(self, weight, spec, trained=None):
    if trained is None:
      u, v = self._factors(weight, spec)
    else:
      u, v = trained['u'], trained['v']
    dtype = tensor_spec.numpy_dtype(spec.dtype)
    return {'u': u.astype(dtype), 'v': v.astype(dtype)}

  def decompress(self, tensors, spec):
    dtype = _exact_dtype(spec)
    u, v = tf.cast(tensors['u'], dtype), tf.cast(tensors['v'], dtype)
    return tf.cast(tf.reshape(tf.matmul(u, v), spec.shape), spec.dtype)

  def training_variables(self, spec):
    if self.rank is None:
      raise ValueError(
        'LowRank trains factors of a rank that is known before. Received: '
        'energy={!r}. Pass `rank`, or compress after training.'.format(
          self.energy
        )
      )
    rows, columns = _matrix_shape(spec)
    dtype = _exact_dtype(spec)
    return {
      'u': tensor_spec.VariableSpec(
        (rows, self.rank), dtype, lambda weight: self._factors(weight, spec)[0]
      ),
      'v': tensor_spec.VariableSpec(
        (self.rank, columns),
        dtype,
        lambda weight: self._factors(weight, spec)[1],
      ),
    }

  def project(self, variables, spec, training):
    del training
    return self.decompress(variables, spec)

  def _factors(self, weight, spec):
    matrix = weight.astype(_exact_dtype(spec)).reshape(_matrix_shape(spec))
    if not np.isfinite(matrix).all():
      raise ValueError(
        'A weight must be finite to be decomposed. Received: a weight of shape '
        '{} with infinity or NaN. Repair the training first.'.format(spec.shape)
      )
    u, singular_values, v = np.linalg.svd(matrix, full_matrices=False)
    rank = self.rank or self._rank_for_energy(singular_values, spec)
    return u[:, :rank] * singular_values[:rank], v[:rank]

  def _rank_for_energy(self, singular_values, spec):
    energies = np.cumsum(singular_values.astype(np.float64) ** 2)
    # Rounding must not ask for one rank more, where all of it is wanted.
    wanted = self.energy * energies[-1] * (1 - 1e-12)
    rank = int(np.searchsorted(energies, wanted)) + 1
    return min(rank, _largest_rank(spec))


def _matrix_shape(spec):
  columns = spec.shape[-1]
  return spec.size // max(columns, 1), columns


def _largest_rank(spec):
  """The largest rank whose factors take less room than the weight."""
  rows, columns = _matrix_shape(spec)
  return max(rows * columns - 1, 0) // max(rows + columns, 1)


def _exact_dtype(spec):
  return 'float64' if spec.dtype == 'float64' else 'float32'
