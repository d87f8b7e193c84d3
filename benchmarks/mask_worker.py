# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs one way of computing a mask in a process of its own.

`masks_benchmark.py` starts it, either to measure memory in a fresh process or
to run the incumbent, which has the same import name as this project and so
cannot be in the same process. It answers one JSON line for each JSON line:

  {"prepare": n, "seed": s, "sparsity": p}  makes n weights and the update;
                                            with "structure" a square matrix of
                                            them, for the incumbent only
  {"time": repeats}                         mean seconds of so many updates
  {"memory": true}                          extra peak bytes of one update
"""

import argparse
import json
import os
import sys
import time

# TensorFlow's notes about the CPU would only be noise. Before any import of it.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

_WAYS = ('native', 'twin', 'sort', 'incumbent')


def main():
  parser = argparse.ArgumentParser(description='Started by masks_benchmark.py.')
  parser.add_argument('way', choices=_WAYS)
  # What libraries print must not get between the answers.
  answers = os.fdopen(os.dup(1), 'w')
  os.dup2(2, 1)
  _serve(_maker(parser.parse_args().way), answers)


def _serve(maker, answers):
  import peak_memory  # pylint: disable=g-import-not-at-top

  update = None
  for line in sys.stdin:
    request = json.loads(line)
    if 'prepare' in request:
      # A first update of few weights, so that neither tracing nor loading
      # counts as memory of the update that is measured.
      if 'structure' in request:
        update = _incumbent_mask(
          _square(make_weights(request['prepare'], request['seed'])),
          request['sparsity'],
          request['structure'],
        )
      else:
        maker(make_weights(1000, request['seed']), request['sparsity'])()
        update = maker(
          make_weights(request['prepare'], request['seed']),
          request['sparsity'],
        )
      answer = {'versions': _versions()}
    elif 'time' in request:
      answer = {'seconds': mean_seconds(update, request['time'])}
    else:
      extra, how, (mask, _) = peak_memory.extra_peak_bytes(update)
      answer = {
        'extra_peak_bytes': extra,
        'how': how,
        'mask_bytes': mask.numpy().nbytes,
      }
    answers.write(json.dumps(answer) + '\n')
    answers.flush()


def mean_seconds(function, repeats):
  start = time.perf_counter()
  for _ in range(repeats):
    function()
  return (time.perf_counter() - start) / repeats


def make_weights(size, seed):
  """Normal float32 weights, the same in every process."""
  import numpy as np  # pylint: disable=g-import-not-at-top

  return np.random.RandomState(seed).standard_normal(size).astype(np.float32)


def _square(weights):
  side = int(round(weights.size**0.5))
  return weights.reshape(side, side)


def _maker(way):
  # pylint: disable=g-import-not-at-top
  if way == 'incumbent':
    return _incumbent_mask
  import mask_candidates

  if way == 'sort':
    return mask_candidates.sort_mask
  return mask_candidates.library_mask({'native': 'native', 'twin': 'tf'}[way])


def _incumbent_mask(weights, sparsity, structure=None):
  """The mask update of the package that this interpreter has installed."""
  # pylint: disable=g-import-not-at-top
  import tensorflow as tf

  from tensorflow_model_optimization.python.core.sparsity.keras import (
    pruning_impl,
  )
  from tensorflow_model_optimization.python.core.sparsity.keras import (
    pruning_schedule,
  )

  structure = structure or {}
  variable = tf.Variable(weights)
  pruning = pruning_impl.Pruning(
    training_step_fn=lambda: 0,
    pruning_vars=[],
    pruning_schedule=pruning_schedule.ConstantSparsity(sparsity, 0),
    block_size=tuple(structure.get('block', (1, 1))),
    block_pooling_type=structure.get('pooling', 'AVG'),
    sparsity_m_by_n=tuple(structure['m_by_n'])
    if 'm_by_n' in structure
    else None,
  )
  # Its public way to a mask also assigns variables, which is not timed here.
  # pylint: disable=protected-access
  if structure:
    update = tf.function(lambda: pruning._maybe_update_block_mask(variable))
  else:
    update = tf.function(lambda: pruning._update_mask(variable))
  # pylint: enable=protected-access
  update = update.get_concrete_function()

  def run():
    threshold, mask = update()
    # Of an m:n mask the incumbent returns a Python number, and the mask is what
    # has to be waited for.
    mask.numpy()
    return mask, threshold

  return run


def _versions():
  # pylint: disable=g-import-not-at-top
  import tensorflow as tf

  versions = {'tensorflow': tf.__version__}
  package = sys.modules.get('tensorflow_model_optimization')
  if package is not None:
    versions['tensorflow_model_optimization'] = getattr(
      package, '__version__', 'unknown'
    )
  return versions


if __name__ == '__main__':
  main()
