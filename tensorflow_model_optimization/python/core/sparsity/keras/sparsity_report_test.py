# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Reports of models that are being pruned, were pruned, or never were."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prune_registry,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  sparsity_report as lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
sparsity_report = lib.sparsity_report


class Mine(keras.layers.Layer):
  """A user's layer that the registry does not know."""

  def build(self, input_shape):
    self.kernel = self.add_weight(
      name='kernel', shape=(input_shape[-1], 2), initializer='ones'
    )
    super().build(input_shape)

  def call(self, inputs):
    return inputs[..., :2] * self.kernel[0]


class SubclassedModel(keras.Model):
  """No layer graph."""

  def __init__(self, layer, **kwargs):
    super().__init__(**kwargs)
    self.dense = layer

  def call(self, inputs, training=None):
    return self.dense(inputs)


class Never(pruning_schedule.PruningSchedule):
  def __call__(self, step):
    return False, 0.5

  def get_config(self):
    return {'class_name': 'Never', 'config': {}}


def _dense(name='d'):
  """Eight different weights, so that only masks make zeros."""
  layer = keras.layers.Dense(
    2, bias_initializer='ones', name=name, kernel_initializer='ones'
  )
  model = keras.Sequential([keras.Input((4,)), layer], name='m')
  layer.set_weights(
    [np.arange(1.0, 9.0, dtype='f').reshape((4, 2)), np.ones(2, 'f')]
  )
  return model


class SparsityReportTest(test_case.KerasTestCase):
  def _train(self, model, steps=1, **fit_arguments):
    self.compile(model)
    model.fit(
      np.ones((steps, 4), np.float32),
      np.ones((steps, 2), np.float32),
      batch_size=1,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
      **fit_arguments,
    )
    return model

  def _pruned(self, *arguments, **keywords):
    return prune.prune_low_magnitude(_dense(), *arguments, **keywords)

  def _remarks(self, model, **keywords):
    return {
      weight.path: weight.remark
      for weight in sparsity_report(model, **keywords).weights
    }

  # --- a model that is being pruned --------------------------------------

  def test_every_attribute_of_a_pruned_weight_and_a_bias(self):
    model = self._train(self._pruned(pruning_schedule.ConstantSparsity(0.6, 0)))
    kernel, bias = sparsity_report(model, verify=True).weights
    self.assertEqual('d/kernel', kernel.path)
    self.assertEqual((4, 2), kernel.shape)
    # 8 * 0.4 = 3.2: three are kept.
    self.assertEqual((8, 5), (kernel.number, kernel.zeros))
    self.assertEqual(0.625, kernel.sparsity)
    self.assertEqual(0.6, kernel.asked_sparsity)
    self.assertEqual('unstructured', kernel.structure)
    self.assertEqual(
      ('weight', 8, 5, 5),
      (kernel.unit, kernel.units, kernel.pruned_units, kernel.asked_units),
    )
    self.assertIs(True, kernel.is_exact)
    self.assertEqual('', kernel.remark)
    self.assertEqual(('d/bias', (2,), 2), bias[:3])
    self.assertIsNone(bias.is_exact)
    self.assertEqual('bias', bias.remark)

  def test_asked_is_the_newest_update_not_the_present_step(self):
    schedule = pruning_schedule.PolynomialDecay(
      0.0, 0.8, 0, 8, power=1, frequency=5
    )
    model = self._train(self._pruned(schedule), steps=6)
    kernel = sparsity_report(model, verify=True).weights[0]
    self.assertEqual(0.5, kernel.asked_sparsity)
    self.assertEqual(4, kernel.zeros)
    # The final sparsity is another question.
    with self.assertRaisesRegex(ValueError, 'd/kernel: .*asked 0.800000'):
      sparsity_report(model, verify=True, sparsity=0.8)

  def test_nothing_is_asked_before_training_and_before_the_first_update(self):
    model = self._pruned(pruning_schedule.ConstantSparsity(0.5, 7))
    self.assertEqual(
      'not pruned yet: training has not begun', self._remarks(model)['d/kernel']
    )
    self._train(model, steps=3)
    self.assertEqual(
      'not pruned yet: no update was due up to step 3',
      self._remarks(model)['d/kernel'],
    )
    self.assertIsNone(sparsity_report(model).is_exact)

  def test_a_users_schedule_that_never_prunes(self):
    model = self._train(self._pruned(Never()))
    self.assertIn('no update was due', self._remarks(model)['d/kernel'])

  def test_blocks(self):
    model = self._train(
      self._pruned(pruning_schedule.ConstantSparsity(0.5, 0), (2, 1))
    )
    kernel = sparsity_report(model, verify=True).weights[0]
    self.assertEqual('2x1 blocks', kernel.structure)
    self.assertEqual(
      ('block', 4, 2, 2),
      (kernel.unit, kernel.units, kernel.pruned_units, kernel.asked_units),
    )

  def test_m_by_n(self):
    model = self._train(
      self._pruned(
        pruning_schedule.ConstantSparsity(0.9, 0), sparsity_m_by_n=(2, 4)
      )
    )
    kernel = sparsity_report(model, verify=True).weights[0]
    self.assertEqual('2:4', kernel.structure)
    self.assertEqual(0.5, kernel.asked_sparsity)
    self.assertEqual(
      ('group', 2, 2, 2),
      (kernel.unit, kernel.units, kernel.pruned_units, kernel.asked_units),
    )

  def test_a_pruned_weight_that_is_not_zero_is_named(self):
    model = self._train(self._pruned())
    model.layers[-1].layer.set_weights([np.ones((4, 2)), np.ones(2)])
    with self.assertRaisesRegex(
      ValueError, r"model='m', with 1 .*\n  d/kernel: .*4 pruned .* not zero"
    ):
      sparsity_report(model, verify=True)

  def test_zeros_among_the_kept_weights_are_no_fault(self):
    layer = keras.layers.Dense(2, kernel_initializer='zeros', name='d')
    model = keras.Sequential([keras.Input((4,)), layer])
    model = prune.prune_low_magnitude(model)
    self.compile(model, optimizer=keras.optimizers.SGD(0.0))
    model.fit(
      np.ones((1, 4), np.float32),
      np.ones((1, 2), np.float32),
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    kernel = sparsity_report(model, verify=True).weights[0]
    self.assertEqual((8, 4), (kernel.zeros, kernel.pruned_units))

  def test_a_frozen_layer_is_never_pruned_and_the_report_says_so(self):
    dense = _dense()
    dense.layers[-1].trainable = False
    outer = keras.Sequential(
      [keras.Input((4,)), dense, keras.layers.Dense(2, name='top')], name='o'
    )
    model = self._train(prune.prune_low_magnitude(outer))
    remarks = self._remarks(model)
    self.assertEqual(
      'frozen: not trainable, so never pruned', remarks['m/d/kernel']
    )
    self.assertEqual('', remarks['top/kernel'])
    self.assertTrue(sparsity_report(model, verify=True).is_exact)

  def test_frozen_weights_that_are_pruned_all_the_same(self):
    dense = _dense()
    dense.layers[-1].trainable = False
    model = prune.prune_low_magnitude(dense, prune_frozen_weights=True)
    outer = keras.Sequential(
      [keras.Input((4,)), model, keras.layers.Dense(2, name='top')], name='o'
    )
    self._train(outer)
    rows = {w.path: w for w in sparsity_report(outer, verify=True).weights}
    self.assertEqual(
      (4, ''), (rows['m/d/kernel'].zeros, rows['m/d/kernel'].remark)
    )

  def test_settings_of_single_weights(self):
    model = self._train(
      self._pruned(
        per_weight={
          '.*/bias': {
            'pruning_schedule': pruning_schedule.ConstantSparsity(0.25, 0)
          }
        }
      )
    )
    report = sparsity_report(model, verify=True)
    self.assertEqual(
      [('d/kernel', 0.5, 4), ('d/bias', 0.25, 0)],
      [(w.path, w.asked_sparsity, w.asked_units) for w in report.weights],
    )

  def _two_layers(self, distribution):
    """32 and 4 weights, pruned to one half together."""
    model = keras.Sequential(
      [
        keras.Input((4,)),
        keras.layers.Dense(8, name='large', use_bias=False),
        keras.layers.Dense(2, name='small', use_bias=False),
      ],
      name='m',
    )
    large = np.arange(1.0, 33.0, dtype='f').reshape((4, 8))
    small = np.arange(0.5, 16.0, dtype='f').reshape((8, 2))
    model.set_weights([large, small])
    schedule = pruning_schedule.ConstantSparsity(0.5, 0)
    model = prune.prune_low_magnitude(
      model, schedule, sparsity_distribution=distribution
    )
    return self._train(model)

  def test_a_sparsity_that_is_shared_out_by_shape(self):
    report = sparsity_report(self._two_layers('erk'), verify=True)
    # Shapes (4, 8) and (8, 2): 12 / 32 and 10 / 16 of the scale that keeps 24.
    scale = 24.0 / 22.0
    self.assertAlmostEqual(
      1.0 - scale * 12.0 / 32.0, report.weights[0].asked_sparsity
    )
    self.assertAlmostEqual(
      1.0 - scale * 10.0 / 16.0, report.weights[1].asked_sparsity
    )
    self.assertEqual([19, 5], [w.zeros for w in report.weights])

  def test_one_ranking_of_all_weights(self):
    model = self._two_layers('global')
    report = sparsity_report(model, verify=True)
    # 48 weights, 24 pruned: 1 to 12 of one and 0.5 to 11.5 of the other.
    self.assertEqual([12, 12], [w.zeros for w in report.weights])
    self.assertEqual(
      ['ranked together with 1 others'] * 2, [w.remark for w in report.weights]
    )
    mask = adapter.tf_variable(model.layers[-1].pruning_vars[0].mask)
    adapter.function(lambda: [mask.assign(tf.ones((8, 2), tf.bool))])()
    with self.assertRaisesRegex(
      ValueError, '1 others: 12 of 48 weights pruned, 24 asked for'
    ):
      sparsity_report(model, verify=True)

  def test_a_model_that_is_pruned_in_place(self):
    model = SubclassedModel(keras.layers.Dense(2, name='d'), name='s')
    model.predict(np.ones((1, 4), np.float32), verbose=0)
    prune.prune_low_magnitude(model)
    self.assertEqual(
      'not pruned yet: training has not begun',
      sparsity_report(model).weights[0].remark,
    )
    self._train(model)
    report = sparsity_report(model, verify=True)
    self.assertEqual(
      [('d/kernel', 4, True), ('d/bias', 0, None)],
      [(w.path, w.pruned_units or 0, w.is_exact) for w in report.weights],
    )
    stripped = prune.strip_pruning(model)
    self.assertIsNone(sparsity_report(stripped).is_exact)
    sparsity_report(stripped, verify=True, sparsity=0.5)

  # --- other models -------------------------------------------------------

  def test_a_stripped_model_has_the_same_paths_and_counts(self):
    model = self._train(self._pruned())
    stripped = prune.strip_pruning(model)
    before, after = sparsity_report(model), sparsity_report(stripped)
    self.assertEqual(
      [(w.path, w.zeros) for w in before.weights],
      [(w.path, w.zeros) for w in after.weights],
    )
    self.assertIsNone(after.is_exact)
    self.assertEqual('prunable, but not being pruned', after.weights[0].remark)

  @parameterized.parameters(
    ({'sparsity': 0.5}, None),
    ({'sparsity': 0.25}, r'd/kernel: .*4 of 8 weights pruned, 2 asked for'),
    ({'sparsity': 0.75}, r'd/kernel: .*4 of 8 weights pruned, 6 asked for'),
    ({'sparsity': 0.5, 'block_size': (2, 2)}, None),
    ({'sparsity': 0.5, 'block_size': (4, 1)}, '0 of 2 blocks pruned, 1 asked'),
    ({'sparsity_m_by_n': (2, 4)}, None),
    ({'sparsity_m_by_n': (1, 2)}, '2 of 4 groups pruned, 4 asked for'),
  )
  def test_a_stripped_model_is_held_to_the_arguments(self, arguments, message):
    # Weights 1 to 8 in rows of two; the first four, two rows, are pruned.
    stripped = prune.strip_pruning(self._train(self._pruned()))
    if message is None:
      self.assertTrue(sparsity_report(stripped, True, **arguments).is_exact)
    else:
      with self.assertRaisesRegex(ValueError, message):
        sparsity_report(stripped, verify=True, **arguments)

  def test_arguments_come_before_what_the_model_is_pruned_for(self):
    model = self._train(self._pruned())
    kernel = sparsity_report(model, sparsity=0.75).weights[0]
    self.assertEqual((0.75, 6, 4), (kernel.asked_sparsity,) + kernel[9:7:-1])

  def test_why_a_weight_is_skipped(self):
    inputs = keras.Input((8, 8, 2))
    x = keras.layers.SeparableConv2D(2, 3, name='sep')(inputs)
    x = keras.layers.BatchNormalization(name='bn')(x)
    x = Mine(name='mine')(x)
    model = keras.Model(inputs, x)
    remarks = self._remarks(model)
    self.assertEqual('depthwise: not pruned', remarks['sep/depthwise_kernel'])
    self.assertEqual(
      'prunable, but not being pruned', remarks['sep/pointwise_kernel']
    )
    self.assertEqual('bias', remarks['sep/bias'])
    self.assertEqual(
      'not prunable: gamma of BatchNormalization', remarks['bn/gamma']
    )
    self.assertEqual('Mine is not in the registry', remarks['mine/kernel'])

  def test_a_structure_that_a_weight_cannot_have_is_not_exact(self):
    class Vector(Mine):
      def get_prunable_weights(self):
        return [self.kernel]

      def build(self, input_shape):
        self.kernel = self.add_weight(
          name='kernel', shape=(2,), initializer='ones'
        )
        self.built = True

      def call(self, inputs):
        return inputs * self.kernel

    model = keras.Sequential([keras.Input((2,)), Vector(name='v')])
    with self.assertRaisesRegex(ValueError, 'v/kernel: .*rank 2 or more'):
      sparsity_report(model, verify=True, sparsity=0.5, block_size=(2, 2))

  def test_an_rnn_decides_for_its_cell(self):
    model = keras.Sequential(
      [keras.Input((3, 4)), keras.layers.LSTM(2, name='lstm')]
    )
    report = sparsity_report(model, sparsity=0.5)
    self.assertLen(report.asked, 2)
    self.assertEqual(['bias'], [w.remark for w in report.skipped])
    self.assertStartsWith(report.weights[0].path, 'lstm/')
    self.assertEqual((4, 8), report.weights[0].shape)

  def test_a_subclassed_model(self):
    layer = prune.prune_low_magnitude(keras.layers.Dense(2, name='d'))
    model = SubclassedModel(layer, name='s')
    model.predict(np.ones((1, 4), np.float32), verbose=0)
    self._train(model)
    report = sparsity_report(model, verify=True)
    self.assertLen(report.weights, 2)
    self.assertEqual([4], [w.zeros for w in report.asked])
    self.assertEndsWith(report.asked[0].path, 'kernel')
    plain = SubclassedModel(keras.layers.Dense(2, name='d'), name='p')
    plain(np.ones((1, 4), np.float32))
    self.assertEqual(
      [8], [w.number for w in sparsity_report(plain, sparsity=0.5).asked]
    )

  def test_a_shared_layer_is_listed_once(self):
    inputs = keras.Input((4,))
    shared = keras.layers.Dense(4, name='d')
    model = keras.Model(inputs, shared(shared(inputs)))
    self.assertEqual(
      ['d/kernel', 'd/bias'], [w.path for w in sparsity_report(model).weights]
    )

  def test_a_model_does_not_change(self):
    model = self._train(self._pruned())
    before = model.get_weights()
    sparsity_report(model, sparsity=0.9)
    self.assert_same_arrays(before, model.get_weights())

  def test_every_layer_of_the_registry_can_be_reported(self):
    model = keras.Sequential(
      [
        keras.Input((4,)),
        keras.layers.Embedding(5, 3, name='e'),
        keras.layers.Bidirectional(keras.layers.GRU(2), name='b'),
      ]
    )
    report = sparsity_report(model, sparsity=0.5)
    self.assertLen(report.asked, 5)
    self.assertTrue(
      all(prune_registry.PruneRegistry.supports(x) for x in model.layers)
    )

  # --- errors -------------------------------------------------------------

  def test_verifying_nothing_is_an_error(self):
    with self.assertRaisesRegex(
      ValueError, "nothing to verify.*model='m'.*Pass `sparsity`"
    ):
      sparsity_report(_dense(), verify=True)

  def test_wrong_models_are_named(self):
    for wrong in (None, 'model', keras.layers.Dense(2)):
      with self.assertRaisesRegex(ValueError, '`model` must be a Keras model'):
        sparsity_report(wrong)
    with self.assertRaisesRegex(ValueError, '`model` must be built'):
      sparsity_report(keras.Sequential([keras.layers.Dense(2)]))

  @parameterized.parameters(
    ({'sparsity': 1.0}, r'`sparsity` must be in \[0, 1\)'),
    ({'sparsity': float('nan')}, 'Received: sparsity=nan'),
    ({'block_size': (2, 2)}, '`block_size` needs `sparsity`'),
    ({'sparsity': 0.5, 'block_size': (2.0, 2)}, '`block_size` must be two'),
    ({'sparsity_m_by_n': (4, 2)}, '`sparsity_m_by_n` must satisfy'),
  )
  def test_wrong_arguments_are_named(self, arguments, message):
    with self.assertRaisesRegex(ValueError, message):
      sparsity_report(_dense(), **arguments)


if __name__ == '__main__':
  absltest.main()
