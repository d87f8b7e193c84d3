# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""How a custom layer says which of its weights are pruned."""

import abc

__all__ = ['PrunableLayer']


class PrunableLayer(abc.ABC):
  """Mix-in for a custom Keras layer that declares its prunable weights.

  Having the method is enough; deriving from this class makes a forgotten method
  an error when the layer is made.

  ```python
  class MyDense(keras.layers.Dense, tfmot.sparsity.keras.PrunableLayer):

    def get_prunable_weights(self):
      return [self.kernel]  # Pruning the bias as well costs accuracy.
  ```
  """

  @abc.abstractmethod
  def get_prunable_weights(self):
    """Returns the list of weight variables to prune; called after `build`."""
