# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the structures."""

from absl.testing import absltest
from absl.testing import parameterized

from tensorflow_model_optimization.python.core.sparsity import structure as lib


class FromArgumentsTest(parameterized.TestCase):
  def test_one_by_one_blocks_are_unstructured(self):
    self.assertIsInstance(lib.from_arguments(), lib.Unstructured)
    self.assertIsInstance(lib.from_arguments([1, 1], 'MAX'), lib.Unstructured)

  def test_block(self):
    self.assertEqual(lib.from_arguments([4, 1], 'MAX'), lib.Block(4, 1, 'MAX'))

  def test_m_by_n_takes_precedence_over_blocks(self):
    self.assertEqual(lib.from_arguments((4, 1), 'AVG', [2, 4]), lib.MByN(2, 4))

  def test_output_channels(self):
    self.assertEqual(
      lib.OutputChannels('MAX', (-1,)),
      lib.from_arguments(block_pooling_type='MAX', whole_output_channels=True),
    )

  @parameterized.parameters({'block_size': (4, 1)}, {'sparsity_m_by_n': (2, 4)})
  def test_output_channels_go_with_nothing_else(self, **arguments):
    with self.assertRaisesRegex(
      ValueError, 'structure of its own.*Received: .*True.*Leave these two out'
    ):
      lib.from_arguments(whole_output_channels=True, **arguments)

  @parameterized.parameters('yes', 2, None)
  def test_output_channels_are_asked_for_with_a_bool(self, value):
    with self.assertRaisesRegex(ValueError, 'must be a bool. Received: whole'):
      lib.from_arguments(whole_output_channels=value)

  @parameterized.parameters((None,), ((),), (0,))
  def test_empty_m_by_n_means_none(self, value):
    self.assertIsInstance(
      lib.from_arguments(sparsity_m_by_n=value), lib.Unstructured
    )

  @parameterized.parameters(
    ((1,),),
    ((1, 2, 3),),
    ((0, 1),),
    ((-1, 2),),
    ((1.5, 2),),
    ('ab',),
    (3,),
    ((2.0, 2.0),),
    ((True, 2),),
  )
  def test_wrong_block_size_is_named(self, block_size):
    with self.assertRaisesRegex(ValueError, '`block_size` .*Received'):
      lib.from_arguments(block_size)

  @parameterized.parameters(1.0, -0.1, float('nan'), True, '0.5')
  def test_wrong_sparsity_is_named(self, sparsity):
    with self.assertRaisesRegex(
      ValueError, r'`sparsity` must be in \[0, 1\).*Received: sparsity='
    ):
      lib.check_sparsity(sparsity)

  def test_sparsity_is_a_float(self):
    self.assertEqual(0.0, lib.check_sparsity(0))
    self.assertIsInstance(lib.check_sparsity(0), float)

  @parameterized.parameters('avg', 'MEAN', None)
  def test_wrong_pooling_is_named(self, pooling):
    with self.assertRaisesRegex(ValueError, '`block_pooling_type` .*Received'):
      lib.from_arguments((2, 2), pooling)

  @parameterized.parameters(((4, 4),), ((1,),), ((2.0, 4),), (True,))
  def test_wrong_m_by_n_is_named_as_the_user_wrote_it(self, m_by_n):
    with self.assertRaisesRegex(
      ValueError, '`sparsity_m_by_n` .*Received: sparsity_m_by_n='
    ):
      lib.from_arguments(sparsity_m_by_n=m_by_n)


class ShapesTest(absltest.TestCase):
  def test_unstructured_takes_every_shape(self):
    self.assertIsNone(lib.Unstructured().problem_with_shape(()))

  def test_channels_end_the_matrix(self):
    self.assertEqual(
      ([0, 1, 3, 2], 1), lib.OutputChannels('AVG', (-2,)).as_matrix(4)
    )
    self.assertEqual(
      ([0, 1, 2], 2), lib.OutputChannels('AVG', (-2, -1)).as_matrix(3)
    )

  def test_blocks_groups_and_channels_need_a_plane(self):
    for structure in (
      lib.Block(2, 2, 'AVG'),
      lib.MByN(2, 4),
      lib.OutputChannels('AVG', (-1,)),
    ):
      self.assertIsNone(structure.problem_with_shape((3, 5)))
      self.assertIsNone(structure.problem_with_shape((3, 3, 8, 8)))
      self.assertIn('rank 2', structure.problem_with_shape((7,)))


if __name__ == '__main__':
  absltest.main()
