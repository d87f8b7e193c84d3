# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The conformance kit passes what keeps the contract, and words what does not."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.compression import conformance
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression import tensor_spec
from tensorflow_model_optimization.python.core.compression import (
  weight_compressor,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

# As a program this file is the module __main__, which nobody can import.
_MODULE = (
  'tensorflow_model_optimization.python.core.compression.conformance_test'
)

TensorSpec = tensor_spec.TensorSpec


def _register(cls):
  return registry.register_compressor(cls, name='toys.' + cls.__name__)


@_register
class Halves(weight_compressor.WeightCompressor):
  """Keeps the contract."""

  def compressed_spec(self, spec):
    return {'halves': TensorSpec(spec.shape, 'float16', holds_values=True)}

  def compress(self, weight, spec, trained=None):
    return {'halves': weight.astype(np.float16)}

  def decompress(self, tensors, spec):
    return tf.cast(tensors['halves'], spec.dtype)

  def error_bound(self, weight, spec):
    return np.abs(weight.astype(np.float32)) * 2.0**-8


class Unregistered(Halves):
  pass


@_register
class ForgetsSetting(Halves):
  def __init__(self, level=1):
    self.level = level


@_register
class ConfigOfObjects(Halves):
  def get_config(self):
    return {'dtype': np.float16}


@_register
class RefusesAll(Halves):
  def reason_against(self, spec):
    return 'is not liked'


@_register
class FailsForUnknownLengths(Halves):
  def reason_against(self, spec):
    return None if np.prod(spec.shape) >= 0 else 'is odd'


@_register
class DeclaresAnotherDtype(Halves):
  def compressed_spec(self, spec):
    return {'halves': TensorSpec(spec.shape, 'float32')}


@_register
class FailsForNoElements(Halves):
  def compress(self, weight, spec, trained=None):
    weight.max()
    return super(FailsForNoElements, self).compress(weight, spec)


@_register
class WritesToTheWeight(Halves):
  def compress(self, weight, spec, trained=None):
    weight[...] = np.round(weight, 2)
    return super(WritesToTheWeight, self).compress(weight, spec)


@_register
class Random(Halves):
  def compress(self, weight, spec, trained=None):
    noise = np.random.rand(*spec.shape)
    return {'halves': (weight.astype(np.float32) + noise).astype(np.float16)}


@_register
class RemembersOnTheObject(Halves):
  def compress(self, weight, spec, trained=None):
    self.largest = np.abs(weight).max() if weight.size else 0
    return super(RemembersOnTheObject, self).compress(weight, spec)


_REMEMBERED = {}


@_register
class RemembersInTheProcess(Halves):
  decompresses_in_graph = False

  def compress(self, weight, spec, trained=None):
    _REMEMBERED[spec] = weight
    return super(RemembersInTheProcess, self).compress(weight, spec)

  def decompress(self, tensors, spec):
    sign = 1 if spec in _REMEMBERED else -1
    dtype = tensor_spec.numpy_dtype(spec.dtype)
    return (sign * tensors['halves'].astype(np.float32)).astype(dtype)


@_register
class WrongDtype(Halves):
  def decompress(self, tensors, spec):
    return tensors['halves']


@_register
class LosesTooMuch(Halves):
  def decompress(self, tensors, spec):
    return tf.cast(tensors['halves'] * 1.25, spec.dtype)


@_register
class DividesByTheRange(Halves):
  def compress(self, weight, spec, trained=None):
    weight = weight.astype(np.float32)  # Old bfloat16 has no maximum.
    with np.errstate(all='ignore'):
      size = weight.max() - weight.min() if weight.size else 1
      return {'halves': np.asarray(weight / size * size).astype(np.float16)}


@_register
class LosesTheSignOfZero(weight_compressor.WeightCompressor):
  is_lossless = True
  decompresses_in_graph = False

  def reason_against(self, spec):
    return None if spec.dtype == 'float32' else 'is no float32'

  def compressed_spec(self, spec):
    return {'same': TensorSpec(spec.shape, spec.dtype)}

  def compress(self, weight, spec, trained=None):
    return {'same': np.where(weight == 0, 0, weight).astype(weight.dtype)}

  def decompress(self, tensors, spec):
    return tensors['same']


@_register
class NumpyInGraph(Halves):
  def decompress(self, tensors, spec):
    return tf.constant(np.asarray(tensors['halves']).astype(spec.dtype))


@_register
class RoundsWithoutGradient(Halves):
  def project(self, variables, spec, training):
    return tf.round(variables['weight'])


@_register
class GradientOfLogarithmOfZero(Halves):
  def project(self, variables, spec, training):
    weight = variables['weight']
    entropy = weight * tf.math.log(tf.abs(weight))
    return tf.where(tf.equal(weight, 0.0), weight, entropy)


@_register
class StartsWithAnotherShape(Halves):
  def training_variables(self, spec):
    scale = tensor_spec.VariableSpec((2,), 'float32', np.max)
    return {'weight': None, 'scale': scale}


@_register
class ProjectsAnotherShape(Halves):
  def project(self, variables, spec, training):
    return tf.reshape(variables['weight'], [-1])


@_register
class CallsPython(Halves):
  def decompress(self, tensors, spec):
    weight = tf.numpy_function(
      lambda halves: halves.astype(np.float32), [tensors['halves']], tf.float32
    )
    return tf.cast(tf.reshape(weight, spec.shape), spec.dtype)


_TOYS = (
  (Unregistered, 'config_round_trip', '@register_compressor'),
  (ForgetsSetting, 'config_round_trip', 'get_config'),
  (ConfigOfObjects, 'config_round_trip', 'numbers, strings, lists'),
  (RefusesAll, 'reasons', 'at least one weight'),
  (FailsForUnknownLengths, 'reasons', 'A length is None where it depends'),
  (DeclaresAnotherDtype, 'declared_tensors', 'float16, and .* float32'),
  (FailsForNoElements, 'declared_tensors', r'shape \(0,\).*zero-size array'),
  (WritesToTheWeight, 'declared_tensors', 'copy it before you write'),
  (Random, 'declared|deterministic', 'Seed random numbers'),
  (RemembersOnTheObject, 'keeps_nothing', r"changed attributes \['largest'\]"),
  (RemembersInTheProcess, 'loads_in_a_fresh_process', 'left in the process'),
  (WrongDtype, 'comes_back|keeps_nothing', 'cast to spec.dtype'),
  (LosesTooMuch, 'comes_back', 'an error of at most .* at .* became'),
  (DividesByTheRange, 'comes_back', 'a range that is zero'),
  (LosesTheSignOfZero, 'comes_back', r'every bit.*-0\.0 == 0\.0'),
  (NumpyInGraph, 'comes_back|keeps_nothing', 'TensorFlow operations'),
  (RoundsWithoutGradient, 'gradients_are_finite', 'stop_gradient'),
  (GradientOfLogarithmOfZero, 'gradients_are_finite', 'NaN or infinity for'),
  (StartsWithAnotherShape, 'starts_as_declared', r'has shape \(\)'),
  (ProjectsAnotherShape, 'projects', r'shape \(144,\)'),
)


class ConformanceTest(absltest.TestCase):
  def test_keeps_the_contract(self):
    report = conformance.check_compressor(Halves(), module=_MODULE)
    self.assertIn('float32 of shape (16, 9), normal', report.admitted)
    self.assertEqual(report.refused, {})
    self.assertIn('updates', report.not_run)
    for rule, reason in report.not_run.items():
      self.assertRegex(reason, 'no update is due|this TensorFlow', rule)

  def test_breaks_the_contract(self):
    for toy, rule, words in _TOYS:
      in_process = rule == 'loads_in_a_fresh_process'
      with self.subTest(toy.__name__):
        with self.assertRaises(AssertionError) as caught:
          conformance.check_compressor(
            toy(), module=_MODULE, in_fresh_process=in_process
          )
        message = str(caught.exception).replace('\n', ' ')
        self.assertRegex(message, 'breaks the rule ({}):'.format(rule))
        self.assertRegex(message, words)
        self.assertRegex(message, '[Cc]ase.*Expected: .* Found: ')

  def test_words(self):
    with self.assertRaises(AssertionError) as caught:
      conformance.check_compressor(DividesByTheRange(), in_fresh_process=False)
    self.assertEqual(
      str(caught.exception),
      'DividesByTheRange() breaks the rule comes_back: decompress gives shape, '
      'dtype and values: by a new object, and in a graph.\n  Case: float16 of '
      'shape (), normal. Expected: finite values from a finite weight. Found: '
      'NaN or infinity. Look for a division by a scale or a range that is zero.',
    )

  def test_what_xla_does_not_compile(self):
    try:
      report = conformance.check_compressor(
        CallsPython(), in_fresh_process=False
      )
    except AssertionError as e:
      self.assertIn('decompress() that XLA compiles', str(e))
    else:
      self.assertIn('this TensorFlow', report.not_run['jit_decompress'])

  def test_error_bound_of_the_caller(self):
    with self.assertRaisesRegex(AssertionError, 'an error of at most 0 at'):
      conformance.check_compressor(
        Halves(), error_bound=lambda weight, spec: 0.0, in_fresh_process=False
      )

  def test_class_of_the_program(self):
    if Halves.__module__ == '__main__':
      with self.assertRaisesRegex(AssertionError, 'Move it to a file'):
        conformance.check_compressor(Halves())

  def test_what_is_no_compressor(self):
    with self.assertRaisesRegex(TypeError, 'Pass an object, not a class'):
      conformance.check_compressor(Halves)


if __name__ == '__main__':
  absltest.main()
