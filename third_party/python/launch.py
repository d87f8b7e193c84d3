# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs a Python file as __main__, without its folder on sys.path.

Python puts the folder of the main file first on sys.path. For a test in
`python/core` that folder holds a package named `keras`, which would hide the
real one; it also lets a target import what its BUILD rule does not list. The -P
flag of Python 3.11 switches this off; this file does it for every version.
"""

import runpy
import sys


def main():
  # The stub that Bazel writes calls `python main_file arguments...`.
  del sys.path[0]  # This file's own folder.
  sys.argv = sys.argv[1:]
  runpy.run_path(sys.argv[0], run_name='__main__')


if __name__ == '__main__':
  main()
