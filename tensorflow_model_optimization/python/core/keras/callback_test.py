# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Callbacks that take on the Keras of their model."""

from absl.testing import absltest
import numpy as np

from tensorflow_model_optimization.python.core.keras import callback
from tensorflow_model_optimization.python.core.keras import test_case

adapter = test_case.adapter
keras = test_case.keras


class Counting(callback.KerasCallback):
  """Counts batches."""

  def __init__(self, start=0):
    super().__init__()
    self.count = start

  def on_train_batch_end(self, batch, logs=None):
    del batch, logs
    self.count += 1


class Users(Counting, keras.callbacks.Callback):
  """A user's callback that names its Keras itself."""


def _model():
  return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


class CallbackTest(test_case.KerasTestCase):
  def test_it_is_a_callback_of_keras_from_the_start(self):
    one = Counting()
    self.assertIsInstance(one, keras.callbacks.Callback)
    self.assertIsInstance(one, Counting)
    self.assertEqual('Counting', type(one).__name__)

  def test_arguments_reach_the_constructor(self):
    self.assertEqual(3, Counting(3).count)
    self.assertEqual(3, Counting(start=3).count)

  def test_set_model_sets_model_and_adapter_and_keeps_the_state(self):
    one = Counting(start=3)
    one.count = 5
    model = _model()
    one.set_model(model)
    self.assertIs(model, one.model)
    self.assertIs(adapter, one.adapter)
    self.assertEqual(5, one.count)

  def test_set_model_refuses_what_is_no_model(self):
    for value in (None, 'model', keras.layers.Dense(1), keras.Sequential):
      with self.assertRaisesRegex(
        ValueError, '^`model` must be a Keras model. Received: model='
      ):
        Counting().set_model(value)

  def test_fit_calls_it(self):
    model = self.compile(_model())
    one = Counting(start=10)
    model.fit(
      np.ones((6, 2)), np.ones((6, 1)), batch_size=2, verbose=0, callbacks=[one]
    )
    self.assertEqual(13, one.count)

  def test_a_users_class_with_a_keras_base_stays_as_it_is(self):
    one = Users(start=1)
    self.assertIs(Users, type(one))
    one.set_model(_model())
    self.assertIs(Users, type(one))
    self.assertEqual(1, one.count)

  def test_a_subclass_names_another_keras_callback_as_base(self):
    class Stopping(callback.KerasCallback):
      keras_base = 'EarlyStopping'

      def __init__(self, patience):
        super().__init__(monitor='loss', patience=patience)

    one = Stopping(patience=2)
    self.assertIsInstance(one, keras.callbacks.EarlyStopping)
    self.assertEqual(2, one.patience)


if __name__ == '__main__':
  absltest.main()
