# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Loading of Keras files whose models are compressed or trained for it."""

from tensorflow_model_optimization.python.core.compression.keras import (
  packed_weights,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  saved_class,
)
from tensorflow_model_optimization.python.core.compression.keras import (
  training_preparation,
)

__all__ = ['compression_scope']


def compression_scope():
  """Lets Keras load files of models that are packed or in preparation.

  ```python
  with tfmot.compression.keras.compression_scope():
    model = keras.models.load_model('packed.keras')
  ```

  The module of each compressor must be imported.

  Returns:
    A context manager; it serves every Keras that the process has imported.
  """
  return saved_class.class_scope(
    packed_weights.PackedModel, training_preparation.PreparedModel
  )
