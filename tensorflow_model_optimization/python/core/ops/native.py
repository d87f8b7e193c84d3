# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Loads the native ops into TensorFlow, on first use, and remembers why not.

The library beside this file is looked at before it is loaded: one that is truncated,
made for another processor or another TensorFlow, or no op library at all, must
never bring the user's process down. From TensorFlow 2.6 on one binary serves all,
since it is registered through the C API; an older TensorFlow needs one of its own.
"""

import os
import platform
import struct
import threading

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import library_seal
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = [
  'NativeOpsUnavailableError',
  'has_gpu_kernels',
  'library_path',
  'load',
  'load_error',
]

_LIBRARY_NAME = 'libtfmot_ops.so'
_REQUIRED_OPS = (
  'tfmot_magnitude_mask',
  'tfmot_block_mask',
  'tfmot_m_by_n_mask',
  'tfmot_global_mask',
  'tfmot_bitmask_expand',
  'tfmot_codebook_expand',
)

# e_machine of the ELF header for what `platform.machine()` says.
_ELF_MACHINES = {'x86_64': 62, 'AMD64': 62, 'aarch64': 183}
# e_ident, e_type, e_machine.
_ELF_HEADER = struct.Struct('<16sHH')

_lock = threading.Lock()
_ops = None
_ops_have_gpu_kernels = False
_load_error = None


# Not a RuntimeError: AutoGraph passes an exception on as it is, out of a
# tf.function, only if the class has `Exception.__init__`.
class NativeOpsUnavailableError(Exception):
  """The native ops were asked for and cannot be loaded."""


def library_path():
  """Where the native library is looked for (the file need not exist)."""
  return os.path.join(os.path.dirname(os.path.abspath(__file__)), _LIBRARY_NAME)


@tf_compat.not_converted
def load():
  """Returns the module of native op functions, loading it the first time.

  Raises:
    NativeOpsUnavailableError: with the reason and the remedy, when the library
      is missing, damaged, or not for this TensorFlow or processor. The same
      error is raised again by later calls; nothing is retried.
  """
  global _ops, _ops_have_gpu_kernels, _load_error
  with _lock:
    if _ops is None and _load_error is None:
      try:
        _ops, _ops_have_gpu_kernels = _load_library(library_path())
      except NativeOpsUnavailableError as e:
        _load_error = e
    if _ops is None:
      raise NativeOpsUnavailableError(str(_load_error))
    return _ops


def has_gpu_kernels():
  """Whether the ops of `load()`, which must have been called, run on a GPU."""
  return _ops_have_gpu_kernels


def load_error():
  """Why the native ops are not available, in words; None when they are."""
  try:
    load()
  except NativeOpsUnavailableError as e:
    return str(e)
  return None


def _load_library(path):
  """Returns the module of op functions, and whether they have GPU kernels."""
  content, problem = _read(path)
  if not problem:
    sealed_for = library_seal.tensorflow_versions(content)
    versions, _, device = sealed_for.partition('+')
    if not tf_compat.fits(versions):
      problem = 'is built for TensorFlow {}, this one is {}'.format(
        versions, tf.__version__
      )
  if problem:
    raise _unavailable(problem, path)
  try:
    ops = tf.load_op_library(path)
  except (tf.errors.OpError, OSError, RuntimeError) as e:
    message = str(getattr(e, 'message', None) or e)
    raise _unavailable(
      'does not load into TensorFlow {}: {}'.format(tf.__version__, message),
      path,
    ) from e
  missing = [name for name in _REQUIRED_OPS if not hasattr(ops, name)]
  if missing:
    raise _unavailable(
      'is a library without the ops {}'.format(', '.join(missing)), path
    )
  return ops, device == library_seal.CUDA


def _unavailable(problem, path):
  if tf_compat.has_stable_c_api():
    remedy = 'Reinstall the wheel, or build it with `./dev wheel`.'
  else:
    remedy = (
      "The wheel's library serves TensorFlow >= {}.{} only. Upgrade TensorFlow, "
      'or build a library for this one as ops/README.md says.'.format(
        *tf_compat.STABLE_C_API_TF
      )
    )
  return NativeOpsUnavailableError(
    '{} {}. Received: path={!r}. {}'.format(
      _LIBRARY_NAME, problem, path, remedy
    )
  )


def _read(path):
  """Returns the bytes of the file at `path`, and what is wrong with them or None.

  Loading a damaged library kills the process instead of raising an error.
  """
  if not os.path.isfile(path):
    return b'', 'is not there'
  with open(path, 'rb') as f:
    content = f.read()
  return content, _problem_with(content)


def _problem_with(content):
  if len(content) < _ELF_HEADER.size or content[:4] != b'\x7fELF':
    return 'is not an ELF shared library'
  if content[4] != 2 or content[5] != 1:
    return 'is not a 64-bit little-endian library'
  machine = _ELF_HEADER.unpack_from(content)[2]
  expected = _ELF_MACHINES.get(platform.machine())
  if machine != expected:
    return 'is made for ELF machine {}, this one is {}'.format(
      machine, expected
    )
  return library_seal.problem(content)
