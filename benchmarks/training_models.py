# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The models, dense and pruned, that the training benchmarks compare.

Everything here is also valid for the incumbent, which has the same names.
"""

import numpy as np

SPARSITY = 0.8
BATCH = 128

# An update every so many steps does not happen in a benchmark.
NEVER_AGAIN = 1 << 30


def load_keras(name):
  """The module `keras` or `tf_keras`."""
  if name == 'tf_keras':
    import tf_keras  # pylint: disable=g-import-not-at-top

    return tf_keras
  import keras  # pylint: disable=g-import-not-at-top

  return keras


def build(keras, name, width, seed=0):
  """A model that is not compiled.

  Args:
    keras: the Keras module.
    name: 'mnist_cnn', or 'mlp': 4 dense layers of width x width.
    width: of the MLP.
    seed: of the initial weights.
  """
  keras.utils.set_random_seed(seed)
  layers = keras.layers
  if name == 'mlp':
    return keras.Sequential(
      [keras.Input((width,))]
      + [layers.Dense(width, activation='relu') for _ in range(3)]
      + [layers.Dense(width)]
    )
  return keras.Sequential(
    [
      keras.Input((28, 28, 1)),
      layers.Conv2D(32, 5, padding='same', activation='relu'),
      layers.MaxPooling2D(),
      layers.Conv2D(64, 5, padding='same', activation='relu'),
      layers.MaxPooling2D(),
      layers.Flatten(),
      layers.Dense(64, activation='relu'),
      layers.Dense(10),
    ]
  )


def batch(name, width):
  """One batch (x, y) as numpy arrays."""
  random = np.random.RandomState(1)
  if name == 'mlp':
    x = random.standard_normal((BATCH, width)).astype(np.float32)
    return x, random.standard_normal((BATCH, width)).astype(np.float32)
  x = random.standard_normal((BATCH, 28, 28, 1)).astype(np.float32)
  return x, random.randint(0, 10, BATCH)


def prune(model, frequency):
  """The model, pruned to 80 % by an update every `frequency` steps."""
  import tensorflow_model_optimization as tfmot  # pylint: disable=g-import-not-at-top

  return tfmot.sparsity.keras.prune_low_magnitude(
    model,
    tfmot.sparsity.keras.ConstantSparsity(SPARSITY, 0, frequency=frequency),
  )


def callbacks():
  """What a training of a pruned model needs."""
  import tensorflow_model_optimization as tfmot  # pylint: disable=g-import-not-at-top

  return [tfmot.sparsity.keras.UpdatePruningStep()]


def compile_model(keras, model, name, jit):
  """Compiles with Adam and the loss of the model's data."""
  loss = (
    keras.losses.MeanSquaredError()
    if name == 'mlp'
    else keras.losses.SparseCategoricalCrossentropy(from_logits=True)
  )
  model.compile(keras.optimizers.Adam(1e-4), loss, jit_compile=jit)
  return model
