# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruned layers in classes of the user's own, as the design document shows them.

Subclassed models, `clone_model` with a function, custom layers, schedules of
the user's.
"""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import (
  prunable_layer,
)
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
layers = keras.layers
_X = np.random.RandomState(0).normal(size=(16, 20)).astype(np.float32)
_Y = np.random.RandomState(1).normal(size=(16, 10)).astype(np.float32)


class MyPrunedModel(keras.Model):
  """The subclassed model of the design document."""

  def __init__(self):
    super().__init__()
    self.dense = prune.prune_low_magnitude(layers.Dense(10))
    self.flatten = layers.Flatten()
    self.dense2 = prune.prune_low_magnitude(
      keras.Sequential([layers.Dense(10)])
    )

  def call(self, inputs, training=None):
    x = self.dense(inputs, training=training)
    x = self.flatten(x)
    return self.dense2(x, training=training)

  def pruned_layers(self):
    return [self.dense, self.dense2.layers[0]]


class MyDenseLayer(layers.Dense, prunable_layer.PrunableLayer):
  """Prunes the bias as well."""

  def get_prunable_weights(self):
    return [self.kernel, self.bias]


class MyDenseLayer2(layers.Dense, prunable_layer.PrunableLayer):
  """Prunes nothing."""

  def get_prunable_weights(self):
    return []


class Outer(layers.Layer):
  """Holds a pruned layer in an attribute."""

  def __init__(self, inner, **kwargs):
    super().__init__(**kwargs)
    self.inner = inner

  def call(self, inputs, training=None):
    return self.inner(inputs, training=training)


class PythonValues(pruning_schedule.PruningSchedule):
  """Returns a bool and a float instead of tensors."""

  def __call__(self, step):
    return int(step) == 0, 0.3

  def get_config(self):
    return {'class_name': 'PythonValues', 'config': {}}


def _kept(wrapper):
  """Numbers of weights that are not zero, one for each pruned weight."""
  return [
    np.count_nonzero(test_case.value_of(pruned.weight))
    for pruned in wrapper.pruning_vars
  ]


class PruneCustomModelsTest(test_case.KerasTestCase):
  def _fit(self, model, x=_X, y=_Y):
    self.compile(model)
    model.fit(
      x,
      y,
      batch_size=8,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )

  # --- subclassed models -----------------------------------------------------

  @parameterized.named_parameters(
    ('built', lambda model: model.build((None, 20))),
    ('called', lambda model: model.predict(_X, verbose=0)),
    ('unbuilt', lambda model: None),
  )
  def test_a_subclassed_model_is_pruned_in_fit(self, prepare):
    model = MyPrunedModel()
    prepare(model)
    self._fit(model)
    self.assertEqual([[100], [50]], [_kept(x) for x in model.pruned_layers()])

  @parameterized.named_parameters(('eager', False), ('compiled', True))
  @test_case.needs_eager('A loop with a GradientTape runs eagerly.')
  def test_a_subclassed_model_is_pruned_in_an_own_loop(self, compiled):
    model = MyPrunedModel()
    optimizer = keras.optimizers.Adam()
    model.optimizer = optimizer
    model(_X)

    def train_step():
      with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(_X, training=True) - _Y) ** 2)
      gradients = tape.gradient(loss, model.trainable_variables)
      optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    compile_step = tf.function if compiled else lambda step: step
    with self.assert_raises_in_function(
      tf.errors.InvalidArgumentError, 'UpdatePruningStep'
    ):
      compile_step(train_step)()
    compiled_step = compile_step(train_step)
    callback = pruning_callbacks.UpdatePruningStep()
    callback.set_model(model)
    callback.on_train_begin()
    for _ in range(2):
      for _ in range(2):
        callback.on_train_batch_begin(batch=-1)
        compiled_step()
        self.assertEqual(
          [[100], [50]], [_kept(x) for x in model.pruned_layers()]
        )
      callback.on_epoch_end(batch=-1)

  @test_case.needs_mixed_precision
  def test_an_unbuilt_mixed_precision_model_is_pruned(self):
    keras.mixed_precision.set_global_policy('mixed_float16')
    self.addCleanup(keras.mixed_precision.set_global_policy, 'float32')
    model = MyPrunedModel()
    self._fit(model)
    self.assertEqual([[100], [50]], [_kept(x) for x in model.pruned_layers()])
    for wrapper in model.pruned_layers():
      for pruned in wrapper.pruning_vars:
        threshold = adapter.tf_variable(pruned.threshold)
        self.assertEqual(tf.float32, threshold.dtype)
        self.assertGreater(test_case.value_of(threshold), 0.0)

  # --- parts of a model ------------------------------------------------------

  def test_clone_model_with_a_function_prunes_a_subset(self):
    model = keras.Sequential(
      [keras.Input((20,)), layers.Dense(10, name='a'), layers.Dense(10)]
    )

    def apply_pruning(layer):
      if layer.name == 'a':
        return prune.prune_low_magnitude(layer)
      return layer

    clone = keras.models.clone_model(model, clone_function=apply_pruning)
    self.assert_equal_values(model(_X), clone(_X))
    self._fit(clone)
    self.assertEqual([100], _kept(clone.layers[0]))
    self.assertIs(model.layers[1], clone.layers[1])
    self.assertTrue(np.all(model.layers[1].get_weights()[0]))

  def test_a_plain_clone_has_masks_of_its_own(self):
    model = prune.prune_low_magnitude(
      keras.Sequential([keras.Input((20,)), layers.Dense(10)])
    )
    clone = keras.models.clone_model(model)
    self._fit(clone)
    self.assertEqual([100], _kept(clone.layers[0]))
    self.assertEqual([200], _kept(model.layers[0]))

  @parameterized.named_parameters(
    ('time_distributed', layers.TimeDistributed), ('attribute', Outer)
  )
  def test_a_wrapper_inside_another_layer_is_found(self, make):
    wrapper = prune.prune_low_magnitude(layers.Dense(10))
    model = keras.Sequential([keras.Input((4, 20)), make(wrapper)])
    x = np.random.normal(size=(8, 4, 20)).astype(np.float32)
    self._fit(model, x, x[..., :10])
    self.assertEqual([100], _kept(wrapper))

  def test_wrappers_in_layers_of_keras_are_stripped(self):
    model = keras.Sequential(
      [
        keras.Input((4, 20)),
        layers.TimeDistributed(prune.prune_low_magnitude(layers.Dense(10))),
      ]
    )
    x = np.random.normal(size=(8, 4, 20)).astype(np.float32)
    self._fit(model, x, x[..., :10])
    expected = test_case.value_of(model(x))
    stripped = prune.strip_pruning(model)
    for found in stripped, stripped.layers[-1]:
      self.assertLen(found.weights, 2)
    self.assertEqual(100, np.count_nonzero(stripped.get_weights()[0]))
    self.assertNotIn('Prune', str(stripped.layers[-1].get_config()))
    self.assert_close_values(expected, stripped(x), atol=1e-6)

  def test_wrappers_in_layers_of_the_user_stay(self):
    wrapper = prune.prune_low_magnitude(layers.Dense(10))
    model = keras.Sequential([keras.Input((20,)), Outer(wrapper)])
    self._fit(model)
    with self.assertLogs('tensorflow_model_optimization', 'WARNING') as logs:
      stripped = prune.strip_pruning(model)
    self.assertRegex(logs.output[0], 'Outer goes on holding .* in inner')
    self.assertIs(wrapper, stripped.layers[-1].inner)
    self.assertEqual([100], _kept(wrapper))

  def test_layers_made_of_layers_are_pruned(self):
    model = keras.Sequential(
      [
        keras.Input((4, 20)),
        layers.TimeDistributed(layers.Dense(8)),
        layers.Bidirectional(layers.LSTM(5)),
      ]
    )
    pruned = prune.prune_low_magnitude(model)
    x = np.random.normal(size=(8, 4, 20)).astype(np.float32)
    self._fit(pruned, x, x[:, 0, :10])
    self.assertEqual(
      [[80], [80, 50, 80, 50]], [_kept(layer) for layer in pruned.layers]
    )
    stripped = prune.strip_pruning(pruned)
    self.assertEqual(model.get_config(), stripped.get_config())
    self.assert_close_values(pruned(x), stripped(x), atol=1e-6)

  # --- custom layers and schedules -------------------------------------------

  def test_prunable_layers_decide_for_themselves(self):
    model = keras.Sequential(
      [keras.Input((20,)), MyDenseLayer(10), MyDenseLayer2(10)]
    )
    pruned = prune.prune_low_magnitude(
      model, pruning_schedule.ConstantSparsity(0.8, 0, frequency=1)
    )
    self._fit(pruned)
    # Both batches have been; the bias began as zeros.
    self.assertEqual([40, 2], _kept(pruned.layers[0]))
    self.assertEqual([], _kept(pruned.layers[1]))
    self.assertTrue(np.all(model.layers[1].get_weights()[0]))

  @test_case.needs_eager('A graph has no Python value for the step.')
  def test_a_schedule_may_return_python_values(self):
    model = prune.prune_low_magnitude(
      keras.Sequential([keras.Input((20,)), layers.Dense(10)]), PythonValues()
    )
    self._fit(model)
    self.assertEqual([140], _kept(model.layers[0]))


if __name__ == '__main__':
  absltest.main()
