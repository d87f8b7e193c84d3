# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the picture."""

import os
import tempfile
import unittest
from unittest import mock

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  picture,
)
from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  training_log,
)


class PictureTest(unittest.TestCase):
  def test_draws_a_png(self):
    dense = training_log.History(
      [0, 5, 10], {}, [5, 10], [1.0, 0.5], [0.8, 0.9]
    )
    pruned = training_log.History(
      [0, 5, 10],
      {'a/kernel': [0.0, 0.5, 0.8], 'b/kernel': [0.0, 0.4, 0.8]},
      [5, 10],
      [1.0, 0.6],
      [0.8, 0.85],
    )
    with tempfile.TemporaryDirectory() as folder:
      path = os.path.join(folder, 'sparsity.png')
      picture.draw(path, dense, pruned, 0.8)
      with open(path, 'rb') as file:
        content = file.read()
    self.assertEqual(b'\x89PNG\r\n\x1a\n', content[:8])
    self.assertGreater(len(content), 10000)

  def test_without_matplotlib_names_the_remedy(self):
    with mock.patch.dict('sys.modules', {'matplotlib': None}):
      with self.assertRaisesRegex(
        picture.PictureError, 'pip install matplotlib'
      ):
        picture.check_available()


if __name__ == '__main__':
  unittest.main()
