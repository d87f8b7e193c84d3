# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Chooses between a native op and its pure-TensorFlow twin.

`TFMOT_OPS` in the environment, or `force()` around a piece of code:
  auto    the native op; its twin when the library cannot be used, said once,
          and in code that XLA compiles, which takes no ops of others
  native  the native op, or an error: never a fallback
  tf      the twin

Both give the same bits, so the choice changes speed and memory only. An inner
`tf.function` that was traced before XLA's own calls it keeps its native ops, and
XLA refuses them: force 'tf' where it is traced.

The library of the wheel has no GPU kernels. Where there is a GPU its ops are put
on the CPU, said once, so that they work whatever the placement in force.
"""

import contextlib
import logging
import os
import threading

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.ops import native

__all__ = ['MODES', 'force', 'native_ops', 'native_placement', 'runs_on_gpu']

MODES = ('auto', 'native', 'tf')

_ENVIRONMENT_VARIABLE = 'TFMOT_OPS'
_log = logging.getLogger('tensorflow_model_optimization')
_forced = threading.local()
_fallback_was_logged = False
_cpu_placement_was_logged = False


@contextlib.contextmanager
def force(mode):
  """Uses `mode` for the ops built in this thread inside the `with` block.

  Args:
    mode: 'auto', 'native' or 'tf'; takes precedence over `TFMOT_OPS`.

  Raises:
    ValueError: `mode` is none of these.
  """
  _check_mode(mode, 'mode')
  previous = getattr(_forced, 'mode', None)
  _forced.mode = mode
  try:
    yield
  finally:
    _forced.mode = previous


def native_ops():
  """Returns the native op functions to use now, or None to use the twin.

  Raises:
    ValueError: `TFMOT_OPS` holds none of the known modes.
    native.NativeOpsUnavailableError: native is demanded and not available.
  """
  mode = getattr(_forced, 'mode', None)
  if mode is None:
    mode = os.environ.get(_ENVIRONMENT_VARIABLE, 'auto')
    _check_mode(mode, _ENVIRONMENT_VARIABLE)
  if mode == 'tf':
    return None
  if mode == 'native':
    return native.load()
  if tf_compat.in_xla():
    return None
  try:
    return native.load()
  except native.NativeOpsUnavailableError as e:
    _log_fallback_once(e)
    return None


@tf_compat.not_converted
def native_placement():
  """Returns the context in which to build an op of `native_ops()`."""
  if native.has_gpu_kernels() or not tf_compat.sees_gpu():
    return contextlib.nullcontext()
  _log_cpu_placement_once()
  return tf_compat.on_cpu()


@tf_compat.not_converted
def runs_on_gpu():
  """Whether those ops of `native_ops()` that have a GPU kernel may run on a GPU."""
  return native.has_gpu_kernels() and tf_compat.sees_gpu()


def _log_cpu_placement_once():
  global _cpu_placement_was_logged
  if not _cpu_placement_was_logged:
    _cpu_placement_was_logged = True
    _log.warning(
      'This build of the native ops has no GPU kernels: masks of weights on a '
      'GPU are computed on the CPU. To change that, see docs/gpu.md.'
    )


def _log_fallback_once(error):
  global _fallback_was_logged
  if not _fallback_was_logged:
    _fallback_was_logged = True
    _log.warning('Using the TensorFlow twins of the native ops: %s', error)


def _check_mode(mode, name):
  if mode not in MODES:
    raise ValueError(
      '`{0}` must be one of {1}. Received: {0}={2!r}. Use "auto" unless you '
      'want to forbid one of the two implementations.'.format(name, MODES, mode)
    )
