# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times the decoding of bit masks and codebooks: ours, the twin, numpy, memcpy.

On one core, into dense float32. Gigabytes are those of dense output; the CPU time
of the process counts, so that other work on a shared machine does not.

  ./dev bench decode
  python benchmarks/decode_benchmark.py [--size 1e7] [--rounds 9] [--json OUT]
"""

import argparse
import os
import sys
import time

# TensorFlow's notes about the CPU would only be noise. Before any import of it.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

# Run as a file, this is not in a package yet: find the tree around it.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# pylint: disable=g-import-not-at-top,wrong-import-position
import numpy as np

from benchmarks import machine
from benchmarks import output_file
from benchmarks import text_table
from tensorflow_model_optimization.python.core.ops import bitmask_expand
from tensorflow_model_optimization.python.core.ops import codebook_expand
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.tf_compat import tf

TARGET_GB_PER_S = 1.0
_SPARSITIES = (0.5, 0.8, 0.9, 0.95)
# (clusters, bits): all indices are good, or have to be checked.
_CODEBOOKS = ((16, 4), (20, 5), (256, 8))


def cases(size, seed=0):
  """Yields (name, dense array, {candidate: function that decodes it})."""
  random = np.random.RandomState(seed)
  for sparsity in _SPARSITIES:
    mask = random.random_sample(size) >= sparsity
    values = random.randn(np.count_nonzero(mask)).astype(np.float32)
    dense = np.zeros([size], np.float32)
    dense[mask] = values
    yield (
      f'bitmask, {sparsity:.0%} zeros',
      dense,
      _candidates(
        bitmask_expand.bitmask_expand,
        _numpy_mask,
        (bitmask_expand.pack_mask(mask), values),
        (size,),
      ),
    )
  for entries, bits in _CODEBOOKS:
    indices = random.randint(0, entries, size)
    codebook = random.randn(entries).astype(np.float32)
    yield (
      f'codebook of {entries}',
      codebook[indices],
      _candidates(
        codebook_expand.codebook_expand,
        _numpy_codes,
        (codebook_expand.pack_indices(indices, bits), codebook),
        (size, bits),
      ),
    )


def _candidates(op, numpy_function, arrays, settings):
  tensors = [tf.constant(array) for array in arrays]

  def run(mode):
    with dispatch.force(mode):
      return op(*tensors, *settings).numpy()

  return {
    'ours': lambda: run('native'),
    'twin': lambda: run('tf'),
    'numpy': lambda: numpy_function(*arrays, *settings),
  }


def _numpy_mask(packed, values, size):
  mask = np.unpackbits(packed, bitorder='little', count=size).view(bool)
  dense = np.zeros([size], np.float32)
  dense[mask] = values
  return dense


def _numpy_codes(packed, codebook, size, bits):
  if bits == 8:
    return codebook[packed]
  columns = np.unpackbits(packed, bitorder='little', count=size * bits)
  weights = (1 << np.arange(bits)).astype(np.uint8)
  return codebook[columns.reshape(size, bits) @ weights]


def measure(size, rounds):
  """Rows {case, bytes, and the median CPU seconds of each candidate}."""
  rows = []
  for name, dense, candidates in cases(size):
    copy = np.empty_like(dense)
    candidates['memcpy'] = lambda d=dense, c=copy: np.copyto(c, d) or c
    seconds = {candidate: [] for candidate in candidates}
    for _ in range(rounds):
      for candidate, decode in candidates.items():
        start = time.process_time()
        found = decode()
        seconds[candidate].append(time.process_time() - start)
        if found.tobytes() != dense.tobytes():
          raise AssertionError(f'{candidate} is wrong: {name}')
    rows.append(
      dict(
        {c: float(np.median(s)) for c, s in seconds.items()},
        case=name,
        bytes=dense.nbytes,
      )
    )
  return rows


def main(argv=None):
  parser = argparse.ArgumentParser(
    description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
  )
  parser.add_argument('--size', type=float, default=1e7, help='elements')
  parser.add_argument('--rounds', type=int, default=9)
  parser.add_argument('--json', metavar='FILE', help='write the results there')
  options = parser.parse_args(argv)
  tf.config.threading.set_intra_op_parallelism_threads(1)
  tf.config.threading.set_inter_op_parallelism_threads(1)
  rows = measure(int(options.size), options.rounds)
  about = dict(machine.describe_machine(), tensorflow=tf.__version__)
  for what, text in about.items():
    print(f'{what}: {text}')
  names = ('ours', 'twin', 'numpy', 'memcpy')
  table = [('GB/s of dense float32, one core',) + names + ('ours / memcpy',)]
  for row in rows:
    table.append(
      (row['case'],)
      + tuple(f'{row["bytes"] / row[name] / 1e9:.2f}' for name in names)
      + (f'{row["ours"] / row["memcpy"]:.1f}x the time',)
    )
  print()
  print(text_table.format_table(table))
  slowest = min(row['bytes'] / row['ours'] / 1e9 for row in rows)
  print(f'\ntarget: {TARGET_GB_PER_S} GB/s; slowest of ours: {slowest:.2f}')
  output_file.write_json(options.json, {'machine': about, 'rows': rows})
  return 0


if __name__ == '__main__':
  sys.exit(main())
