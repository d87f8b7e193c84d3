# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The adapter's answers about weights that are replaced, on the row's Keras."""

import gc
import json
import weakref

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.keras import test_models
from tensorflow_model_optimization.python.core.testing import tf_mode
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras


class SavesItself(keras.layers.Dense):
  """Has a format of its own."""

  def save_own_variables(self, store):
    store['mine'] = np.zeros(3)


class Recorder(keras.layers.Layer):
  """Records what is known in its call."""

  def __init__(self, **kwargs):
    super().__init__(**kwargs)
    self.seen = []

  def call(self, inputs):
    self.seen.append(
      (adapter.training_of_call(self, {}), adapter.is_symbolic(inputs))
    )
    return inputs


def _dense(**kwargs):
  layer = keras.layers.Dense(2, name='dense', **kwargs)
  layer.build((None, 3))
  return layer


class AdapterWeightsTest(test_case.KerasTestCase):
  def test_every_question_has_a_test_here(self):
    tests = [name for name in dir(self) if name.startswith('test_')]
    for question in test_case.QUESTIONS_ABOUT_WEIGHTS:
      self.assertTrue(hasattr(adapter, question), question)
      self.assertTrue(
        any(test.startswith('test_' + question) for test in tests),
        'No test_{}...'.format(question),
      )

  def test_attributes_hold_weights_and_no_list_of_keras(self):
    layer = _dense()
    found = [
      name
      for name, value in adapter.attributes(layer).items()
      if value is layer.kernel
    ]
    self.assertIn(found, (['kernel'], ['_kernel']))
    for name, value in adapter.attributes(layer).items():
      if isinstance(value, (list, dict)):
        self.assertFalse(any(inner is layer.kernel for inner in value), name)

  def test_attributes_hold_layers_and_no_list_of_keras(self):
    inner = keras.layers.Dense(2)
    layer = keras.layers.TimeDistributed(inner)
    layer.build((None, 4, 3))
    found = [
      name
      for name, value in adapter.attributes(layer).items()
      if value is inner
      or (isinstance(value, list) and any(item is inner for item in value))
    ]
    self.assertEqual(['layer'], found)

  def test_is_state_for_what_the_layer_writes(self):
    layer = keras.layers.BatchNormalization()
    layer.build((None, 3))
    self.assertFalse(adapter.is_state(layer, layer.gamma))
    self.assertTrue(adapter.is_state(layer, layer.moving_mean))
    layer.trainable = False
    self.assertFalse(adapter.is_state(layer, layer.gamma))

  def test_untrack_variable_frees_it(self):
    layer = _dense(kernel_regularizer='l2')
    name = [n for n, v in vars(layer).items() if v is layer.kernel][0]
    reference = weakref.ref(adapter.tf_variable(layer.kernel))
    kernel = layer.kernel
    adapter.detach_layer(layer, name)
    adapter.untrack_variable(layer, kernel)
    self.assertEqual([id(layer.bias)], [id(weight) for weight in layer.weights])
    self.assertEmpty(layer.losses)
    if not tf_mode.is_eager():
      return  # The graph holds it.
    del kernel
    gc.collect()
    self.assertIsNone(reference())

  def test_order_weights(self):
    layer = _dense()
    adapter.order_weights(layer, lambda weight: len(weight.shape))
    self.assertEqual([1, 2], [len(weight.shape) for weight in layer.weights])
    self.assertEqual([(2,), (3, 2)], [v.shape for v in layer.get_weights()])

  @test_case.needs_mixed_precision
  def test_dtype_in_call(self):
    layer = _dense(dtype='mixed_bfloat16')
    self.assertEqual('bfloat16', adapter.dtype_in_call(layer, layer.kernel))
    layer = keras.layers.BatchNormalization(dtype='mixed_bfloat16')
    layer.build((None, 3))
    dtype = adapter.dtype_in_call(layer, layer.moving_mean)
    self.assertEqual('float32', dtype)
    layer = _dense()
    self.assertEqual('float32', adapter.dtype_in_call(layer, layer.kernel))

  def test_add_penalty_counts_once_beside_a_regularizer(self):
    if adapter.substitution_problem():
      self.skipTest('It is for layers that compute their weights.')
    layer = _dense(kernel_regularizer='l1')
    adapter.set_value(layer.kernel, np.ones((3, 2), 'float32'))
    adapter.add_penalty(layer, layer.kernel, lambda: tf.constant(5.0))
    layer(tf.zeros((1, 3)))
    layer(tf.zeros((1, 3)))
    total = sum(float(test_case.value_of(loss)) for loss in layer.losses)
    self.assertAlmostEqual(5.0 + 0.06, total, places=5)

  def test_set_value(self):
    layer = _dense()
    adapter.set_value(layer.kernel, np.full((3, 2), 7.0, 'float32'))
    self.assert_equal_values(np.full((3, 2), 7.0), layer.kernel)

  def test_architecture_can_be_written_and_built(self):
    for make in (test_models.sequential, test_models.functional):
      model = self.compile(make())
      architecture = adapter.architecture(model)
      self.assertEqual(architecture, json.loads(json.dumps(architecture)))
      self.assertNotIn('compile', str(sorted(architecture)))
      built = adapter.model_of_architecture(architecture, None, False)
      self.assertIs(type(model), type(built))
      self.assertEqual(
        [v.shape for v in model.get_weights()],
        [v.shape for v in built.get_weights()],
      )
      self.assertEqual(model.name, built.name)

  def test_model_of_architecture_with_own_classes(self):
    model = keras.Sequential([keras.Input((3,)), SavesItself(2)])
    architecture = adapter.architecture(model)
    built = adapter.model_of_architecture(
      architecture, {'SavesItself': SavesItself}, True
    )
    self.assertIsInstance(built.layers[-1], SavesItself)

  def test_methods_that_save_all_weights(self):
    methods = adapter.methods_that_save_all_weights(_dense())
    general = getattr(keras.layers.Layer, 'save_own_variables', None)
    for name, method in methods.items():
      self.assertIs(getattr(keras.layers.Layer, name), method)
    if general is None:
      self.assertEqual({}, methods)
      return
    layer = SavesItself(2)
    with self.assertRaisesRegex(
      ValueError, "'save_own|`save_own_variables` of"
    ):
      adapter.methods_that_save_all_weights(layer)

  def test_training_of_call_and_is_symbolic(self):
    if adapter.substitution_problem():
      self.skipTest('It is for layers that compute their weights.')
    recorder = Recorder()
    inputs = keras.Input((3,))
    self.assertTrue(adapter.is_symbolic(inputs))
    model = keras.Model(inputs, recorder(inputs))
    del recorder.seen[:]
    model(tf.zeros((1, 3)), training=True)
    model(tf.zeros((1, 3)), training=False)
    recorder(tf.zeros((1, 3)))
    self.assertEqual(
      [(True, False), (False, False), (False, False)], list(recorder.seen)
    )
    self.assertTrue(adapter.training_of_call(recorder, {'training': True}))

  def test_is_symbolic_for_no_tensor(self):
    for value in (tf.zeros((1, 3)), np.zeros(3), 1.0, None):
      self.assertFalse(adapter.is_symbolic(value))

  def test_substitution_problem_where_keras_keeps_a_graph(self):
    keeps_graph = tf_compat.in_v1_graph() or tf_compat.tf_version() < (2, 2)
    self.assertEqual(keeps_graph, adapter.substitution_problem() is not None)


if __name__ == '__main__':
  absltest.main()
