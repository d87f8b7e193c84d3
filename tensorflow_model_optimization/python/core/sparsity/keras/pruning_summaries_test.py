# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Tests of PruningSummaries, read back with TensorBoard's own readers."""

import glob
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
from tensorflow_model_optimization.python.core.testing import tf_mode
from tensorflow_model_optimization.python.core.tf_compat import tf

keras = test_case.keras
_X = np.random.RandomState(0).randn(64, 10).astype(np.float32)
_Y = np.random.RandomState(1).randn(64, 1).astype(np.float32)
_HAS_IMAGES = tf_mode.is_eager() and tf_compat.tf_version() >= (2, 0)


def _model():
  return prune.prune_low_magnitude(
    keras.Sequential(
      [
        keras.layers.Dense(10, input_shape=(10,)),
        keras.layers.Dense(300),
        keras.layers.Dense(1),
      ]
    ),
    pruning_schedule.ConstantSparsity(0.8, 6, frequency=1),
  )


def _name(variable):
  return test_case.adapter.variable_name(variable)


class PruningSummariesTest(test_case.KerasTestCase):
  def setUp(self):
    super().setUp()
    try:
      import tensorboard  # noqa: F401
    except ImportError:
      self.skipTest('needs the package tensorboard')
    self.log_dir = self.create_tempdir().full_path

  def _fit(self, **kwargs):
    model = self.compile(_model())
    model.fit(
      _X,
      _Y,
      batch_size=16,
      epochs=2,
      verbose=0,
      callbacks=[
        pruning_callbacks.UpdatePruningStep(),
        pruning_callbacks.PruningSummaries(log_dir=self.log_dir, **kwargs),
      ],
    )
    return model

  def _events(self):
    """{tag: [(step, value)]}: numbers, and images as decoded arrays."""
    from tensorboard.backend.event_processing import event_file_loader

    events = {}
    for path in glob.glob(os.path.join(self.log_dir, 'metrics', '*')):
      for event in event_file_loader.EventFileLoader(path).Load():
        for value in event.summary.value:
          if value.HasField('simple_value'):  # From a TensorFlow 1 graph.
            content = value.simple_value
          else:
            content = tf.make_ndarray(value.tensor)
            if value.tag.endswith('/image'):
              # Width, height and a PNG, as strings.
              content = tf.io.decode_png(content[2]).numpy()[..., 0]
          events.setdefault(value.tag, []).append((event.step, content))
    return events

  def test_numbers_are_those_after_each_epoch(self):
    layer = self._fit().layers[0]
    events = self._events()
    sparsity = events[_name(layer.pruning_vars[0].mask) + ':0/sparsity']
    self.assertEqual([step for step, _ in sparsity], [4, 8])
    self.assert_close_values([v for _, v in sparsity], [0.0, 0.8], atol=1e-6)
    threshold = events[_name(layer.pruning_vars[0].threshold) + ':0/threshold']
    self.assertEqual(threshold[0][1], 0.0)
    self.assertGreater(threshold[1][1], 0.0)

  def test_images_are_the_masks(self):
    model = self._fit()
    images = {t: e for t, e in self._events().items() if t.endswith('/image')}
    if not _HAS_IMAGES:
      self.assertEmpty(images)
      return
    self.assertLen(images, 3)
    for i, shape in enumerate([(10, 10), (10, 256), (256, 1)]):
      mask = model.layers[i - 3].pruning_vars[0].mask
      (step, before), (last_step, after) = images[_name(mask) + ':0/image']
      self.assertEqual((4, 8), (step, last_step))
      self.assert_equal_values(np.full(shape, 255), before)
      self.assertEqual(shape, after.shape)
      if i == 0:
        self.assert_equal_values(
          np.where(test_case.value_of(mask), 255, 0), after
        )
      # Parts of one or two weights, of which 20 % are kept.
      self.assertBetween(np.mean(after) / 255, 0.1, 0.3)

  @test_case.needs_eager('TensorFlow 1 graphs have no pictures.')
  def test_tensorboard_lists_images_and_numbers(self):
    if not _HAS_IMAGES:
      self.skipTest('Pictures need TensorFlow 2.')
    from tensorboard.backend.event_processing import event_accumulator

    self._fit()
    accumulator = event_accumulator.EventAccumulator(
      os.path.join(self.log_dir, 'metrics')
    )
    accumulator.Reload()
    plugins = {}
    for tag in accumulator.Tags()['tensors']:
      plugin = accumulator.SummaryMetadata(tag).plugin_data.plugin_name
      plugins.setdefault(plugin, set()).add(tag.rsplit('/')[-1])
    self.assertEqual(
      {'images': {'image'}, 'scalars': {'sparsity', 'threshold'}}, plugins
    )

  @parameterized.named_parameters(('small', 4, (4, 4)), ('none', 0, None))
  def test_the_size_bounds_the_images(self, size, expected):
    layer = self._fit(mask_image_size=size).layers[0]
    tag = _name(layer.pruning_vars[0].mask) + ':0/image'
    events = self._events()
    if expected is None or not _HAS_IMAGES:
      self.assertNotIn(tag, events)
    else:
      self.assertEqual(expected, events[tag][0][1].shape)

  def test_works_without_optimizer_in_an_own_loop(self):
    callback = pruning_callbacks.PruningSummaries(log_dir=self.log_dir)
    callback.set_model(_model())
    callback.on_epoch_end(batch=-1)
    self.assertLen(self._events(), 9 if _HAS_IMAGES else 6)

  @parameterized.parameters('', None, 3)
  def test_wrong_log_dir_is_named(self, log_dir):
    with self.assertRaisesRegex(ValueError, '`log_dir` .*Received: log_dir='):
      pruning_callbacks.PruningSummaries(log_dir=log_dir)

  @parameterized.parameters(-1, 2.0, True, None)
  def test_wrong_size_is_named(self, size):
    with self.assertRaisesRegex(
      ValueError, '`mask_image_size` .*Received: mask_image_size='
    ):
      pruning_callbacks.PruningSummaries('logs', mask_image_size=size)


if __name__ == '__main__':
  absltest.main()
