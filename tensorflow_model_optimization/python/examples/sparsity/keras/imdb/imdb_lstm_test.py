# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs the whole example, small."""

import contextlib
import io
import os
import tempfile
import unittest
from unittest import mock

import numpy as np
import tensorflow as tf

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  picture,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.imdb import (
  imdb_lstm,
)

_FILES = ['dense.keras', 'pruned.keras', 'report.txt', 'sparsity.png']


class ImdbLstmTest(unittest.TestCase):
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
      status = imdb_lstm.main(['--output_dir', self.output_dir] + list(argv))
    return status, stdout.getvalue(), stderr.getvalue()

  def _kept(self, name):
    """How many numbers are left of each array of a saved model's layers."""
    path = os.path.join(self.output_dir, name)
    model = tf.keras.models.load_model(path, compile=False)
    return {
      layer.name: [np.count_nonzero(array) for array in layer.get_weights()]
      for layer in model.layers
    }

  def _assert_but_for_chance(self, expected, kept):
    """A few of very many kept weights may be zero: random starts have zeros."""
    self.assertEqual(1, len(kept))
    self.assertLessEqual(kept[0], expected)
    self.assertGreaterEqual(kept[0], expected - 3)

  def test_word_order(self):
    status, stdout, stderr = self._main('--quick')
    self.assertEqual(0, status, stderr)
    self.assertEqual(_FILES, sorted(os.listdir(self.output_dir)))
    self.assertIn('512 training texts, 128 test texts', stdout)
    self.assertIn('pruned epoch  1/1', stdout)
    self.assertIn('lstm/recurrent_kernel  64x256    16,384   3,277', stdout)
    pruned, dense = self._kept('pruned.keras'), self._kept('dense.keras')
    self._assert_but_for_chance(12800, pruned['embedding'])
    self._assert_but_for_chance(64000, dense['embedding'])
    # The bias at the end is not pruned.
    self.assertEqual([3277, 3277, 256], pruned['lstm'])
    self.assertEqual([16384, 16384, 256], dense['lstm'])

  def test_reviews_and_blocks(self):
    random = np.random.RandomState(0)
    arrays = {}
    for part, size in (('train', 64), ('test', 32)):
      texts = np.empty(size, object)
      texts[:] = [random.randint(1, 12000, 200).tolist() for _ in range(size)]
      arrays['x_' + part] = texts
      arrays['y_' + part] = random.randint(0, 2, size)
    np.savez(os.path.join(self.folder, 'imdb.npz'), **arrays)
    argv = '--quick --dataset imdb --target_sparsity 0.5 --block_size 1 4'
    status, stdout, stderr = self._main(
      '--data_dir', self.folder, *argv.split()
    )
    self.assertEqual(0, status, stderr)
    self.assertIn('asked for 50.00% zeros in blocks of 1 x 4', stdout)
    self.assertIn('yes: 80,000 of 160,000 blocks', stdout)
    self._assert_but_for_chance(320000, self._kept('pruned.keras')['embedding'])

  def test_empty_data_folder_ends_before_the_training(self):
    status, stdout, stderr = self._main(
      '--dataset', 'imdb', '--data_dir', self.folder
    )
    self.assertEqual(2, status)
    self.assertEqual('', stdout)
    self.assertIn(
      'imdb_lstm: data_dir: expected a folder with imdb.npz', stderr
    )
    self.assertIn(self.folder, stderr)
    self.assertFalse(os.path.exists(self.output_dir))

  def test_dense_warm_up_and_sparsity_over_the_steps(self):
    with mock.patch.object(picture, 'draw') as draw:
      status, _, stderr = self._main('--quick', '--epochs', '2')
    self.assertEqual(0, status, stderr)
    _, dense, pruned, target = draw.call_args[0]
    self.assertEqual(0.8, target)
    self.assertEqual({}, dense.sparsity)
    # 512 texts, 64 in a batch, twice: pruned from step 2 to 8.
    self.assertEqual(list(range(17)), pruned.steps)
    self.assertEqual(
      {
        'embedding/embeddings': 0.8,
        'lstm/kernel': 1.0 - 3277 / 16384,
        'lstm/recurrent_kernel': 1.0 - 3277 / 16384,
        'classes/kernel': 1.0 - 26 / 128,
      },
      {label: round(c[-1], 14) for label, c in pruned.sparsity.items()},
    )
    for label, curve in pruned.sparsity.items():
      with self.subTest(label):
        # A random weight may be zero by chance.
        self.assertLess(max(curve[:3]), 1e-3)
        self.assertTrue(0.0 < curve[3] < curve[5] < curve[-1], curve)
        # Zeros are zeros after each step, so sparsity never falls.
        self.assertEqual(sorted(curve), curve)
        self.assertEqual([curve[-1]] * 9, curve[8:])


if __name__ == '__main__':
  unittest.main()
