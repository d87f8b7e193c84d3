# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times what `import tensorflow_model_optimization` adds to a program.

  ./dev bench import
  python benchmarks/import_benchmark.py [--rounds N] [--json OUT]

Fresh interpreters, in turn: one imports TensorFlow and Keras, one the library
as well. The second one also times the import statement itself, which is the
result: the difference of the whole times says the same, but on a busy machine
it moves by more than it measures.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import time

# Run as a file, this is not in a package yet: find the tree around it.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# pylint: disable=g-import-not-at-top,wrong-import-position
from benchmarks import machine
from benchmarks import output_file
from benchmarks import text_table

# pylint: enable=g-import-not-at-top,wrong-import-position

_TARGET_SECONDS = 0.150

# `tf.keras` is loaded on its first use, so it is used.
_BASE = """
import json, sys, time
import tensorflow as tf
tf.keras.layers.Dense
{import_keras}
before = set(sys.modules)
start = time.perf_counter()
"""
# An attribute, so that a library that loads itself on first use gains nothing.
_LIBRARY = """
import tensorflow_model_optimization as tfmot
tfmot.sparsity.keras.prune_low_magnitude
"""

_END = """
seconds = time.perf_counter() - start
print(json.dumps({"statement": seconds, "tensorflow": tf.__version__,
                  "modules": len(set(sys.modules) - before)}))
"""


def main(argv=None):
  """Runs the benchmark; returns the exit status."""
  options = _parse(argv)
  base = _BASE.format(import_keras=f'import {options.keras}')
  programs = {'without': base + _END, 'with': base + _LIBRARY + _END}
  # The first runs write the .pyc files and fill the page cache.
  answers = {name: _run(program) for name, program in programs.items()}
  facts = dict(
    machine.describe_machine(),
    tensorflow=answers['with']['tensorflow'],
    keras=options.keras,
  )
  for name, text in facts.items():
    print(f'{name}: {text}')

  statements = []
  totals = {'without': [], 'with': []}
  for i in range(options.rounds):
    # The two take turns at being first.
    for name in sorted(programs, reverse=i % 2 == 1):
      answer = _run(programs[name])
      totals[name].append(answer['total'])
      if name == 'with':
        statements.append(answer['statement'])

  statement = statistics.median(statements)
  without, with_library = (
    statistics.median(totals[name]) for name in ('without', 'with')
  )
  print(f'\nmedian of {options.rounds} fresh interpreters each')
  print(
    text_table.format_table(
      [
        ('', 'ms'),
        (
          f'TensorFlow and {options.keras}, whole process',
          f'{1000.0 * without:.0f}',
        ),
        ('and the library, whole process', f'{1000.0 * with_library:.0f}'),
        ('difference of the two', f'{1000.0 * (with_library - without):.0f}'),
        ('the import statement alone', f'{1000.0 * statement:.0f}'),
      ]
    )
  )
  print(f'it loads {answers["with"]["modules"]} modules that were not loaded')
  verdict = 'met' if statement < _TARGET_SECONDS else 'NOT met'
  print(
    f'\ntarget: under {1000.0 * _TARGET_SECONDS:.0f} ms: '
    f'{1000.0 * statement:.0f} ms, {verdict}'
  )
  output_file.write_json(
    options.json,
    {
      'machine': facts,
      'statement_seconds': statements,
      'total_seconds': totals,
    },
  )
  return 0


def _parse(argv):
  parser = argparse.ArgumentParser(prog='import', description=__doc__)
  parser.add_argument(
    '--keras',
    choices=('keras', 'tf_keras'),
    default='keras',
    help='the Keras package imported besides TensorFlow',
  )
  parser.add_argument(
    '--rounds', type=int, default=7, help='the median of so many is reported'
  )
  parser.add_argument('--json', metavar='OUT', help='write the results there')
  options = parser.parse_args(argv)
  if options.rounds < 1:
    parser.error(f'--rounds: expected at least 1. Received: {options.rounds}')
  return options


def _run(program):
  """Runs a program in a fresh interpreter; its answer and its whole time."""
  environment = dict(
    os.environ,
    TF_CPP_MIN_LOG_LEVEL='2',
    PYTHONPATH=os.pathsep.join(p for p in sys.path if p),
  )
  start = time.perf_counter()
  process = subprocess.run(
    [sys.executable, '-c', program],
    env=environment,
    stdout=subprocess.PIPE,
    stderr=subprocess.PIPE,
    universal_newlines=True,
    check=False,
  )
  total = time.perf_counter() - start
  if process.returncode:
    raise RuntimeError(
      f'{sys.executable}: expected a program that imports TensorFlow, Keras '
      f'and this library. Received: exit status={process.returncode} and\n'
      f'{process.stderr}'
    )
  return dict(json.loads(process.stdout.splitlines()[-1]), total=total)


if __name__ == '__main__':
  sys.exit(main())
