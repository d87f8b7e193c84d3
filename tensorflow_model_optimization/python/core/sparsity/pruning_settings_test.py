# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the settings of a weight. (Wrong values: see also structure_test.)"""

import json

from absl.testing import absltest

from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity import (
  pruning_settings as lib,
)
from tensorflow_model_optimization.python.core.sparsity import structure

_HALF = pruning_schedule.ConstantSparsity(0.5, 0)


class PruningSettingsTest(absltest.TestCase):
  def test_defaults(self):
    settings = lib.make_settings(_HALF)
    self.assertIs(_HALF, settings.pruning_schedule)
    self.assertEqual(structure.Unstructured(), settings.structure)
    self.assertEqual('uniform', settings.sparsity_distribution)
    self.assertFalse(settings.prune_frozen_weights)

  def test_replace_keeps_the_rest(self):
    settings = lib.make_settings(_HALF, (4, 1), 'MAX').replace(
      {'block_size': (2, 8), 'prune_frozen_weights': True}
    )
    self.assertIs(_HALF, settings.pruning_schedule)
    self.assertEqual(structure.Block(2, 8, 'MAX'), settings.structure)
    self.assertTrue(settings.prune_frozen_weights)

  def test_replace_refuses_what_it_does_not_know(self):
    with self.assertRaisesRegex(
      ValueError, 'may name .*block_size.*Received: sparsity, step'
    ):
      lib.make_settings(_HALF).replace({'step': 1, 'sparsity': 0.5})

  def test_get_config_can_be_written_as_json(self):
    config = lib.make_settings(
      _HALF, [4, 1], sparsity_m_by_n=[2, 4]
    ).get_config()
    self.assertEqual([4, 1], config['block_size'])
    self.assertEqual((2, 4), config['sparsity_m_by_n'])
    self.assertEqual(
      'ConstantSparsity', config['pruning_schedule']['class_name']
    )
    self.assertIn('"sparsity_m_by_n": [2, 4]', json.dumps(config))

  def test_a_schedule_is_needed(self):
    with self.assertRaisesRegex(
      ValueError, 'must be a PruningSchedule.*Received: pruning_schedule=0.5'
    ):
      lib.make_settings(0.5)


class OneShotSettingsTest(absltest.TestCase):
  def test_replace_keeps_the_rest(self):
    settings = lib.make_one_shot_settings(0.5, (4, 1)).replace(
      {'sparsity': 0.9}
    )
    self.assertEqual(0.9, settings.sparsity)
    self.assertEqual(structure.Block(4, 1, 'AVG'), settings.structure)

  def test_a_pattern_fixes_the_sparsity_and_leaves_it_in_the_arguments(self):
    settings = lib.make_one_shot_settings(0.9, sparsity_m_by_n=(1, 4))
    self.assertEqual(0.25, settings.sparsity)
    self.assertEqual(0.9, settings.replace({'sparsity_m_by_n': None}).sparsity)

  def test_the_sparsity_may_be_missing(self):
    self.assertIsNone(lib.make_one_shot_settings().sparsity)

  def test_a_schedule_is_unknown(self):
    with self.assertRaisesRegex(
      ValueError, 'may name .*sparsity.*Received: pruning_schedule'
    ):
      lib.make_one_shot_settings(0.5).replace({'pruning_schedule': _HALF})


if __name__ == '__main__':
  absltest.main()
