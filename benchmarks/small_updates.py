# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times what costs calls more than memory: small weights, and many of them."""

import statistics

import numpy as np
import tensorflow as tf

from benchmarks import mask_worker
from tensorflow_model_optimization.python.core.ops import dispatch
from tensorflow_model_optimization.python.core.ops import magnitude_mask

_SIZE = 10_000
_LAYERS = 50
_CALLS = 20

EMPTY = 'an empty call: tf.identity'
NATIVE = 'ours: native op'
TWIN = 'ours: TensorFlow twin'
MODEL = f'an update of {_LAYERS} weights of {_SIZE:,} in one call'


def measure(sparsity, rounds, native_available):
  """{name: median seconds} of an eager call, and of an update of a model.

  Args:
    sparsity: of the masks.
    rounds: how many alternating rounds to take the median of.
    native_available: whether the native op can be loaded.
  """
  weights = tf.constant(mask_worker.make_weights(_SIZE, seed=1))

  def mask(mode):
    with dispatch.force(mode):
      return magnitude_mask.magnitude_mask(weights, sparsity)

  calls = {EMPTY: lambda: tf.identity(weights), TWIN: lambda: mask('tf')}
  if native_available:
    calls[NATIVE] = lambda: mask('native')
  calls[MODEL] = _model_update(sparsity)
  seconds = {name: [] for name in calls}
  for i in range(-1, rounds):
    for name, call in calls.items():
      mean = mask_worker.mean_seconds(call, 1 if name == TWIN else _CALLS)
      if i >= 0:
        seconds[name].append(mean)
  return {name: statistics.median(times) for name, times in seconds.items()}


def _model_update(sparsity):
  # pylint: disable=g-import-not-at-top
  import keras

  import tensorflow_model_optimization as tfmot
  # pylint: enable=g-import-not-at-top

  side = int(np.sqrt(_SIZE))
  model = keras.Sequential(
    [keras.Input((side,))] + [keras.layers.Dense(side) for _ in range(_LAYERS)]
  )
  pruned = tfmot.sparsity.keras.prune_low_magnitude(
    model, tfmot.sparsity.keras.ConstantSparsity(sparsity, 0, frequency=1)
  )
  callback = tfmot.sparsity.keras.UpdatePruningStep()
  pruned.compile('sgd', 'mse')
  callback.set_model(pruned)
  callback.on_train_begin()

  def update():
    pruned.optimizer.iterations.assign_add(1)
    callback.on_train_batch_end(0)

  return update
