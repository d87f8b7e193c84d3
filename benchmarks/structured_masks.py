# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What `blocks_benchmark.py` and `nm_benchmark.py` share: they name structures.

All ways to a mask are measured in alternating rounds of one run. Times are
never a reason to fail; a native mask that differs from its twin's is.
"""

import argparse
import statistics
import sys

from benchmarks import machine
from benchmarks import mask_worker
from benchmarks import output_file
from benchmarks import text_table
from benchmarks import worker_process

_SPARSITY = 0.8
_SEED = 1

_FLOOR = 'one read, one write'
_NATIVE = 'ours: native op'
_TWIN = 'ours: TensorFlow twin'
_NUMPY = 'numpy'
_INCUMBENT = 'incumbent (pip)'


def main(name, description, structures, argv=None):
  """Runs a benchmark; returns the exit status.

  Args:
    name: of the benchmark.
    description: for --help.
    structures: {text: structure}; see `structured_candidates`.
    argv: arguments, or None for those of the process.
  """
  options = _parse(name, description, argv)
  facts = machine.describe_machine()
  for fact, text in facts.items():
    print(f'{fact}: {text}')
  if options.incumbent_python is None:
    options.incumbent_python = worker_process.find_incumbent()
  if options.incumbent_python is None:
    print(
      f'{_INCUMBENT}: not measured: {sys.executable} has none. Give the '
      'interpreter of a virtualenv with tensorflow-model-optimization from '
      'PyPI as --incumbent_python.'
    )
  weights = mask_worker.make_weights(options.size**2, _SEED)
  weights = weights.reshape(options.size, options.size)
  medians = {}
  for text, structure in structures.items():
    medians[text] = _time(weights, structure, options)
  print(
    f'\n{options.size} x {options.size} float32 weights, normal; ms, median '
    f'of {options.rounds} alternating rounds (times the floor)'
  )
  print(_table(medians))
  output_file.write_json(
    options.json,
    {'machine': facts, 'size': options.size, 'median_seconds': medians},
  )
  return 0


def _parse(name, description, argv):
  parser = argparse.ArgumentParser(prog=name, description=description)
  parser.add_argument(
    '--size', type=int, default=4096, help='rows and columns; a multiple of 16'
  )
  parser.add_argument(
    '--rounds', type=int, default=7, help='the median of so many is reported'
  )
  parser.add_argument(
    '--incumbent_python',
    metavar='PATH',
    help='interpreter with tensorflow-model-optimization',
  )
  parser.add_argument('--json', metavar='OUT', help='write the results there')
  options = parser.parse_args(argv)
  if options.rounds < 1:
    parser.error(f'--rounds: expected at least 1. Received: {options.rounds}')
  if options.size < 16 or options.size % 16:
    parser.error(f'--size: expected a multiple of 16. Received: {options.size}')
  return options


def _time(weights, structure, options):
  """{name: median seconds} of all ways to the mask of one structure."""
  from benchmarks import structured_candidates  # pylint: disable=g-import-not-at-top

  makers = {_FLOOR: structured_candidates.read_and_write}
  makers.update(
    {
      _NATIVE: structured_candidates.library_mask('native', structure),
      _TWIN: structured_candidates.library_mask('tf', structure),
      _NUMPY: structured_candidates.numpy_mask(structure),
    }
  )
  updates = {name: make(weights, _SPARSITY) for name, make in makers.items()}
  _check_native_equals_twin(updates[_NATIVE](), updates[_TWIN]())
  measures = {
    name: lambda update=update: mask_worker.mean_seconds(update, 1)
    for name, update in updates.items()
  }
  worker = None
  if options.incumbent_python:
    worker = worker_process.Worker('incumbent', options.incumbent_python)
    worker.prepare(weights.size, _SEED, _SPARSITY, structure)
    measures[_INCUMBENT] = lambda: worker.mean_seconds(1)
  try:
    seconds = {name: [] for name in measures}
    for measure in measures.values():
      measure()  # The first one allocates.
    for _ in range(options.rounds):
      for name, measure in measures.items():
        seconds[name].append(measure())
  finally:
    if worker:
      worker.close()
  return {name: statistics.median(times) for name, times in seconds.items()}


def _check_native_equals_twin(native, twin):
  """Fast and wrong would be no result."""
  different = int((native[0].numpy() != twin[0].numpy()).sum())
  if different or native[1] != twin[1]:
    raise RuntimeError(
      f'{_NATIVE}: expected the mask and the threshold of its twin. Received: '
      f'{different} different weights, thresholds {native[1]} and {twin[1]}. '
      'Run the parity test.'
    )


def _table(medians):
  names = list(next(iter(medians.values())))
  rows = [('',) + tuple(names)]
  for text, of_structure in medians.items():
    floor = of_structure[_FLOOR]
    rows.append(
      (text,)
      + tuple(
        f'{1000 * of_structure[name]:.1f} ({of_structure[name] / floor:.1f}x)'
        for name in names
      )
    )
  return text_table.format_table(rows)
