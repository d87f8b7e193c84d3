# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Subclassed models are pruned in place; composite layers inside a wrapper."""

import os

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

adapter = test_case.adapter
keras = test_case.keras
layers = keras.layers
_X = np.random.RandomState(0).normal(size=(16, 20)).astype(np.float32)
_Y = np.random.RandomState(1).normal(size=(16, 5)).astype(np.float32)
_HALF = pruning_schedule.ConstantSparsity(0.5, 0, frequency=1)


class Block(layers.Layer):
  """A user's layer that is made of layers."""

  def __init__(self, units, **kwargs):
    super().__init__(**kwargs)
    self.units = units
    self.inner = layers.Dense(units, name='inner')
    self.norm = layers.BatchNormalization(name='norm')

  def build(self, input_shape):
    self.inner.build(input_shape)
    self.norm.build(tuple(input_shape[:-1]) + (self.units,))
    super().build(input_shape)

  def call(self, inputs, training=None):
    return self.norm(self.inner(inputs), training=training)

  def compute_output_shape(self, input_shape):
    return tuple(input_shape[:-1]) + (self.units,)

  def get_config(self):
    return dict(super().get_config(), units=self.units)


class Subclassed(keras.Model):
  """A model without a layer graph, with layers in attributes and lists."""

  def __init__(self, **kwargs):
    super().__init__(**kwargs)
    self.blocks = [Block(10, name='block_a'), Block(10, name='block_b')]
    self.head = layers.Dense(5, name='head')

  def call(self, inputs, training=None):
    for block in self.blocks:
      inputs = block(inputs, training=training)
    return self.head(inputs)


def _built():
  model = Subclassed()
  # A graph cannot train a model that was called on an array before.
  model.predict(_X, verbose=0)
  return model


def _kernels(model):
  return [
    model.blocks[0].inner.kernel,
    model.blocks[1].inner.kernel,
    model.head.kernel,
  ]


def _zeros(model):
  return [
    int(np.sum(test_case.value_of(kernel) == 0)) for kernel in _kernels(model)
  ]


class PruneInPlaceTest(test_case.KerasTestCase):
  def _fit(self, model, callbacks=None, compile_first=True, **kwargs):
    if compile_first:
      self.compile(model, 'adam', **kwargs)
    if callbacks is None:
      callbacks = [pruning_callbacks.UpdatePruningStep()]
    model.fit(_X, _Y, batch_size=8, verbose=0, callbacks=callbacks)

  def test_the_same_model_is_returned_with_its_weights_bit_for_bit(self):
    model = _built()
    before = [test_case.value_of(w) for w in model.trainable_variables]
    outputs = test_case.value_of(model(_X))
    self.assertIs(model, prune.prune_low_magnitude(model, _HALF))
    self.assert_same_arrays(
      before, [test_case.value_of(w) for w in model.trainable_weights]
    )
    self.assert_equal_values(outputs, model(_X))

  @parameterized.named_parameters(('no_xla', False), ('xla', True))
  def test_fit_prunes_the_kernels_at_every_depth(self, jit_compile):
    if jit_compile and not test_case.offers_jit_compile():
      self.skipTest('This Keras has no jit_compile.')
    model = prune.prune_low_magnitude(_built(), _HALF)
    self._fit(model, **({'jit_compile': True} if jit_compile else {}))
    self.assertEqual([100, 50, 25], _zeros(model))

  def test_a_model_that_was_trained_before_is_pruned_as_well(self):
    model = _built()
    self._fit(model, callbacks=[])
    self.assertEqual([0, 0, 0], _zeros(model))
    prune.prune_low_magnitude(model, _HALF)
    self._fit(model, compile_first=False)
    self.assertEqual([100, 50, 25], _zeros(model))

  def test_embedding(self):
    if adapter.makes_step_before_callbacks():
      self.skipTest('There the rows are read before the model is pruned.')

    class Reader(keras.Model):
      def __init__(self):
        super().__init__()
        self.embedding = layers.Embedding(20, 10)
        self.head = layers.Dense(5)

      def call(self, inputs):
        return self.head(tf.reduce_mean(self.embedding(inputs), axis=1))

    model = Reader()
    tokens = np.random.RandomState(0).randint(0, 20, [16, 4])
    model.predict(tokens, verbose=0)
    pruned = prune.prune_low_magnitude(model, _HALF)
    self.compile(pruned, 'adam')
    pruned.fit(
      tokens,
      _Y,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    embeddings = prune.strip_pruning(pruned).embedding.get_weights()[0]
    self.assertEqual(100, np.count_nonzero(embeddings))

  def test_training_without_the_callback_is_an_error_that_names_it(self):
    model = prune.prune_low_magnitude(_built(), _HALF)
    with self.assertRaisesRegex(
      tf.errors.InvalidArgumentError,
      # A step that checks when it runs can go on.
      'UpdatePruningStep'
      if adapter.makes_step_before_callbacks()
      else 'UpdatePruningStep.*Compile the model again',
    ):
      self._fit(model, callbacks=[])
    self._fit(model)
    self.assertEqual([100, 50, 25], _zeros(model))

  def test_strip_leaves_no_trace(self):
    model = _built()
    names = [adapter.variable_name(w) for w in model.weights]
    prune.prune_low_magnitude(model, _HALF)
    self.assertLen(model.weights, len(names) + 2 * 3 + 1)
    self._fit(model)
    self.assertIs(model, prune.strip_pruning(model))
    self.assertEqual(names, [adapter.variable_name(w) for w in model.weights])
    self.assertEqual([100, 50, 25], _zeros(model))
    self.assertFalse(hasattr(model, 'pruning_state'))
    for kernel in _kernels(model):
      self.assertIsNone(adapter.constraint(kernel))
    self._fit(model, callbacks=[], compile_first=False)
    self.assertEqual([0, 0, 0], _zeros(model))

  def test_a_constraint_of_the_users_is_kept_and_given_back(self):
    max_norm = keras.constraints.MaxNorm(0.1)

    class Constrained(keras.Model):
      def __init__(self):
        super().__init__()
        self.dense = layers.Dense(5, kernel_constraint=max_norm)

      def call(self, inputs):
        return self.dense(inputs)

    model = Constrained()
    model.predict(_X, verbose=0)
    prune.prune_low_magnitude(model, _HALF)
    self._fit(model)
    kernel = test_case.value_of(model.dense.kernel)
    self.assertEqual(50, np.sum(kernel == 0))
    self.assertLessEqual(np.linalg.norm(kernel, axis=0).max(), 0.1001)
    prune.strip_pruning(model)
    self.assertIs(max_norm, adapter.constraint(model.dense.kernel))

  def test_saved_weights_hold_the_masks_and_training_resumes(self):
    path = os.path.join(self.create_tempdir().full_path, 'x.weights.h5')
    model = prune.prune_low_magnitude(_built(), _HALF)
    self._fit(model)
    model.save_weights(path)
    restored = prune.prune_low_magnitude(_built(), _HALF)
    restored.load_weights(path)
    for one, other in zip(
      model.pruning_state.pruning_vars, restored.pruning_state.pruning_vars
    ):
      self.assert_same_arrays(
        [test_case.value_of(v) for v in one],
        [test_case.value_of(v) for v in other],
      )
    step = adapter.tf_variable(restored.pruning_state.pruning_step)
    self.assertEqual(2, test_case.value_of(step))

  @test_case.needs_eager('In graphs a checkpoint is restored by a session.')
  def test_a_tensorflow_checkpoint_holds_the_masks(self):
    path = os.path.join(self.create_tempdir().full_path, 'checkpoint')
    model = prune.prune_low_magnitude(_built(), _HALF)
    self._fit(model)
    written = tf.train.Checkpoint(model=model).save(path)
    restored = prune.prune_low_magnitude(_built(), _HALF)
    status = tf.train.Checkpoint(model=restored).restore(written)
    if tf_compat.tf_version() >= (1, 15):
      status.assert_existing_objects_matched()  # 1.14 counts empty lists as well.
    for one, other in zip(
      model.pruning_state.pruning_vars, restored.pruning_state.pruning_vars
    ):
      self.assert_same_arrays(
        test_case.value_of(one.mask),
        test_case.value_of(other.mask),
      )

  def test_pruning_twice_is_refused(self):
    model = prune.prune_low_magnitude(_built(), _HALF)
    with self.assertRaisesRegex(ValueError, 'pruned already.*strip_pruning'):
      prune.prune_low_magnitude(model, _HALF)
    self.assertLen(model.pruning_state.pruning_vars, 3)

  def test_an_unbuilt_model_is_refused(self):
    model = Subclassed()
    with self.assertRaisesRegex(ValueError, 'not built.*Call it on a batch'):
      prune.prune_low_magnitude(model, _HALF)
    self.assertFalse(hasattr(model, 'pruning_state'))

  def test_a_weight_of_the_models_own_is_undecided_until_it_is_named(self):
    class WithScale(Subclassed):
      def build(self, input_shape):
        self.scale = self.add_weight(
          name='scale', shape=(4, 5), initializer='ones'
        )
        super().build(input_shape)

      def call(self, inputs, training=None):
        outputs = super().call(inputs, training=training)
        return outputs * tf.reduce_mean(self.scale)

    model = WithScale()
    model.predict(_X, verbose=0)
    with self.assertRaisesRegex(ValueError, 'Cannot prune .*scale.*per_weight'):
      prune.prune_low_magnitude(model, _HALF)
    self.assertFalse(hasattr(model, 'pruning_state'))
    prune.prune_low_magnitude(model, _HALF, per_weight={'scale': {}})
    self._fit(model)
    self.assertEqual(10, np.sum(test_case.value_of(model.scale) == 0))

  # --- inside other models ---------------------------------------------------

  @parameterized.named_parameters(
    ('layer', Block, 10), ('model', Subclassed, 5)
  )
  def test_a_built_composite_in_a_functional_model_is_pruned(self, make, units):
    inputs = keras.Input((20,))
    composite = make(10, name='c') if make is Block else make(name='c')
    outputs = layers.Dense(5, name='last')(composite(inputs))
    pruned = prune.prune_low_magnitude(keras.Model(inputs, outputs), _HALF)
    self._fit(pruned)
    wrapper = pruned.layers[1]
    inner = composite.inner if make is Block else composite.blocks[0].inner
    self.assertEqual(100, np.sum(test_case.value_of(inner.kernel) == 0))
    self.assertIs(composite, wrapper.layer)
    last = pruned.layers[2].layer.kernel
    # Of 25 weights 12.5 would go; half to even keeps 12.
    self.assertEqual(
      {10: 25, 5: 13}[units], np.sum(test_case.value_of(last) == 0)
    )
    stripped = prune.strip_pruning(pruned)
    self.assert_close_values(pruned(_X), stripped(_X), atol=1e-6)


if __name__ == '__main__':
  absltest.main()
