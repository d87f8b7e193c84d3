# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of what stages make of a weight in training."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import training_form
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

TensorSpec = tensor_spec.TensorSpec
VariableSpec = tensor_spec.VariableSpec


class Stored(weight_compressor.WeightCompressor):
  """Stores the weight as it is."""

  def compressed_spec(self, spec):
    return {'values': TensorSpec(spec.shape, spec.dtype, holds_values=True)}

  def compress(self, weight, spec, trained=None):
    return {'values': weight}

  def decompress(self, tensors, spec):
    return tensors['values']


class Scaled(Stored):
  """Trains a factor, which halves after each 10 steps."""

  def training_variables(self, spec):
    return {
      'weight': None,
      'factor': VariableSpec((), 'float32', lambda weight: np.float32(3.0)),
    }

  def project(self, variables, spec, training):
    return variables['weight'] * variables['factor']

  def update_is_due(self, step):
    return step % 10 == 0

  def update(self, variables, spec, step):
    return {'factor': variables['factor'] / 2.0}

  def penalty(self, variables, spec):
    return tf.abs(variables['factor'])


class Largest(Stored):
  """Adds the weight's largest value, found before training, to it."""

  def training_variables(self, spec):
    return {
      'weight': None,
      'largest': VariableSpec(
        (1,), 'float32', lambda weight: weight.max().reshape([1]), False
      ),
    }

  def project(self, variables, spec, training):
    return variables['weight'] + variables['largest']


class Factors(Stored):
  """Trains two vectors in place of the weight."""

  def training_variables(self, spec):
    rows, columns = spec.shape
    return {
      'u': VariableSpec((rows, 1), 'float32', lambda weight: weight[:, :1]),
      'v': VariableSpec((1, columns), 'float32', lambda weight: weight[:1]),
    }

  def project(self, variables, spec, training):
    return tf.matmul(variables['u'], variables['v'])


_WEIGHT = np.array([[1.0, 2.0], [4.0, 8.0]], np.float32)
_SPEC = TensorSpec((2, 2), 'float32', holds_values=True)


def _numpy(form, variables):
  names = sorted(variables)
  return tf_compat.evaluate(
    lambda *values: form.project(dict(zip(names, values)), True),
    [variables[name] for name in names],
  )


class TrainingFormTest(absltest.TestCase):
  def test_stages_project_one_after_the_other(self):
    form = training_form.TrainingForm([Scaled(), Largest()], _SPEC)
    self.assertTrue(form.trains_weight)
    self.assertEqual(list(form.variables), ['0.factor', '1.largest'])
    self.assertFalse(form.variables['1.largest'].trainable)
    values = form.initial_values(_WEIGHT)
    # The second stage starts from what the first one projects.
    np.testing.assert_array_equal(values['1.largest'], [24.0])
    values['weight'] = _WEIGHT
    np.testing.assert_array_equal(
      _numpy(form, values), [[27.0, 30.0], [36.0, 48.0]]
    )

  def test_variables_in_place_of_the_weight(self):
    form = training_form.TrainingForm(Factors(), _SPEC)
    self.assertFalse(form.trains_weight)
    values = form.initial_values(_WEIGHT)
    np.testing.assert_array_equal(values['0.u'], [[1.0], [4.0]])
    np.testing.assert_array_equal(_numpy(form, values), [[1, 2], [4, 8]])
    np.testing.assert_array_equal(
      form.compress(values).decompress(), [[1, 2], [4, 8]]
    )

  def test_update_when_it_is_due(self):
    form = training_form.TrainingForm([Stored(), Scaled()], _SPEC)
    self.assertFalse(form.update_is_due(11))
    self.assertTrue(form.update_is_due(20))
    values = dict(form.initial_values(_WEIGHT), weight=_WEIGHT)
    new_values = form.update(values, 20)
    self.assertEqual(list(new_values), ['1.factor'])
    self.assertEqual(new_values['1.factor'], 1.5)

  def test_compresses_what_is_projected(self):
    form = training_form.TrainingForm([Scaled(), Stored()], _SPEC)
    values = dict(form.initial_values(_WEIGHT), weight=_WEIGHT)
    packed = form.compress(values)
    np.testing.assert_array_equal(packed.decompress(), 3.0 * _WEIGHT)

  def test_penalty(self):
    form = training_form.TrainingForm([Scaled(), Stored()], _SPEC)
    names = ['0.factor', 'weight']
    penalty = tf_compat.evaluate(
      lambda *values: form.penalty(dict(zip(names, values))),
      [np.float32(-3.0), _WEIGHT],
    )
    self.assertEqual(penalty, 3.0)
    self.assertIsNone(
      training_form.TrainingForm(Stored(), _SPEC).penalty({'weight': _WEIGHT})
    )


class RefusalsTest(absltest.TestCase):
  def test_factors_after_another_stage(self):
    with self.assertRaisesRegex(ValueError, 'can only be the first'):
      training_form.TrainingForm([Scaled(), Factors()], _SPEC)

  def test_variables_after_factors(self):
    with self.assertRaisesRegex(ValueError, 'after one that trains others'):
      training_form.TrainingForm([Factors(), Scaled()], _SPEC)

  def test_initial_value_of_another_shape(self):
    class Wrong(Scaled):
      def training_variables(self, spec):
        return {'weight': None, 'x': VariableSpec((2,), 'float32', np.max)}

    form = training_form.TrainingForm(Wrong(), _SPEC)
    with self.assertRaisesRegex(ValueError, r"'x' has shape \(\)"):
      form.initial_values(_WEIGHT)


if __name__ == '__main__':
  absltest.main()
