# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Times the training steps of dense and pruned models, in one process.

`step_benchmark.py` starts it, once for each Keras, model and way to compile. It
trains all candidates in alternating rounds of `fit` and prints one JSON line:
the seconds of every step and of every inference.
"""

import argparse
import json
import os
import sys
import time

# TensorFlow's notes about the CPU would only be noise. Before any import of it.
os.environ.setdefault('TF_CPP_MIN_LOG_LEVEL', '2')


def main():
  parser = argparse.ArgumentParser(description='Started by step_benchmark.py.')
  parser.add_argument('--keras', required=True)
  parser.add_argument('--model', required=True)
  parser.add_argument('--width', type=int, required=True)
  parser.add_argument('--jit', type=int, required=True)
  parser.add_argument('--rounds', type=int, required=True)
  parser.add_argument('--steps', type=int, required=True)
  # What libraries print must not get between the answers.
  answers = os.fdopen(os.dup(1), 'w')
  os.dup2(2, 1)
  answers.write(json.dumps(_measure(parser.parse_args())) + '\n')
  answers.close()


def _measure(options):
  # pylint: disable=g-import-not-at-top
  import tensorflow as tf
  import training_models
  # pylint: enable=g-import-not-at-top

  keras = training_models.load_keras(options.keras)
  x, y = training_models.batch(options.model, options.width)
  data = tf.data.Dataset.from_tensors((x, y)).repeat()
  candidates = {}
  for name, frequency in (
    ('dense', None),
    ('pruned, no update', training_models.NEVER_AGAIN),
    ('pruned, every step', 1),
  ):
    model = training_models.build(keras, options.model, options.width)
    callbacks = []
    if frequency:
      model = training_models.prune(model, frequency)
      callbacks = training_models.callbacks()
    training_models.compile_model(
      keras, model, options.model, bool(options.jit)
    )
    candidates[name] = (model, callbacks)

  steps = {name: [] for name in candidates}
  for i in range(-1, options.rounds):
    # Another one is first in each round: none always follows the same.
    names = list(candidates)
    first = i % len(names)
    for name in names[first:] + names[:first]:
      seconds = _fit(keras, *candidates[name], data, options.steps)
      if i >= 0:  # The first round traces and compiles.
        steps[name].extend(seconds)
  return {
    'tensorflow': tf.__version__,
    'keras': keras.__version__,
    'step_seconds': steps,
    'inference_seconds': _infer(candidates, x, options),
  }


def _fit(keras, model, callbacks, data, steps):
  """Trains `steps` steps more than one; (seconds, CPU seconds) of each."""

  class Clock(keras.callbacks.Callback):
    def on_train_batch_begin(self, batch, logs=None):
      del batch, logs
      self.begun.append(_now())

  clock = Clock()
  clock.begun = []
  model.fit(
    data,
    steps_per_epoch=steps + 2,
    epochs=1,
    verbose=0,
    callbacks=[clock] + callbacks,
  )
  return [_since(a, b) for a, b in zip(clock.begun[1:], clock.begun[2:])]


def _infer(candidates, x, options):
  """Seconds of a prediction of one batch, of the dense and a pruned model."""
  models = {
    name: candidates[name][0] for name in ('dense', 'pruned, no update')
  }
  seconds = {name: [] for name in models}
  for i in range(-1, options.rounds):
    names = sorted(models, reverse=i % 2 == 1)
    for name in names:
      models[name].predict_on_batch(x)
      for _ in range(options.steps):
        start = _now()
        models[name].predict_on_batch(x)
        if i >= 0:
          seconds[name].append(_since(start, _now()))
  return seconds


def _now():
  return time.perf_counter(), time.process_time()


def _since(begin, end):
  return end[0] - begin[0], end[1] - begin[1]


if __name__ == '__main__':
  sys.exit(main())
