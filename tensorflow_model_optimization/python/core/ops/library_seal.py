# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The seal at the end of the native library: a checksum of what stands before.

The dynamic loader trusts a library's contents; one flipped bit or a tail that an
interrupted download left empty crashes the process. So the build appends a seal,
which loaders ignore, and native.py checks it before the library is loaded.

As a program: `python3 library_seal.py LIBRARY SEALED_LIBRARY`.
"""

import hashlib
import sys

__all__ = ['problem', 'sealed']

_MAGIC = b'TFMOTSHA'
_SIZE = len(_MAGIC) + hashlib.sha256().digest_size


def sealed(library):
  """Returns the bytes of a library with a seal behind them."""
  return library + _MAGIC + hashlib.sha256(library).digest()


def problem(content):
  """Says what is wrong with the bytes of a sealed library, or None."""
  library, seal = content[:-_SIZE], content[-_SIZE:]
  if seal[: len(_MAGIC)] != _MAGIC:
    return 'has no seal: it is another library, or its end is damaged'
  if sealed(library) != content:
    return 'is damaged: its contents do not have the checksum of its seal'
  return None


if __name__ == '__main__':
  with open(sys.argv[1], 'rb') as source:
    contents = source.read()
  with open(sys.argv[2], 'wb') as target:
    target.write(sealed(contents))
