# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Bytes that a stranger may have written, read with every bound checked."""

import numpy as np

__all__ = ['ByteReader', 'damaged', 'varint']

# Nobody compresses a tensor of 2^63 bytes: nine groups of seven bits.
_MAX_VARINT_BYTES = 9


def varint(number):
  """The bytes of an int >= 0: groups of seven bits, the lowest first (LEB128).

  Args:
    number: int in [0, 2^63).

  Returns:
    uint8 array; the highest bit of each byte says whether another follows.
  """
  groups = []
  while True:
    number, group = number >> 7, number & 127
    groups.append(group | (128 if number else 0))
    if not number:
      return np.array(groups, np.uint8)


class ByteReader(object):
  """Reads an array of bytes from its beginning to its end.

  Args:
    data: uint8 array of one axis.

  Raises:
    ValueError: `data` is something else.
  """

  def __init__(self, data):
    if data.dtype != np.uint8 or data.ndim != 1:
      raise ValueError(
        'Compressed bytes must be a uint8 array of one axis. Received: shape '
        '{} and dtype {}. The file is damaged; save it again.'.format(
          data.shape, data.dtype
        )
      )
    self._data = data
    self._position = 0

  def bytes(self, count):
    """The next `count` bytes, a view.

    Raises:
      ValueError: there are not so many.
    """
    left = self._data.size - self._position
    if count > left:
      raise ValueError(
        'Compressed bytes end too early: {} of {} are missing. The file is '
        'truncated or damaged; save it again.'.format(count - left, count)
      )
    start, self._position = self._position, self._position + count
    return self._data[start : self._position]

  def byte(self):
    """The next byte, an int."""
    return int(self.bytes(1)[0])

  def varint(self):
    """The next int that `varint` wrote."""
    number = 0
    for i in range(_MAX_VARINT_BYTES):
      group = self.byte()
      number |= (group & 127) << (7 * i)
      if group < 128:
        return number
    raise damaged('a number has more than {} bytes', _MAX_VARINT_BYTES)

  def array(self, dtype, count):
    """The next `count` numbers of a little-endian dtype, e.g. '<u4'."""
    dtype = np.dtype(dtype)
    # A copy, because views of bytes may lie across the dtype's alignment.
    return np.frombuffer(self.bytes(count * dtype.itemsize).tobytes(), dtype)

  def check_end(self):
    """Raises ValueError if there are bytes left."""
    left = self._data.size - self._position
    if left:
      raise damaged('{} bytes follow the last tensor', left)


def damaged(what, *values):
  """The ValueError for bytes that no encoder wrote."""
  return ValueError(
    'Compressed bytes are damaged: {}. Save the file again.'.format(
      what.format(*values)
    )
  )
