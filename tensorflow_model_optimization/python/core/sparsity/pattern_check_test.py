# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Counting zeros, zero blocks and groups."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.sparsity import (
  pattern_check as lib,
)
from tensorflow_model_optimization.python.core.sparsity.structure import Block
from tensorflow_model_optimization.python.core.sparsity.structure import MByN
from tensorflow_model_optimization.python.core.sparsity.structure import (
  OutputChannels,
)
from tensorflow_model_optimization.python.core.sparsity.structure import (
  Unstructured,
)


class PatternCheckTest(parameterized.TestCase):
  @parameterized.parameters(
    (0, 0.5, 0), (1, 0.99, 1), (5, 0.5, 2), (7, 0.5, 4), (10, 0.8, 2), (3, 0, 3)
  )
  def test_kept_count_rounds_half_to_even_and_keeps_one(self, n, s, expected):
    self.assertEqual(expected, lib.kept_count(n, s))

  @parameterized.parameters(
    (0.5, 4, 4, True), (0.25, 4, 2, False), (0.9, 4, 7, False)
  )
  def test_weights(self, sparsity, pruned, asked, is_exact):
    kept = [[1, 0, 1, 0], [0, 0, 1, 1]]
    count = lib.check_pattern(kept, sparsity, Unstructured())
    self.assertEqual(('weight', 8, pruned, asked), tuple(count))
    self.assertIs(is_exact, count.is_exact)

  def test_nothing_asked(self):
    count = lib.check_pattern(np.array([True, False]), None, Unstructured())
    self.assertEqual(('weight', 2, 1, None), tuple(count))
    self.assertIsNone(count.is_exact)

  def test_blocks_with_smaller_ones_at_the_edges(self):
    kept = np.array(
      [
        [0, 0, 1, 0, 0],
        [0, 0, 0, 0, 0],
        [1, 0, 0, 0, 1],
      ],
      bool,
    )
    count = lib.check_pattern(kept, 0.5, Block(2, 2, 'AVG'))
    # Blocks: [00/00 pruned] [10/00] [0/0 pruned]; [10] [00 pruned] [1].
    self.assertEqual(('block', 6, 3, 3), tuple(count))

  def test_blocks_of_each_plane_of_a_convolution(self):
    kept = np.zeros((1, 2, 2, 2), bool)
    kept[0, 1, 1, 1] = True
    count = lib.check_pattern(kept, 0.5, Block(2, 1, 'MAX'))
    self.assertEqual(('block', 4, 3, 2), tuple(count))
    self.assertIs(False, count.is_exact)

  def test_a_block_much_larger_than_the_weight(self):
    count = lib.check_pattern(
      np.zeros((2, 3), bool), 0.5, Block(2**30, 7, 'AVG')
    )
    self.assertEqual(('block', 1, 1, 0), tuple(count))

  def test_channels(self):
    kept = np.array([[1, 0, 0], [0, 0, 1]], bool)
    count = lib.check_pattern(kept, 0.3, OutputChannels('AVG', (-1,)))
    self.assertEqual(('channel', 3, 1, 1), tuple(count))
    kept = np.zeros((2, 2, 3, 4), bool)
    kept[1, 0, 2, 1] = True
    count = lib.check_pattern(kept, 0.5, OutputChannels('AVG', (-2,)))
    self.assertEqual(('channel', 3, 2, 1), tuple(count))
    self.assertIs(False, count.is_exact)
    count = lib.check_pattern(kept, 0.9, OutputChannels('AVG', (-2, -1)))
    self.assertEqual(('channel', 12, 11, 11), tuple(count))

  def test_groups_along_the_inputs(self):
    kept = np.array([[1, 1], [0, 1], [0, 1], [1, 0], [1, 1], [1, 0], [1, 0]])
    # Column 0: 1001 conforms, the short 111 keeps one too many; column 1: 1110
    # keeps one too many, 100 conforms.
    count = lib.check_pattern(kept.astype(bool), None, MByN(2, 4))
    self.assertEqual(('group', 4, 2, 4), tuple(count))
    self.assertIs(False, count.is_exact)

  def test_groups_longer_than_the_axis(self):
    count = lib.check_pattern(np.ones((3, 2), bool), None, MByN(5, 8))
    self.assertEqual(('group', 2, 2, 2), tuple(count))
    count = lib.check_pattern(np.ones((3, 2), bool), None, MByN(6, 8))
    self.assertEqual(('group', 2, 0, 2), tuple(count))

  @parameterized.parameters(
    (Unstructured(), (0,), 'weight'),
    (Block(2, 2, 'AVG'), (0, 4), 'block'),
    (OutputChannels('AVG', (-1,)), (0, 4), 'channel'),
    (MByN(2, 4), (0, 4), 'group'),
  )
  def test_an_empty_weight_is_exact(self, structure, shape, unit):
    count = lib.check_pattern(np.zeros(shape, bool), 0.5, structure)
    self.assertEqual((unit, 0, 0, 0), tuple(count))
    self.assertIs(True, count.is_exact)

  def test_a_vector_has_no_blocks(self):
    with self.assertRaisesRegex(ValueError, r'rank 2.*kept\.shape=\(3,\)'):
      lib.check_pattern(np.zeros(3, bool), 0.5, Block(2, 2, 'AVG'))


if __name__ == '__main__':
  absltest.main()
