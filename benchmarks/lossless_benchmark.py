# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""How small `Lossless` makes the kernels of a model, beside gzip and the entropy.

  ./dev bench lossless -- --data_dir FOLDER_WITH_MNIST [--network lenet_300_100]

Trains a model on MNIST and prunes its kernels to 0, 80, 90 and 95 % zeros, once
without training ("at once") and once on a schedule for as many epochs again ("in
training"). All of it is coded without loss. The bound is the entropy of the mask
and of each byte of the values that are left, each on its own.
"""

import collections
import gzip
import os
import sys

# Run as a file, this is not in a package yet: find the tree around it.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# pylint: disable=g-import-not-at-top,wrong-import-position
import numpy as np

from benchmarks import lenet_networks
from benchmarks import lenet_training
from benchmarks import mnist_command
from benchmarks import output_file
from benchmarks import text_table
import tensorflow_model_optimization as tfmot

# pylint: enable=g-import-not-at-top,wrong-import-position

_SEED = 0
# {share of zeros: target as percent of dense float32}
_TARGETS = {0.0: 85.0, 0.8: 17.6, 0.9: 9.1, 0.95: 4.8}
_SPARSITIES = [sparsity for sparsity in _TARGETS if sparsity]
# Of the bound.
_OVERHEAD_TARGET = 3.0


def _tutorial_cnn(keras):
  """The network of TensorFlow's MNIST tutorial, 3,274,634 weights."""
  layers = keras.layers
  return keras.Sequential(
    [
      keras.Input((28, 28, 1)),
      layers.Conv2D(32, 5, padding='same', activation='relu'),
      layers.MaxPooling2D(),
      layers.Conv2D(64, 5, padding='same', activation='relu'),
      layers.MaxPooling2D(),
      layers.Flatten(),
      layers.Dense(1024, activation='relu'),
      layers.Dropout(0.4),
      layers.Dense(10),
    ],
    name='tutorial_cnn',
  )


_Network = collections.namedtuple('_Network', 'make epochs')

# The epochs are those of each phase.
_NETWORKS = {
  'tutorial_cnn': _Network(_tutorial_cnn, 1),
  'lenet_300_100': _Network(lenet_networks.lenet_300_100, 12),
}


def main(argv=None):
  """Runs the benchmark; returns the exit status."""
  options = _parse(argv)
  keras, data, facts = mnist_command.start(options)
  results = {}
  for name in options.network:
    network = _NETWORKS[name]
    if options.epochs:
      network = network._replace(epochs=options.epochs)
    results[name] = _run(keras, network, data)
    print(f'\n{name}, {network.epochs} epochs')
    print(_table(results[name]), flush=True)
  output_file.write_json(options.json, {'machine': facts, 'results': results})
  return 0


def _run(keras, network, data):
  """One result for each sparsity and way to it."""
  keras.utils.set_random_seed(_SEED)
  model = network.make(keras)
  _train(keras, model, data, network.epochs)
  trained = model.get_weights()
  results = [_measure(keras, model, data, 0.0, 'trained')]
  for sparsity in _SPARSITIES:
    at_once = tfmot.sparsity.keras.prune_now(model, sparsity)
    results.append(_measure(keras, at_once, data, sparsity, 'at once'))
  for sparsity in _SPARSITIES:
    model = network.make(keras)
    model.set_weights(trained)
    steps = network.epochs * -(-len(data.x_train) // lenet_training.BATCH_SIZE)
    pruned = tfmot.sparsity.keras.prune_low_magnitude(
      model,
      tfmot.sparsity.keras.PolynomialDecay(
        initial_sparsity=0.0,
        final_sparsity=sparsity,
        begin_step=0,
        end_step=steps // 2,
        frequency=50,
      ),
    )
    _train(
      keras,
      pruned,
      data,
      network.epochs,
      [tfmot.sparsity.keras.UpdatePruningStep()],
    )
    stripped = tfmot.sparsity.keras.strip_pruning(pruned)
    results.append(_measure(keras, stripped, data, sparsity, 'in training'))
  return results


def _train(keras, model, data, epochs, callbacks=()):
  model.compile(
    keras.optimizers.Adam(),
    keras.losses.SparseCategoricalCrossentropy(from_logits=True),
  )
  model.fit(
    data.x_train,
    data.y_train,
    batch_size=lenet_training.BATCH_SIZE,
    epochs=epochs,
    verbose=0,
    callbacks=list(callbacks),
  )


def _measure(keras, model, data, sparsity, how):
  """All kernels of `model`, as percent of dense float32."""
  dense = stored = bound = 0
  raw = []
  for weight in model.weights:
    kernel = np.asarray(weight)
    if kernel.ndim < 2:
      continue
    dense += kernel.nbytes
    stored += tfmot.compression.keras.compress_weight(
      tfmot.compression.keras.Lossless(), kernel
    ).stored_bytes
    bound += entropy_bytes(kernel)
    raw.append(kernel.tobytes())
  zipped = len(gzip.compress(b''.join(raw), 9))
  return {
    'sparsity': sparsity,
    'how': how,
    'error': lenet_training.error_percent(keras, model, data),
    'percent': 100.0 * stored / dense,
    'gzip_percent': 100.0 * zipped / dense,
    'bound_percent': 100.0 * bound / dense,
    'target_percent': _TARGETS[sparsity],
  }


def entropy_bytes(kernel):
  """Order-0 entropy of the mask and of each byte of the values that are left."""
  values = kernel[kernel != 0]
  planes = values.view(np.uint8).reshape([values.size, kernel.itemsize])
  bits = kernel.size * _entropy(
    np.array([values.size, kernel.size - values.size])
  )
  for i in range(kernel.itemsize):
    bits += values.size * _entropy(np.bincount(planes[:, i], minlength=256))
  return bits / 8.0


def _entropy(counts):
  """Bits a symbol."""
  share = counts[counts > 0] / counts.sum()
  return float(-(share * np.log2(share)).sum())


def _table(results):
  rows = [
    (
      'kernels',
      'test error %',
      'Lossless',
      'target',
      'gzip -9',
      'bound',
      f'over it (at most {_OVERHEAD_TARGET:g} %)',
    )
  ]
  for r in results:
    met = r['percent'] <= r['target_percent']
    rows.append(
      (
        f'{r["sparsity"]:.0%} zeros, {r["how"]}',
        f'{r["error"]:.2f}',
        f'{r["percent"]:.2f} %',
        f'{r["target_percent"]} %: {"met" if met else "NOT met"}',
        f'{r["gzip_percent"]:.2f} %',
        f'{r["bound_percent"]:.2f} %',
        f'{100.0 * (r["percent"] / r["bound_percent"] - 1.0):+.1f} %',
      )
    )
  return text_table.format_table(rows)


def _parse(argv):
  parser = mnist_command.make_parser('lossless', __doc__)
  add = parser.add_argument
  add(
    '--network',
    action='append',
    choices=sorted(_NETWORKS),
    help='default: both',
  )
  add('--epochs', type=int, help='of each phase; default: what it needs')
  options = parser.parse_args(argv)
  options.network = options.network or list(_NETWORKS)
  if options.epochs is not None and options.epochs < 1:
    parser.error(f'--epochs: expected at least 1. Received: {options.epochs}')
  return options


if __name__ == '__main__':
  sys.exit(main())
