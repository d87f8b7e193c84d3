# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Lossless compression: byte planes, a bit mask of zeros, and Zstandard."""

import numpy as np

from tensorflow_model_optimization.python.core.compression import byte_planes
from tensorflow_model_optimization.python.core.compression import byte_stream
from tensorflow_model_optimization.python.core.compression import rans
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)

__all__ = ['Lossless']

_LEVELS = range(1, 23)

# The first byte of what is stored.
_DENSE, _MASKED, _RAW = 0, 1, 2
# The first byte of each plane: entropy-coded, or a Zstandard frame, which its
# length precedes.
_RANS, _ZSTD = 0, 1

# With fewer zeros a mask gains nothing that is worth the time of trying it.
_LEAST_ZEROS = 1 / 64.0


@registry.register_compressor
class Lossless(weight_compressor.WeightCompressor):
  """Packs weights so that every bit comes back.

  Sorts the bytes of the numbers by their place, since signs and exponents are
  much alike, and packs each such plane by Zstandard or by an entropy coder. With
  many zeros it stores a bit mask and the planes of what is not zero. What is
  smallest for the weight is taken. As a fraction of dense float32:

  | | fraction |
  |---|---|
  | trained weights | about 0.84 |
  | 80 / 90 / 95 % of them pruned | about 0.174 / 0.090 / 0.047 |

  ```python
  packed = compress_weight(Lossless(), weight)
  packed.decompress()  # the same bits: NaN and the sign of zeros too
  ```

  A model that is loaded has decompressed it: it is not TensorFlow code.

  Args:
    level: int in [1, 22], Zstandard's: a higher one packs better and takes
      longer; unpacking is equally fast.

  Raises:
    ValueError: another `level`.
    ImportError: the package zstandard is missing.

  Source: Zstandard, https://www.rfc-editor.org/rfc/rfc8878; byte planes are the
  shuffle filter of HDF5 and Blosc, Alted, https://www.blosc.org.
  """

  decompresses_in_graph = False
  is_lossless = True

  def __init__(self, level=19):
    if isinstance(level, bool) or level not in _LEVELS:
      raise ValueError(
        '`level` must be an int in [1, 22]. Received: level={!r}. 19 packs '
        'nearly best, 3 is fast.'.format(level)
      )
    _zstandard()
    self.level = int(level)

  def get_config(self):
    return {'level': self.level}

  def reason_against(self, spec):
    return byte_planes.reason_against(spec)

  def compressed_spec(self, spec):
    return {'packed': tensor_spec.TensorSpec((None,), 'uint8')}

  def compress(self, weight, spec, trained=None):
    planes = byte_planes.split(weight)
    raw = np.frombuffer(weight.tobytes(), np.uint8)
    candidates = [
      np.concatenate([_byte(_DENSE)] + [self._pack(plane) for plane in planes])
    ]
    # By the bits: -0.0 is not zero.
    kept = planes.any(axis=0)
    if (~kept).sum() > _LEAST_ZEROS * kept.size:
      parts = [self._pack(np.packbits(kept))]
      parts += [self._pack(plane[kept]) for plane in planes]
      candidates.append(np.concatenate([_byte(_MASKED)] + parts))
    candidates.append(np.concatenate([_byte(_RAW), raw]))
    return {'packed': min(candidates, key=len)}

  def decompress(self, tensors, spec):
    reader = byte_stream.ByteReader(tensors['packed'])
    dtype = tensor_spec.numpy_dtype(spec.dtype)
    layout = reader.byte()
    if layout == _RAW:
      data = reader.bytes(spec.nbytes).tobytes()
      reader.check_end()
      return np.frombuffer(data, dtype).reshape(spec.shape)
    if layout not in (_DENSE, _MASKED):
      raise byte_stream.damaged('there is no layout {}', layout)
    planes = np.zeros([dtype.itemsize, spec.size], np.uint8)
    if layout == _DENSE:
      kept = slice(None)
      count = spec.size
    else:
      bits = np.unpackbits(_unpack(reader, -(-spec.size // 8)))
      kept = np.flatnonzero(bits[: spec.size])
      count = kept.size
    for plane in planes:
      plane[kept] = _unpack(reader, count)
    reader.check_end()
    return byte_planes.join(planes, spec)

  def _pack(self, plane):
    """One plane, by the coder that takes fewer bytes."""
    coded = np.concatenate([_byte(_RANS), rans.encode(plane)])
    compressor = _zstandard().ZstdCompressor(level=self.level)
    frame = np.frombuffer(compressor.compress(plane.tobytes()), np.uint8)
    framed = np.concatenate(
      [_byte(_ZSTD), byte_stream.varint(frame.size), frame]
    )
    return min(coded, framed, key=len)


def _unpack(reader, size):
  """The `size` bytes of the plane that comes next."""
  coder = reader.byte()
  if coder == _RANS:
    return rans.decode(reader, size)
  if coder != _ZSTD:
    raise byte_stream.damaged('there is no coder {}', coder)
  frame = reader.bytes(reader.varint()).tobytes()
  zstandard = _zstandard()
  try:
    # Zstandard takes as much memory as the frame asks for, so ask it first.
    found = zstandard.get_frame_parameters(frame).content_size
    if found != size:
      raise byte_stream.damaged('a plane has {} of {} bytes', found, size)
    decompressor = zstandard.ZstdDecompressor()
    data = decompressor.decompress(frame, max_output_size=size)
  except zstandard.ZstdError as e:
    raise byte_stream.damaged('Zstandard says {}', e) from e
  return np.frombuffer(data, np.uint8)


def _byte(value):
  return np.array([value], np.uint8)


def _zstandard():
  try:
    import zstandard
  except ImportError as e:
    raise ImportError(
      'Lossless compression needs the package zstandard. Run `pip install '
      'tensorflow-model-optimization[compression]`.'
    ) from e
  return zstandard
