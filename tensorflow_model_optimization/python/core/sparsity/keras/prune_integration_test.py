# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Trains small models end to end through the public API."""

from absl.testing import absltest
from absl.testing import parameterized
import numpy as np

from tensorflow_model_optimization.python.core.keras import test_case
from tensorflow_model_optimization.python.core.sparsity import pruning_schedule
from tensorflow_model_optimization.python.core.sparsity.keras import prune
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_callbacks,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

keras = test_case.keras
layers = keras.layers
_IMAGES = np.random.RandomState(0).randn(48, 8, 8, 1).astype(np.float32)
_LABELS = np.random.RandomState(1).randint(0, 4, 48)


def _convolutional_model():
  return keras.Sequential(
    [
      layers.Conv2D(8, 3, activation='relu', input_shape=(8, 8, 1)),
      layers.BatchNormalization(),
      layers.MaxPooling2D(),
      layers.Flatten(),
      layers.Dense(
        16,
        activation='relu',
        kernel_constraint=keras.constraints.MaxNorm(0.5),
        kernel_regularizer=keras.regularizers.l2(0.01),
      ),
      layers.Dropout(0.2),
      layers.Dense(4, activation='softmax', name='classes'),
    ]
  )


def _pruned_weights(model):
  """(name, numpy weight, numpy mask) of each pruned weight."""
  value = test_case.value_of
  return [
    (layer.name, value(pruned.weight), value(pruned.mask))
    for layer in test_case.adapter.all_sublayers(model)
    for pruned in getattr(layer, 'pruning_vars', [])
  ]


def _expected_kept(size, sparsity):
  return max(1, int(np.round(size * (1 - sparsity))))


class _ExactZeros(keras.callbacks.Callback):
  """Asserts after every batch that the zeros are those of the masks."""

  def __init__(self, test):
    super().__init__()
    self.test = test
    self.batches = 0

  def on_train_batch_end(self, batch, logs=None):
    self.batches += 1
    for name, weight, mask in _pruned_weights(self.model):
      self.test.assertFalse(np.any(weight[~mask]), name)


class TrainingTest(test_case.KerasTestCase):
  def _train(self, model, x, y, sparsity=0.8, epochs=3):
    """Fits under the eyes of a callback that stands before the pruning one."""
    watcher = _ExactZeros(self)
    model.fit(
      x,
      y,
      batch_size=16,
      epochs=epochs,
      verbose=0,
      callbacks=[watcher, pruning_callbacks.UpdatePruningStep()],
    )
    self.assertEqual(watcher.batches, 3 * epochs)
    for name, weight, mask in _pruned_weights(model):
      kept = _expected_kept(weight.size, sparsity)
      self.assertEqual(int(mask.sum()), kept, name)
      self.assertLessEqual(np.count_nonzero(weight), kept, name)

  def _schedule(self, sparsity=0.8):
    return pruning_schedule.PolynomialDecay(0.0, sparsity, 0, 8, frequency=3)

  def _optimizers(self):
    optimizers = {
      'momentum': keras.optimizers.SGD(0.05, momentum=0.9),
      'adam': keras.optimizers.Adam(0.01),
    }
    if hasattr(keras.optimizers, 'AdamW'):
      optimizers['weight decay'] = keras.optimizers.AdamW(
        0.01, weight_decay=0.1
      )
    return optimizers.items()

  @parameterized.parameters(False, True)
  def test_fit(self, jit_compile):
    if jit_compile and not test_case.offers_jit_compile():
      self.skipTest('this Keras has no jit_compile')
    arguments = {'jit_compile': True} if jit_compile else {}
    for name, optimizer in self._optimizers():
      with self.subTest(optimizer=name):
        model = prune.prune_low_magnitude(
          _convolutional_model(), self._schedule()
        )
        self.compile(
          model, optimizer, 'sparse_categorical_crossentropy', **arguments
        )
        self._train(model, _IMAGES, _LABELS)
        kernel = model.layers[4].layer.get_weights()[0]
        norms = np.sqrt(np.sum(kernel**2, axis=0))
        self.assertLessEqual(norms.max(), 0.5001)  # MaxNorm is in force.

  def test_inference_writes_nothing(self):
    model = prune.prune_low_magnitude(
      _convolutional_model(), pruning_schedule.ConstantSparsity(0.5, 0)
    )
    self.compile(model, loss='sparse_categorical_crossentropy')
    before = model.get_weights()
    model.predict(_IMAGES, verbose=0)
    model.evaluate(_IMAGES, _LABELS, verbose=0)
    self.assert_same_arrays(before, model.get_weights())

  def test_functional_model_with_operators_and_a_nested_model(self):
    inner = keras.Sequential([layers.Dense(9, input_shape=(16,))], name='inner')
    inputs = keras.Input((8, 8, 1))
    flat = layers.Flatten()(inputs)
    left, right = layers.Dense(16)(flat), layers.Dense(16)(flat)
    outputs = layers.Dense(4, activation='softmax')(inner(left + right * 0.5))
    model = keras.Model(inputs, outputs)
    expected = model.predict(_IMAGES, verbose=0)

    pruned = prune.prune_low_magnitude(model, self._schedule())
    self.assert_same_arrays(expected, pruned.predict(_IMAGES, verbose=0))
    self.compile(pruned, 'adam', 'sparse_categorical_crossentropy')
    self._train(pruned, _IMAGES, _LABELS)
    self.assertLen(_pruned_weights(pruned), 4)

    stripped = prune.strip_pruning(pruned)
    self.assertEqual(stripped.get_config(), model.get_config())
    self.assertEqual(
      [layer.name for layer in stripped.layers],
      [layer.name for layer in model.layers],
    )
    self.assert_close_values(
      stripped.predict(_IMAGES, verbose=0),
      pruned.predict(_IMAGES, verbose=0),
      atol=1e-6,
    )

  def test_outputs_keep_their_names(self):
    inputs = keras.Input((4,), name='features')
    model = keras.Model(
      inputs,
      [layers.Dense(1, name='a')(inputs), layers.Dense(1, name='b')(inputs)],
    )
    pruned = prune.prune_low_magnitude(model, self._schedule())
    self.compile(pruned, loss={'a': 'mse', 'b': 'mae'})
    x, y = np.ones([48, 4], np.float32), np.ones([48, 1], np.float32)
    self._train(pruned, {'features': x}, {'a': y, 'b': y})

  def test_sequence_model_with_keras_masks(self):
    model = keras.Sequential(
      [
        layers.Embedding(20, 8, mask_zero=True),
        layers.LSTM(6),
        layers.Dense(2, activation='softmax'),
      ]
    )
    tokens = np.random.RandomState(0).randint(0, 20, [48, 5])
    tokens[:, 3:] = 0  # Masked.
    expected = model.predict(tokens, verbose=0)
    pruned = prune.prune_low_magnitude(model, self._schedule())
    self.assert_close_values(
      pruned.predict(tokens, verbose=0), expected, atol=1e-6
    )
    self.compile(pruned, 'adam', 'sparse_categorical_crossentropy')
    self._train(pruned, tokens, tokens[:, 0] % 2)
    # embeddings, kernel, recurrent_kernel, kernel
    self.assertLen(_pruned_weights(pruned), 4)

  def test_blocks_on_matrices_and_convolutions(self):
    model = keras.Sequential(
      [
        layers.Conv2D(8, 3, input_shape=(8, 8, 1)),
        layers.Conv2D(8, 3, padding='same'),
        layers.Flatten(),
        layers.Dense(4, activation='softmax'),
      ]
    )
    pruned = prune.prune_low_magnitude(
      model,
      pruning_schedule.ConstantSparsity(0.5, 0),
      block_size=(4, 4),
      block_pooling_type='MAX',
    )
    self.compile(pruned, loss='sparse_categorical_crossentropy')
    pruned.fit(
      _IMAGES,
      _LABELS,
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    _, weight, mask = _pruned_weights(pruned)[1]
    self.assertEqual(weight.shape, (3, 3, 8, 8))
    blocks = mask.reshape(9, 2, 4, 2, 4).transpose(0, 1, 3, 2, 4)
    per_block = blocks.reshape(36, 16).sum(axis=1)
    self.assertEqual(sorted(set(per_block)), [0, 16])
    self.assertEqual(int((per_block == 16).sum()), 18)

  def test_two_of_four(self):
    model = keras.Sequential([layers.Dense(3, input_shape=(8,))])
    pruned = prune.prune_low_magnitude(
      model,
      pruning_schedule.ConstantSparsity(0.5, 0, frequency=1),
      sparsity_m_by_n=(2, 4),
    )
    self.compile(pruned)
    pruned.fit(
      np.random.randn(32, 8),
      np.ones([32, 3]),
      verbose=0,
      callbacks=[pruning_callbacks.UpdatePruningStep()],
    )
    _, weight, _ = _pruned_weights(pruned)[0]
    per_group = np.count_nonzero(weight.reshape(2, 4, 3), axis=1)
    self.assertTrue(np.all(per_group == 2))

  @test_case.needs_mixed_precision
  def test_mixed_precision_with_a_float32_output_layer(self):
    policy = keras.mixed_precision
    policy.set_global_policy('mixed_float16')
    try:
      model = keras.Sequential(
        [
          layers.Dense(16, input_shape=(8,)),
          layers.Dense(4, activation='softmax', dtype='float32'),
        ]
      )
      pruned = prune.prune_low_magnitude(model, self._schedule())
    finally:
      policy.set_global_policy('float32')
    self.compile(pruned, 'sgd', 'sparse_categorical_crossentropy')
    self._train(pruned, np.random.randn(48, 8).astype(np.float32), _LABELS)
    for _, weight, _ in _pruned_weights(pruned):
      self.assertEqual(weight.dtype, np.float32)


class OwnLoopTest(test_case.KerasTestCase):
  @test_case.needs_eager('A loop with a GradientTape runs eagerly.')
  def test_the_loop_of_the_design_document(self):
    model = keras.Sequential([layers.Dense(10, input_shape=(10,))])
    pruned = prune.prune_low_magnitude(
      model, pruning_schedule.ConstantSparsity(0.8, 0, frequency=1)
    )
    x, y = np.random.randn(32, 10).astype(np.float32), np.ones([32, 10])
    loss = keras.losses.MeanSquaredError()
    optimizer = keras.optimizers.Adam()
    unused = -1

    pruned.optimizer = optimizer
    step_callback = pruning_callbacks.UpdatePruningStep()
    step_callback.set_model(pruned)
    step_callback.on_train_begin()
    for _ in range(2):
      for _ in range(3):
        step_callback.on_train_batch_begin(batch=unused)
        with tf.GradientTape() as tape:
          loss_value = loss(y, pruned(x, training=True))
        gradients = tape.gradient(loss_value, pruned.trainable_variables)
        optimizer.apply_gradients(zip(gradients, pruned.trainable_variables))
        _, weight, _ = _pruned_weights(pruned)[0]
        self.assertEqual(np.count_nonzero(weight), 20)
      step_callback.on_epoch_end(batch=unused)
    step = pruned.layers[0].pruning_step
    self.assertEqual(int(test_case.value_of(step)), 6)

  def test_stripping_applies_the_masks_a_last_time(self):
    pruned = prune.prune_low_magnitude(
      keras.Sequential([layers.Dense(10, input_shape=(10,))]),
      pruning_schedule.ConstantSparsity(0.8, 0),
    )
    step_callback = pruning_callbacks.UpdatePruningStep()
    step_callback.set_model(pruned)
    step_callback.on_train_begin()
    kernel = test_case.adapter.tf_variable(pruned.layers[0].layer.kernel)
    kernel.assign(tf.ones_like(kernel))  # A loop that knows no constraints.
    stripped = prune.strip_pruning(pruned)
    self.assertEqual(np.count_nonzero(stripped.get_weights()[0]), 20)


if __name__ == '__main__':
  absltest.main()
