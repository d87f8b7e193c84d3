# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the whole example, small."""

import contextlib
import gzip
import io
import os
import struct
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow as tf

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  exact_sparsity,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  keras_choice,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  picture,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.mnist import (
  mnist_cnn,
)

_FILES = ['dense.keras', 'pruned.keras', 'report.txt', 'sparsity.png']


def _jit_compile():
  """The flag, where the row's Keras offers it."""
  try:
    keras_choice.check_offers_jit_compile(tf.keras)
  except keras_choice.KerasChoiceError:
    return []
  return ['--jit_compile']


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
      *_jit_compile(),
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


if __name__ == '__main__':
  unittest.main()
