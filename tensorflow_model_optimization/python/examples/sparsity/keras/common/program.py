# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What every example does around its comparison: input, output, exit status."""

import collections
import os
import sys
import tempfile

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  comparison,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  dataset,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  keras_choice,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  picture,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  report,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  training,
)

_QUICK_TRAIN_EXAMPLES = 512
_QUICK_TEST_EXAMPLES = 128


class Example(collections.namedtuple('Example', 'name noun load build_model')):
  """What is different from example to example.

  Attributes:
    name: as it is called on the command line.
    noun: what its data are, in the plural.
    load: called with (keras, options); returns a `dataset.Dataset` or raises
      `dataset.DatasetError`.
    build_model: called with (keras, data, options); returns a new uncompiled
      model from the inputs to probabilities [n, classes].
  """


def main(example, options):
  """Runs an example; returns the exit status.

  Args:
    example: an `Example`.
    options: what `arguments.finish` returns.
  """

  def say(message):
    print(f'{example.name}: {message}', file=sys.stderr)

  try:
    keras = keras_choice.choose(options.keras)
    if options.jit_compile:
      keras_choice.check_offers_jit_compile(keras)
    data = example.load(keras, options)
    summaries = [
      _make_summaries(_folder_of_seed(options.log_dir, options, seed))
      for seed in options.seeds
    ]
    output_dirs = _make_output_dirs(example.name, options)
  except (
    keras_choice.KerasChoiceError,
    dataset.DatasetError,
    ImportError,  # Summaries need TensorBoard.
    OSError,
  ) as error:
    say(error)
    return 2
  try:
    picture.check_available()
  except picture.PictureError as error:
    say(error)
  if options.quick:
    data = data.sample(_QUICK_TRAIN_EXAMPLES, _QUICK_TEST_EXAMPLES)

  print(keras_choice.describe(keras))
  print(
    f'{options.dataset}: {len(data.x_train):,} training {example.noun}, '
    f'{len(data.x_test):,} test {example.noun}; {options.epochs} epoch(s) of '
    f'{training.steps_per_epoch(data, options)} steps for each model',
    flush=True,
  )
  results = []
  for seed, callbacks, output_dir in zip(options.seeds, summaries, output_dirs):
    if len(options.seeds) > 1:
      print(f'\nseed {seed}', flush=True)
    result = comparison.run(
      keras,
      lambda: example.build_model(keras, data, options),
      data,
      options,
      seed,
      callbacks,
      output_dir,
    )
    print(f'\n{result.text}\n')
    written = _write(result, output_dir, options.target_sparsity, say)
    print('written:\n  ' + '\n  '.join(written), flush=True)
    results.append(result)
  if len(results) > 1:
    _print_seeds(results, options)

  for result in results:
    for promise in result.broken:
      say(f'FAILED: {promise}')
  return 1 if any(result.broken for result in results) else 0


def _make_summaries(log_dir):
  if log_dir is None:
    return []
  return [tfmot.sparsity.keras.PruningSummaries(log_dir=log_dir)]


def _make_output_dirs(name, options):
  """Makes the folder for each seed; returns their paths."""
  parent = options.output_dir
  if parent is None:
    parent = tempfile.mkdtemp(prefix=name + '_')
  folders = [_folder_of_seed(parent, options, seed) for seed in options.seeds]
  for folder in folders:
    os.makedirs(folder, exist_ok=True)
  return folders


def _folder_of_seed(parent, options, seed):
  """`parent` for the only seed, else a folder in it."""
  if parent is None or len(options.seeds) == 1:
    return parent
  return os.path.join(parent, f'seed_{seed}')


def _write(result, output_dir, target_sparsity, say):
  """Writes report and picture; returns the paths of all files there."""
  report_path = os.path.join(output_dir, 'report.txt')
  with open(report_path, 'w') as file:
    file.write(result.text + '\n')
  written = [
    os.path.join(output_dir, comparison.DENSE_FILE),
    os.path.join(output_dir, comparison.PRUNED_FILE),
    report_path,
  ]
  picture_path = os.path.join(output_dir, 'sparsity.png')
  try:
    picture.draw(
      picture_path, result.dense_history, result.pruned_history, target_sparsity
    )
  except picture.PictureError as error:
    say(error)
    return written
  return written + [picture_path]


def _print_seeds(results, options):
  accuracies = [
    (result.dense.accuracy, result.pruned.accuracy) for result in results
  ]
  print(f'\n{report.format_seeds(options.seeds, accuracies)}\n', flush=True)
