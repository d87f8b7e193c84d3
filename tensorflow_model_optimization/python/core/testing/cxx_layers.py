# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The rules of core/README.md for the C++ files of ops/, and their checker."""

import posixpath
import re

__all__ = ['SUFFIXES', 'violations']

SUFFIXES = ('.c', '.cc', '.cu', '.h', '.inc')

# Headers of C that hold no state and call for no runtime library.
_C_HEADERS = (
  'float.h',
  'limits.h',
  'math.h',
  'stddef.h',
  'stdint.h',
  'string.h',
)
_FOREIGN = (
  'Eigen/',
  'absl/',
  'tensorflow/',
  'third_party/',
  'tsl/',
  'unsupported/',
  'xla/',
)

# The one header of kernels that knows CUDA, or in its stead an emulator.
_CUDA_DOOR = 'ops/kernels/cuda/device_api.h'
_BEHIND_CUDA_DOOR = (
  'cuda_runtime.h',
  'ops/kernels/cuda/testing/emulator.h',
)

_INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
_COMMENT_OR_STRING = re.compile(
  r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL
)
_ALLOCATION = re.compile(
  r'\b(?:malloc|calloc|realloc)\s*\(|\bnew\b(?!\s*\()'
  r'|\bstd::(?:vector|string|unique_ptr|shared_ptr|function|map|deque)\b'
)
_EXCEPTION = re.compile(r'\b(?:throw|try|catch)\b\s*[({\w;]')


def violations(path, source):
  """Says what a C++ file does against the rules.

  Args:
    path: relative to the repository, e.g. 'ops/kernels/magnitude_mask.cc'.
    source: the text of the file.

  Returns:
    List of messages, empty if all is well.
  """
  found = []
  for match in _INCLUDE.finditer(source):
    is_system, header = match.group(1) == '<', match.group(2)
    reason = _reason_against(path, header, is_system)
    if reason:
      found.append(
        '{}:{} may not include {} because {}.'.format(
          path, source.count('\n', 0, match.start()) + 1, header, reason
        )
      )
  if path.startswith('ops/kernels/') and not _is_test(path):
    code = _COMMENT_OR_STRING.sub(' ', source)
    for pattern, what in (
      (_ALLOCATION, 'allocate: its caller passes scratch memory'),
      (_EXCEPTION, 'use exceptions: it returns a KernelStatus'),
    ):
      match = pattern.search(code)
      if match:
        found.append(
          '{} may not {}. Found: {!r}.'.format(path, what, match.group())
        )
  return found


def _is_test(path):
  stem = posixpath.splitext(posixpath.basename(path))[0]
  return (
    stem.endswith(('_test', '_benchmark', '_reference', '_testing'))
    or '/testing/' in path
  )


def _reason_against(path, header, is_system):
  if path.startswith('ops/kernels/'):
    return _reason_against_in_kernels(path, header, is_system)
  if path.startswith('ops/tf/'):
    return _reason_against_in_registration(path, header)
  return 'ops/ has the layers kernels/ and tf/ only'


def _reason_against_in_kernels(path, header, is_system):
  if path == _CUDA_DOOR and header in _BEHIND_CUDA_DOOR:
    return None
  if header.startswith('cuda') and not _is_test(path):
    return 'kernels reach CUDA through {}'.format(_CUDA_DOOR)
  if header.startswith(_FOREIGN):
    return 'kernels know no other library'
  if not is_system:
    if header.startswith('ops/kernels/'):
      if _is_test(header) and not _is_test(path):
        return 'it is there for tests only'
      return None
    if _is_test(path) and header.startswith(('gtest/', 'gmock/')):
      return None
    return 'kernels include only each other, by their full paths'
  if path.endswith('.h') and not _is_test(path) and header not in _C_HEADERS:
    return 'headers of kernels use plain C types only'
  return None


def _reason_against_in_registration(path, header):
  if header.startswith('tensorflow/'):
    if path.startswith('ops/tf/stable/') and not header.startswith(
      'tensorflow/c/'
    ):
      return 'one binary serves every TensorFlow through the C API only'
    return None
  if path.startswith('ops/tf/cuda/') and header.startswith(
    'xla/stream_executor/'
  ):
    return None  # Where TensorFlow says which stream an op runs on.
  if header.startswith(_FOREIGN + ('cuda',)):
    return 'the registration needs TensorFlow and the kernels only'
  if header in ('algorithm', 'numeric', 'queue'):
    return 'algorithms belong into ops/kernels'
  if header.startswith('ops/kernels/') and _is_test(header):
    if not _is_test(path):
      return 'it is there for tests only'
  return None
