# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of the choice of Keras."""

import types
import unittest
from unittest import mock

import tensorflow as tf

from tensorflow_model_optimization.python.examples.sparsity.keras.common import (
  keras_choice,
)


def _keras_3(backend):
  return types.SimpleNamespace(
    ops=None,
    __version__='3.0.0',
    backend=types.SimpleNamespace(backend=lambda: backend),
  )


def _keras_with(model_class):
  # `describe` asks the class where the code of Keras is.
  model_class.__module__ = tf.keras.Model.__module__
  return types.SimpleNamespace(Model=model_class)


class KerasChoiceTest(unittest.TestCase):
  def test_auto_is_tf_keras_of_this_tensorflow(self):
    self.assertIs(tf.keras, keras_choice.choose('auto'))

  def test_unknown_name(self):
    with self.assertRaisesRegex(keras_choice.KerasChoiceError, "keras='jax'"):
      keras_choice.choose('jax')

  def test_keras3(self):
    keras = _keras_3('tensorflow')
    with mock.patch.dict('sys.modules', {'keras': keras}):
      self.assertIs(keras, keras_choice.choose('keras3'))

  def test_keras3_on_another_backend(self):
    with mock.patch.dict('sys.modules', {'keras': _keras_3('jax')}):
      with self.assertRaisesRegex(
        keras_choice.KerasChoiceError, "backend='jax'.*KERAS_BACKEND=tensorflow"
      ):
        keras_choice.choose('keras3')
    with mock.patch.object(keras_choice.tf, 'keras', _keras_3('torch')):
      with self.assertRaisesRegex(
        keras_choice.KerasChoiceError, "backend='torch'"
      ):
        keras_choice.choose('auto')

  def test_keras3_is_keras2(self):
    keras = types.SimpleNamespace(__version__='2.15.0')
    with mock.patch.dict('sys.modules', {'keras': keras}):
      with self.assertRaisesRegex(keras_choice.KerasChoiceError, '2.15.0'):
        keras_choice.choose('keras3')

  def test_missing_packages_name_the_remedy(self):
    with mock.patch.dict('sys.modules', {'keras': None, 'tf_keras': None}):
      with self.assertRaisesRegex(
        keras_choice.KerasChoiceError, 'pip install "keras>=3"'
      ):
        keras_choice.choose('keras3')
      with self.assertRaisesRegex(
        keras_choice.KerasChoiceError, r'pip install "tf_keras==\d+\.\d+\.\*"'
      ):
        keras_choice.choose('tf_keras')

  def test_jit_compile_that_would_be_ignored_is_refused(self):

    class Old(tf.keras.Model):
      def compile(self, optimizer, **kwargs):
        """As before TensorFlow 2.7."""

    class New(tf.keras.Model):
      def compile(self, optimizer, jit_compile=None):
        """As from then on."""

    with self.assertRaisesRegex(
      keras_choice.KerasChoiceError, 'Received: TensorFlow .* 2.7 or newer'
    ):
      keras_choice.check_offers_jit_compile(_keras_with(Old))
    keras_choice.check_offers_jit_compile(_keras_with(New))

  def test_description_names_the_versions(self):
    text = keras_choice.describe(tf.keras)
    self.assertIn('TensorFlow ' + tf.__version__, text)
    self.assertRegex(text, r'Keras \d+\.\d+')


if __name__ == '__main__':
  unittest.main()
