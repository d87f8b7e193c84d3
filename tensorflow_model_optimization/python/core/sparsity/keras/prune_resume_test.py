# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""A training that is killed and resumed ends like one that never stopped."""

import os

from absl.testing import absltest
from absl.testing import parameterized

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.testing import fresh_process
from tensorflow_model_optimization.python.core.testing import tf_mode

keras = test_case.keras

# Trains 12 batches, or is killed after 7 and resumed from what it saved after 5.
# The schedule is in the middle of its ramp then.
_TRAINING = """
import hashlib, os, sys
import numpy as np
import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.core.keras import test_case
tf, keras = test_case.tf, test_case.keras
sparsity = tfmot.sparsity.keras
form, folder, run = {form!r}, {folder!r}, {run!r}
path = os.path.join(folder, {{'keras': 'm.keras', 'h5': 'm.h5'}}.get(form, 'm'))

class Subclassed(keras.Model):
  def __init__(self):
    super().__init__()
    self.a, self.b = keras.layers.Dense(16), keras.layers.Dense(4)

  def call(self, inputs):
    return self.b(self.a(inputs))

def new_model():
  if form == 'in_place':
    model = Subclassed()
    model(np.zeros((1, 8), np.float32))
  else:
    model = keras.Sequential(
      [keras.layers.Dense(16, input_shape=(8,)), keras.layers.Dense(4)]
    )
  random = np.random.RandomState(0)
  model.set_weights(
    [random.normal(size=w.shape).astype(np.float32) for w in model.weights]
  )
  model = sparsity.prune_low_magnitude(
    model, sparsity.PolynomialDecay(0.0, 0.8, 0, 9, frequency=2)
  )
  model.compile(keras.optimizers.Adam(0.01), 'mse')
  return model

def checkpoint(model):
  return tf.train.Checkpoint(model=model, optimizer=model.optimizer)

def save(model):
  if form in ('keras', 'h5'):
    model.save(path)
  else:
    checkpoint(model).save(path)

def load():
  if form in ('keras', 'h5'):
    with sparsity.prune_scope():
      return keras.models.load_model(path)
  model = new_model()
  checkpoint(model).restore(tf.train.latest_checkpoint(folder))
  return model

data = np.random.RandomState(1).normal(size=(12, 16, 8)).astype(np.float32)
model = load() if run == 'resumed' else new_model()
callback = sparsity.UpdatePruningStep()
callback.set_model(model)
callback.on_train_begin()
for batch in range(5 if run == 'resumed' else 0, 12):
  callback.on_train_batch_begin(batch)
  model.train_on_batch(data[batch], data[batch][:, :4])
  callback.on_train_batch_end(batch)
  if run == 'killed' and batch == 4:
    save(model)
  if run == 'killed' and batch == 6:
    sys.stdout.flush()
    os._exit(9)
callback.on_epoch_end(0)
callback.on_train_end()
variables = [test_case.value_of(w) for w in model.weights]
kept = [int(v.sum()) for v in variables if v.dtype == bool]
digest = hashlib.sha256()
for variable in sorted(v.tobytes() for v in variables):
  digest.update(variable)
print('RESULT', kept, digest.hexdigest())
"""


def _forms():
  """What this Keras can resume training from."""
  if not tf_mode.is_eager():
    return ['h5']
  forms = ['checkpoint', 'in_place']
  if hasattr(getattr(keras, 'saving', None), 'save_model'):
    forms.append('keras')
  if not test_case.adapter.is_keras3:
    # Keras 3 restores no optimizer from h5.
    forms.append('h5')
  return forms


class PruneResumeTest(parameterized.TestCase):
  @parameterized.named_parameters(*((form, form) for form in _forms()))
  def test_killed_and_resumed_equals_uninterrupted(self, form):
    folder = self.create_tempdir().full_path

    def train(run, returncode):
      process = fresh_process.run(
        _TRAINING.format(form=form, folder=folder, run=run)
      )
      self.assertEqual(returncode, process.returncode, process.stderr[-3000:])
      lines = process.stdout.splitlines()
      return [line for line in lines if line.startswith('RESULT')]

    uninterrupted = train('uninterrupted', 0)
    self.assertStartsWith(uninterrupted[0], 'RESULT [26, 13]')
    self.assertEqual([], train('killed', 9))
    self.assertNotEmpty(os.listdir(folder))
    self.assertEqual(uninterrupted, train('resumed', 0))


if __name__ == '__main__':
  absltest.main()
