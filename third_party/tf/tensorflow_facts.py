# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prints, as JSON, what a C++ build must know of this interpreter's TensorFlow.

Run by tf_configure.bzl. The places are found without importing TensorFlow, so a
missing one fails at once; only the compiler flags need the import.
"""

import importlib.util
import json
import os
import platform
import sys


def package_dir():
  """Returns the folder with TensorFlow's headers and libraries, or None."""
  # TF 1.15 keeps them in tensorflow_core, beside a tensorflow that only forwards.
  for name in ('tensorflow_core', 'tensorflow'):
    spec = importlib.util.find_spec(name)
    if spec is None:
      continue
    for folder in spec.submodule_search_locations or []:
      if os.path.isdir(os.path.join(folder, 'include')):
        return folder
  return None


def framework_library(folder):
  """Returns the path of libtensorflow_framework in `folder`, or None."""
  for suffix in ('2', '1'):
    path = os.path.join(folder, 'libtensorflow_framework.so.' + suffix)
    if os.path.exists(path):
      return path
  return None


def registration(version):
  """Returns which registration of the ops TensorFlow `version` takes.

  'stable' is the one on the C API, of which 2.6 is the first to have all that it
  needs; 'cxx' the one on the C++ API.
  """
  return 'stable' if _minor_version(version) >= (2, 6) else 'cxx'


def loaded_by(version):
  """Returns the TensorFlow versions that load an op built on `version`."""
  if registration(version) == 'stable':
    return '>=2.6'
  return '=={}.{}'.format(*_minor_version(version))


def cxx_standard(compile_flags, version):
  """Returns the C++ standard that TensorFlow's headers were compiled with."""
  for flag in compile_flags:
    if flag.startswith('--std='):
      return flag[len('--std=') :]
  # TensorFlow tells since 2.11 only.
  if _minor_version(version) >= (2, 10):
    return 'c++17'
  return 'c++14' if _minor_version(version) >= (2, 5) else 'c++11'


def abi_flag(compile_flags):
  """Returns the value of _GLIBCXX_USE_CXX11_ABI among `compile_flags`."""
  prefix = '-D_GLIBCXX_USE_CXX11_ABI='
  for flag in compile_flags:
    if flag.startswith(prefix):
      return int(flag[len(prefix) :])
  raise ValueError(
    'tf.sysconfig.get_compile_flags() must name the C++ ABI. Received: '
    'flags={}'.format(compile_flags)
  )


def _minor_version(version):
  return tuple(int(part) for part in version.split('.')[:2])


def main():
  folder = package_dir()
  if folder is None:
    sys.exit('No TensorFlow is installed for {}.'.format(sys.executable))
  library = framework_library(folder)
  if library is None:
    sys.exit(
      'No libtensorflow_framework.so.2 (nor .so.1) in {}.'.format(folder)
    )
  try:
    import tensorflow as tf
  except Exception as error:  # Whatever it is, the reader wants to see it.
    sys.exit(
      'TensorFlow in {} cannot be imported: {}: {}'.format(
        folder, type(error).__name__, error
      )
    )
  flags = tf.sysconfig.get_compile_flags()
  facts = {
    'abi_flag': abi_flag(flags),
    'cxx_standard': cxx_standard(flags, tf.__version__),
    'framework_library': library,
    'framework_name': os.path.basename(library),
    'include_dir': os.path.join(folder, 'include'),
    'loaded_by': loaded_by(tf.__version__),
    'python_version': platform.python_version(),
    'registration': registration(tf.__version__),
    'version': tf.__version__,
  }
  print(json.dumps(facts))


if __name__ == '__main__':
  main()
