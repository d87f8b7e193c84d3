# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Measures what pruning needs beside a dense training: memory, and a start.

  ./dev bench memory
  ./dev bench memory --soak_steps 100000
  python benchmarks/memory_benchmark.py [--incumbent_python PATH] [--json OUT]

Every number is from a fresh process of its own, the median of a few.
"""

import argparse
import importlib.util
import os
import statistics
import sys

# Run as a file, this is not in a package yet: find the tree around it.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# pylint: disable=g-import-not-at-top,wrong-import-position
from benchmarks import machine
from benchmarks import output_file
from benchmarks import text_table
from benchmarks import worker_process

# pylint: enable=g-import-not-at-top,wrong-import-position

_PEAK_TARGET = 1.07
_SCRATCH_TARGET = 0.02
_FIRST_MASK_TARGET = 0.2
# Between the first half and the last of a long training; an allocator's noise.
_FLAT_TARGET = 1.01
_LAYERS = 4
_MIB = float(1 << 20)


def main(argv=None):
  """Runs the benchmark; returns the exit status."""
  options = _parse(argv)
  facts = machine.describe_machine()
  for name, text in facts.items():
    print(f'{name}: {text}')
  if options.incumbent_python is None:
    options.incumbent_python = worker_process.find_incumbent()
  rows = []
  for keras in options.keras:
    if importlib.util.find_spec(keras) is None:
      print(f'{keras}: not measured: {sys.executable} does not have it.')
      continue
    for jit in options.jit:
      rows.append(_peak_row('ours', keras, jit, options))
  if options.incumbent_python:
    rows.append(_peak_row('incumbent', 'tf_keras', 0, options))
  rows.append(_scratch_row(options))
  rows.append(_first_mask_row(options))
  if options.soak_steps:
    rows.append(_soak_row(options))
  print(_table(rows))
  output_file.write_json(
    options.json, {'machine': facts, 'width': options.width, 'rows': rows}
  )
  return 0


def _parse(argv):
  parser = argparse.ArgumentParser(prog='memory', description=__doc__)
  parser.add_argument(
    '--keras', nargs='+', default=['keras', 'tf_keras'], help='Keras packages'
  )
  parser.add_argument(
    '--jit', type=int, nargs='+', default=[0, 1], choices=[0, 1]
  )
  parser.add_argument(
    '--width', type=int, default=4096, help='of the 4 layers of the MLP'
  )
  parser.add_argument('--rounds', type=int, default=3)
  parser.add_argument(
    '--soak_steps',
    type=int,
    default=0,
    help='steps of a long training whose resident size is watched, or 0',
  )
  parser.add_argument(
    '--incumbent_python',
    metavar='PATH',
    help='interpreter with tensorflow-model-optimization',
  )
  parser.add_argument('--json', metavar='OUT', help='write the results there')
  options = parser.parse_args(argv)
  for name in ('rounds', 'width'):
    if getattr(options, name) < 1:
      parser.error(
        f'--{name}: expected at least 1. Received: {getattr(options, name)}'
      )
  return options


def _worker(what, **options):
  return worker_process.measure(
    'memory_worker.py', dict({'what': what}, **_dashed(options))
  )


def _dashed(options):
  return {'--' + name: value for name, value in options.items()}


def _peak_row(library, keras, jit, options):
  """Peak resident size of a pruned training over a dense one."""
  peaks = {0: [], 1: []}
  for _ in range(options.rounds):
    for frequency, of_frequency in peaks.items():
      answer = worker_process.measure(
        'memory_worker.py',
        dict(
          {'what': 'train'},
          **_dashed(
            {
              'keras': keras,
              'jit': jit,
              'width': options.width,
              'frequency': frequency,
            }
          ),
        ),
        python=options.incumbent_python
        if library == 'incumbent'
        else sys.executable,
        incumbent=library == 'incumbent',
      )
      of_frequency.append(answer['peak_bytes'])
  dense, pruned = (statistics.median(peaks[key]) for key in (0, 1))
  return {
    'what': f'{library}, {keras}, jit {jit}: peak of training, over dense',
    'text': f'{pruned / _MIB:.0f} MiB over {dense / _MIB:.0f} MiB',
    'result': pruned / dense,
    'target': _PEAK_TARGET if library == 'ours' else None,
    'peak_bytes': peaks,
  }


def _scratch_row(options):
  """How far one update of all masks raises the resident size."""
  answers = [
    _worker('update', width=options.width, frequency=1)
    for _ in range(options.rounds)
  ]
  weights = 4 * _LAYERS * options.width**2
  extra = statistics.median(answer['extra_peak_bytes'] for answer in answers)
  # The masks that were there are still there when a new one is made.
  scratch = max(0.0, extra - weights / 4 / _LAYERS)
  return {
    'what': f'an update beside one new mask, over the weights '
    f'({answers[0]["how"]})',
    'text': f'{scratch / _MIB:.1f} MiB of {weights / _MIB:.0f} MiB',
    'result': scratch / weights,
    'target': _SCRATCH_TARGET,
    'extra_peak_bytes': extra,
  }


def _first_mask_row(options):
  seconds = [_worker('first')['seconds'] for _ in range(1 + options.rounds)]
  # The first one writes the .pyc files and fills the page cache.
  result = statistics.median(seconds[1:])
  return {
    'what': 'from import to the first mask, TensorFlow and Keras imported',
    'text': f'{result:.3f} s',
    'result': result,
    'target': _FIRST_MASK_TARGET,
  }


def _soak_row(options):
  answer = _worker('soak', steps=options.soak_steps)
  sizes = answer['resident_bytes']
  middle = sizes[len(sizes) // 2]
  return {
    'what': f'resident size after {options.soak_steps:,} steps, each with an '
    'update, over half of them',
    'text': f'{sizes[-1] / _MIB:.1f} MiB over {middle / _MIB:.1f} MiB',
    'result': sizes[-1] / middle,
    'target': _FLAT_TARGET,
    'every': answer['every'],
    'resident_bytes': sizes,
  }


def _table(rows):
  lines = [('', 'measured', 'result', 'target', 'met')]
  for row in rows:
    target = row['target']
    met = '' if target is None else 'yes' if row['result'] <= target else 'NO'
    lines.append(
      (
        row['what'],
        row['text'],
        f'{row["result"]:.3f}',
        '' if target is None else f'{target:g}',
        met,
      )
    )
  return '\n' + text_table.format_table(lines)


if __name__ == '__main__':
  sys.exit(main())
