# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the whole example, small, and breaks each of its promises once."""

import contextlib
import gzip
import io
import os
import struct
import sys
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow as tf

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  datasets,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  exact_sparsity,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  mnist_cnn,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  options,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  picture,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  saved_model,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  training_log,
)

_FILES = ['dense.keras', 'pruned.keras', 'report.txt', 'sparsity.png']


class MnistCnnTest(unittest.TestCase):
  def setUp(self):
    super().setUp()
    folder = tempfile.TemporaryDirectory()
    self.addCleanup(folder.cleanup)
    self.folder = folder.name
    self.output_dir = os.path.join(self.folder, 'output')

  def _main(self, *argv):
    """Runs the example; returns (exit status, stdout, stderr)."""
    stdout, stderr = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(stdout), contextlib.redirect_stderr(stderr):
      status = mnist_cnn.main(['--output_dir', self.output_dir] + list(argv))
    return status, stdout.getvalue(), stderr.getvalue()

  def _weights(self, name, layer_name):
    path = os.path.join(self.output_dir, name)
    model = tf.keras.models.load_model(path, compile=False)
    return model.get_layer(layer_name).get_weights()[0]

  def test_digits(self):
    status, stdout, stderr = self._main('--quick')
    self.assertEqual(0, status, stderr)
    self.assertEqual(_FILES, sorted(os.listdir(self.output_dir)))
    self.assertIn('pruned epoch  1/1', stdout)
    with open(os.path.join(self.output_dir, 'report.txt')) as file:
      text = file.read().rstrip()
    self.assertIn(text, stdout)
    self.assertIn('conv_2/kernel   5x5x16x32   12,800   2,560', text)
    self.assertNotIn('NO', text)
    self.assertEqual(
      2560, np.count_nonzero(self._weights('pruned.keras', 'conv_2'))
    )
    self.assertEqual(
      12800, np.count_nonzero(self._weights('dense.keras', 'conv_2'))
    )

  def test_idx_files_and_blocks_and_xla(self):
    self._write_idx_files()
    status, stdout, stderr = self._main(
      '--quick',
      '--dataset',
      'mnist',
      '--data_dir',
      self.folder,
      '--target_sparsity',
      '0.5',
      '--block_size',
      '4',
      '4',
      '--jit_compile',
    )
    self.assertEqual(0, status, stderr)
    self.assertIn('asked for 50.00% zeros in blocks of 4 x 4', stdout)
    blocks, kept = exact_sparsity.count_blocks(
      self._weights('pruned.keras', 'dense'), (4, 4)
    )
    self.assertEqual((400 * 32, 200 * 32), (blocks, kept))

  def test_empty_data_folder_ends_before_the_training(self):
    status, stdout, stderr = self._main(
      '--dataset', 'mnist', '--data_dir', self.folder
    )
    self.assertEqual(2, status)
    self.assertEqual('', stdout)
    self.assertIn('no train-images-idx3-ubyte', stderr)
    self.assertIn(self.folder, stderr)
    self.assertFalse(os.path.exists(self.output_dir))

  def test_output_folder_that_is_a_file(self):
    with open(self.output_dir, 'w'):
      pass
    status, _, stderr = self._main('--quick')
    self.assertEqual(2, status)
    self.assertIn(self.output_dir, stderr)

  def test_each_broken_promise_is_a_failure(self):
    real_load = saved_model.load

    def load_damaged(keras, path):
      model = real_load(keras, path)
      if 'pruned' in path:
        model.set_weights([-weight for weight in model.get_weights()])
      return model

    with contextlib.ExitStack() as breakage:
      for module, name, broken in (
        (exact_sparsity, 'expected_kept', lambda total, sparsity: 161),
        (saved_model, 'load', load_damaged),
        (saved_model, '_KERAS_PACKAGES', ()),
      ):
        breakage.enter_context(mock.patch.object(module, name, broken))
      status, stdout, stderr = self._main('--quick')
    self.assertEqual(1, status)
    self.assertIn('NO: 160 kept, not 161', stdout)
    self.assertIn('FAILED: classes/kernel has 160 weights', stderr)
    self.assertIn('FAILED: pruned.keras predicts otherwise', stderr)
    self.assertNotIn('FAILED: dense.keras predicts otherwise', stderr)
    self.assertIn('FAILED: pruned.keras needs more than Keras', stderr)

  def test_no_picture_is_said_before_the_training_and_is_no_failure(self):
    def run(*unused_arguments):
      self.assertIn('pip install matplotlib', sys.stderr.getvalue())
      return []

    with mock.patch.dict('sys.modules', {'matplotlib': None}):
      with mock.patch.object(mnist_cnn, '_run', run):
        status, _, _ = self._main('--quick')
      self.assertEqual(0, status)
      with contextlib.redirect_stderr(io.StringIO()):
        self.assertEqual(
          [], mnist_cnn._draw(self.folder, None, None, options.parse([]))
        )

  def test_sparsity_over_the_steps(self):
    with mock.patch.object(picture, 'draw') as draw:
      status, _, stderr = self._main('--quick', '--epochs', '2')
    self.assertEqual(0, status, stderr)
    _, dense, pruned, target = draw.call_args[0]
    self.assertEqual(0.8, target)
    self.assertEqual({}, dense.sparsity)
    # 512 images, 32 in a batch, twice: pruned from step 4 to 16.
    self.assertEqual(list(range(33)), pruned.steps)
    self.assertEqual([16, 32], pruned.epoch_steps)
    self.assertEqual(
      {'conv_1/kernel', 'conv_2/kernel', 'dense/kernel', 'classes/kernel'},
      set(pruned.sparsity),
    )
    for label, curve in pruned.sparsity.items():
      with self.subTest(label):
        self.assertEqual([0.0] * 5, curve[:5])
        self.assertTrue(0.0 < curve[5] < curve[10] < 0.8, curve)
        # Zeros are zeros after each step, so sparsity never falls.
        self.assertEqual(sorted(curve), curve)
        np.testing.assert_allclose(curve[16:], 0.8, atol=1e-12)

  def test_both_models_start_alike_and_see_the_same(self):
    with mock.patch.object(picture, 'draw') as draw:
      status, _, stderr = self._main('--quick', '--target_sparsity', '0')
    self.assertEqual(0, status, stderr)
    _, dense, pruned, _ = draw.call_args[0]
    np.testing.assert_allclose(dense.losses, pruned.losses, rtol=1e-4)

  def _write_idx_files(self):
    random = np.random.RandomState(0)
    for part, size in (('train', 64), ('t10k', 16)):
      self._write_idx(
        f'{part}-images-idx3-ubyte.gz', random.randint(0, 256, (size, 28, 28))
      )
      self._write_idx(
        f'{part}-labels-idx1-ubyte.gz', random.randint(0, 10, (size,))
      )

  def _write_idx(self, name, array):
    header = struct.pack('>HBB%dI' % array.ndim, 0, 8, array.ndim, *array.shape)
    with gzip.open(os.path.join(self.folder, name), 'wb') as file:
      file.write(header + array.astype(np.uint8).tobytes())


class LogDirTest(unittest.TestCase):
  def test_summaries_are_called_in_the_training(self):
    epochs = []

    class Summaries(tf.keras.callbacks.Callback):
      def on_epoch_end(self, epoch, logs=None):
        epochs.append(epoch)

    def make(log_dir):
      self.assertEqual('/somewhere', log_dir)
      return Summaries()

    with mock.patch.object(tfmot.sparsity.keras, 'PruningSummaries', make):
      summaries = mnist_cnn._make_summaries('/somewhere')
    data = datasets.load('digits', tf.keras).head(64, 32)
    with contextlib.redirect_stdout(io.StringIO()):
      mnist_cnn.train_pruned(
        tf.keras,
        mnist_cnn.cnn.build_cnn(tf.keras, (8, 8, 1), 10),
        data,
        options.parse(['--quick']),
        summaries,
        training_log.new_history(),
      )
    self.assertEqual([0], epochs)

  def test_missing_tensorboard_ends_before_the_training(self):
    def fail(log_dir):
      raise ImportError('install tensorboard, for ' + log_dir)

    stderr = io.StringIO()
    with mock.patch.object(tfmot.sparsity.keras, 'PruningSummaries', fail):
      with contextlib.redirect_stderr(stderr):
        status = mnist_cnn.main(['--quick', '--log_dir', '/somewhere'])
    self.assertEqual(2, status)
    self.assertIn('install tensorboard, for /somewhere', stderr.getvalue())


if __name__ == '__main__':
  unittest.main()
