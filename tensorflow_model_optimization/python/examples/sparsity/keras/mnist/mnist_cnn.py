# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Prunes a small CNN while it trains, and shows what that costs and saves.

Two models start from the same random weights and see the same images in the
same order for the same number of epochs. The second one is pruned meanwhile.
Both are saved, loaded again as any reader of the files would, and compared.

  bazel run //tensorflow_model_optimization/python/examples/sparsity/keras/mnist:mnist_cnn
  bazel run ... -- --dataset mnist --data_dir DIR

`train_pruned` below is all that a program of your own needs.
"""

import os
import random
import sys
import tempfile

# TensorFlow's notes about the CPU would hide the progress. Before the import.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

# pylint: disable=g-import-not-at-top,wrong-import-position
import numpy as np
import tensorflow as tf

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  datasets,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  keras_choice,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  model as cnn,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  options as command_line,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  picture,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  pruned_weights,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  report,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  saved_model,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  training_log,
)

# pylint: enable=g-import-not-at-top,wrong-import-position

_QUICK_TRAIN_IMAGES = 512
_QUICK_TEST_IMAGES = 128
_LEARNING_RATE = 1e-3  # At the first step.
# How often the mask changes between the first and the last pruned step.
_MASK_UPDATES = 50


def main(argv=None):
  """Runs the example; returns the exit status."""
  options = command_line.parse(argv)
  try:
    keras = keras_choice.choose(options.keras)
    data = datasets.load(options.dataset, keras, options.data_dir)
    summaries = _make_summaries(options.log_dir)
    output_dir = _make_output_dir(options.output_dir)
  except (
    keras_choice.KerasChoiceError,
    datasets.DatasetError,
    ImportError,  # Summaries need TensorBoard.
    OSError,
  ) as error:
    print(f'mnist_cnn: {error}', file=sys.stderr)
    return 2
  try:
    picture.check_available()
  except picture.PictureError as error:
    print(f'mnist_cnn: {error}', file=sys.stderr)
  if options.quick:
    data = data.head(_QUICK_TRAIN_IMAGES, _QUICK_TEST_IMAGES)
  broken_promises = _run(options, keras, data, summaries, output_dir)
  for promise in broken_promises:
    print(f'mnist_cnn: FAILED: {promise}', file=sys.stderr)
  return 1 if broken_promises else 0


def train_dense(keras, model, data, options, history):
  """Trains `model` as it is, and returns it."""
  _compile(keras, model, data, options)
  _fit(keras, model, data, options, 'dense ', [], history)
  return model


def train_pruned(keras, model, data, options, summaries, history):
  """Trains `model` while its weights are pruned; returns the wrapped model."""
  steps = options.epochs * _steps_per_epoch(data, options)
  # One: wrap the model.
  pruned_model = tfmot.sparsity.keras.prune_low_magnitude(
    model,
    pruning_schedule=_schedule(options.target_sparsity, steps),
    block_size=options.block_size,
  )
  # Two: compile and train it with the callback.
  callbacks = [tfmot.sparsity.keras.UpdatePruningStep()] + summaries
  _compile(keras, pruned_model, data, options)
  _fit(keras, pruned_model, data, options, 'pruned', callbacks, history)
  # Three: tfmot.sparsity.keras.strip_pruning(pruned_model), before saving.
  return pruned_model


def _run(options, keras, data, summaries, output_dir):
  """Trains, saves, reloads, reports; returns the promises that were broken."""
  print(keras_choice.describe(keras))
  print(
    f'{options.dataset}: {len(data.x_train):,} training images, '
    f'{len(data.x_test):,} test images; {options.epochs} epoch(s) of '
    f'{_steps_per_epoch(data, options)} steps for each model',
    flush=True,
  )

  # Pruning shares the layers of the model that it is given, so the dense
  # reference is another model with the same initial weights.
  _set_seed(options.seed)
  image_shape = data.x_train.shape[1:]
  dense_model = cnn.build_cnn(keras, image_shape, datasets.NUM_CLASSES)
  model = cnn.build_cnn(keras, image_shape, datasets.NUM_CLASSES)
  model.set_weights(dense_model.get_weights())

  dense_history = training_log.new_history()
  train_dense(keras, dense_model, data, options, dense_history)
  pruned_history = training_log.new_history()
  pruned_model = train_pruned(
    keras, model, data, options, summaries, pruned_history
  )
  stripped_model = tfmot.sparsity.keras.strip_pruning(pruned_model)

  print()
  broken = []
  dense_path = os.path.join(output_dir, 'dense.keras')
  saved_model.save(dense_model, dense_path)
  dense, dense_result = _reload(keras, dense_path, dense_model, data, broken)
  pruned_path = os.path.join(output_dir, 'pruned.keras')
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
  print(f'\n{text}\n')
  written = [dense_path, pruned_path]
  written += _write_report(output_dir, text)
  written += _draw(output_dir, dense_history, pruned_history, options)
  print('written:\n  ' + '\n  '.join(written))
  return broken


def _schedule(target_sparsity, steps):
  """Cubic from 0 to the target, in the first half of the training.

  The first eighth gives the weights time to show which of them matter, the
  second half gives those that are left time to settle.
  """
  begin = steps // 8
  pruning_steps = steps // 2 - begin
  frequency = max(1, pruning_steps // _MASK_UPDATES)
  return tfmot.sparsity.keras.PolynomialDecay(
    initial_sparsity=0.0,
    final_sparsity=target_sparsity,
    begin_step=begin,
    end_step=begin + pruning_steps // frequency * frequency,
    frequency=frequency,
  )


def _compile(keras, model, data, options):
  # To zero in a straight line: the last steps then no longer make the accuracy
  # jump about, and two models can be compared.
  learning_rate = keras.optimizers.schedules.PolynomialDecay(
    _LEARNING_RATE,
    power=1.0,
    end_learning_rate=0.0,
    decay_steps=options.epochs * _steps_per_epoch(data, options),
  )
  # Not passed unless asked for: Keras before TensorFlow 2.7 has no such
  # argument.
  arguments = {'jit_compile': True} if options.jit_compile else {}
  model.compile(
    optimizer=keras.optimizers.Adam(learning_rate),
    loss='sparse_categorical_crossentropy',
    metrics=['accuracy'],
    **arguments,
  )


def _fit(keras, model, data, options, title, callbacks, history):
  log = training_log.make_callback(
    keras, title, options.epochs, _steps_per_epoch(data, options), history
  )
  _set_seed(options.seed)  # Both models see the images in the same order.
  model.fit(
    data.x_train,
    data.y_train,
    batch_size=options.batch_size,
    epochs=options.epochs,
    validation_data=(data.x_test, data.y_test),
    callbacks=callbacks + [log],
    verbose=0,
  )


def _steps_per_epoch(data, options):
  return -(-len(data.x_train) // options.batch_size)  # Rounded up.


def _set_seed(seed):
  random.seed(seed)
  np.random.seed(seed)
  tf.compat.v1.set_random_seed(seed)  # The same call on TensorFlow 1 and 2.


def _reload(keras, path, trained, data, broken):
  """Loads a saved model and checks that it predicts what `trained` does.

  Args:
    keras: the Keras module of the models.
    path: the saved model.
    trained: the model in memory that it came from.
    data: its test images are predicted.
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


def _make_summaries(log_dir):
  if log_dir is None:
    return []
  return [tfmot.sparsity.keras.PruningSummaries(log_dir=log_dir)]


def _make_output_dir(output_dir):
  if output_dir is None:
    return tempfile.mkdtemp(prefix='mnist_cnn_')
  os.makedirs(output_dir, exist_ok=True)
  return output_dir


def _write_report(output_dir, text):
  path = os.path.join(output_dir, 'report.txt')
  with open(path, 'w') as file:
    file.write(text + '\n')
  return [path]


def _draw(output_dir, dense_history, pruned_history, options):
  path = os.path.join(output_dir, 'sparsity.png')
  try:
    picture.draw(path, dense_history, pruned_history, options.target_sparsity)
  except picture.PictureError as error:
    print(f'mnist_cnn: {error}', file=sys.stderr)
    return []
  return [path]


if __name__ == '__main__':
  sys.exit(main())
