# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""When algorithms change variables during training."""

import logging

from tensorflow_model_optimization.python.core.compression.keras import (
  training_state,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  weight_values,
)
from tensorflow_model_optimization.python.core.keras import callback

__all__ = ['CompressionCallback']

_log = logging.getLogger('tensorflow_model_optimization')


class CompressionCallback(callback.KerasCallback):
  """Makes the updates of a model in preparation for compression.

  Needed in each training of such a model if an algorithm updates anything between
  steps, such as a mask. Updates are made outside the compiled step, so
  `jit_compile=True` works.

  A step is an update made by `model.optimizer`. It is read from the optimizer, so
  gradient accumulation and several calls of `fit` do not change a schedule.
  Without `model.optimizer`, in a loop of your own, each `on_train_batch_end`
  counts as one step.

  ```python
  model.fit(x, y, callbacks=[tfmot.compression.keras.CompressionCallback()])
  ```
  """

  def on_train_begin(self, logs=None):
    """Finds what is in preparation and makes the update that is due now."""
    del logs
    self._states = [
      training_state.state_of(layer)
      for layer in self.adapter.all_sublayers(self.model)
      if training_state.state_of(layer) is not None
    ]
    if not self._states:
      _log.warning(
        'CompressionCallback has nothing to do: the model %r is not in '
        'preparation. Did you mean to train the result of '
        'prepare_for_training()?',
        self.model.name,
      )
    self._states = [state for state in self._states if state.needs_updates]
    self._batches = 0
    # A list: each state must hear of it.
    if any([state.start() for state in self._states]):
      self.adapter.rebuild_train_function(self.model)
    self._done = {
      id(state): int(weight_values.value_of(self.adapter, state.step))
      for state in self._states
    }
    self._first_step = max([0] + list(self._done.values()))
    updates = self.adapter.optimizer_updates(self.model)
    # A checkpoint that was written after the optimizer's update and before this
    # callback's is one step behind it.
    if (
      updates is not None
      and updates == self._first_step + 1
      and any(done > training_state.NOT_STARTED for done in self._done.values())
    ):
      self._first_step = updates
    self._first_update = updates
    self._update_to(self._step())

  def on_train_batch_end(self, batch, logs=None):
    """Makes the update that is due after this batch."""
    del batch, logs
    self._batches += 1
    self._update_to(self._step())

  def on_train_end(self, logs=None):
    """Makes the last update."""
    del logs
    self._update_to(self._step())

  def _step(self):
    """The number of optimizer updates of this model so far."""
    updates = self.adapter.optimizer_updates(self.model)
    if updates is None:
      return self._first_step + self._batches
    if self._first_update is None:
      # The optimizer was set after on_train_begin.
      self._first_update = updates
    return self._first_step + updates - self._first_update

  def _update_to(self, step):
    """Makes the newest update of each weight that was due up to `step`."""
    for state in self._states:
      done = self._done[id(state)]
      if done >= step:
        continue
      for weight in state.prepared:
        due = [
          candidate
          for candidate in range(step, done, -1)
          if weight.form.update_is_due(candidate)
        ]
        if due:
          weight.update(due[0])
      self._done[id(state)] = step
      self.adapter.tf_variable(state.step).assign(step)
