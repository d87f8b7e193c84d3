# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Puts the results of the benchmarks into docs/benchmarks.md, with pictures.

  python benchmarks/render_page.py [FOLDER]

FOLDER, by default docs/benchmarks, holds what the benchmarks wrote with --json:
masks.json, blocks.json, nm.json, memory.json and step*.json (mnist_cnn and the
MLP may be measured one after the other). Needs matplotlib.
"""

import glob
import json
import os
import re
import sys

_ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_PAGE = os.path.join(_ROOT, 'docs', 'benchmarks.md')
_PICTURES = os.path.join(_ROOT, 'docs', 'benchmarks')

_NATIVE = 'ours: native op'
_INCUMBENT = 'incumbent (pip)'
_MEMCPY = 'memcpy of the weights'
_FLOOR = 'one read, one write'

# Issued targets: {weights: (times memcpy, speed-up over the incumbent)}.
_MASK_TARGETS = {
  1000000: (None, 150),
  10000000: (1.8, 350),
  50000000: (1.8, 500),
}
_FLOOR_TARGET = 1.25
_BLOCK_SPEED_UPS = {'(8, 8) AVG': 12, '(8, 8) MAX': 12}
_BLOCK_SPEED_UP = 20


def main(argv):
  """Rewrites the page; returns the exit status."""
  folder = argv[1] if len(argv) > 1 else _PICTURES
  results = {}
  for name in ('masks', 'blocks', 'nm', 'memory'):
    results[name] = _read(os.path.join(folder, name + '.json'))
  results['steps'] = [
    row
    for path in sorted(glob.glob(os.path.join(folder, 'step*.json')))
    for row in _read(path)['rows']
  ]
  blocks = {
    'machine': _machine(results['masks']['machine']),
    'masks': _masks(results['masks']),
    'calls': _calls(results['masks']['calls']),
    'blocks': _structured(results['blocks'], _INCUMBENT),
    'nm': _structured(results['nm'], None),
    'step': _step(results['steps']),
    'memory': _memory(results['memory']['rows']),
  }
  with open(_PAGE) as file:
    page = file.read()
  for name, text in blocks.items():
    page, found = re.subn(
      rf'(<!-- {name}: begin -->\n).*?(<!-- end -->)',
      lambda match, text=text: match.group(1) + text + '\n' + match.group(2),
      page,
      flags=re.DOTALL,
    )
    if found != 1:
      raise RuntimeError(
        f'docs/benchmarks.md: expected one block {name}. Received: {found}'
      )
  with open(_PAGE, 'w') as file:
    file.write(page)
  _draw(results)
  return 0


def _read(path):
  with open(path) as file:
    return json.load(file)


def _machine(facts):
  return '\n'.join(f'- {name}: {text}' for name, text in facts.items())


def _table(rows):
  head, *body = rows
  lines = ['| ' + ' | '.join(head) + ' |', '|' + '---|' * len(head)]
  lines += ['| ' + ' | '.join(row) + ' |' for row in body]
  return '\n'.join(lines)


def _verdict(met):
  return 'met' if met else '**missed**'


def _masks(results):
  rows = [
    (
      'weights',
      'ours',
      'memcpy, 1 thread',
      'ours / memcpy',
      'target',
      '',
      'incumbent / ours',
      'target',
      '',
      'numpy / ours',
    )
  ]
  for of_size in results['times']:
    seconds = of_size['median_seconds']
    ours, memcpy = seconds[_NATIVE], seconds[_MEMCPY]
    floor, speed_up = _MASK_TARGETS.get(of_size['size'], (None, None))
    gain = seconds[_INCUMBENT] / ours
    rows.append(
      (
        f'{of_size["size"]:,}',
        _ms(ours),
        _ms(memcpy),
        f'{ours / memcpy:.2f}',
        f'{floor}' if floor else '',
        _verdict(ours / memcpy <= floor) if floor else '',
        f'{gain:.0f}',
        f'{speed_up}' if speed_up else '',
        _verdict(gain >= speed_up) if speed_up else '',
        f'{seconds["numpy.partition"] / ours:.1f}',
      )
    )
  return _table(rows)


def _calls(calls):
  return _table(
    [('eager, 10,000 weights', 'us')]
    + [(name, f'{1e6 * seconds:.0f}') for name, seconds in calls.items()]
  )


def _structured(results, over):
  head = ['mask', 'ours', 'floor', 'ours / floor', 'target', '']
  if over:
    head += ['incumbent / ours', 'target', '']
  rows = [tuple(head)]
  for name, seconds in results['median_seconds'].items():
    ratio = seconds[_NATIVE] / seconds[_FLOOR]
    row = [
      name,
      _ms(seconds[_NATIVE]),
      _ms(seconds[_FLOOR]),
      f'{ratio:.2f}',
      f'{_FLOOR_TARGET}',
      _verdict(ratio <= _FLOOR_TARGET),
    ]
    if over:
      gain = seconds[over] / seconds[_NATIVE]
      target = _BLOCK_SPEED_UPS.get(name, _BLOCK_SPEED_UP)
      row += [f'{gain:.0f}', f'{target}', _verdict(gain >= target)]
    rows.append(tuple(row))
  return _table(rows)


def _step(steps):
  rows = [
    ('', 'dense', 'pruned', 'ratio', 'of CPU time', 'target', ''),
  ]
  for row in steps:
    ours = row['library'] == 'ours'
    rows.append(
      (
        '{library}, {keras}, {model}, jit {jit}: {what}'.format(**row),
        _ms(row['clock_dense_seconds']),
        _ms(row['clock_seconds']),
        f'{row["clock_ratio"]:.2f}',
        f'{row["cpu_ratio"]:.2f}',
        f'{row["target"]:.2f}' if ours else '',
        _verdict(row['clock_ratio'] <= row['target']) if ours else '',
      )
    )
  return _table(rows)


def _memory(measures):
  rows = [('', 'measured', 'result', 'target', '')]
  for row in measures:
    target = row['target']
    rows.append(
      (
        row['what'],
        row['text'],
        f'{row["result"]:.3f}',
        '' if target is None else f'{target:g}',
        '' if target is None else _verdict(row['result'] <= target),
      )
    )
  return _table(rows)


def _ms(seconds):
  return f'{1000 * seconds:.3g} ms'


def _draw(results):
  # pylint: disable=g-import-not-at-top
  import matplotlib

  matplotlib.use('svg')
  # The same file for the same numbers.
  matplotlib.rcParams['svg.hashsalt'] = 'tfmot'
  matplotlib.rcParams['svg.fonttype'] = 'none'
  from matplotlib import pyplot
  # pylint: enable=g-import-not-at-top

  def save(name):
    pyplot.tight_layout()
    pyplot.savefig(
      os.path.join(_PICTURES, name), format='svg', metadata={'Date': None}
    )
    pyplot.close()

  pyplot.figure(figsize=(6, 4))
  times = results['masks']['times']
  for name in (
    _MEMCPY,
    _NATIVE,
    'ours: TensorFlow twin',
    'numpy.partition',
    _INCUMBENT,
  ):
    pyplot.loglog(
      [of_size['size'] for of_size in times],
      [1000 * of_size['median_seconds'][name] for of_size in times],
      marker='o',
      label=name,
    )
  pyplot.xlabel('float32 weights')
  pyplot.ylabel('ms, one mask at 80 %')
  pyplot.legend()
  save('masks.svg')

  rows = results['steps']
  pyplot.figure(figsize=(7, 0.28 * len(rows) + 1))
  names = [
    '{library}, {keras}, {model}, jit {jit}: {what}'.format(**row)
    for row in rows
  ]
  pyplot.barh(names, [row['clock_ratio'] for row in rows])
  pyplot.axvline(1.0, color='black')
  pyplot.xscale('log')
  pyplot.xlabel('time over that of the dense model')
  pyplot.gca().invert_yaxis()
  save('step.svg')


if __name__ == '__main__':
  sys.exit(main(sys.argv))
