# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Runs docs/how_to/write_a_compression_algorithm.md as its reader would."""

import importlib
import os
import re
import sys

from absl.testing import absltest
import numpy as np

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.tf_compat import tf

tf.compat.v1.enable_v2_behavior()

_ROOT = os.path.realpath(__file__)
for _ in range(5):
  _ROOT = os.path.dirname(_ROOT)
_GUIDE = os.path.join(_ROOT, 'docs/how_to/write_a_compression_algorithm.md')
# What the guide calls the file of its algorithm.
_MODULE = 'ternary'
_BLOCK = re.compile(r'^```python\n(.*?)^```$', re.MULTILINE | re.DOTALL)


class GuideTest(absltest.TestCase):
  def setUp(self):
    super().setUp()
    folder = self.create_tempdir().full_path
    self.addCleanup(os.chdir, os.getcwd())
    os.chdir(folder)
    sys.path.insert(0, folder)
    self.addCleanup(sys.path.remove, folder)

  def test_every_block_runs_in_turn(self):
    problem = compat.default_adapter().substitution_problem()
    if problem:
      self.skipTest(problem)
    with open(_GUIDE, encoding='utf-8') as f:
      algorithm, check, compress, train, load = _BLOCK.findall(f.read())
    self.assertLessEqual(algorithm.count('\n'), 60)
    with open(_MODULE + '.py', 'w') as f:
      f.write(algorithm)
    keras = compat.default_adapter().keras
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(8)])
    names = {
      'Ternary': importlib.import_module(_MODULE).Ternary,
      'compression': tfmot.compression.keras,
      'model': model,
      'x': np.ones((8, 4), np.float32),
      'y': np.ones((8, 8), np.float32),
    }
    kernel = model.get_weights()[0]
    # XLA, which the kit tries, takes no native op.
    with dispatch.force('auto'):
      exec(check, names)
    self.assertNotEmpty(names['report'].admitted)

    exec(compress, names)
    packed = names['compressed'].report.compressed
    self.assertEqual(
      [found.path.split('/')[-1] for found in packed], ['kernel']
    )
    self.assertEqual(packed[0].stages, ('Ternary()', 'RangeCoding()'))

    exec(train, names)
    trained = names['compressed'].to_keras().get_weights()[0]
    self.assertLessEqual(len(np.unique(np.abs(trained))), 2)

    exec(load, names)
    loaded = names['dense'].get_weights()[0]
    kept = np.abs(kernel) > 0.7 * np.abs(kernel).mean()
    expected = np.sign(kernel) * kept * np.abs(kernel)[kept].mean()
    np.testing.assert_allclose(loaded, expected, rtol=1e-6)
    np.testing.assert_allclose(
      names['packed'].predict(names['x'], verbose=0),
      names['x'] @ expected,
      rtol=1e-5,
      atol=1e-6,
    )


if __name__ == '__main__':
  absltest.main()
