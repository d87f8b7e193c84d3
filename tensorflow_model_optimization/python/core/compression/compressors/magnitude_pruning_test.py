# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of magnitude pruning as a compression algorithm."""

import json

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import training_form
from tensorflow_model_optimization.python.core.compression.compressors import (
  magnitude_pruning,
)
from tensorflow_model_optimization.python.core.sparsity import mask as mask_lib
from tensorflow_model_optimization.python.core.sparsity import (
  pruning_schedule as schedule_lib,
)
from tensorflow_model_optimization.python.core.sparsity import (
  structure as structure_lib,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

# For TensorFlow 1: the tests look at eager tensors.
tf.compat.v1.enable_v2_behavior()

MagnitudePruning = magnitude_pruning.MagnitudePruning

# Its last update is at step 20.
_RAMP = schedule_lib.PolynomialDecay(0.0, 0.75, 0, 20, power=1, frequency=10)
_DTYPES = ('float16', 'bfloat16', 'float32', 'float64')


class Staircase(schedule_lib.PruningSchedule):
  """A user's own schedule."""

  def __init__(self, sparsity):
    self.sparsity = sparsity

  def __call__(self, step):
    return tf.equal(step % 5, 2), self.sparsity

  def get_config(self):
    return {
      'class_name': 'Staircase',
      'config': {'sparsity': self.sparsity},
    }


def _normal(*shape, **kwargs):
  values = np.random.RandomState(kwargs.get('seed', 0)).randn(*shape)
  dtype = tensor_spec.numpy_dtype(kwargs.get('dtype', 'float32'))
  return np.asarray(values, np.float32).astype(dtype)


def _mask(weight, sparsity, **structure):
  structure = structure_lib.from_arguments(**structure)
  return tf_compat.evaluate(
    lambda w: mask_lib.compute_mask(w, sparsity, structure)[0], [weight]
  )


def _pack(algorithm, weight):
  return compressed_weight.compress_weight(algorithm, weight)


def _update(form, values, step):
  """`form.update` outside of eager mode too."""
  names = sorted(values)
  new_values = {}
  for name in form.update({n: tf.constant(values[n]) for n in names}, step):
    new_values[name] = tf_compat.evaluate(
      lambda *v, n=name: form.update(dict(zip(names, v)), step)[n],
      [values[n] for n in names],
    )
  return new_values


class AfterTrainingTest(parameterized.TestCase):
  def test_keeps_the_largest(self):
    weight = np.array([[0.1, -3.0, 0.0], [2.0, 0.5, -1.0]], np.float32)
    packed = _pack(MagnitudePruning(0.5), weight)
    self.assertEqual(packed.compressor, MagnitudePruning(sparsity=0.5))
    tensors = packed.tensors()
    self.assertEqual(list(tensors), ['mask', 'values'])
    # Elements 1, 3 and 5.
    np.testing.assert_array_equal(tensors['mask'], [0b101010])
    np.testing.assert_array_equal(tensors['values'], [-3.0, 2.0, -1.0])
    self.assertEqual(packed.stored_bytes, 1 + 3 * 4)
    np.testing.assert_array_equal(packed.decompress(), [[0, -3, 0], [2, 0, -1]])

  def test_stores_the_zeros_that_are_there(self):
    weight = np.array([0.0, 0.1, 0.0, 9.0], np.float32)
    packed = _pack(MagnitudePruning(), weight)
    np.testing.assert_array_equal(packed.tensors()['values'], weight[[1, 3]])
    np.testing.assert_array_equal(packed.decompress(), weight)

  def test_gaps_where_they_are_smaller_than_bits(self):
    weight = np.zeros([600], np.float32)
    weight[[3, 4, 299, 599]] = [1.0, 2.0, 3.0, 4.0]
    packed = _pack(MagnitudePruning(), weight)
    # 3 zeros; none; 294 = 255 + 39; 299 = 255 + 44.
    np.testing.assert_array_equal(
      packed.tensors()['mask'], [3, 0, 255, 39, 255, 44]
    )
    self.assertEqual(packed.stored_bytes, 6 + 4 * 4)
    np.testing.assert_array_equal(packed.decompress(), weight)

  def test_bytes_of_the_docstring(self):
    weight = _normal(100, 100)
    packed = _pack(MagnitudePruning(0.8), weight)
    self.assertEqual(packed.stored_bytes, 8000 + 1250)
    packed = _pack(MagnitudePruning(0.95), weight)
    self.assertEqual(packed.stored_bytes, 2000 + 500)

  def test_pattern(self):
    weight = np.array([[1.0], [-4.0], [3.0], [2.0]], np.float32)
    packed = _pack(MagnitudePruning(sparsity_m_by_n=(2, 4)), weight)
    np.testing.assert_array_equal(packed.decompress(), [[0], [-4], [3], [0]])

  def test_blocks(self):
    weight = np.array([[1.0, 1.0, 5.0, 0.0]], np.float32)
    algorithm = MagnitudePruning(0.5, block_size=(1, 2))
    np.testing.assert_array_equal(
      _pack(algorithm, weight).decompress(), [[0, 0, 5, 0]]
    )

  @parameterized.parameters(*_DTYPES)
  def test_all_dtypes_and_shapes(self, dtype):
    shapes = ((), (1,), (0,), (7,), (0, 3), (4, 5), (2, 3, 4), (2, 1, 3, 2))
    for shape in shapes + ((2, 2, 1, 3, 2),):
      weight = _normal(*shape, dtype=dtype)
      for sparsity in (0.5, 0.97):
        packed = _pack(MagnitudePruning(sparsity), weight)
        mask = _mask(weight, sparsity)
        expected = np.where(mask, weight, np.zeros_like(weight))
        found = packed.decompress()
        self.assertEqual(found.dtype, weight.dtype)
        self.assertEqual(found.tobytes(), expected.tobytes(), shape)

  def test_constant_weights_and_weights_that_are_no_numbers(self):
    for value in (0.0, 3.0, np.nan, -np.inf):
      weight = np.full([40], value, np.float32)
      for sparsity, kept in ((0.5, 20), (0.95, 2)):
        expected = weight * np.float32(1.0)
        expected[kept:] = 0.0
        found = _pack(MagnitudePruning(sparsity), weight).decompress()
        np.testing.assert_array_equal(found, expected)

  def test_in_a_graph(self):
    weight = _normal(20, 30)
    for sparsity in (0.5, 0.95):
      packed = _pack(MagnitudePruning(sparsity), weight)
      names = list(packed.tensors())
      arrays = list(packed.tensors().values())
      with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        tensors = dict(zip(names, [tf.constant(array) for array in arrays]))
        found = session.run(packed.decompress_in_graph(tensors))
      np.testing.assert_array_equal(found, packed.decompress())

  def test_mask_that_does_not_go_with_the_values(self):
    for sparsity in (0.5, 0.95):
      packed = _pack(MagnitudePruning(sparsity), _normal(100))
      tensors = dict(packed.tensors())
      tensors['values'] = tensors['values'][1:]
      damaged = compressed_weight.CompressedWeight.from_dict(
        packed.to_dict(), tensors
      )
      with self.assertRaises(tf.errors.InvalidArgumentError):
        damaged.decompress()


class TrainingTest(parameterized.TestCase):
  @parameterized.parameters(
    {},
    {'block_size': (2, 4), 'block_pooling_type': 'MAX'},
    {'sparsity_m_by_n': (2, 4)},
  )
  def test_masks_are_those_of_pruning(self, **structure):
    """Those of `PruneLowMagnitude`, which come from sparsity/mask.py."""
    weight = _normal(16, 24)
    spec = tensor_spec.TensorSpec.of(weight, holds_values=True)
    form = training_form.TrainingForm(
      MagnitudePruning(pruning_schedule=_RAMP, **structure), spec
    )
    values = dict(form.initial_values(weight), weight=weight)
    self.assertTrue(values['0.mask'].all())
    for step, sparsity in ((0, 0.0), (10, 0.375), (20, 0.75)):
      self.assertTrue(form.update_is_due(step))
      self.assertFalse(form.update_is_due(step + 1))
      expected = _mask(values['weight'], sparsity, **structure)
      values.update(_update(form, values, step))
      np.testing.assert_array_equal(values['0.mask'], expected)
      # The optimizer moves all of them, masked ones too.
      values['weight'] = values['weight'] + np.float32(0.01)
      values['weight'][~expected] = 0.0
    if not structure:
      self.assertEqual(np.count_nonzero(values['0.mask']), 96)

  def test_update_zeroes_what_it_masks(self):
    weight = np.array([1.0, -2.0, 3.0, 4.0], np.float32)
    form = training_form.TrainingForm(
      MagnitudePruning(pruning_schedule=_RAMP),
      tensor_spec.TensorSpec.of(weight, True),
    )
    values = dict(form.initial_values(weight), weight=weight)
    # 37.5 % of 4: 2.5 are kept, rounded to even.
    new_values = _update(form, values, 10)
    np.testing.assert_array_equal(new_values['0.mask'], [0, 0, 1, 1])
    np.testing.assert_array_equal(new_values['weight'], [0, 0, 3, 4])
    packed = form.compress(new_values)
    np.testing.assert_array_equal(packed.tensors()['values'], [3.0, 4.0])
    self.assertEqual(_update(form, values, 13), {})
    self.assertFalse(form.update_is_due(-1))

  def test_masked_weights_are_zero_and_get_no_gradient(self):
    weight = tf.constant([1.0, 2.0, 3.0])
    spec = tensor_spec.TensorSpec((3,), 'float32', True)
    mask = tf.constant([True, False, True])
    with tf.GradientTape() as tape:
      tape.watch(weight)
      projected = MagnitudePruning(0.3).project(
        {'weight': weight, 'mask': mask}, spec, True
      )
      loss = tf.reduce_sum(projected * projected)
    np.testing.assert_array_equal(projected, [1.0, 0.0, 3.0])
    np.testing.assert_array_equal(tape.gradient(loss, weight), [2.0, 0.0, 6.0])

  def test_without_a_schedule_what_is_left_is_trained(self):
    weight = np.array([1.0, -2.0, 0.0, 4.0], np.float32)
    spec = tensor_spec.TensorSpec.of(weight, True)
    form = training_form.TrainingForm(MagnitudePruning(0.5), spec)
    self.assertFalse(form.update_is_due(0))
    values = form.initial_values(weight)
    np.testing.assert_array_equal(values['0.mask'], [0, 1, 0, 1])
    form = training_form.TrainingForm(MagnitudePruning(), spec)
    values = dict(form.initial_values(weight), weight=weight + np.float32(1.0))
    np.testing.assert_array_equal(values['0.mask'], [1, 1, 0, 1])
    np.testing.assert_array_equal(
      form.compress(values).decompress(), [2.0, -1.0, 0.0, 5.0]
    )

  def test_schedule_of_the_users_own(self):
    algorithm = MagnitudePruning(pruning_schedule=Staircase(0.5))
    due = [step for step in range(12) if algorithm.update_is_due(step)]
    self.assertEqual(due, [2, 7])


class SettingsTest(parameterized.TestCase):
  @parameterized.parameters(
    {},
    {'sparsity': 0.9},
    {'sparsity': 0.5, 'block_size': [1, 16], 'block_pooling_type': 'MAX'},
    {'sparsity_m_by_n': (2, 4)},
    {'pruning_schedule': _RAMP},
    {'pruning_schedule': Staircase(0.25), 'sparsity_m_by_n': (1, 2)},
    {
      'pruning_schedule': schedule_lib.SequentialSchedule(
        [Staircase(0.25), _RAMP], [100]
      )
    },
  )
  def test_config_round_trip(self, **kwargs):
    algorithm = MagnitudePruning(**kwargs)
    config = json.loads(json.dumps(registry.config_of_compressor(algorithm)))
    again = registry.compressor_from_config(config)
    self.assertEqual(again, algorithm)
    self.assertEqual(again.get_config(), algorithm.get_config())

  def test_schedule_of_an_unknown_class(self):
    config = registry.config_of_compressor(
      MagnitudePruning(pruning_schedule=Staircase(0.25))
    )
    config['config']['pruning_schedule']['class_name'] = 'Elevator'
    with self.assertRaisesRegex(
      ValueError, "called 'Elevator'. Import the mod"
    ):
      registry.compressor_from_config(config)

  def test_arguments_that_do_not_go_together(self):
    for kwargs, message in (
      ({'sparsity': 1.0}, r'`sparsity` must be in \[0, 1\)'),
      ({'sparsity': _RAMP}, 'Pass a schedule as `pruning_schedule=`'),
      ({'pruning_schedule': 0.5}, '`pruning_schedule` must be'),
      ({'sparsity': 0.5, 'pruning_schedule': _RAMP}, 'Leave one out'),
      ({'sparsity': 0.5, 'sparsity_m_by_n': (2, 4)}, 'Leave one out'),
      ({'block_size': (4, 4)}, 'Pass `sparsity` too'),
      ({'block_size': (4,)}, '`block_size` must be'),
    ):
      with self.assertRaisesRegex(ValueError, message):
        MagnitudePruning(**kwargs)

  def test_weights_that_it_cannot_prune(self):
    blocks = MagnitudePruning(0.5, block_size=(2, 2))
    reason = blocks.reason_against(
      tensor_spec.TensorSpec((4,), 'float32', True)
    )
    self.assertIn('need a weight of rank 2', reason)
    for dtype in ('int32', 'complex64'):
      spec = tensor_spec.TensorSpec((4,), dtype, True)
      self.assertIn('dtype', MagnitudePruning(0.5).reason_against(spec))
    spec = tensor_spec.TensorSpec((4,), 'float32')
    self.assertIn('side data', MagnitudePruning(0.5).reason_against(spec))

  def test_schedule_after_training_without_it(self):
    with self.assertRaisesRegex(ValueError, 'Prepare the model for training'):
      _pack(MagnitudePruning(pruning_schedule=_RAMP), _normal(3))


if __name__ == '__main__':
  absltest.main()
