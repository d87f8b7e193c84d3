# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What the mask ops mean, in numpy: obvious, slow, and sorted.

Follows ops/README.md, section Semantics, line by line. Works on bit patterns
(see float_formats.py).
"""

import numpy as np

from tensorflow_model_optimization.python.core.testing import float_formats

__all__ = ['block_mask', 'kept_count', 'magnitude_mask']


def kept_count(size, sparsity):
  """How many of `size` things are kept; Python rounds half to even."""
  return min(size, max(1, round(size * (1.0 - sparsity))))


def magnitude_mask(float_format, patterns, sparsity):
  """Returns (mask, bits of the threshold) for an array of bit patterns."""
  mask, threshold = _mask_of_largest(
    _magnitudes(float_format, patterns).ravel(), sparsity
  )
  return mask.reshape(np.shape(patterns)), threshold


def block_mask(float_format, patterns, sparsity, block_size, pooling_type):
  """Returns (mask, bits of the threshold) for an array of rank >= 2."""
  magnitudes = _magnitudes(float_format, patterns)
  rows, columns = magnitudes.shape[-2:]
  height, width = block_size
  num_planes = int(np.prod(magnitudes.shape[:-2]))
  planes = magnitudes.reshape((num_planes, rows, columns))
  corners = [
    (plane, top, left)
    for plane in range(num_planes)
    for top in range(0, rows, height)
    for left in range(0, columns, width)
  ]
  blocks = [
    (plane, slice(top, top + height), slice(left, left + width))
    for plane, top, left in corners
  ]
  if pooling_type == 'MAX':
    keys = [int(planes[block].max()) for block in blocks]
  else:
    keys = [
      _average_key(float_format, planes[block], width) for block in blocks
    ]
  kept, threshold = _mask_of_largest(np.array(keys, np.uint64), sparsity)
  mask = np.zeros(planes.shape, bool)
  for block, is_kept in zip(blocks, kept):
    mask[block] = is_kept
  if pooling_type == 'AVG':
    threshold = _threshold_of_average(float_format, threshold)
  return mask.reshape(magnitudes.shape), threshold


def _magnitudes(float_format, patterns):
  return np.asarray(patterns, np.uint64) & np.uint64(float_format.sign - 1)


def _mask_of_largest(keys, sparsity):
  mask = np.zeros(keys.shape, bool)
  if not keys.size:
    return mask, 0
  # No key uses the highest bit, so the negative fits; stable = lowest index.
  order = np.argsort(-keys.astype(np.int64), kind='stable')
  kept = order[: kept_count(keys.size, sparsity)]
  mask[kept] = True
  return mask, int(keys[kept[-1]])


def _average_format(float_format):
  if float_format is float_formats.FLOAT64:
    return float_formats.FLOAT64
  return float_formats.FLOAT32


def _average_key(float_format, magnitudes, block_width):
  """The ranking key of one block: the bits of its average."""
  values = float_format.decode(magnitudes)
  values[magnitudes < np.uint64(float_format.smallest_normal)] = 0.0
  padded_width = 1
  while padded_width < block_width:
    padded_width *= 2
  sums = [0.0] * padded_width
  with np.errstate(over='ignore', invalid='ignore'):
    for column in range(values.shape[1]):
      sums[column] = values[0, column]
      for row in range(1, values.shape[0]):
        sums[column] = sums[column] + values[row, column]
    while len(sums) > 1:
      half = len(sums) // 2
      sums = [sums[j] + sums[j + half] for j in range(half)]
    average = sums[0] / float(values.size)
  ranked_as = _average_format(float_format)
  if np.isnan(average):
    return ranked_as.quiet_nan
  smallest_normal = ranked_as.decode(ranked_as.smallest_normal)
  if ranked_as is float_formats.FLOAT64:
    is_denormal = sums[0] < smallest_normal * values.size
  else:
    is_denormal = average < smallest_normal
  if is_denormal:
    return 0
  return int(ranked_as.encode(average))


def _threshold_of_average(float_format, key):
  ranked_as = _average_format(float_format)
  if float_format is ranked_as:
    return key
  if key > ranked_as.infinity:
    return float_format.quiet_nan
  return int(float_format.encode(ranked_as.decode(key)))
