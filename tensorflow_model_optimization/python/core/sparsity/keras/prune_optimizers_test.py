# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""No optimizer of the installed Keras revives a pruned weight."""

import functools
import inspect
from unittest import mock

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import keep_zeros
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
_X = np.random.RandomState(0).normal(size=(64, 8)).astype(np.float32)
_Y = _X[:, :4]
_TOKENS = np.random.RandomState(0).randint(0, 12, size=(64, 3))
# Masks for the whole training, made before the first batch.
_AT_ONCE = pruning_schedule.ConstantSparsity(0.75, 0, end_step=0)

# Not optimizers of their own: an abstract class, and wrappers of others.
_NO_OPTIMIZERS = ('Optimizer', 'LossScaleOptimizer', 'MultiOptimizer')


def _optimizers():
  """(name, function that makes one) for every optimizer of this Keras."""
  found = {}
  for name in dir(keras.optimizers):
    cls = getattr(keras.optimizers, name)
    if isinstance(cls, type) and name not in _NO_OPTIMIZERS:
      if issubclass(cls, keras.optimizers.Optimizer):
        found[name] = cls
  # Some of TensorFlow 1.14 have no default for it.
  cases = [
    (name, functools.partial(found[name], learning_rate=0.01))
    for name in sorted(found)
  ]
  cases.append(
    ('SGD_momentum', lambda: keras.optimizers.SGD(0.1, 0.9, nesterov=True))
  )
  if 'weight_decay' in inspect.signature(keras.optimizers.Adam).parameters:
    cases.append(
      ('Adam_decay', lambda: keras.optimizers.Adam(0.1, weight_decay=0.1))
    )
    cases.append(
      ('Adam_average', lambda: keras.optimizers.Adam(0.1, use_ema=True))
    )
  return cases


class ZeroCounter(keras.callbacks.Callback):
  """Counts the zeros of each pruned weight after every batch."""

  def __init__(self):
    super().__init__()
    self.counts = []

  def on_train_batch_end(self, batch, logs=None):
    del batch, logs
    read = adapter.function(
      lambda: [
        tf.math.count_nonzero(adapter.tf_variable(pruned.weight))
        for layer in self.model.layers
        for pruned in getattr(layer, 'pruning_vars', [])
      ]
    )
    self.counts.append([int(count) for count in read()])


class PruneOptimizersTest(test_case.KerasTestCase):
  def _kept_after_each_batch(self, model, x, y, optimizer):
    # How many zeros Ftrl makes depends on what it begins with.
    rng = np.random.RandomState(0)
    model.set_weights(
      [rng.normal(scale=0.3, size=w.shape) for w in model.get_weights()]
    )
    pruned = prune.prune_low_magnitude(model, _AT_ONCE)
    self.compile(pruned, optimizer)
    counter = ZeroCounter()
    pruned.fit(
      x,
      y,
      batch_size=16,
      epochs=2,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep(), counter],
    )
    self.assertLen(counter.counts, 8)
    return counter.counts

  @parameterized.named_parameters(*_optimizers())
  def test_pruned_weights_stay_zero_after_every_batch(self, make):
    self._check_two_layers(make())

  @parameterized.named_parameters(*_optimizers())
  def test_they_do_where_weights_are_changed_in_place(self, make):
    if not tf_compat.keeps_in_place(tf.Variable(0.0)):
      self.skipTest('TensorFlow changes no weight in place here')
    self.enter_context(mock.patch.object(keep_zeros, '_FEWEST_IN_PLACE', 1))
    keep = tf_compat.keep_in_place
    with mock.patch.object(
      tf_compat, 'keep_in_place', side_effect=keep
    ) as kept:
      self._check_two_layers(make())
    kept.assert_called()

  @parameterized.named_parameters(
    ('compiled', 'float32', {}),
    ('several_steps_in_one', 'float32', {'steps_per_execution': 4}),
    ('eager', 'float32', {'run_eagerly': True}),
    ('mixed_precision', 'mixed_bfloat16', {}),
    ('low_precision', 'bfloat16', {}),
  )
  def test_a_training_in_place_has_the_same_weights(self, policy, options):
    if not tf_compat.keeps_in_place(tf.Variable(0.0)):
      self.skipTest('TensorFlow changes no weight in place here')

    def weights(fewest):
      keras.utils.set_random_seed(0)
      model = prune.prune_low_magnitude(
        keras.Sequential(
          [
            keras.layers.Dense(16, input_shape=(8,), dtype=policy),
            keras.layers.Dense(4, dtype=policy),
          ]
        ),
        pruning_schedule.PolynomialDecay(0.0, 0.75, 0, 8, frequency=2),
      )
      self.compile(model, keras.optimizers.SGD(0.05, momentum=0.9), **options)
      with mock.patch.object(keep_zeros, '_FEWEST_IN_PLACE', fewest):
        model.fit(
          _X,
          _Y,
          batch_size=8,
          epochs=2,
          verbose=0,
          shuffle=False,
          callbacks=[pruning_callbacks.UpdatePruningStep()],
        )
      return prune.strip_pruning(model).get_weights()

    in_place = weights(1)
    self.assertEqual(32, np.count_nonzero(in_place[0]))
    for expected, actual in zip(weights(1 << 40), in_place):
      self.assert_same_arrays(expected, actual)

  def _check_two_layers(self, optimizer):
    model = keras.Sequential(
      [keras.layers.Dense(16, input_shape=(8,)), keras.layers.Dense(4)]
    )
    counts = self._kept_after_each_batch(model, _X, _Y, optimizer)
    for kept in counts:
      self.assertLessEqual(kept[0], 32)
      self.assertLessEqual(kept[1], 16)
    # Ftrl makes zeros of its own, but not so many.
    self.assertGreater(counts[-1][0], 16)

  @parameterized.named_parameters(
    ('sgd', lambda: keras.optimizers.SGD(0.1, momentum=0.9)),
    ('adam', lambda: keras.optimizers.Adam(0.1)),
  )
  def test_rows_of_an_embedding_that_are_not_in_the_batch_stay_zero(self, make):
    model = keras.Sequential(
      [
        keras.layers.Embedding(12, 8, input_shape=(3,)),
        keras.layers.Flatten(),
        keras.layers.Dense(4),
      ]
    )
    counts = self._kept_after_each_batch(model, _TOKENS, _Y, make())
    self.assertEqual({24}, {kept[0] for kept in counts})

  def test_accumulated_gradients_count_one_update(self):
    signature = inspect.signature(keras.optimizers.SGD)
    if 'gradient_accumulation_steps' not in signature.parameters:
      self.skipTest('This Keras accumulates no gradients.')
    asked = []

    class Recorded(pruning_schedule.ConstantSparsity):
      def __call__(self, step):
        asked.append(int(step))
        return super().__call__(step)

    model = prune.prune_low_magnitude(
      keras.Sequential([keras.layers.Dense(4, input_shape=(8,))]),
      Recorded(0.5, 0, frequency=1),
    )
    self.compile(
      model, keras.optimizers.SGD(0.01, gradient_accumulation_steps=2)
    )
    model.fit(
      _X,
      _Y,
      batch_size=8,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    # Eight batches are four updates.
    self.assertEqual([0, 1, 2, 3, 4], asked)
    self.assertEqual(
      16, np.sum(prune.strip_pruning(model).get_weights()[0] == 0)
    )


if __name__ == '__main__':
  absltest.main()
