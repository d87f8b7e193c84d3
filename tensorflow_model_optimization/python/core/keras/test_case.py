# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What tests of layers and models share. For tests only.

The row decides which Keras is tested: `keras` here is `tf.keras`, whatever
package that is. A test takes its Keras from here and imports none.
"""

import contextlib
import copy
import importlib
import importlib.util
import inspect
import json
import unittest

from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.testing import tf_mode
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = [
  'KerasTestCase',
  'QUESTIONS_ABOUT_MODELS',
  'QUESTIONS_ABOUT_VARIABLES',
  'QUESTIONS_ABOUT_WEIGHTS',
  'adapter',
  'adapter_of_package',
  'keras',
  'needs_eager',
  'needs_layer',
  'needs_mixed_precision',
  'offers',
  'offers_jit_compile',
  'offers_mixed_precision',
  'value_of',
  'variable',
]

adapter = compat.default_adapter()
keras = adapter.keras

# The parts of KerasAdapter that adapter_models_test.py and
# adapter_variables_test.py test, and below adapter_weights_test.py.
QUESTIONS_ABOUT_MODELS = frozenset(
  [
    'all_sublayers',
    'attach_layer',
    'clone_model',
    'detach_layer',
    'direct_sublayers',
    'layer_edges',
    'operation_name',
    'output_layers',
  ]
)
QUESTIONS_ABOUT_VARIABLES = frozenset(
  [
    'add_variable',
    'constraint',
    'custom_object',
    'custom_object_scope',
    'own_weights',
    'set_constraint',
    'storage_dtype',
    'tf_variable',
    'variable_name',
  ]
)
# Those of WeightQuestions that adapter_weights_test.py tests.
QUESTIONS_ABOUT_WEIGHTS = frozenset(
  [
    'add_penalty',
    'architecture',
    'attributes',
    'dtype_in_call',
    'is_state',
    'is_symbolic',
    'methods_that_save_all_weights',
    'model_of_architecture',
    'order_weights',
    'set_value',
    'substitution_problem',
    'training_of_call',
    'untrack_variable',
  ]
)


def offers(argument):
  """Whether `compile` of this Keras has an argument of the name `argument`."""
  return argument in inspect.signature(keras.Model.compile).parameters


def offers_jit_compile():
  """Whether `compile` of this Keras has the argument `jit_compile`."""
  return offers('jit_compile')


def offers_mixed_precision():
  """Whether this Keras has policies such as 'mixed_float16' for good.

  Before TensorFlow 2.4 they were an experiment, and before 2.1 not there at all.
  """
  return hasattr(getattr(keras, 'mixed_precision', None), 'set_global_policy')


def needs_eager(reason):
  """Skips a test in graph mode, because of `reason`."""
  return unittest.skipUnless(tf_mode.is_eager(), reason)


needs_mixed_precision = unittest.skipUnless(
  offers_mixed_precision(), 'Mixed precision came with TensorFlow 2.4.'
)


def needs_layer(name):
  """Skips a test where this Keras has no layer class `name`."""
  return unittest.skipUnless(
    hasattr(keras.layers, name), 'This Keras has no layer {}.'.format(name)
  )


def adapter_of_package(package):
  """The adapter of the package `keras` or `tf_keras`, importing it.

  Args:
    package: name of the package.

  Returns:
    Its adapter; None if it is not installed or is no Keras of its own in this
    TensorFlow.
  """
  if importlib.util.find_spec(package) is None:
    return None
  module = importlib.import_module(package)
  for candidate in compat.loaded_adapters():
    # Older TensorFlow releases have a Keras of their own, tf.keras, and the
    # package `keras` beside them holds its classes.
    if candidate.keras is module:
      return candidate
  return None


def value_of(value):
  """The numpy value of a tensor or variable, also in a TensorFlow 1 graph.

  Anything else is returned as it is.
  """
  if not tf.is_tensor(value) and not isinstance(value, tf.Variable):
    if not hasattr(value, 'assign'):
      return value
    value = adapter.tf_variable(value)
  if tf_mode.is_eager():
    return value.numpy()
  return keras.backend.get_value(value)


def variable(value):
  """A variable of TensorFlow that has its value, in either mode."""
  made = tf.compat.v1.Variable(value, use_resource=True)
  if not tf_mode.is_eager():
    tf.compat.v1.keras.backend.get_session().run(made.initializer)
  return made


class KerasTestCase(parameterized.TestCase):
  """A test case with fresh layer names and fixed seeds for each test."""

  def setUp(self):
    super().setUp()
    keras.backend.clear_session()
    np.random.seed(0)
    tf.compat.v1.set_random_seed(0)

  def compile(self, model, optimizer='sgd', loss='mse', **kwargs):
    """Compiles without XLA, which takes seconds, unless a test asks for it."""
    if offers_jit_compile():
      kwargs.setdefault('jit_compile', False)
    model.compile(optimizer=optimizer, loss=loss, **kwargs)
    return model

  @contextlib.contextmanager
  def assert_raises_in_function(self, error, regex):
    """`assertRaisesRegex`, where AutoGraph may be between.

    In TensorFlow 1 it turns every error into a StagingError with the same text.
    """
    with self.assertRaisesRegex(Exception, regex) as raised:
      yield
    if type(raised.exception).__name__ != 'StagingError':
      self.assertIsInstance(raised.exception, error)

  def assert_equal_values(self, expected, actual):
    """`np.testing.assert_array_equal` for tensors in either mode as well."""
    np.testing.assert_array_equal(value_of(expected), value_of(actual))

  def assert_close_values(self, expected, actual, rtol=1e-7, atol=0):
    """`np.testing.assert_allclose` for tensors in either mode as well."""
    np.testing.assert_allclose(
      value_of(expected), value_of(actual), rtol=rtol, atol=atol
    )

  def assert_same_arrays(self, expected, actual):
    """Asserts that two lists of arrays, or two arrays, agree bit for bit."""
    if not isinstance(expected, (list, tuple)):
      expected, actual = [expected], [actual]
    self.assertEqual(len(expected), len(actual))
    for one, other in zip(expected, actual):
      one, other = np.asarray(value_of(one)), np.asarray(value_of(other))
      self.assertEqual(one.dtype, other.dtype)
      self.assertEqual(one.shape, other.shape)
      self.assertEqual(one.tobytes(), other.tobytes())

  def run_layer_checks(
    self,
    layer,
    inputs,
    trainable_weights,
    non_trainable_weights,
    losses=0,
    callbacks=(),
  ):
    """Puts a layer through what users do with layers.

    Config and JSON round trip, symbolic call, eager call, a training step, and
    the same outputs each time that the weights are the same.

    Args:
      layer: an unbuilt layer whose output is one tensor.
      inputs: array for one batch.
      trainable_weights: the expected number of them.
      non_trainable_weights: the expected number of them.
      losses: the expected number of `losses`.
      callbacks: callbacks that the layer needs in training.

    Returns:
      The functional model of the layer, trained for one step.
    """
    config = layer.get_config()
    revived = type(layer).from_config(copy.deepcopy(config))
    self.assertEqual(config, revived.get_config())
    revived = type(layer).from_config(json.loads(json.dumps(config)))
    self.assertEqual(config, revived.get_config())

    symbolic_inputs = keras.Input(inputs.shape[1:], dtype=inputs.dtype.name)
    symbolic_outputs = layer(symbolic_inputs)
    self.assertLen(layer.trainable_weights, trainable_weights)
    self.assertLen(layer.non_trainable_weights, non_trainable_weights)
    model = keras.Model(symbolic_inputs, symbolic_outputs)
    eager_outputs = layer(tf.constant(inputs))
    self.assertLen(layer.losses, losses)
    self.assertEqual(
      tuple(symbolic_outputs.shape[1:]), tuple(eager_outputs.shape[1:])
    )
    self.assertEqual(
      tf.as_dtype(symbolic_outputs.dtype), tf.as_dtype(eager_outputs.dtype)
    )
    predictions = model.predict(inputs, verbose=0)
    np.testing.assert_allclose(predictions, value_of(eager_outputs), atol=1e-6)

    before = [value_of(weight) for weight in layer.trainable_weights]
    self.compile(model)
    model.fit(
      inputs,
      np.ones_like(predictions),
      batch_size=len(inputs),
      verbose=0,
      callbacks=list(callbacks),
    )
    after = [value_of(weight) for weight in layer.trainable_weights]
    for one, other in zip(before, after):
      self.assertTrue(np.all(np.isfinite(other)))
      self.assertFalse(np.array_equal(one, other), 'A weight was not trained.')
    return model
