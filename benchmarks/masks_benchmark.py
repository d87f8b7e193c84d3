# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times a magnitude mask at 80 % sparsity: ours, the incumbent's, the floor.

  ./dev bench masks
  python benchmarks/masks_benchmark.py [--incumbent_python PATH] [--json OUT]

All are measured in alternating rounds of one run, so that a machine that slows
down slows all of them. Times are never a reason to fail; different masks are.
"""

import argparse
import collections
import os
import statistics
import sys

# TensorFlow's notes about the CPU would only be noise. Before any import of it.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

# Run as a file, this is not in a package yet: find the tree around it.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# pylint: disable=g-import-not-at-top,wrong-import-position
from benchmarks import machine
from benchmarks import mask_worker
from benchmarks import output_file
from benchmarks import text_table
from benchmarks import worker_process

# pylint: enable=g-import-not-at-top,wrong-import-position

_SPARSITY = 0.8
_SEED = 1
# A round measures at least this long, by repeating short updates.
_SECONDS_PER_ROUND = 0.02
_MAX_REPEATS = 200

_SPEED_UP_TARGET = 50.0
_SPEED_UP_SIZE = 10_000_000
_MEMORY_TARGET = 1.5  # Bytes per weight, beside the mask.
_CALL_TARGET = 60e-6  # Seconds above an empty call.

_NATIVE = 'ours: native op'
_TWIN = 'ours: TensorFlow twin'
_INCUMBENT = 'incumbent (pip)'
_SORT = 'sort: tf.math.top_k(k=n)'
_MEMCPY = 'memcpy of the weights'


class Candidate(collections.namedtuple('Candidate', 'name measure mask')):
  """One way to a mask.

  Attributes:
    name: for the table.
    measure: repeats -> mean seconds of an update.
    mask: the mask that it computed, for comparison, or None.
  """


def main(argv=None):
  """Runs the benchmark; returns the exit status."""
  options = _parse(argv)
  facts = dict(machine.describe_machine(), **_versions())
  for name, text in facts.items():
    print(f'{name}: {text}')
  unavailable = _native_load_error()
  if unavailable:
    print(f'{_NATIVE}: not measured: {unavailable}')
  if options.incumbent_python is None:
    options.incumbent_python = worker_process.find_incumbent()
  if options.incumbent_python is None:
    print(
      f'{_INCUMBENT}: not measured: {sys.executable} has none. Give the '
      'interpreter of a virtualenv with tensorflow-model-optimization from '
      'PyPI as --incumbent_python. The speed-up below is over '
      f'"{_SORT}", which is its algorithm.'
    )

  results = {'machine': facts, 'sparsity': _SPARSITY, 'times': [], 'memory': []}
  for size in options.sizes:
    results['times'].append(_time_size(size, options, not unavailable))
  print(_speed_verdict(results['times']))
  results['calls'] = _time_calls(options, not unavailable)
  results['memory'] = _measure_memory(options, not unavailable)
  output_file.write_json(options.json, results)
  return 0


def _parse(argv):
  parser = argparse.ArgumentParser(prog='masks', description=__doc__)
  parser.add_argument(
    '--sizes',
    nargs='+',
    type=_size,
    default=[100_000, 1_000_000, 10_000_000],
    help='numbers of weights, such as 1e7',
  )
  parser.add_argument(
    '--memory_size',
    type=_size,
    default=10_000_000,
    help='number of weights whose peak memory is measured',
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
  return options


def _size(text):
  size = int(float(text))
  if size < 1:
    raise argparse.ArgumentTypeError(
      f'expected at least 1 weight. Received: {text!r}'
    )
  return size


def _versions():
  import numpy  # pylint: disable=g-import-not-at-top
  import tensorflow  # pylint: disable=g-import-not-at-top

  return {'tensorflow': tensorflow.__version__, 'numpy': numpy.__version__}


def _native_load_error():
  from tensorflow_model_optimization.python.core.ops import native  # pylint: disable=g-import-not-at-top

  return native.load_error()


def _time_size(size, options, native_available):
  """Times all candidates for one number of weights, and prints the table."""
  weights = mask_worker.make_weights(size, _SEED)
  candidates = _in_process_candidates(weights, native_available)
  _check_masks_are_equal(candidates)
  incumbent = None
  if options.incumbent_python:
    incumbent = worker_process.Worker('incumbent', options.incumbent_python)
    versions = incumbent.prepare(size, _SEED, _SPARSITY)
    candidates.append(Candidate(_INCUMBENT, incumbent.mean_seconds, None))
  try:
    medians = _medians(candidates, options.rounds)
  finally:
    if incumbent:
      incumbent.close()

  baseline = _INCUMBENT if incumbent else _SORT
  print(
    f'\n{size:,} float32 weights, normal; median of {options.rounds} '
    'alternating rounds'
  )
  if incumbent:
    print(
      'incumbent: '
      + ', '.join(
        f'{package} {version}' for package, version in versions.items()
      )
    )
  print(_time_table(medians, baseline))
  return {'size': size, 'median_seconds': medians, 'baseline': baseline}


def _in_process_candidates(weights, native_available):
  """Those that this process measures itself."""
  from benchmarks import mask_candidates  # pylint: disable=g-import-not-at-top

  makers = [(_MEMCPY, mask_candidates.memcpy)]
  if native_available:
    makers.append((_NATIVE, mask_candidates.library_mask('native')))
  makers += [
    (_TWIN, mask_candidates.library_mask('tf')),
    ('numpy.partition', mask_candidates.numpy_mask),
    ('tf.math.top_k(k=kept)', mask_candidates.top_k_mask),
    (_SORT, mask_candidates.sort_mask),
  ]
  candidates = []
  for name, maker in makers:
    update = maker(weights, _SPARSITY)
    mask, _ = update()
    candidates.append(
      Candidate(
        name,
        lambda repeats, update=update: mask_worker.mean_seconds(
          update, repeats
        ),
        None if name == _MEMCPY else mask,
      )
    )
  return candidates


def _check_masks_are_equal(candidates):
  """Fast and wrong would be no result."""
  import numpy as np  # pylint: disable=g-import-not-at-top

  expected = None
  for candidate in candidates:
    if candidate.mask is None:
      continue
    mask = np.asarray(candidate.mask).astype(bool)
    if expected is None:
      expected = mask
    elif not np.array_equal(mask, expected):
      raise RuntimeError(
        f'{candidate.name}: expected the mask of the other candidates. '
        f'Received: {np.sum(mask != expected)} different weights. '
        'The normal weights of this seed have no ties, so one of them is '
        'wrong; run the parity test.'
      )


def _medians(candidates, rounds):
  """{name: median seconds}, of rounds that each measure every candidate."""
  repeats = {}
  for candidate in candidates:
    candidate.measure(1)  # The first one allocates.
    once = candidate.measure(1)
    repeats[candidate.name] = max(
      1, min(_MAX_REPEATS, round(_SECONDS_PER_ROUND / once))
    )
  seconds = {candidate.name: [] for candidate in candidates}
  for i in range(rounds):
    # Another one is first in each round: none always follows the same.
    first = i % len(candidates)
    for candidate in candidates[first:] + candidates[:first]:
      seconds[candidate.name].append(candidate.measure(repeats[candidate.name]))
  return {name: statistics.median(times) for name, times in seconds.items()}


def _time_table(medians, baseline):
  over = 'incumbent' if baseline == _INCUMBENT else 'sort'
  rows = [('', 'ms', 'x memcpy', f'speed-up over {over}')]
  for name, seconds in sorted(medians.items(), key=lambda item: item[1]):
    rows.append(
      (
        name,
        f'{1000.0 * seconds:.3f}',
        f'{seconds / medians[_MEMCPY]:.2f}',
        f'{medians[baseline] / seconds:.1f}',
      )
    )
  return text_table.format_table(rows)


def _speed_verdict(times):
  """Says whether the speed-up that was asked for was reached."""
  target = (
    f'\ntarget: native op at least {_SPEED_UP_TARGET:.0f}x faster than '
    f'the incumbent at {_SPEED_UP_SIZE:,} weights: '
  )
  for result in times:
    medians = result['median_seconds']
    if result['size'] == _SPEED_UP_SIZE and _NATIVE in medians:
      speed_up = medians[result['baseline']] / medians[_NATIVE]
      verdict = 'met' if speed_up >= _SPEED_UP_TARGET else 'NOT met'
      return target + f'{speed_up:.0f}x over "{result["baseline"]}", {verdict}'
  return target + 'not measured'


def _time_calls(options, native_available):
  """Times eager calls for few weights; prints the table."""
  from benchmarks import small_updates  # pylint: disable=g-import-not-at-top

  medians = small_updates.measure(_SPARSITY, options.rounds, native_available)
  rows = [('\neager calls for 10,000 weights', 'us')]
  rows += [(name, f'{1e6 * each:.0f}') for name, each in medians.items()]
  print(text_table.format_table(rows))
  if native_available:
    above = medians[small_updates.NATIVE] - medians[small_updates.EMPTY]
    verdict = 'met' if above <= _CALL_TARGET else 'NOT met'
    print(
      f'target: native op at most {1e6 * _CALL_TARGET:.0f} us above an empty '
      f'call: {1e6 * above:.0f} us, {verdict}'
    )
  return medians


def _measure_memory(options, native_available):
  """Measures the peak of one update in fresh processes; prints the table."""
  size = options.memory_size
  ways = [(_NATIVE, 'native', sys.executable)] if native_available else []
  ways += [(_TWIN, 'twin', sys.executable), (_SORT, 'sort', sys.executable)]
  if options.incumbent_python:
    ways.append((_INCUMBENT, 'incumbent', options.incumbent_python))
  results = []
  for name, way, python in ways:
    worker = worker_process.Worker(way, python)
    try:
      worker.prepare(size, _SEED, _SPARSITY)
      results.append(dict(worker.memory(), name=name, size=size))
    finally:
      worker.close()

  print(
    f'\npeak memory of one update of {size:,} float32 weights, '
    f'{results[0]["how"]}, bytes per weight'
  )
  rows = [('', 'mask', 'beside the mask')]
  for result in results:
    result['beside_mask_per_weight'] = (
      result['extra_peak_bytes'] - result['mask_bytes']
    ) / size
    rows.append(
      (
        result['name'],
        f'{result["mask_bytes"] / size:.2f}',
        f'{result["beside_mask_per_weight"]:.2f}',
      )
    )
  print(text_table.format_table(rows))
  if native_available:
    beside = results[0]['beside_mask_per_weight']
    verdict = 'met' if beside <= _MEMORY_TARGET else 'NOT met'
    print(
      f'\ntarget: native op at most {_MEMORY_TARGET} bytes per weight '
      f'beside the mask: {beside:.2f}, {verdict}'
    )
  return results


if __name__ == '__main__':
  sys.exit(main())
