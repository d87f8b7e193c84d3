# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tries an installed wheel: native op, masks, prune, train, strip, save, load.

Run by `./dev wheel --smoke` with the interpreter of a fresh virtualenv, outside of
the repository. The last line that it prints is a JSON object; `masks_sha256` must
be the same for every TensorFlow.
"""

import hashlib
import json
import os
import sys
import tempfile

import numpy as np
import tensorflow as tf

import tensorflow_model_optimization as tfmot
from tensorflow_model_optimization.python.core.ops import block_mask
from tensorflow_model_optimization.python.core.ops import magnitude_mask
from tensorflow_model_optimization.python.core.ops import native

_SHAPE = (211, 97)  # Nothing divides it.


def fixed_weights():
  """Returns float32 weights that are the same everywhere, with many ties.

  numpy's generators may change; a linear congruential generator on integers
  does not.
  """
  state = np.uint64(20260101)
  values = np.empty(_SHAPE[0] * _SHAPE[1], np.int64)
  with np.errstate(over='ignore'):
    for index in range(values.size):
      state = state * np.uint64(6364136223846793005) + np.uint64(
        1442695040888963407
      )
      values[index] = int(state >> np.uint64(52)) - 2048
  return (values.astype(np.float32) / np.float32(256)).reshape(_SHAPE)


def expected_mask(weights, sparsity):
  """The mask by definition: a stable sort of the magnitudes, nothing clever."""
  flat = np.abs(weights.ravel())
  kept = max(1, int(np.round(flat.size * (1 - sparsity))))
  order = np.argsort(-flat, kind='stable')
  mask = np.zeros(flat.size, bool)
  mask[order[:kept]] = True
  return mask.reshape(weights.shape)


def mask_digest(weights):
  """Computes masks natively, checks one against its definition, hashes all."""
  digest = hashlib.sha256()
  for sparsity in (0.0, 0.5, 0.8, 0.99):
    mask, threshold = magnitude_mask.magnitude_mask(weights, sparsity)
    mask = np.asarray(mask)
    if not np.array_equal(mask, expected_mask(weights, sparsity)):
      sys.exit('magnitude_mask is wrong at sparsity {}'.format(sparsity))
    digest.update(np.packbits(mask).tobytes())
    digest.update(np.asarray(threshold).tobytes())
  for pooling_type in ('AVG', 'MAX'):
    mask, threshold = block_mask.block_mask(weights, 0.75, (4, 3), pooling_type)
    digest.update(np.packbits(np.asarray(mask)).tobytes())
    digest.update(np.asarray(threshold).tobytes())
  return digest.hexdigest()


def _model(keras):
  # Set up layer by layer: old versions take no Input layer in the list.
  return keras.Sequential(
    [
      keras.layers.Dense(24, activation='relu', input_shape=(16,)),
      keras.layers.Dense(3),
    ]
  )


def prune_train_strip(folder):
  """Prunes a tiny model while it trains; returns its sparsity after reloading."""
  keras = tf.keras
  sparsity = tfmot.sparsity.keras
  schedule = sparsity.ConstantSparsity(0.75, begin_step=0, frequency=1)
  model = sparsity.prune_low_magnitude(_model(keras), pruning_schedule=schedule)
  model.compile(optimizer='sgd', loss='mse')
  inputs = np.arange(64 * 16, dtype=np.float32).reshape(64, 16) % 7 / 7
  labels = inputs[:, :3]
  model.fit(
    inputs,
    labels,
    batch_size=32,
    epochs=1,
    verbose=0,
    callbacks=[sparsity.UpdatePruningStep()],
  )
  exported = sparsity.strip_pruning(model)
  before = exported.predict(inputs, verbose=0)

  is_keras3 = getattr(keras, '__version__', '2').startswith('3')
  path = os.path.join(folder, 'model.keras' if is_keras3 else 'model.h5')
  exported.save(path)
  loaded = keras.models.load_model(path, compile=False)
  if not np.array_equal(before, loaded.predict(inputs, verbose=0)):
    sys.exit('The reloaded model predicts something else.')
  kernels = [w for w in loaded.get_weights() if w.ndim > 1]
  return [float(np.mean(kernel == 0)) for kernel in kernels]


def main():
  tf.compat.v1.enable_v2_behavior()  # For TensorFlow 1.
  error = native.load_error()
  if os.environ['TFMOT_OPS'] == 'native':
    if error is not None:
      sys.exit('The native op does not load: {}'.format(error))
  elif 'serves TensorFlow >= 2.6 only' not in str(error):
    sys.exit('The wheel must say why it cannot load: {}'.format(error))
  digest = mask_digest(fixed_weights())
  with tempfile.TemporaryDirectory() as folder:
    sparsities = prune_train_strip(folder)
  if sparsities != [0.75, 0.75]:
    sys.exit('Each kernel must be 75 % zeros. Received: {}'.format(sparsities))
  print(
    json.dumps(
      {
        'tensorflow': tf.__version__,
        'tfmot': tfmot.__version__,
        'native': native.library_path(),
        'sparsity': sparsities,
        'masks_sha256': digest,
      },
      sort_keys=True,
    )
  )


if __name__ == '__main__':
  main()
