# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The kept name of post-training pruning."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras.tools import (
  sparsity_tooling as lib,
)

keras = test_case.keras


class SparsityToolingTest(test_case.KerasTestCase):
  def test_prunes_a_copy_that_strip_pruning_takes(self):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    kernel = np.arange(1.0, 9.0, dtype='f').reshape((4, 2))
    model.set_weights([kernel, np.zeros(2, 'f')])
    for pruned in (
      lib.prune_for_benchmark(model, 0.75),
      prune.strip_pruning(lib.prune_for_benchmark(model, 0.75)),
    ):
      np.testing.assert_array_equal(
        [[0, 0], [0, 0], [0, 0], [7, 8]], pruned.get_weights()[0]
      )
    np.testing.assert_array_equal(kernel, model.get_weights()[0])

  def test_blocks(self):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    kernel = np.arange(1.0, 9.0, dtype='f').reshape((4, 2))
    model.set_weights([kernel, np.zeros(2, 'f')])
    pruned = lib.prune_for_benchmark(model, 0.5, block_size=(4, 1))
    np.testing.assert_array_equal(
      [[0, 2], [0, 4], [0, 6], [0, 8]], pruned.get_weights()[0]
    )


if __name__ == '__main__':
  absltest.main()
