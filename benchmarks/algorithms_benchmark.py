# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What each compression algorithm makes of a model.

  ./dev bench algorithms -- --data_dir FOLDER_WITH_MNIST

LeNet-300-100 is trained on MNIST and compressed by each algorithm. "stored" is the
tensors of all weights, side data included; "file" the whole file; "error" that of
the model loaded from it. Then new models are trained with an algorithm that
learns.
"""

import os
import sys
import tempfile
import time

# Run as a file, this is not in a package yet: find the tree around it.
sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# pylint: disable=g-import-not-at-top,wrong-import-position
from benchmarks import lenet_networks
from benchmarks import lenet_training
from benchmarks import mnist_command
from benchmarks import output_file
from benchmarks import text_table
import tensorflow_model_optimization as tfmot

# pylint: enable=g-import-not-at-top,wrong-import-position

compression = tfmot.compression.keras
_SEED = 0


def _algorithms():
  """[(name, algorithm)]; those with a loss take the kernels."""
  return [
    ('Lossless', compression.Lossless()),
    ('UniformQuantization, 8 bits', compression.UniformQuantization(bits=8)),
    ('UniformQuantization, 4 bits', compression.UniformQuantization(bits=4)),
    (
      '4 bits + RangeCoding',
      [compression.UniformQuantization(bits=4), compression.RangeCoding()],
    ),
    ('WeightClustering, 16', compression.WeightClustering(16)),
    (
      'WeightClustering, 16 + RangeCoding',
      [compression.WeightClustering(16), compression.RangeCoding()],
    ),
    ('LowRank, half of the energy', compression.LowRank(energy=0.5)),
    ('LowRank, 0.9 of the energy', compression.LowRank(energy=0.9)),
    ('MagnitudePruning, 50 %', compression.MagnitudePruning(0.5)),
    ('MagnitudePruning, 80 %', compression.MagnitudePruning(0.8)),
    (
      'prune 80 % + cluster 16 + code',
      [
        compression.MagnitudePruning(0.8),
        compression.WeightClustering(16),
        compression.RangeCoding(),
      ],
    ),
  ]


def _algorithms_in_training():
  """[(name, algorithm)] that take the kernels of a new model from the start."""
  return [
    (
      f'EntropyPenalty({price:.0e}) + RangeCoding',
      [compression.EntropyPenalty(bit_price=price), compression.RangeCoding()],
    )
    for price in (1e-7, 1e-6)
  ]


def main(argv=None):
  """Runs the benchmark; returns the exit status."""
  options = _parse(argv)
  keras, data, facts = mnist_command.start(options)
  network = lenet_networks.NETWORKS['lenet_300_100']
  keras.utils.set_random_seed(_SEED)
  model = network.make(keras)
  lenet_training.train(
    keras, model, data, options.epochs, _SEED, network.learning_rate
  )
  dense_error = lenet_training.error_percent(keras, model, data)
  dense_bytes = sum(w.numpy().nbytes for w in model.weights)
  print(
    f'\n{network.name}, {options.epochs} epochs: {dense_bytes:,} bytes, '
    f'test error {dense_error:.2f} %\n'
  )
  results = [
    _compressed(keras, model, data, name, algorithm)
    for name, algorithm in _algorithms()
  ]
  _print_results(results, dense_bytes)
  trained = [
    _trained(keras, network, data, options.epochs_in_training, name, algorithm)
    for name, algorithm in _algorithms_in_training()
  ]
  print(
    f'\nnew models, {options.epochs_in_training} epochs of training with it'
  )
  _print_results(trained, dense_bytes)
  output_file.write_json(
    options.json,
    {
      'machine': facts,
      'dense_bytes': dense_bytes,
      'dense_error': dense_error,
      'algorithms': results,
      'algorithms_in_training': trained,
    },
  )
  return 0


def _print_results(results, dense_bytes):
  rows = [
    ('algorithm', 'stored', 'of dense', 'file', 'error %', 'to pack', 'to load')
  ]
  rows += [
    (
      r['algorithm'],
      f'{r["stored_bytes"]:,}',
      f'{100.0 * r["stored_bytes"] / dense_bytes:.1f} %',
      f'{r["file_bytes"]:,}',
      f'{r["error"]:.2f}',
      f'{r["pack_seconds"]:.2f} s',
      f'{r["load_seconds"]:.2f} s',
    )
    for r in results
  ]
  print(text_table.format_table(rows), flush=True)


def _trained(keras, network, data, epochs, name, algorithm):
  keras.utils.set_random_seed(_SEED)
  model = compression.prepare_for_training(network.make(keras), algorithm)
  lenet_training.train(
    keras,
    model,
    data,
    epochs,
    _SEED,
    callbacks=[compression.CompressionCallback()],
  )
  # What it is compressed with is what it was prepared for.
  return _compressed(keras, model, data, name, None)


def _compressed(keras, model, data, name, algorithm):
  start = time.perf_counter()
  packed = compression.compress(model, algorithm)
  packed_at = time.perf_counter()
  with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'model.tfmot')
    packed.save(path)
    file_bytes = os.path.getsize(path)
    load_start = time.perf_counter()
    loaded = compression.load(path)
    load_seconds = time.perf_counter() - load_start
  return {
    'algorithm': name,
    'stored_bytes': packed.report.stored_bytes,
    'file_bytes': file_bytes,
    'error': lenet_training.error_percent(keras, loaded, data),
    'pack_seconds': packed_at - start,
    'load_seconds': load_seconds,
  }


def _parse(argv):
  parser = mnist_command.make_parser('algorithms', __doc__)
  add = parser.add_argument
  add('--epochs', type=int, default=12, help='of the dense model; default 12')
  add(
    '--epochs_in_training',
    type=int,
    default=3,
    help='of the models that train with their algorithm; default 3',
  )
  options = parser.parse_args(argv)
  for name in ('epochs', 'epochs_in_training'):
    value = getattr(options, name)
    if value < 1:
      parser.error(f'--{name}: expected at least 1. Received: {value}')
  return options


if __name__ == '__main__':
  sys.exit(main())
