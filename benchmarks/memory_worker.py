# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Measures one thing in a fresh process, and prints one JSON line.

`memory_benchmark.py` starts it, as one of:

  train   trains an MLP with Adam; its peak resident size
  update  one update of the masks of an MLP; how far it raises the resident size
  first   seconds from importing the library to the first mask
  soak    many steps of a small model, an update in each; the resident size on
          the way
"""

import argparse
import json
import os
import sys
import time

# TensorFlow's notes about the CPU would only be noise. Before any import of it.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')

# Weights of the model that is trained for long.
_SOAK_WIDTH = 64


def main():
  parser = argparse.ArgumentParser(
    description='Started by memory_benchmark.py.'
  )
  parser.add_argument('what', choices=sorted(_MEASURES))
  parser.add_argument('--keras', default='keras')
  parser.add_argument('--width', type=int, default=4096)
  parser.add_argument('--steps', type=int, default=5)
  parser.add_argument('--jit', type=int, default=0)
  # Every so many steps an update; 0 for a dense model.
  parser.add_argument('--frequency', type=int, default=0)
  options = parser.parse_args()
  # What libraries print must not get between the answers.
  answers = os.fdopen(os.dup(1), 'w')
  os.dup2(2, 1)
  answers.write(json.dumps(_MEASURES[options.what](options)) + '\n')
  answers.close()


def _model_and_callbacks(options):
  import training_models  # pylint: disable=g-import-not-at-top

  keras = training_models.load_keras(options.keras)
  model = training_models.build(keras, 'mlp', options.width)
  callbacks = []
  if options.frequency:
    model = training_models.prune(model, options.frequency)
    callbacks = training_models.callbacks()
  training_models.compile_model(keras, model, 'mlp', bool(options.jit))
  return keras, model, callbacks


def _data(options):
  # pylint: disable=g-import-not-at-top
  import tensorflow as tf
  import training_models
  # pylint: enable=g-import-not-at-top

  batch = training_models.batch('mlp', options.width)
  return tf.data.Dataset.from_tensors(batch).repeat()


def _train(options):
  import peak_memory  # pylint: disable=g-import-not-at-top

  _, model, callbacks = _model_and_callbacks(options)
  model.fit(
    _data(options),
    steps_per_epoch=options.steps,
    verbose=0,
    callbacks=callbacks,
  )
  return {'peak_bytes': peak_memory.peak_bytes()}


def _update(options):
  import peak_memory  # pylint: disable=g-import-not-at-top

  # A first model, so that neither tracing nor loading counts.
  small = argparse.Namespace(**dict(vars(options), width=1024))
  _, model, (callback,) = _model_and_callbacks(small)
  callback.set_model(model)
  callback.on_train_begin()

  _, model, (callback,) = _model_and_callbacks(options)
  callback.set_model(model)
  extra, how, _ = peak_memory.extra_peak_bytes(callback.on_train_begin)
  return {'extra_peak_bytes': extra, 'how': how}


def _first(options):
  del options
  # pylint: disable=g-import-not-at-top
  import keras
  import tensorflow as tf

  _ = tf.keras.layers.Dense  # Loaded on first use.
  weights = tf.constant([[0.1, -3.0], [2.0, 0.5]])
  keras.ops.abs(weights)
  start = time.perf_counter()
  import tensorflow_model_optimization as tfmot
  from tensorflow_model_optimization.python.core.ops import magnitude_mask
  # pylint: enable=g-import-not-at-top

  _ = tfmot.sparsity.keras.prune_low_magnitude
  mask, _ = magnitude_mask.magnitude_mask(weights, 0.5)
  mask.numpy()
  return {'seconds': time.perf_counter() - start}


def _soak(options):
  import peak_memory  # pylint: disable=g-import-not-at-top

  keras, model, callbacks = _model_and_callbacks(
    argparse.Namespace(**dict(vars(options), width=_SOAK_WIDTH, frequency=1))
  )
  sizes = []
  every = max(1, options.steps // 20)

  class Watch(keras.callbacks.Callback):
    steps = 0

    def on_train_batch_end(self, batch, logs=None):
      del batch, logs
      Watch.steps += 1
      if Watch.steps % every == 0:
        sizes.append(peak_memory.resident_bytes())

  model.fit(
    _data(argparse.Namespace(width=_SOAK_WIDTH)),
    steps_per_epoch=options.steps,
    verbose=0,
    callbacks=callbacks + [Watch()],
  )
  return {'every': every, 'resident_bytes': sizes}


_MEASURES = {
  'first': _first,
  'soak': _soak,
  'train': _train,
  'update': _update,
}


if __name__ == '__main__':
  sys.exit(main())
