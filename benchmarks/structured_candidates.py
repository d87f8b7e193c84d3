# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The ways to compute a structured mask that the benchmarks compare.

A structure is plain data, so that it can go to a worker process:
  {'block': [height, width], 'pooling': 'AVG' or 'MAX'}
  {'m_by_n': [m, n]}
"""

import numpy as np
import tensorflow as tf

from benchmarks import mask_candidates


def library_mask(mode, structure):
  """A maker for the library's op; mode 'native' or 'tf' (its twin).

  Makers take a float32 matrix and the sparsity, and return a function that does
  one update and returns (mask, threshold); see `mask_candidates`.
  """
  # pylint: disable=g-import-not-at-top
  from tensorflow_model_optimization.python.core.ops import block_mask
  from tensorflow_model_optimization.python.core.ops import dispatch
  from tensorflow_model_optimization.python.core.ops import m_by_n_mask
  # pylint: enable=g-import-not-at-top

  def make(weights, sparsity):
    variable = tf.Variable(weights)

    @tf.function
    def update():
      with dispatch.force(mode):
        if 'm_by_n' in structure:
          return m_by_n_mask.m_by_n_mask(variable, tuple(structure['m_by_n']))
        return block_mask.block_mask(
          variable, sparsity, structure['block'], structure['pooling']
        )

    return mask_candidates.finished(update)

  return make


def numpy_mask(structure):
  """A maker for a few lines of numpy, whose rounding may be another one."""

  def make(weights, sparsity):
    rows, columns = weights.shape
    if 'm_by_n' in structure:
      zeros, size = structure['m_by_n']

      def update():
        groups = np.abs(weights).reshape(rows // size, size, columns)
        dropped = np.argpartition(groups, zeros - 1, axis=1)[:, :zeros]
        mask = np.ones(groups.shape, bool)
        np.put_along_axis(mask, dropped, False, axis=1)
        return mask.reshape(rows, columns), 0.0

      return update

    height, width = structure['block']
    pool = np.mean if structure['pooling'] == 'AVG' else np.max
    kept = mask_candidates.kept_count(
      weights.size // (height * width), sparsity
    )

    def update():
      magnitudes = np.abs(weights)
      blocks = magnitudes.reshape(
        rows // height, height, columns // width, width
      )
      keys = pool(blocks, axis=(1, 3))
      position = keys.size - kept
      threshold = np.partition(keys.ravel(), position)[position]
      mask = np.repeat(keys >= threshold, height, axis=0)
      return np.repeat(mask, width, axis=1), threshold

    return update

  return make


def read_and_write(weights, unused_sparsity):
  """The floor: read the weights once, and write as many bytes of mask."""
  mask = np.zeros(weights.shape, bool)
  words = weights.view(np.uint64)

  def update():
    np.bitwise_or.reduce(words, axis=None)
    mask.fill(True)
    return mask, 0.0

  return update
