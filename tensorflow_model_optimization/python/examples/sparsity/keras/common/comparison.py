# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains, saves, reloads and measures one pair of models.

Two models start from the same random weights and see the same examples in the
same order for the same number of epochs. The second one is pruned meanwhile.
Both are saved, loaded again as any reader of the files would, and compared.
"""

import collections
import os

import numpy as np

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  pruned_weights,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  report,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  saved_model,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  training,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  training_log,
)

DENSE_FILE = 'dense.keras'
PRUNED_FILE = 'pruned.keras'


class Comparison(
  collections.namedtuple(
    'Comparison',
    'dense pruned dense_history pruned_history text broken',
  )
):
  """What came out.

  Attributes:
    dense: `report.ModelResult` of the dense model.
    pruned: `report.ModelResult` of the pruned model.
    dense_history: `training_log.History` of the dense model.
    pruned_history: `training_log.History` of the pruned model.
    text: the report.
    broken: list of the promises that were broken, as text.
  """


def run(keras, build_model, data, options, seed, summaries, output_dir):
  """Trains both models and compares them.

  Args:
    keras: the Keras module of the models.
    build_model: called twice; returns a new uncompiled model from `data`'s
      inputs to probabilities [n, classes].
    data: a `dataset.Dataset`.
    options: what `arguments.finish` returns.
    seed: of the initial weights and of the order of the batches.
    summaries: list of further callbacks for the pruned model.
    output_dir: an existing folder for the two models and the report.

  Returns:
    A `Comparison`.
  """
  # A graph of TensorFlow 1 would keep the models of the seeds before this one.
  keras.backend.clear_session()
  # Pruning shares the layers of the model that it is given, so the dense
  # reference is another model with the same initial weights.
  training.set_seed(seed)
  dense_model = build_model()
  model = build_model()
  model.set_weights(dense_model.get_weights())

  dense_history = training_log.new_history()
  training.train_dense(keras, dense_model, data, options, seed, dense_history)
  pruned_history = training_log.new_history()
  pruned_model = training.train_pruned(
    keras, model, data, options, seed, summaries, pruned_history
  )
  stripped_model = tfmot.sparsity.keras.strip_pruning(pruned_model)

  print()
  broken = []
  dense_path = os.path.join(output_dir, DENSE_FILE)
  saved_model.save(dense_model, dense_path)
  dense, dense_result = _reload(keras, dense_path, dense_model, data, broken)
  pruned_path = os.path.join(output_dir, PRUNED_FILE)
  saved_model.save(stripped_model, pruned_path)
  # Compared with the model that was trained, so stripping is checked too.
  pruned, pruned_result = _reload(
    keras, pruned_path, pruned_model, data, broken
  )

  rows = [
    _weight_row(weight, dense, pruned, options, broken)
    for weight in pruned_weights.find(pruned_model)
  ]
  text = report.format_report(
    rows,
    dense_result,
    pruned_result,
    options.target_sparsity,
    options.block_size,
  )
  return Comparison(
    dense=dense_result,
    pruned=pruned_result,
    dense_history=dense_history,
    pruned_history=pruned_history,
    text=text,
    broken=broken,
  )


def _reload(keras, path, trained, data, broken):
  """Loads a saved model and checks that it predicts what `trained` does.

  Args:
    keras: the Keras module of the models.
    path: the saved model.
    trained: the model in memory that it came from.
    data: its test inputs are predicted.
    broken: list to which broken promises are added.

  Returns:
    (reloaded model, its `report.ModelResult`).
  """
  name = os.path.basename(path)
  reloaded = saved_model.load(keras, path)
  predictions = reloaded.predict(data.x_test, verbose=0)
  comparison = saved_model.compare(
    trained.predict(data.x_test, verbose=0), reloaded, predictions
  )
  print(
    f'{name}: reloaded with Keras alone, without tfmot; largest difference of '
    f'a predicted probability: {comparison.max_difference:g}'
  )
  if not comparison.same:
    broken.append(
      f'{name} predicts otherwise than the model that was trained: largest '
      f'difference {comparison.max_difference:g}'
    )
  if comparison.foreign_layers:
    broken.append(
      f'{name} needs more than Keras: layers '
      f'{", ".join(comparison.foreign_layers)} are not from Keras'
    )
  accuracy = float(np.mean(predictions.argmax(axis=1) == data.y_test))
  return reloaded, report.ModelResult(accuracy, saved_model.file_size(path))


def _weight_row(weight, dense, pruned, options, broken):
  """Counts one pruned weight in both reloaded models; adds to `broken`."""
  dense_values, pruned_values = (
    model.get_layer(weight.layer_name).get_weights()[weight.index]
    for model in (dense, pruned)
  )
  row = report.weight_row(
    weight.label,
    dense_values,
    pruned_values,
    options.target_sparsity,
    options.block_size,
  )
  if not row.exact:
    broken.append(
      f'{row.label} has {row.units_kept:,} weights or blocks left, '
      f'{row.units_expected:,} were asked for'
    )
  return row
