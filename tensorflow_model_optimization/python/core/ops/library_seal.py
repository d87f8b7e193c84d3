# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The seal at the end of the native library: for whom it is, and a checksum.

The dynamic loader trusts a library's contents; one flipped bit, a tail that an
interrupted download left empty, or a TensorFlow with another C++ interface crashes
the process. So the build appends a seal, which loaders ignore, and native.py reads
it before the library is loaded. It consists of

  8 bytes    TFMOTSHA
  16 bytes   the TensorFlow versions that load the library, padded with zeros:
             `>=2.6`, or `==1.14` for 1.14.0 and its patches; `==2.15+cuda` for
             a library whose ops also run on a GPU
  32 bytes   SHA-256 of the library and those 16 bytes

As a program: `python3 library_seal.py LIBRARY VERSIONS SEALED_LIBRARY`.
"""

import hashlib
import sys

__all__ = ['CUDA', 'problem', 'sealed', 'tensorflow_versions']

CUDA = 'cuda'

_MAGIC = b'TFMOTSHA'
_VERSIONS_SIZE = 16
_SIZE = len(_MAGIC) + _VERSIONS_SIZE + hashlib.sha256().digest_size


def sealed(library, versions):
  """Returns the bytes of a library with a seal behind them.

  Args:
    library: the library's bytes.
    versions: str, the TensorFlow versions that load it, at most 16 bytes.

  Raises:
    ValueError: `versions` is empty or too long.
  """
  encoded = versions.encode('ascii')
  if not 0 < len(encoded) <= _VERSIONS_SIZE:
    raise ValueError(
      '`versions` must have 1 to {} characters. Received: versions={!r}. Write '
      'it like ">=2.6" or "==1.14".'.format(_VERSIONS_SIZE, versions)
    )
  encoded = encoded.ljust(_VERSIONS_SIZE, b'\0')
  checksum = hashlib.sha256(library + encoded).digest()
  return library + _MAGIC + encoded + checksum


def tensorflow_versions(content):
  """Returns the `versions` with which the bytes of a library were sealed.

  Args:
    content: bytes of a sealed library, with which there is no `problem`.
  """
  start = len(content) - _SIZE + len(_MAGIC)
  encoded = content[start : start + _VERSIONS_SIZE]
  return encoded.rstrip(b'\0').decode('ascii')


def problem(content):
  """Says what is wrong with the bytes of a sealed library, or None."""
  library, seal = content[:-_SIZE], content[-_SIZE:]
  if len(seal) < _SIZE or seal[: len(_MAGIC)] != _MAGIC:
    return 'has no seal: it is another library, or its end is damaged'
  versions = seal[len(_MAGIC) : len(_MAGIC) + _VERSIONS_SIZE]
  checksum = seal[len(_MAGIC) + _VERSIONS_SIZE :]
  if hashlib.sha256(library + versions).digest() != checksum:
    return 'is damaged: its contents do not have the checksum of its seal'
  return None


if __name__ == '__main__':
  with open(sys.argv[1], 'rb') as source:
    contents = source.read()
  with open(sys.argv[3], 'wb') as target:
    target.write(sealed(contents, sys.argv[2]))
