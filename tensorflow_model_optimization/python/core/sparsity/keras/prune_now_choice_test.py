# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning at once: per weight, by distribution, and subclassed models."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_policy,
)
from tensorflow_model_optimization.python.core.sparsity.keras.prune_now import (
  prune_now,
)
from tensorflow_model_optimization.python.core.sparsity.keras.sparsity_report import (
  sparsity_report,
)

keras = test_case.keras
layers = keras.layers
_X = np.zeros((1, 8), np.float32)


def _fill(model):
  """Weights without zeros or equals, the same in each call."""
  random = np.random.RandomState(3)
  model.set_weights(
    [random.normal(size=w.shape).astype('f') for w in model.get_weights()]
  )
  return model


def _model():
  encoder = keras.Sequential(
    [
      layers.Dense(16, name='a', input_shape=(8,)),
      layers.Dense(16, name='b'),
    ],
    name='encoder',
  )
  return _fill(keras.Sequential([encoder, layers.Dense(4, name='head')]))


class Mine(layers.Layer):
  """A user's layer that the registry does not know."""

  def build(self, input_shape):
    self.scale = self.add_weight(
      name='scale', shape=(int(input_shape[-1]),), initializer='ones'
    )
    super().build(input_shape)

  def call(self, inputs):
    return inputs * self.scale


class Subclassed(keras.Model):
  """No layer graph; the same weights as in `_model`."""

  def __init__(self, is_mine=False, **kwargs):
    super().__init__(**kwargs)
    self.a = layers.Dense(16, name='a')
    self.b = layers.Dense(16, name='b')
    self.mine = Mine(name='mine') if is_mine else None
    self.head = layers.Dense(4, name='head')

  def call(self, inputs):
    inputs = self.b(self.a(inputs))
    return self.head(inputs if self.mine is None else self.mine(inputs))


def _subclassed(**kwargs):
  model = Subclassed(**kwargs)
  # A graph cannot train a model that was called on an array before.
  model.predict(_X, verbose=0)
  return _fill(model)


class OnlyDenseB(pruning_policy.PruningPolicy):
  def allow_pruning(self, layer):
    return layer.name == 'b'

  def ensure_model_supports_pruning(self, model):
    pass


def _zeros(model):
  """Number of zeros of each weight; kernels before biases."""
  rows = sparsity_report(model).weights
  rows = sorted(rows, key=lambda row: row.path.replace('bias', 'z'))
  return [row.zeros for row in rows]


_KINDS = (('copied', _model), ('in_place', _subclassed))


class PruneNowChoiceTest(test_case.KerasTestCase):
  # --- settings of single weights --------------------------------------------

  @parameterized.named_parameters(*_KINDS)
  def test_the_first_pattern_that_matches_decides(self, make):
    pruned = prune_now(
      make(),
      0.5,
      per_weight={
        '(encoder/)?a/.*': None,
        '.*b/kernel': {'sparsity': 0.75},
        lambda path: path.endswith('head/bias'): {},
      },
    )
    self.assertEqual([0, 0, 192, 0, 32, 2], _zeros(pruned))

  def test_the_sparsity_may_be_said_for_single_weights_only(self):
    pruned = prune_now(
      _model(),
      per_weight={
        'head/kernel': {'sparsity': 0.25},
        'encoder/a/kernel': {'sparsity_m_by_n': (2, 4)},
        '.*': None,
      },
    )
    self.assertEqual([64, 0, 0, 0, 16, 0], _zeros(pruned))
    with self.assertRaisesRegex(
      ValueError, "must be given for the weight 'encoder/a/kernel'"
    ):
      prune_now(_model(), per_weight={'head/kernel': {'sparsity': 0.25}})

  @parameterized.named_parameters(
    ('no_match', {'decoder/.*': None}, r'matches no weight.*encoder/a/kernel'),
    ('no_dict', ['.*'], '`per_weight` must be a dict'),
    (
      'schedule',
      {'.*': {'pruning_schedule': 0.5}},
      r"'\.\*'\] is wrong.*may name.*sparsity.*Received: pruning_schedule",
    ),
    ('wrong', {'.*': {'sparsity': 1.5}}, r"'\.\*'\] is wrong.*sparsity=1.5"),
    ('shape', {'.*bias': {'block_size': (1, 4)}}, 'bias.*rank 2'),
    (
      'global_blocks',
      {'.*': {'sparsity_distribution': 'global', 'block_size': (1, 4)}},
      'ranks single weights',
    ),
  )
  def test_wrong_settings_leave_a_subclassed_model_untouched(
    self, per_weight, message
  ):
    with self.assertRaisesRegex(ValueError, message):
      prune_now(_model(), 0.5, per_weight=per_weight)
    if 'decoder' in message:
      return
    model = _subclassed()
    before = model.get_weights()
    message = message.replace('encoder/', '')
    with self.assertRaisesRegex(ValueError, message):
      prune_now(model, 0.5, per_weight=per_weight)
    self.assert_same_arrays(before, model.get_weights())

  def test_a_pattern_decides_on_an_unknown_layer(self):
    with self.assertRaisesRegex(ValueError, "'mine'.*not in the registry"):
      prune_now(_subclassed(is_mine=True), 0.5)
    model = _subclassed(is_mine=True)
    prune_now(model, 0.5, per_weight={'mine/scale': {}})
    self.assertEqual(8, int(np.sum(model.mine.get_weights()[0] == 0)))

    model = keras.Sequential([keras.Input((16,)), Mine(name='mine')])
    pruned = prune_now(_fill(model), 0.5, per_weight={'mine/scale': {}})
    self.assertEqual([8], _zeros(pruned))

  # --- distributions and frozen weights --------------------------------------

  @parameterized.named_parameters(*_KINDS)
  def test_erk_gives_larger_weights_more(self, make):
    pruned = prune_now(make(), 0.5, sparsity_distribution='erk')
    # As in prune_per_weight_test, where the same model is trained.
    self.assertEqual([57, 0, 162, 0, 5, 0], _zeros(pruned))

  @parameterized.named_parameters(*_KINDS)
  def test_global_is_one_ranking_of_all_weights(self, make):
    model = make()
    before = model.get_weights()
    kernels = [value for value in before if value.ndim == 2]
    largest = np.sort(np.abs(np.concatenate([k.ravel() for k in kernels])))
    pruned = prune_now(model, 0.25, sparsity_distribution='global')
    self.assertEqual(
      [int(np.sum(np.abs(k) < largest[112])) for k in kernels],
      _zeros(pruned)[::2],
    )
    self.assertEqual(112, sum(_zeros(pruned)))

  def test_global_warns_of_a_layer_that_has_collapsed(self):
    model = _model()
    head = model.get_layer('head')
    head.set_weights([head.get_weights()[0] * 1e-6, head.get_weights()[1]])
    with self.assertLogs('tensorflow_model_optimization', 'WARNING') as logs:
      prune_now(model, 0.5, sparsity_distribution='global')
    self.assertLen(logs.output, 1)
    self.assertIn("'head/kernel' has collapsed: 0 of its 64", logs.output[0])

  @parameterized.named_parameters(*_KINDS)
  def test_frozen_weights_are_pruned_only_when_asked(self, make):
    model = make()
    model.layers[-1].trainable = False
    pruned = prune_now(
      model, 0.5, per_weight={'.*a/kernel': {'prune_frozen_weights': True}}
    )
    self.assertEqual([64, 0, 128, 0, 0, 0], _zeros(pruned))
    pruned = prune_now(model, 0.5, prune_frozen_weights=True)
    self.assertEqual([64, 0, 128, 0, 32, 0], _zeros(pruned))

  @parameterized.named_parameters(
    ('uniform', {}),
    ('erk', {'sparsity_distribution': 'erk'}),
    ('global', {'sparsity_distribution': 'global'}),
    ('blocks', {'block_size': (2, 4), 'block_pooling_type': 'MAX'}),
    ('channels', {'whole_output_channels': True}),
    (
      'one_weight',
      {'per_weight': {'encoder/.*kernel': {'block_size': (2, 1)}}},
    ),
  )
  def test_prunes_what_prune_low_magnitude_prunes(self, kwargs):
    trained = prune.prune_low_magnitude(
      _model(), pruning_schedule.ConstantSparsity(0.7, 0), **kwargs
    )
    callback = pruning_callbacks.UpdatePruningStep()
    callback.set_model(self.compile(trained))
    callback.on_train_begin()
    self.assert_same_arrays(
      prune.strip_pruning(trained).get_weights(),
      prune_now(_model(), 0.7, **kwargs).get_weights(),
    )

  # --- subclassed models -----------------------------------------------------

  def test_a_subclassed_model_is_pruned_in_place(self):
    model = _subclassed()
    before = model.get_weights()
    self.assertIs(model, prune_now(model, 0.75))
    self.assertEqual([96, 0, 192, 0, 48, 0], _zeros(model))
    for old, new in zip(before, model.get_weights()):
      self.assert_same_arrays(np.where(new != 0, old, 0), new)
    self.assertIs(
      True, sparsity_report(model, verify=True, sparsity=0.75).is_exact
    )

  def test_a_policy_chooses_layers_of_a_subclassed_model(self):
    model = prune_now(_subclassed(), 0.75, pruning_policy=OnlyDenseB())
    self.assertEqual([0, 0, 192, 0, 0, 0], _zeros(model))

  def test_a_subclassed_model_must_be_built_and_not_be_in_training(self):
    with self.assertRaisesRegex(ValueError, '`model`.*(must be|not) built'):
      prune_now(Subclassed(), 0.5)
    model = prune.prune_low_magnitude(_subclassed())
    with self.assertRaisesRegex(
      ValueError, 'is being pruned.*Received: .*strip_pruning'
    ):
      prune_now(model, 0.5)
    prune_now(prune.strip_pruning(model), 0.5)


if __name__ == '__main__':
  absltest.main()
