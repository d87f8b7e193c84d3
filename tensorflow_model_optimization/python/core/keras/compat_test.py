# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Finding the Keras that an object belongs to."""

import sys
import types
from unittest import mock

from absl.testing import absltest

from tensorflow_model_optimization.python.core.keras import compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.tf_compat import tf

keras = test_case.keras


def _fake_keras(name, version, backend='tensorflow'):
  """A module that looks like a Keras package, with classes of its own."""
  module = types.ModuleType(name)
  module.__version__ = version
  module.layers = types.ModuleType(name + '.layers')
  module.layers.Layer = type('Layer', (), {'__module__': name + '.layers'})
  module.config = types.SimpleNamespace(backend=lambda: backend)
  return module


class CompatTest(test_case.KerasTestCase):
  def setUp(self):
    super().setUp()
    # Fakes put into these two leave no trace.
    for container in (sys.modules, compat._adapters):
      patch = mock.patch.dict(container)
      patch.start()
      self.addCleanup(patch.stop)

  def test_default_adapter_is_of_tf_keras(self):
    adapter = compat.default_adapter()
    self.assertIs(tf.keras.layers.Layer, adapter.keras.layers.Layer)
    self.assertIs(adapter, compat.default_adapter())
    self.assertIn(adapter, compat.loaded_adapters())

  def test_default_adapter_has_all_public_functions(self):
    # Not the package that some TensorFlow releases hide behind tf.keras.
    self.assertTrue(callable(compat.default_adapter().keras.optimizers.SGD))
    for name in dir(tf.keras.utils):
      self.assertTrue(hasattr(compat.default_adapter().keras.utils, name), name)

  def test_adapter_of_a_layer_and_of_a_model(self):
    adapter = compat.default_adapter()
    self.assertIs(adapter, compat.adapter_of(keras.layers.Dense(1)))
    self.assertIs(adapter, compat.adapter_of(keras.Sequential()))

    class Users(keras.layers.Layer):
      pass

    self.assertIs(adapter, compat.adapter_of(Users()))

  def test_adapter_of_anything_else_is_none(self):
    for value in (None, 3, 'Dense', keras.layers.Dense, [], tf.constant(1)):
      self.assertIsNone(compat.adapter_of(value))

  def test_adapter_of_class_for_layer_classes(self):
    adapter = compat.default_adapter()
    self.assertIs(adapter, compat.adapter_of_class(keras.layers.Dense))
    self.assertIs(adapter, compat.adapter_of_class(keras.Model))
    self.assertIsNone(compat.adapter_of_class(dict))

  def test_dispatch_is_on_the_object_when_there_are_two(self):
    one = _fake_keras('keras', '3.1.0')
    other = _fake_keras('tf_keras', '2.16.0')
    sys.modules.update({'keras': one, 'tf_keras': other})
    self.assertIs(one, compat.adapter_of(one.layers.Layer()).keras)
    self.assertTrue(compat.adapter_of(one.layers.Layer()).is_keras3)
    self.assertIs(other, compat.adapter_of(other.layers.Layer()).keras)
    self.assertFalse(compat.adapter_of(other.layers.Layer()).is_keras3)

  def test_a_package_with_the_same_classes_is_not_a_second_keras(self):
    before = compat.loaded_adapters()
    alias = types.ModuleType('keras')
    alias.layers = types.SimpleNamespace(Layer=keras.layers.Layer)
    sys.modules['keras'] = alias
    after = compat.loaded_adapters()
    self.assertIn(compat.default_adapter(), after)
    self.assertLessEqual(len(after), len(before))

  def test_a_package_that_is_still_being_imported_is_passed_over(self):
    sys.modules['keras'] = types.ModuleType('keras')
    sys.modules['tf_keras'] = None
    self.assertNotIn(
      'keras', [a.keras.__name__ for a in compat.loaded_adapters()]
    )

  def test_a_keras_on_another_backend_is_refused_in_plain_words(self):
    fake = _fake_keras('keras', '3.1.0', backend='jax')
    sys.modules['keras'] = fake
    with self.assertRaisesRegex(
      ImportError,
      r"Received: keras.config.backend\(\)='jax'. Set KERAS_BACKEND=tensorflow",
    ):
      compat.adapter_of(fake.layers.Layer())
    with self.assertRaisesRegex(ImportError, "backend.*='jax'"):
      compat.adapter_of_class(fake.layers.Layer)

  def test_a_keras_on_another_backend_does_not_stop_the_other_keras(self):
    sys.modules['keras'] = _fake_keras('keras', '3.1.0', backend='jax')
    other = _fake_keras('tf_keras', '2.16.0')
    sys.modules['tf_keras'] = other
    self.assertIs(other, compat.adapter_of(other.layers.Layer()).keras)

  def test_describe_object_says_class_and_module(self):
    self.assertEqual(
      'an object of class builtins.dict', compat.describe_object({})
    )
    self.assertEqual('the class builtins.dict', compat.describe_object(dict))
    self.assertRegex(
      compat.describe_object(keras.layers.Dense(1)),
      r'^an object of class [a-z_.]*keras.*\.Dense$',
    )

  def test_looking_does_not_import_a_keras(self):
    sys.modules.pop('tf_keras', None)
    compat.loaded_adapters()
    compat.adapter_of(3)
    self.assertNotIn('tf_keras', sys.modules)


if __name__ == '__main__':
  absltest.main()
