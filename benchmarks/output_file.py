# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Writes the results of a benchmark for other programs."""

import json
import os


def write_json(path, results):
  """Writes `results` to the file `path`, or nothing if `path` is None.

  A relative path is relative to where the user is: `bazel run` starts programs
  in a folder of its own and names the user's in the environment.
  """
  if path is None:
    return
  start = os.environ.get('BUILD_WORKING_DIRECTORY', os.getcwd())
  path = os.path.join(start, path)
  with open(path, 'w') as file:
    json.dump(results, file, indent=2)
    file.write('\n')
  print(f'written: {path}')
