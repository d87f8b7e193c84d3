# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""When masks change during training, and what is logged about it."""

import json
import logging
import os

from tensorflow_model_optimization.python.core import tf_compat
from tensorflow_model_optimization.python.core.keras import callback
from tensorflow_model_optimization.python.core.sparsity import (
  mask_picture as mask_picture_lib,
)
from tensorflow_model_optimization.python.core.sparsity import newest_update
from tensorflow_model_optimization.python.core.sparsity.keras import mask_owner
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruned_weights,
)
from tensorflow_model_optimization.python.core.sparsity.keras import (
  pruning_impl,
)
from tensorflow_model_optimization.python.core.tf_compat import tf

__all__ = ['PruningSummaries', 'UpdatePruningStep']

_log = logging.getLogger('tensorflow_model_optimization')


class UpdatePruningStep(callback.KerasCallback):
  """Updates the masks of a pruned model when its schedule says so.

  Needed in every training of a pruned model. Masks change between two batches,
  outside the compiled step; weights and masks of the model are changed in
  place, and the zeros are there whenever another callback or a checkpoint
  looks, wherever in the list of callbacks this one stands.

  A step is an update made by `model.optimizer`. It is read from the optimizer,
  so a layer that is used twice, gradient accumulation and several calls of `fit`
  do not change the schedule. Without `model.optimizer`, in a loop of your own,
  each `on_train_batch_begin` counts as one step.

  ```python
  model.fit(x, y, callbacks=[tfmot.sparsity.keras.UpdatePruningStep()])
  ```

  In a loop of your own:

  ```python
  step_callback = tfmot.sparsity.keras.UpdatePruningStep()
  step_callback.set_model(model)
  step_callback.on_train_begin()
  for epoch in range(epochs):
    for x, y in batches:
      step_callback.on_train_batch_begin(batch=-1)
      train_step(x, y)
    step_callback.on_epoch_end(batch=-1)
  ```

  Attributes:
    prunable_layers: the `PruneLowMagnitude` layers of the model, at any depth, and
      the `PruningState` of models pruned in place; after `on_train_begin`.
  """

  def __init__(self):
    super().__init__()
    self.prunable_layers = []

  def set_model(self, model):
    """Sets the model, and has it make the training step anew that it refused.

    Not as late as `on_train_begin`: Keras of TensorFlow 2.3 takes the step before.

    Raises:
      ValueError: `model` is not a Keras model.
    """
    super().set_model(model)
    owners = pruned_weights.find_mask_owners(self.adapter, model)
    if any([owner.take_refusal() for owner in owners]):
      self.adapter.rebuild_train_function(model)

  def on_train_begin(self, logs=None):
    """Finds the pruned layers and makes the update due at the present step."""
    del logs
    self.prunable_layers = pruned_weights.find_mask_owners(
      self.adapter, self.model
    )
    if not self.prunable_layers:
      _log.warning(
        'UpdatePruningStep has nothing to do: the model %r has no pruned '
        'layers. Did you mean to train the result of prune_low_magnitude()?',
        self.model.name,
      )
    self._batches_begun = 0
    self._batches_begun_in_epoch = 0
    self._updated_to = {}
    self._pruning = None
    self._store_steps = None
    self._schedules = {}
    self._schedule_keys = {}
    self._start_counting()
    for layer in self.prunable_layers:
      layer.start()
    self._update_to(self._step())

  def on_train_batch_begin(self, batch, logs=None):
    """Counts a batch, and makes the mask update that is due before it."""
    del batch, logs
    self._batches_begun += 1
    self._batches_begun_in_epoch += 1
    self._update_to(self._step(batches_done=self._batches_begun - 1))

  def on_train_batch_end(self, batch, logs=None):
    """Makes the mask update that is due after this batch."""
    del batch, logs
    self._update_to(self._step())

  def on_epoch_end(self, batch, logs=None):
    """Makes the update that is due, and zeroes what the masks prune.

    Raises:
      ValueError: the optimizer of the model made no update in this epoch, so
        the schedule stands still.
    """
    del batch, logs
    self._update_to(self._step())
    self._keep_zeros()
    updates = self.adapter.optimizer_updates(self.model)
    has_stood_still = updates is not None and updates == self._updates_at_epoch
    if self._batches_begun_in_epoch > 1 and has_stood_still:
      raise ValueError(
        '`model.optimizer` made no update in an epoch of {} batches, so the '
        'pruning schedule does not advance. Received: model.optimizer.'
        'iterations={}. In a loop of your own set `model.optimizer` to the '
        'optimizer that the loop uses.'.format(
          self._batches_begun_in_epoch, updates
        )
      )
    self._batches_begun_in_epoch = 0
    self._updates_at_epoch = updates

  def on_train_end(self, logs=None):
    """Makes the last update and zeroes what the masks prune."""
    del logs
    self._update_to(self._step())
    self._keep_zeros()

  def _start_counting(self):
    """Joins the optimizer's count to the `pruning_step` the layers come with."""
    built = [layer for layer in self.prunable_layers if layer.built]
    stored = mask_owner.NOT_STARTED
    if built:
      step = self.adapter.tf_variable(built[0].pruning_step)
      stored = int(self.adapter.function(lambda: [tf.identity(step)])()[0])
    self._last_stored = stored
    first_step = max(stored, 0)
    updates = self.adapter.optimizer_updates(self.model)
    self._updates_at_epoch = updates
    # A checkpoint that was written after the optimizer's update and before
    # this callback's is one step behind it: that step is still to be made.
    if updates is not None and updates == first_step + 1 and stored >= 0:
      first_step = updates
    self._first_step = first_step
    self._first_update = updates

  def _step(self, batches_done=None):
    """The number of optimizer updates of this pruned model so far."""
    updates = self.adapter.optimizer_updates(self.model)
    if updates is None:
      done = self._batches_begun if batches_done is None else batches_done
      return self._first_step + done
    if self._first_update is None:
      # The optimizer was set after on_train_begin.
      self._first_update = updates
    return self._first_step + updates - self._first_update

  def _update_to(self, step):
    """Makes the newest mask update that was due up to `step` and not made."""
    if all(
      self._updated_to.get(id(layer), self._last_stored) >= step
      for layer in self.prunable_layers
    ):
      return
    decisions = {}
    weight_prunings, sparsities = [], []
    for layer in self.prunable_layers:
      if not layer.built:
        continue  # Its turn comes once the first batch has built it.
      done = self._updated_to.get(id(layer), self._last_stored)
      self._updated_to[id(layer)] = max(done, step)
      for pruning in layer.weight_prunings:
        schedule = pruning.settings.pruning_schedule
        key = (self._key_of(schedule), done)
        if key not in decisions:
          decisions[key] = self._newest_due(schedule, done, step)
        weight_prunings.append(pruning)
        sparsities.append(decisions[key])
    if any(sparsity is not None for sparsity in sparsities):
      self._pruning_of(weight_prunings).update_each(sparsities)
    self._store_step(step)

  def _pruning_of(self, weight_prunings):
    """One `Pruning` of all weights; a new one when more layers are built."""
    if self._pruning is None or self._pruning_size != len(weight_prunings):
      self._pruning = pruning_impl.Pruning(weight_prunings, self.adapter)
      self._pruning_size = len(weight_prunings)
    return self._pruning

  def _store_step(self, step):
    """Keeps `pruning_step` of all layers up to date, for checkpoints."""
    if self._store_steps is None:
      if not self.prunable_layers or not all(
        layer.built for layer in self.prunable_layers
      ):
        return
      # Compiled: one call at each step, however many layers there are.
      self._store_steps = self.adapter.function(
        tf_compat.graph_compiled(self._assign_steps), tf.int64
      )
      self._stored_step = None
    if self._stored_step != step:
      self._store_steps(step)
      self._stored_step = step

  def _assign_steps(self, step):
    for layer in self.prunable_layers:
      self.adapter.tf_variable(layer.pruning_step).assign(step)
    return [tf.constant(True)]

  def _newest_due(self, schedule, done, step):
    """The sparsity of the newest update due in (done, step], or None."""
    key = self._key_of(schedule)
    if key not in self._schedules:
      self._schedules[key] = self.adapter.function(
        lambda step: list(schedule(step)), tf.int64
      )
    for candidate in range(step, done, -1):
      should_prune, sparsity = self._schedules[key](candidate)
      if should_prune:
        return newest_update.sparsity_as_float64(sparsity)
    return None

  def _key_of(self, schedule):
    """The same for equal schedules: each layer of a loaded model has its own."""
    if id(schedule) not in self._schedule_keys:
      try:
        config = json.dumps(schedule.get_config(), sort_keys=True)
      except (AttributeError, NotImplementedError, TypeError):
        config = id(schedule)  # Not to be compared: it is asked by itself.
      self._schedule_keys[id(schedule)] = (type(schedule), config)
    return self._schedule_keys[id(schedule)]

  def _keep_zeros(self):
    for layer in self.prunable_layers:
      if layer.built:
        layer.pruning_obj.keep_zeros()


class PruningSummaries(callback.KerasCallback):
  """A TensorBoard callback that also logs sparsity and threshold per weight.

  After each epoch it writes, to `<log_dir>/metrics` and at the number of
  optimizer updates so far, two scalars per pruned weight:
  `<mask variable>/sparsity`, the fraction of zeros in its mask, and
  `<threshold variable>/threshold`, the smallest kept magnitude. With eager
  execution of TensorFlow 2 also a picture, `<mask variable>/image`: white is
  kept, black is pruned, and the axes of the weight but the last are the rows.

  ```python
  callbacks = [
    tfmot.sparsity.keras.UpdatePruningStep(),
    tfmot.sparsity.keras.PruningSummaries(log_dir, mask_image_size=64),
  ]
  ```

  Args:
    log_dir: folder for the event files, a non-empty string.
    update_freq: as in `keras.callbacks.TensorBoard`.
    mask_image_size: int, the largest height and width of a picture in pixels; a
      larger mask is averaged, so gray tells how much of it is kept. 0 for no
      pictures.
    **kwargs: further arguments of `keras.callbacks.TensorBoard`.

  Raises:
    ValueError: `log_dir` is no non-empty string, or `mask_image_size` no int
      from 0 on.
    ImportError: the package tensorboard, which TensorFlow's summaries need, is
      not installed.
  """

  keras_base = 'TensorBoard'

  def __init__(
    self, log_dir, update_freq='epoch', mask_image_size=256, **kwargs
  ):
    if not isinstance(log_dir, str) or not log_dir:
      raise ValueError(
        '`log_dir` must be a non-empty string. Received: log_dir={!r}. Pass '
        'the folder that TensorBoard will read.'.format(log_dir)
      )
    is_int = isinstance(mask_image_size, int)
    if not is_int or isinstance(mask_image_size, bool) or mask_image_size < 0:
      raise ValueError(
        '`mask_image_size` must be an int from 0 on. Received: mask_image_size='
        '{!r}. It is the largest height and width of a mask picture in pixels; '
        '0 turns the pictures off.'.format(mask_image_size)
      )
    _check_tensorboard_is_installed()
    super().__init__(log_dir=log_dir, update_freq=update_freq, **kwargs)
    self._pruning_log = None
    self._mask_image_size = mask_image_size
    self._functions = {}
    self._epochs_ended = 0

  def on_epoch_end(self, epoch=None, logs=None, batch=None):
    """Logs the values after the epoch.

    Args:
      epoch: index of the epoch.
      logs: metrics of the epoch, as Keras passes them.
      batch: another name of `epoch`, for loops written for TFMOT.
    """
    epoch = batch if epoch is None else epoch
    if logs is not None:
      super().on_epoch_end(epoch, logs)
    self._epochs_ended += 1
    step = self.adapter.optimizer_updates(self.model)
    self._write_pruning_summaries(self._epochs_ended if step is None else step)

  def _write_pruning_summaries(self, step):
    if self._pruning_log is None:
      self._pruning_log = tf_compat.SummaryLog(
        os.path.join(str(self.log_dir), 'metrics')
      )
    prunings = [
      pruned
      for layer in pruned_weights.find_mask_owners(self.adapter, self.model)
      for pruned in layer.pruning_vars
    ]
    for pruned, (kept, threshold) in zip(
      prunings, self._kept_and_thresholds(prunings)
    ):
      self._scalar(pruned.mask, 'sparsity', 1.0 - kept, step)
      self._scalar(pruned.threshold, 'threshold', threshold, step)
    if self._mask_image_size and self._pruning_log.takes_images:
      for pruned in prunings:
        self._image(pruned.mask, step)
    self._pruning_log.flush()

  def _kept_and_thresholds(self, prunings):
    """(fraction kept, threshold) of each weight, as numpy values."""
    key = tuple(id(pruned.weight) for pruned in prunings)
    if key not in self._functions:

      def read():
        values = []
        for pruned in prunings:
          mask = self.adapter.tf_variable(pruned.mask)
          values.append(tf.reduce_mean(tf.cast(mask, tf.float32)))
          threshold = self.adapter.tf_variable(pruned.threshold)
          values.append(tf.convert_to_tensor(threshold))
        return values

      self._functions[key] = self.adapter.function(read)
    values = self._functions[key]()
    return zip(values[::2], values[1::2])

  def _scalar(self, variable, what, value, step):
    self._pruning_log.write(self._tag(variable, what), value, step)

  def _image(self, mask, step):
    variable = self.adapter.tf_variable(mask)
    (value,) = self.adapter.function(lambda: [tf.identity(variable)])()
    picture = mask_picture_lib.mask_picture(value, self._mask_image_size)
    self._pruning_log.write_image(self._tag(mask, 'image'), picture, step)

  def _tag(self, variable, what):
    # ':0' because dashboards made for TFMOT look for its variable names.
    return '{}:0/{}'.format(self.adapter.variable_name(variable), what)


def _check_tensorboard_is_installed():
  try:
    import tensorboard  # noqa: F401
  except ImportError as e:
    raise ImportError(
      'PruningSummaries needs the package tensorboard, which is not installed. '
      'Run `pip install tensorflow-model-optimization[tensorboard]`.'
    ) from e
