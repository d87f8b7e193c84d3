# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reads an idx file, the format in which MNIST and Fashion-MNIST are published.

An idx file is, in this order:

  2 zero bytes, 1 byte element type, 1 byte number of dimensions,
  one big-endian unsigned 32-bit size per dimension,
  the elements, last dimension fastest.

The published image and label files hold unsigned bytes (type 0x08). They are
usually gzipped, which is recognised from the content and not from the name.
"""

import gzip
import struct
import zlib

import numpy as np

_UNSIGNED_BYTE = 0x08
_GZIP_MAGIC = b'\x1f\x8b'


class IdxFileError(ValueError):
  """The file is not the idx file that was expected; says which and why."""


def read_idx_file(path, num_dimensions):
  """Returns the content of an idx file of unsigned bytes.

  Args:
    path: the file, gzipped or plain.
    num_dimensions: how many dimensions the file must have: 3 for images
      [n, rows, columns], 1 for labels [n].

  Returns:
    A read-only uint8 array with `num_dimensions` dimensions.

  Raises:
    IdxFileError: if the file cannot be read or unpacked, has another type or
      another number of dimensions, or is shorter or longer than its header
      says.
  """
  return parse_idx(_read_unpacked(path), num_dimensions, path)


def parse_idx(content, num_dimensions, path):
  """Like `read_idx_file` for bytes in memory; `path` is for error messages."""
  if len(content) < 4:
    raise _error(
      path,
      'at least the 4 bytes of an idx header',
      f'length={len(content)} bytes',
    )
  zeros, element_type, dimensions = struct.unpack_from('>HBB', content)
  if zeros != 0 or element_type != _UNSIGNED_BYTE:
    raise _error(
      path,
      'an idx file of unsigned bytes, which begins 00 00 08',
      f'first bytes={_hex(content[:4])}',
    )
  if dimensions != num_dimensions:
    raise _error(
      path, f'{num_dimensions} dimension(s)', f'dimensions={dimensions}'
    )

  header_bytes = 4 + 4 * dimensions
  if len(content) < header_bytes:
    raise _error(
      path, f'a header of {header_bytes} bytes', f'length={len(content)} bytes'
    )
  shape = struct.unpack_from('>%dI' % dimensions, content, 4)
  # Python integers: a hostile header cannot overflow the product.
  elements = 1
  for size in shape:
    elements *= size
  expected_bytes = header_bytes + elements
  if len(content) != expected_bytes:
    raise _error(
      path,
      f'{expected_bytes} bytes for shape {list(shape)}',
      f'length={len(content)} bytes',
    )
  return np.frombuffer(content, np.uint8, offset=header_bytes).reshape(shape)


def _read_unpacked(path):
  try:
    with open(path, 'rb') as file:
      content = file.read()
  except OSError as error:
    raise _error(path, 'a readable file', f'error={error}') from error
  if not content.startswith(_GZIP_MAGIC):
    return content
  try:
    return gzip.decompress(content)
  except (OSError, EOFError, zlib.error, struct.error) as error:
    raise _error(path, 'a complete gzip file', f'error={error}') from error


def _error(path, expected, received):
  return IdxFileError(
    f'{path}: expected {expected}. Received: {received}. '
    'The file is damaged or another one; download it again.'
  )


def _hex(content):
  return ' '.join('%02x' % byte for byte in bytearray(content))
