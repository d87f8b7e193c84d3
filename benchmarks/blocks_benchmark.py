# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times block masks at 80 % sparsity: ours, numpy's, the incumbent's, the floor.

./dev bench blocks
python benchmarks/blocks_benchmark.py [--incumbent_python PATH] [--json OUT]
"""

import os
import sys

# TensorFlow's notes about the CPU would only be noise. Before any import of it.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

# Run as a file, this is not in a package yet: find the tree around it.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

from benchmarks import structured_masks  # pylint: disable=g-import-not-at-top,wrong-import-position

STRUCTURES = {
  f'({height}, {width}) {pooling}': {
    'block': [height, width],
    'pooling': pooling,
  }
  for height, width in ((1, 16), (16, 1), (4, 4), (8, 8), (1, 4))
  for pooling in ('AVG', 'MAX')
}


def main(argv=None):
  return structured_masks.main('blocks', __doc__, STRUCTURES, argv)


if __name__ == '__main__':
  sys.exit(main())
