# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times pruned training steps and inferences over dense ones.

  ./dev bench step
  python benchmarks/step_benchmark.py [--incumbent_python PATH] [--json OUT]

`fit` of a dense model, of a pruned one between its updates, and of one whose
masks are updated at every step, in alternating rounds of one process for each
Keras, model and way to compile. The target is for the time by the clock; CPU time
says what it would be on a machine with nothing else to do.
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

_DENSE = 'dense'
_TARGETS = {
  'pruned, no update': 1.03,
  'pruned, every step': 1.15,
  'inference, unstripped': 1.03,
}
_CLOCK, _CPU = 0, 1


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
    for model in options.models:
      for jit in options.jit:
        rows.extend(_measure('ours', keras, model, jit, options))
  if options.incumbent_python is None:
    print('the incumbent: not measured: see --incumbent_python.')
  else:
    for model in options.models:
      rows.extend(_measure('incumbent', 'tf_keras', model, 0, options))
  print(_table(rows))
  output_file.write_json(
    options.json,
    {
      'machine': facts,
      'width': options.width,
      'rounds': options.rounds,
      'steps': options.steps,
      'rows': rows,
    },
  )
  return 0


def _parse(argv):
  parser = argparse.ArgumentParser(prog='step', description=__doc__)
  parser.add_argument(
    '--keras', nargs='+', default=['keras', 'tf_keras'], help='Keras packages'
  )
  parser.add_argument(
    '--models',
    nargs='+',
    default=['mnist_cnn', 'mlp'],
    choices=['mnist_cnn', 'mlp'],
  )
  parser.add_argument(
    '--width', type=int, default=4096, help='of the 4 layers of the MLP'
  )
  parser.add_argument(
    '--jit', type=int, nargs='+', default=[0, 1], choices=[0, 1]
  )
  parser.add_argument('--rounds', type=int, default=9)
  parser.add_argument('--steps', type=int, default=3, help='of a round')
  parser.add_argument(
    '--incumbent_python',
    metavar='PATH',
    help='interpreter with tensorflow-model-optimization',
  )
  parser.add_argument('--json', metavar='OUT', help='write the results there')
  options = parser.parse_args(argv)
  for name in ('rounds', 'steps', 'width'):
    if getattr(options, name) < 1:
      parser.error(
        f'--{name}: expected at least 1. Received: {getattr(options, name)}'
      )
  return options


def _measure(library, keras, model, jit, options):
  """The rows of one process."""
  answer = worker_process.measure(
    'step_worker.py',
    {
      '--keras': keras,
      '--model': model,
      '--width': options.width,
      '--jit': jit,
      '--rounds': options.rounds,
      '--steps': options.steps,
    },
    python=options.incumbent_python
    if library == 'incumbent'
    else sys.executable,
    incumbent=library == 'incumbent',
  )
  inference = answer['inference_seconds']
  pairs = [
    (what, answer['step_seconds'][_DENSE], seconds)
    for what, seconds in answer['step_seconds'].items()
    if what != _DENSE
  ] + [('inference, unstripped', *inference.values())]
  rows = []
  for what, dense, pruned in pairs:
    row = {
      'library': library,
      'keras': f'{keras} {answer["keras"]}',
      'tensorflow': answer['tensorflow'],
      'model': model,
      'jit': jit,
      'what': what,
      'target': _TARGETS[what],
    }
    for clock, name in ((_CLOCK, 'clock'), (_CPU, 'cpu')):
      row[name + '_dense_seconds'] = _median(dense, clock)
      row[name + '_seconds'] = _median(pruned, clock)
      row[name + '_ratio'] = (
        row[name + '_seconds'] / row[name + '_dense_seconds']
      )
    rows.append(row)
    # A run takes minutes, and one that is stopped should have said something.
    print(_name(row), f'{row["clock_ratio"]:.2f}', flush=True)
  return rows


def _name(row):
  return '{library}, {keras}, {model}, jit {jit}: {what}'.format(**row)


def _median(seconds, clock):
  return statistics.median(each[clock] for each in seconds)


def _table(rows):
  lines = [
    (
      '',
      'dense, ms',
      'pruned, ms',
      'ratio',
      'CPU time',
      'target',
      'met',
    )
  ]
  for row in rows:
    ours = row['library'] == 'ours'
    met = 'yes' if row['clock_ratio'] <= row['target'] else 'NO'
    lines.append(
      (
        _name(row),
        f'{1000 * row["clock_dense_seconds"]:.1f}',
        f'{1000 * row["clock_seconds"]:.1f}',
        f'{row["clock_ratio"]:.2f}',
        f'{row["cpu_ratio"]:.2f}',
        f'{row["target"]:.2f}' if ours else '',
        met if ours else '',
      )
    )
  return '\n' + text_table.format_table(lines)


if __name__ == '__main__':
  sys.exit(main())
