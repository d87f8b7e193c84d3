# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Masks as pictures of bounded size."""

import numpy as np

__all__ = ['mask_picture']


def mask_picture(mask, size):
  """Draws a mask: white is kept, black is pruned, gray a part of each.

  ```python
  picture = mask_picture([[True, True, False], [True, False, False]], 2)
  # picture: [[255, 128], [255, 0]]
  ```

  Args:
    mask: bool array of any shape. All axes but the last one are laid out as rows.
    size: int >= 1, the largest height and width. A longer axis is cut into this
      many parts, equal but for one row or column, and each part gets its mean.

  Returns:
    uint8 [height, width], at most `size` each and at least 1.
  """
  mask = np.asarray(mask, bool)
  if not mask.size:
    return np.zeros((1, 1), np.uint8)
  matrix = mask.reshape((-1, mask.shape[-1] if mask.ndim else 1))
  if mask.ndim < 2:
    matrix = matrix.reshape((1, -1))
  rows, heights = _parts(matrix.shape[0], size)
  columns, widths = _parts(matrix.shape[1], size)
  kept = np.add.reduceat(matrix, rows, axis=0, dtype=np.int64)
  kept = np.add.reduceat(kept, columns, axis=1)
  return np.round(255.0 * kept / np.outer(heights, widths)).astype(np.uint8)


def _parts(length, size):
  """Where at most `size` parts of an axis begin, and how long they are."""
  number = min(length, size)
  starts = np.arange(number) * length // number
  return starts, np.diff(np.append(starts, length))
