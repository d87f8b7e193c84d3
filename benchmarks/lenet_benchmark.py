# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Compresses LeNets on MNIST, and compares with the published figures.

  ./dev bench lenet -- --data_dir FOLDER_WITH_MNIST [--network lenet_5] [--jobs 2]

For each seed: a dense model; the same pruned to 12x fewer weights; and one that is
pruned, clustered and entropy-coded. All have the same budget of epochs, the same
batches and the same initial weights. The size is that of the whole file: header,
architecture, biases and side data. The error is that of the model which is loaded
from the file.
"""

import multiprocessing
import os
import statistics
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


def main(argv=None):
  """Runs the benchmark; returns the exit status."""
  options = _parse(argv)
  _, _, facts = mnist_command.start(options)
  results = {}
  for name in options.network:
    results[name] = []
    for result in _results(options, name):
      results[name].append(result)
      # A seed takes minutes: what is there is kept if the next does not end.
      output_file.write_json(
        options.json, {'machine': facts, 'results': results}
      )
    _print_results(_network(options, name), results[name])
  return 0


def _results(options, name):
  """Yields the result of each seed, `options.jobs` of which run at a time."""
  # With few images in a batch a second core is of hardly any use to a step.
  threads = max(1, (os.cpu_count() or 1) // options.jobs)
  context = multiprocessing.get_context('spawn')
  with context.Pool(options.jobs, _use_threads, [threads]) as pool:
    yield from pool.imap(
      _run_seed, [(options, name, seed) for seed in range(options.seeds)]
    )


def _use_threads(threads):
  # TensorFlow reads it when it makes its first tensor.
  os.environ['TF_NUM_INTRAOP_THREADS'] = str(threads)


def _run_seed(task):
  """One seed of one network, in a process of its own."""
  options, name, seed = task
  keras, data = mnist_command.load(options)
  return _run(keras, _network(options, name), data, seed)


def _network(options, name):
  network = lenet_networks.NETWORKS[name]
  if not options.epochs:
    return network
  return network._replace(
    epochs=options.epochs, clustering_epochs=max(1, options.epochs // 8)
  )


def _run(keras, network, data, seed):
  """One seed: its errors in percent, sizes in bytes and seconds."""
  start = time.perf_counter()
  dense = _new_model(keras, network, seed)
  lenet_training.train(
    keras, dense, data, network.epochs, seed, network.learning_rate
  )
  print(f'seed {seed}: dense in {network.epochs} epochs', flush=True)
  result = {
    'seed': seed,
    'dense_error': lenet_training.error_percent(keras, dense, data),
    'dense_bytes': sum(w.numpy().nbytes for w in dense.weights),
  }

  at_12x = _prune(
    keras, network, data, seed, network.sparsity_at_12x, network.epochs
  )
  result['error_at_12x'] = lenet_training.error_percent(keras, at_12x, data)
  result['fewer_weights_at_12x'] = _fewer_weights(at_12x)

  pruning_epochs = network.epochs - network.clustering_epochs
  pruned = _prune(keras, network, data, seed, network.sparsity, pruning_epochs)
  result['fewer_weights'] = _fewer_weights(pruned)
  packed = _cluster(keras, network, data, seed, pruned)
  with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, 'lenet.tfmot')
    packed.save(path)
    result['file_bytes'] = os.path.getsize(path)
    loaded = compression.load(path)
  result['report'] = packed.report.to_dict()
  result['error'] = lenet_training.error_percent(keras, loaded, data)
  result['seconds'] = time.perf_counter() - start
  print(packed.report.render())
  print(
    '{name}, seed {seed}: dense {dense_error:.2f} %; {fewer_weights_at_12x:.1f}x '
    'fewer weights {error_at_12x:.2f} %; {fewer_weights:.1f}x fewer, clustered '
    'and coded: {file_bytes:,} bytes, {error:.2f} % ({seconds:.0f} s)\n'.format(
      name=network.name, **result
    ),
    flush=True,
  )
  return result


def _new_model(keras, network, seed):
  keras.utils.set_random_seed(seed)
  return network.make(keras)


def _prune(keras, network, data, seed, sparsity, epochs):
  """The same initial model, trained while its sparsity grows."""
  steps = epochs * -(-len(data.x_train) // lenet_training.BATCH_SIZE)
  training = compression.prepare_for_training(
    _new_model(keras, network, seed),
    {
      path: compression.MagnitudePruning(
        pruning_schedule=tfmot.sparsity.keras.PolynomialDecay(
          initial_sparsity=0.0,
          final_sparsity=value,
          begin_step=steps // 20,
          end_step=steps * 6 // 10,
          frequency=100,
        )
      )
      for path, value in sparsity.items()
    },
  )
  lenet_training.train(
    keras,
    training,
    data,
    epochs,
    seed,
    network.learning_rate,
    callbacks=[compression.CompressionCallback()],
  )
  print(f'seed {seed}: pruned in {epochs} epochs', flush=True)
  return compression.compress(training).to_keras()


def _cluster(keras, network, data, seed, pruned):
  """Trains codebooks for the weights that are left, and codes everything."""
  stages = [
    compression.MagnitudePruning(),
    compression.WeightClustering(network.clusters, preserve_zeros=True),
    compression.RangeCoding(),
  ]
  training = compression.prepare_for_training(
    pruned, {path: stages for path in network.sparsity}
  )
  lenet_training.train(
    keras,
    training,
    data,
    network.clustering_epochs,
    seed + 1000,  # Other batches than those that the training began with.
    learning_rate=0.005,
    callbacks=[compression.CompressionCallback()],
  )
  return compression.compress(training)


def _fewer_weights(model):
  """How many weights there are for each that is not zero; kernels."""
  kernels = [w.numpy() for w in model.weights if len(w.shape) > 1]
  return sum(k.size for k in kernels) / sum((k != 0).sum() for k in kernels)


def _print_results(network, results):
  def mean(name):
    return statistics.mean(result[name] for result in results)

  def spread(name):
    values = [result[name] for result in results]
    return f'{min(values):.2f} to {max(values):.2f}'

  size, error = mean('file_bytes'), mean('error')
  fewer = mean('fewer_weights_at_12x')
  # Of each pair from the same initial weights and batches.
  changes = [r['error_at_12x'] - r['dense_error'] for r in results]
  change = round(statistics.mean(changes), 4)
  rows = [
    ('mean of {} seeds'.format(len(results)), 'value', 'spread', 'target')
  ]
  rows += [
    (
      'dense, test error %',
      f'{mean("dense_error"):.2f}',
      spread('dense_error'),
      '-',
    ),
    (
      f'{fewer:.1f}x fewer weights, test error %',
      f'{mean("error_at_12x"):.2f}',
      spread('error_at_12x'),
      '-',
    ),
    (
      'the same, minus that of its dense model',
      f'{change:+.3f}',
      f'{min(changes):+.2f} to {max(changes):+.2f}',
      f'<= 0: {_verdict(fewer >= 12.0 and change <= 0.0)}',
    ),
    (
      'pruned, clustered, coded: file, bytes',
      f'{size:,.0f}',
      spread('file_bytes'),
      f'<= {network.most_bytes:,}: {_verdict(size <= network.most_bytes)}',
    ),
    (
      'the same, loaded, test error %',
      f'{error:.2f}',
      spread('error'),
      f'<= {network.most_error}: {_verdict(error <= network.most_error)}',
    ),
    (
      'times smaller than dense float32',
      f'{mean("dense_bytes") / size:.1f}',
      '-',
      '-',
    ),
  ]
  print(f'\n{network.name}, {network.epochs} epochs')
  print(text_table.format_table(rows) + '\n', flush=True)


def _verdict(is_met):
  return 'met' if is_met else 'NOT met'


def _parse(argv):
  parser = mnist_command.make_parser('lenet', __doc__)
  add = parser.add_argument
  add(
    '--network',
    action='append',
    choices=sorted(lenet_networks.NETWORKS),
    help='default: both',
  )
  add('--seeds', type=int, default=5, help='how many; default 5')
  add(
    '--jobs',
    type=int,
    default=1,
    help='how many seeds at a time, which share the cores; default 1',
  )
  add('--epochs', type=int, help='fewer than the network needs, for a try')
  options = parser.parse_args(argv)
  options.network = options.network or sorted(lenet_networks.NETWORKS)
  for name in ('seeds', 'jobs'):
    value = getattr(options, name)
    if value < 1:
      parser.error(f'--{name}: expected at least 1. Received: {value}')
  return options


if __name__ == '__main__':
  sys.exit(main())
