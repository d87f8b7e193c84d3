# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of entropy-penalized reparameterization."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import (
  compressed_weight,
)
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import training_form
from tensorflow_model_optimization.python.core.compression.compressors import (
  entropy_penalty,
)
from tensorflow_model_optimization.python.core.compression.compressors import (
  range_coding,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

EntropyPenalty = entropy_penalty.EntropyPenalty


def _spec(weight):
  return tensor_spec.TensorSpec.of(weight, holds_values=True)


class CompressTest(absltest.TestCase):
  def test_untrained_weight_by_hand(self):
    # Root mean square 5: steps of 1.25.
    weight = np.array([1.0, -7.0, 5.0, 5.0], np.float32)
    packed = compressed_weight.compress_weight(
      EntropyPenalty(initial_step=0.25), weight
    )
    tensors = packed.tensors()
    np.testing.assert_array_equal(tensors['codes'], [1, -6, 4, 4])
    self.assertEqual(tensors['step'], 1.25)
    np.testing.assert_array_equal(packed.decompress(), [1.25, -7.5, 5.0, 5.0])

  def test_no_code_is_clipped(self):
    weight = np.full([400], 0.5, np.float32)
    weight[7] = -1000.0
    compressor = EntropyPenalty()
    packed = compressed_weight.compress_weight(compressor, weight)
    tensors = packed.tensors()
    # Root mean square 50.0025, steps of 3.125.
    np.testing.assert_array_equal(tensors['large_places'], [7])
    np.testing.assert_array_equal(tensors['large_codes'], [-320])
    self.assertEqual(tensors['codes'][7], 0)
    error = np.abs(packed.decompress() - weight)
    self.assertTrue(
      (error <= compressor.error_bound(weight, _spec(weight))).all()
    )

  def test_zeros_and_nothing(self):
    for weight in (np.zeros([3, 2], np.float32), np.zeros([0, 2], np.float32)):
      packed = compressed_weight.compress_weight(EntropyPenalty(), weight)
      np.testing.assert_array_equal(packed.decompress(), weight)

  def test_bad_input(self):
    for price in (-1.0, float('nan'), float('inf')):
      with self.assertRaisesRegex(ValueError, '`bit_price` must be'):
        EntropyPenalty(bit_price=price)
    for step in (0.0, -1.0, float('nan')):
      with self.assertRaisesRegex(ValueError, '`initial_step` must be'):
        EntropyPenalty(initial_step=step)
    with self.assertRaisesRegex(ValueError, 'must be finite'):
      compressed_weight.compress_weight(EntropyPenalty(), np.array([np.inf]))
    outlier = np.zeros([4 * 10**6], np.float32)
    outlier[0] = 1e8
    with self.assertRaisesRegex(ValueError, 'more than 2.31 steps'):
      compressed_weight.compress_weight(
        EntropyPenalty(initial_step=1e-7), outlier
      )


class EntropyModelTest(absltest.TestCase):
  def _bits(self, weight, step, widths, logits):
    return tf_compat.evaluate(
      entropy_penalty.bits_of,
      [
        np.float32(array)
        for array in (weight, np.log(step), np.log(widths), logits)
      ],
    )

  def test_one_logistic_by_hand(self):
    # Of the standard logistic, [-0.5, 0.5] has 0.2449 and [1.5, 2.5] 0.1066.
    bits = self._bits([0.0, 2.0, -2.0], 1.0, [1.0], [0.0])
    np.testing.assert_allclose(bits, [2.0297, 3.2295, 3.2295], atol=2e-3)

  def test_probabilities_add_up_to_one(self):
    codes = np.arange(-4000, 4001) * 0.1
    bits = self._bits(codes, 0.1, [0.2, 1.0, 5.0], [1.0, -1.0, 0.5])
    self.assertAlmostEqual((2.0 ** -bits.astype(np.float64)).sum(), 1, places=4)

  def test_far_weights_are_finite(self):
    bits = self._bits([0.0, 1e6, -1e6], 1e-6, [1e-4, 1.0], [0.0, 0.0])
    self.assertTrue(np.isfinite(bits).all())
    # The width of 1 has e^-1e6 of it there, and [-5e-7, 5e-7] 1/4 of a step.
    self.assertAlmostEqual(bits[1] / (1e6 / np.log(2)), 1.0, places=3)


class TrainingTest(absltest.TestCase):
  def test_stores_what_is_projected(self):
    for dtype in ('float32', 'bfloat16'):
      weight = np.random.RandomState(0).randn(300).astype(np.float32)
      weight = weight.astype(tensor_spec.numpy_dtype(dtype))
      form = training_form.TrainingForm(EntropyPenalty(), _spec(weight))
      variables = form.initial_values(weight)
      variables['weight'] = weight
      variables['0.log_step'] += np.float32(0.3)
      names = sorted(variables)
      projected = tf_compat.evaluate(
        lambda *values, form=form, names=names: form.project(
          dict(zip(names, values)), False
        ),
        [variables[name] for name in names],
      )
      stored = form.compress(variables).decompress()
      # Two libraries compute the exponential of the step.
      np.testing.assert_allclose(
        stored.astype(np.float32),
        projected.astype(np.float32),
        rtol=1e-6 if dtype == 'float32' else 2.0**-7,
      )

  def test_training_pays_for_bits(self):
    # Ten weights matter; the price of bits drives the others to zero.
    random = np.random.RandomState(0)
    target = random.randn(2000).astype(np.float32)
    matters = (np.arange(2000) < 10).astype(np.float32)
    compressor = EntropyPenalty(bit_price=1e-3)
    form = training_form.TrainingForm(compressor, _spec(target))
    values = dict(form.initial_values(target), weight=target)
    codes_before = form.compress(values).tensors()['codes']
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
      variables = {
        name: tf.compat.v1.get_variable(name, initializer=value)
        for name, value in values.items()
      }
      tensors = {name: v + 0.0 for name, v in variables.items()}
      error = (form.project(tensors, True) - target) * matters
      loss = tf.reduce_sum(error**2) + form.penalty(tensors)
      step = tf.compat.v1.train.AdamOptimizer(0.02).minimize(loss)
      session.run(tf.compat.v1.global_variables_initializer())
      for _ in range(300):
        session.run(step)
      values = session.run(variables)
    packed = form.compress(values)
    codes = packed.tensors()['codes']
    self.assertGreater((codes[10:] == 0).mean(), 0.99)
    np.testing.assert_allclose(packed.decompress()[:10], target[:10], atol=0.3)
    self.assertGreater(_coded_bytes(codes_before), 1000)
    self.assertLess(_coded_bytes(codes), 150)


def _coded_bytes(codes):
  return compressed_weight.compress_weight(
    range_coding.RangeCoding(), codes
  ).stored_bytes


if __name__ == '__main__':
  absltest.main()
