# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Choosing per weight; sharing sparsity out over a model; frozen weights."""

import os

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)

adapter = test_case.adapter
keras = test_case.keras
layers = keras.layers
_X = np.random.RandomState(0).normal(size=(16, 8)).astype(np.float32)
_Y = np.random.RandomState(1).normal(size=(16, 4)).astype(np.float32)
ConstantSparsity = pruning_schedule.ConstantSparsity
_HALF = ConstantSparsity(0.5, 0, frequency=1)


def _model():
  encoder = keras.Sequential(
    [
      layers.Dense(16, name='a', bias_initializer='ones', input_shape=(8,)),
      layers.Dense(16, name='b', bias_initializer='ones'),
    ],
    name='encoder',
  )
  return keras.Sequential(
    [
      encoder,
      layers.Dense(4, name='head', bias_initializer='ones'),
    ]
  )


def _zeros(model):
  """Number of zeros in each weight of the layers a, b and head, by name."""
  stripped = prune.strip_pruning(model)
  encoder = stripped.get_layer('encoder')
  zeros = {}
  for layer in (
    encoder.get_layer('a'),
    encoder.get_layer('b'),
    stripped.get_layer('head'),
  ):
    for name, value in zip(('kernel', 'bias'), layer.get_weights()):
      zeros[layer.name + '/' + name] = int(np.sum(value == 0))
  return zeros


class PrunePerWeightTest(test_case.KerasTestCase):
  def _fit(self, model, epochs=1):
    self.compile(model)
    model.fit(
      _X,
      _Y,
      batch_size=8,
      epochs=epochs,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    return model

  # --- patterns --------------------------------------------------------------

  def test_the_first_pattern_that_matches_decides(self):
    pruned = prune.prune_low_magnitude(
      _model(),
      _HALF,
      per_weight={
        'encoder/a/.*': None,
        'encoder/.*kernel': {
          'pruning_schedule': ConstantSparsity(0.75, 0, frequency=1)
        },
        lambda path: path == 'head/bias': {},
      },
    )
    self._fit(pruned)
    self.assertEqual(
      {
        'a/kernel': 0,
        'a/bias': 0,
        'b/kernel': 192,
        'b/bias': 0,
        'head/kernel': 32,
        'head/bias': 2,
      },
      _zeros(pruned),
    )

  def test_none_for_the_rest_prunes_the_named_weights_only(self):
    pruned = prune.prune_low_magnitude(
      _model(),
      _HALF,
      per_weight={'encoder/b/kernel': {'sparsity_m_by_n': (3, 4)}, '.*': None},
    )
    self._fit(pruned)
    self.assertEqual([0, 0, 192, 0, 0, 0], list(_zeros(pruned).values()))

  def test_a_layer_alone_is_matched_by_its_name_and_the_weights(self):
    layer = layers.Dense(4, name='d', bias_initializer='ones')
    layer.build((None, 8))
    wrapper = prune.prune_low_magnitude(
      layer, _HALF, per_weight={'d/bias': {}, 'd/kernel': None}
    )
    model = keras.Sequential([keras.Input((8,)), wrapper])
    self._fit(model)
    kernel, bias = wrapper.layer.get_weights()
    self.assertEqual([0, 2], [np.sum(kernel == 0), np.sum(bias == 0)])

  @parameterized.named_parameters(
    ('no_match', {'decoder/.*': None}, r'matches no weight.*encoder/a/kernel'),
    ('part_of_path', {'kernel': None}, 'must match a whole path'),
    ('no_regex', {'(': None}, r"regular expression.*Received: pattern='\('"),
    ('number', {3: None}, 'regular expression.*Received: pattern=3'),
    ('not_a_dict', ['.*'], r'`per_weight` must be a dict'),
    ('value', {'.*': 0.5}, r"must be a dict or None.*per_weight\['\.\*'\]=0.5"),
    ('unknown', {'.*': {'sparsity': 0.5}}, r"'\.\*'\] is wrong.*: sparsity"),
    ('wrong', {'.*': {'block_size': (0, 1)}}, r"'\.\*'\] is wrong.*block_size"),
    ('shape', {'head/bias': {'block_size': (1, 4)}}, 'head/bias.*rank 2'),
  )
  def test_wrong_patterns_leave_the_model_untouched(self, per_weight, error):
    if 'shape' in self.id():
      error = 'bias.*rank 2'
    model = _model()
    with self.assertRaisesRegex(ValueError, error):
      prune.prune_low_magnitude(model, _HALF, per_weight=per_weight)
    for weight in model.weights:
      self.assertIsNone(adapter.constraint(weight))

  def test_the_choice_is_saved_with_the_model(self):
    pruned = prune.prune_low_magnitude(
      _model(),
      _HALF,
      per_weight={
        'encoder/a/kernel': {'block_size': (1, 4)},
        'encoder/b/kernel': None,
        'head/bias': {'pruning_schedule': ConstantSparsity(0.75, 0)},
      },
    )
    path = os.path.join(self.create_tempdir().full_path, 'm.h5')
    pruned.save(path)
    with prune.prune_scope():
      loaded = keras.models.load_model(path)
    self._fit(loaded)
    self.assertEqual([64, 0, 0, 0, 32, 3], list(_zeros(loaded).values()))
    kernel = prune.strip_pruning(loaded).get_layer('encoder').get_weights()[0]
    self.assertEqual(
      {0, 4}, set(np.sum(kernel.reshape(8, 4, 4) == 0, axis=2).ravel())
    )

  # --- distributions ---------------------------------------------------------

  def test_erk_gives_larger_weights_more_and_the_model_the_whole(self):
    pruned = prune.prune_low_magnitude(
      _model(), _HALF, sparsity_distribution='erk'
    )
    self._fit(pruned)
    # Sizes 128, 256, 64; raw densities 24/128, 32/256, 20/64 of scale 224/76.
    self.assertEqual([57, 0, 162, 0, 5, 0], list(_zeros(pruned).values()))

  def test_global_ranks_all_weights_together(self):
    model = _model()
    encoder = model.get_layer('encoder')
    for layer, scale in ((encoder.layers[-2], 1), (encoder.layers[-1], 100)):
      kernel, bias = layer.get_weights()
      signs = np.where(kernel < 0, -1, 1)
      layer.set_weights([signs * scale + kernel, bias])
    kernel, bias = model.get_layer('head').get_weights()
    model.get_layer('head').set_weights([10 + kernel, bias])
    pruned = prune.prune_low_magnitude(
      model,
      ConstantSparsity(0.25, 0, end_step=0, frequency=1),
      sparsity_distribution='global',
    )
    callback = pruning_callbacks.UpdatePruningStep()
    callback.set_model(self.compile(pruned))
    callback.on_train_begin()
    # 112 of 448 go, all of them in the weight with the smallest numbers.
    self.assertEqual([112, 0, 0, 0, 0, 0], list(_zeros(pruned).values()))

  def test_global_warns_of_a_layer_that_has_collapsed(self):
    model = _model()
    head = model.get_layer('head')
    head.set_weights([head.get_weights()[0] * 1e-6, head.get_weights()[1]])
    pruned = prune.prune_low_magnitude(
      model, _HALF, sparsity_distribution='global'
    )
    with self.assertLogs('tensorflow_model_optimization', 'WARNING') as logs:
      self._fit(pruned)
    collapses = [line for line in logs.output if 'has collapsed' in line]
    self.assertLen(collapses, 1)
    self.assertIn("'head/kernel' has collapsed: 0 of its 64", collapses[0])

  @parameterized.named_parameters(
    ('unknown', {'sparsity_distribution': 'local'}, 'must be one of'),
    (
      'global_blocks',
      {'sparsity_distribution': 'global', 'block_size': (1, 4)},
      'ranks single weights',
    ),
    (
      'erk_m_by_n',
      {'sparsity_distribution': 'erk', 'sparsity_m_by_n': (2, 4)},
      "must be 'uniform'",
    ),
  )
  def test_wrong_distributions_are_refused(self, kwargs, error):
    with self.assertRaisesRegex(ValueError, error):
      prune.prune_low_magnitude(_model(), _HALF, **kwargs)

  # --- frozen weights --------------------------------------------------------

  def _fit_with_frozen_encoder(self, **kwargs):
    model = _model()
    model.get_layer('encoder').trainable = False
    before = model.get_layer('encoder').get_weights()
    pruned = prune.prune_low_magnitude(model, _HALF, **kwargs)
    self._fit(pruned)
    return before, model, pruned

  def test_frozen_weights_are_left_bit_for_bit(self):
    before, model, pruned = self._fit_with_frozen_encoder()
    self.assertEqual([0, 0, 0, 0, 32, 0], list(_zeros(pruned).values()))
    self.assert_same_arrays(before, model.get_layer('encoder').get_weights())

  def test_the_switch_prunes_frozen_weights_anyway(self):
    _, _, pruned = self._fit_with_frozen_encoder(prune_frozen_weights=True)
    self.assertEqual([64, 0, 128, 0, 32, 0], list(_zeros(pruned).values()))

  def test_the_switch_may_be_set_for_one_weight(self):
    _, _, pruned = self._fit_with_frozen_encoder(
      per_weight={'encoder/a/kernel': {'prune_frozen_weights': True}}
    )
    self.assertEqual([64, 0, 0, 0, 32, 0], list(_zeros(pruned).values()))


if __name__ == '__main__':
  absltest.main()
