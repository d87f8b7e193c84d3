# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The file of a compressed model: named tensors behind a checked header.

All numbers are little-endian.

| bytes | what |
|---|---|
| 0 to 7 | `TFMOTWC` and a zero byte |
| 8 to 11 | format version, 1 |
| 12 to 15 | length of the header as stored, at most 64 MiB |
| 16 to 19 | length of the header as text, at most 64 MiB |
| 20 to 23 | CRC-32 of the header as stored |
| from 24 | the header: JSON text in UTF-8, compressed by zlib |
| after it | the tensors' bytes in row-major order, one after the other |

The header is `{"header": ..., "tensors": [[name, dtype, shape, crc32], ...]}`. The
tensors fill the rest of the file exactly. A file holds data only: reading it runs
no code, and every length is checked against the size of the file before memory is
taken for it.
"""

import collections
import json
import os
import struct
import sys
import uuid
import zlib

import numpy as np

from tensorflow_model_optimization.python.core.compression import tensor_spec

__all__ = ['read', 'write']

_MAGIC = b'TFMOTWC\x00'
_VERSION = 1
_PREFIX = struct.Struct('<8sIIII')
_MOST_HEADER_BYTES = 64 << 20
_DTYPES = frozenset(
  ['bfloat16', 'bool']
  + ['float16', 'float32', 'float64']
  + ['int8', 'int16', 'int32', 'int64']
  + ['uint8', 'uint16', 'uint32', 'uint64']
)


def write(path, header, tensors):
  """Writes a file, whole or not at all.

  An interrupted write leaves a file that was at `path` before as it was.

  Args:
    path: str or path object.
    header: what `json.dumps` takes, without NaN.
    tensors: ordered {name: numpy array}.

  Raises:
    ValueError: a tensor has a dtype that the format lacks, or the header is too
      long.
    OSError: the file cannot be written.
  """
  path = os.fspath(path)
  arrays = [_little_endian(name, array) for name, array in tensors.items()]
  entries = [
    [name, tensor_spec.TensorSpec.of(np.asarray(array)).dtype]
    + [list(np.shape(array)), zlib.crc32(raw)]
    for (name, array), raw in zip(tensors.items(), arrays)
  ]
  text = json.dumps(
    {'header': header, 'tensors': entries},
    separators=(',', ':'),
    allow_nan=False,
  ).encode('utf-8')
  stored = zlib.compress(text, 9)
  if len(text) > _MOST_HEADER_BYTES:
    raise ValueError(
      '`header` must take at most {} bytes as JSON. Received: {} bytes. Put '
      'large values into `tensors`.'.format(_MOST_HEADER_BYTES, len(text))
    )
  prefix = _PREFIX.pack(
    _MAGIC, _VERSION, len(stored), len(text), zlib.crc32(stored)
  )
  # In the same folder: a file can be renamed within one file system only.
  part = '{}.{}.part'.format(path, uuid.uuid4().hex)
  try:
    with open(part, 'xb') as f:
      f.write(prefix)
      f.write(stored)
      for raw in arrays:
        f.write(raw)
      f.flush()
      os.fsync(f.fileno())
    os.replace(part, path)
  except BaseException:
    if os.path.exists(part):
      os.remove(part)
    raise


def read(path):
  """Reads what `write` wrote.

  Args:
    path: str or path object.

  Returns:
    (header, ordered {name: numpy array}).

  Raises:
    ValueError: the file is none of these, is damaged or cut off, or was written
      by a newer version.
    OSError: there is no such file, or it cannot be read.
  """
  path = os.fspath(path)
  with open(path, 'rb') as f:
    length = os.fstat(f.fileno()).st_size
    header, entries = _read_header(path, f, length)
    data_bytes = sum(spec.nbytes for _, spec, _ in entries)
    if f.tell() + data_bytes != length:
      raise _damaged(
        path,
        'it holds {} bytes, and {} are declared'.format(
          length, f.tell() + data_bytes
        ),
      )
    tensors = collections.OrderedDict()
    for name, spec, checksum in entries:
      raw = f.read(spec.nbytes)
      if zlib.crc32(raw) != checksum:
        raise _damaged(
          path, 'the tensor {!r} has a wrong checksum'.format(name)
        )
      tensors[name] = _from_little_endian(raw, spec)
  return header, tensors


def _read_header(path, f, length):
  prefix = f.read(_PREFIX.size)
  if len(prefix) < _PREFIX.size or not prefix.startswith(_MAGIC):
    raise ValueError(
      '`path` must be a file that a compressed model was saved to. Received: '
      'path={!r}, which does not begin as such a file does.'.format(path)
    )
  _, version, stored_bytes, text_bytes, checksum = _PREFIX.unpack(prefix)
  if version != _VERSION:
    raise ValueError(
      '`path` has format version {}, and this library reads version {}. '
      'Received: path={!r}. Run `pip install --upgrade '
      'tensorflow-model-optimization`.'.format(version, _VERSION, path)
    )
  most = min(_MOST_HEADER_BYTES, length - _PREFIX.size)
  if stored_bytes > most or text_bytes > _MOST_HEADER_BYTES:
    raise _damaged(path, 'its header is longer than the file allows')
  stored = f.read(stored_bytes)
  if len(stored) != stored_bytes or zlib.crc32(stored) != checksum:
    raise _damaged(path, 'its header has a wrong checksum')
  try:
    inflate = zlib.decompressobj()
    text = inflate.decompress(stored, text_bytes + 1)
    if len(text) != text_bytes or not inflate.eof or inflate.unused_data:
      raise ValueError('its header has another length than declared')
    content = json.loads(text.decode('utf-8'))
    entries = [_checked_entry(*entry) for entry in content['tensors']]
    if len({name for name, _, _ in entries}) != len(entries):
      raise ValueError('two tensors have one name')
    return content['header'], entries
  except (KeyError, RecursionError, TypeError, ValueError, zlib.error) as e:
    raise _damaged(path, e) from e


def _checked_entry(name, dtype, shape, checksum):
  """(name, TensorSpec, checksum) of what stands in a header."""
  is_length = [type(n) is int and n >= 0 for n in shape]
  if not isinstance(name, str) or type(checksum) is not int:
    raise ValueError('a tensor has no name or checksum')
  if dtype not in _DTYPES or not all(is_length):
    raise ValueError(
      'the tensor {!r} has the dtype {!r} and shape {!r}'.format(
        name, dtype, shape
      )
    )
  return name, tensor_spec.TensorSpec(shape, dtype), checksum


def _little_endian(name, array):
  array = np.ascontiguousarray(array)
  dtype = tensor_spec.TensorSpec.of(array).dtype
  if dtype not in _DTYPES:
    raise ValueError(
      '`tensors` must have dtypes out of {}. Received: {!r} of {}.'.format(
        sorted(_DTYPES), name, dtype
      )
    )
  if sys.byteorder == 'big':
    array = array.byteswap()
  return array.tobytes()


def _from_little_endian(raw, spec):
  array = np.frombuffer(raw, tensor_spec.numpy_dtype(spec.dtype))
  if sys.byteorder == 'big':
    array = array.byteswap()
  return array.reshape(spec.shape)


def _damaged(path, what):
  return ValueError(
    'The file {!r} is damaged: {}. Copy or save it again.'.format(path, what)
  )
