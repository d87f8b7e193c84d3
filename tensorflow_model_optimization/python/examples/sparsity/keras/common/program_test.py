# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs a tiny example, and breaks each of its promises once."""

import contextlib
import io
import os
import sys
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow as tf

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  arguments,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  comparison,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  dataset,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  exact_sparsity,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  keras_choice,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  program,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  saved_model,
)

_FILES = ['dense.keras', 'pruned.keras', 'report.txt', 'sparsity.png']


def _load(keras, options):
  del keras, options
  inputs = np.random.RandomState(0).rand(600, 5).astype(np.float32)
  labels = (inputs[:, 0] > inputs[:, 1]).astype(np.int32)
  return dataset.Dataset(inputs, labels, inputs[:200], labels[:200])


def _build_model(keras, data, options):
  del options
  layers = keras.layers
  return keras.models.Sequential(
    [
      keras.Input(shape=data.x_train.shape[1:]),
      layers.Dense(10, activation='relu', name='hidden'),
      layers.Dense(2, activation='softmax', name='classes'),
    ]
  )


_EXAMPLE = program.Example('tiny', 'points', _load, _build_model)


def _options(*argv):
  parser = arguments.make_parser('tiny', 'Prunes.')
  options = parser.parse_args(argv)
  vars(options).update(
    dataset='plane', data_dir=None, epochs=None, batch_size=None
  )
  return arguments.finish(options, epochs=2, batch_size=64)


class ProgramTest(unittest.TestCase):
  def setUp(self):
    super().setUp()
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.output_dir = os.path.join(folder.name, 'output')

  def _main(self, *argv, example=_EXAMPLE):
    """Runs the example; returns (exit status, stdout, stderr)."""
    stdout, stderr = io.StringIO(), io.StringIO()
    options = _options('--output_dir', self.output_dir, *argv)
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
      status = program.main(example, options)
    return status, stdout.getvalue(), stderr.getvalue()

  def test_what_is_printed_and_written(self):
    status, stdout, stderr = self._main()
    self.assertEqual(0, status, stderr)
    self.assertIn(
      'plane: 600 training points, 200 test points; 2 epoch(s) of 10 steps',
      stdout,
    )
    self.assertIn('pruned epoch  2/2', stdout)
    self.assertNotIn('seed', stdout)
    self.assertEqual(_FILES, sorted(os.listdir(self.output_dir)))
    with open(os.path.join(self.output_dir, 'report.txt')) as file:
      text = file.read().rstrip()
    self.assertIn(text, stdout)
    self.assertIn('hidden/kernel   5x10        50    10', text)
    self.assertNotIn('NO', text)
    for name in _FILES:
      self.assertIn(os.path.join(self.output_dir, name), stdout)

  def test_quick_takes_few_examples(self):
    status, stdout, stderr = self._main('--quick')
    self.assertEqual(0, status, stderr)
    self.assertIn('512 training points, 128 test points; 1 epoch(s)', stdout)

  def test_each_seed_is_another_training(self):
    status, stdout, stderr = self._main('--seed', '3', '--seed', '5')
    self.assertEqual(0, status, stderr)
    self.assertEqual(['seed_3', 'seed_5'], sorted(os.listdir(self.output_dir)))
    weights = []
    for seed in (3, 5):
      folder = os.path.join(self.output_dir, f'seed_{seed}')
      self.assertEqual(_FILES, sorted(os.listdir(folder)))
      model = tf.keras.models.load_model(
        os.path.join(folder, 'dense.keras'), compile=False
      )
      weights.append(model.get_weights()[0])
    self.assertGreater(abs(weights[0] - weights[1]).max(), 0.01)
    self.assertRegex(stdout, r'(?s)\nseed 3  .*\nseed 5  .*\nmean  .*points')

  def test_a_broken_promise_of_one_seed_is_a_failure(self):
    real_run = comparison.run

    def run(*positional):
      result = real_run(*positional)
      seed = positional[4]
      return result._replace(broken=['torn'] if seed == 3 else [])

    with mock.patch.object(comparison, 'run', run):
      status, _, stderr = self._main('--seed', '3', '--seed', '5')
    self.assertEqual(1, status)
    self.assertEqual(1, stderr.count('tiny: FAILED: torn\n'))

  def test_each_broken_promise_is_a_failure(self):
    real_load = saved_model.load

    def load_damaged(keras, path):
      model = real_load(keras, path)
      if 'pruned' in path:
        model.set_weights([-weight for weight in model.get_weights()])
      return model

    with contextlib.ExitStack() as breakage:
      for module, name, broken in (
        (exact_sparsity, 'expected_kept', lambda total, sparsity: 5),
        (saved_model, 'load', load_damaged),
        (saved_model, '_KERAS_PACKAGES', ()),
      ):
        breakage.enter_context(mock.patch.object(module, name, broken))
      status, stdout, stderr = self._main()
    self.assertEqual(1, status)
    self.assertIn('NO: 4 kept, not 5', stdout)
    self.assertIn('tiny: FAILED: classes/kernel has 4 weights', stderr)
    self.assertIn('FAILED: pruned.keras predicts otherwise', stderr)
    self.assertNotIn('FAILED: dense.keras predicts otherwise', stderr)
    self.assertIn('FAILED: pruned.keras needs more than Keras', stderr)

  def test_data_that_cannot_be_had_end_before_the_training(self):
    def fail(keras, options):
      raise dataset.DatasetError('no points, draw some')

    status, stdout, stderr = self._main(example=_EXAMPLE._replace(load=fail))
    self.assertEqual(2, status)
    self.assertEqual('', stdout)
    self.assertEqual('tiny: no points, draw some\n', stderr)
    self.assertFalse(os.path.exists(self.output_dir))

  def test_keras_without_jit_compile_ends_before_the_training(self):
    def refuse(keras):
      raise keras_choice.KerasChoiceError('too old')

    name = 'check_offers_jit_compile'
    with mock.patch.object(keras_choice, name, refuse):
      status, stdout, stderr = self._main('--jit_compile')
    self.assertEqual((2, '', 'tiny: too old\n'), (status, stdout, stderr))

  def test_output_folder_that_is_a_file(self):
    with open(self.output_dir, 'w'):
      pass
    status, stdout, stderr = self._main()
    self.assertEqual(2, status)
    self.assertEqual('', stdout)
    self.assertIn(self.output_dir, stderr)

  def test_no_picture_is_said_before_the_training_and_is_no_failure(self):
    real_run = comparison.run

    def run(*positional):
      self.assertIn('pip install matplotlib', sys.stderr.getvalue())
      return real_run(*positional)

    with mock.patch.dict('sys.modules', {'matplotlib': None}):
      with mock.patch.object(comparison, 'run', run):
        status, stdout, stderr = self._main()
    self.assertEqual(0, status, stderr)
    self.assertEqual(_FILES[:3], sorted(os.listdir(self.output_dir)))
    self.assertNotIn('sparsity.png', stdout)

  def test_summaries_are_called_in_the_training(self):
    epochs = []

    class Summaries(tf.keras.callbacks.Callback):
      def __init__(self, log_dir):
        super().__init__()
        self.log_dir = log_dir

      def on_epoch_end(self, epoch, logs=None):
        epochs.append((self.log_dir, epoch))

    argv = '--quick --log_dir /somewhere'.split()
    with mock.patch.object(tfmot.sparsity.keras, 'PruningSummaries', Summaries):
      self.assertEqual(0, self._main(*argv)[0])
      self.assertEqual(0, self._main(*argv, '--seed', '3', '--seed', '5')[0])
    self.assertEqual(
      [
        ('/somewhere', 0),
        ('/somewhere/seed_3', 0),
        ('/somewhere/seed_5', 0),
      ],
      epochs,
    )

  def test_missing_tensorboard_ends_before_the_training(self):
    def fail(log_dir):
      raise ImportError('install tensorboard, for ' + log_dir)

    with mock.patch.object(tfmot.sparsity.keras, 'PruningSummaries', fail):
      status, stdout, stderr = self._main('--log_dir', '/somewhere')
    self.assertEqual(2, status)
    self.assertEqual('', stdout)
    self.assertIn('install tensorboard, for /somewhere', stderr)


if __name__ == '__main__':
  unittest.main()
