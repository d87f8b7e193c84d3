# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times m:n masks: ours, numpy's, the incumbent's, the floor.

The incumbent cuts its groups along the last axis, ours are along the last axis
but one; both have as many.

  ./dev bench nm
  python benchmarks/nm_benchmark.py [--incumbent_python PATH] [--json OUT]
"""

import os
import sys

# TensorFlow's notes about the CPU would only be noise. Before any import of it.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

# Run as a file, this is not in a package yet: find the tree around it.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from benchmarks import structured_masks  # pylint: disable=g-import-not-at-top,wrong-import-position

STRUCTURES = {
  f'{zeros}:{size}': {'m_by_n': [zeros, size]}
  for zeros, size in ((1, 2), (2, 4), (4, 8))
}


def main(argv=None):
  return structured_masks.main('nm', __doc__, STRUCTURES, argv)


if __name__ == '__main__':
  sys.exit(main())
