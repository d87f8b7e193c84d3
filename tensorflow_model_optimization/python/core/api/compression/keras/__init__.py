# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Weight compression for Keras models: the public names."""

from tensorflow_model_optimization.python.core.compression.registry import (
  register_compressor,
)
from tensorflow_model_optimization.python.core.compression.tensor_spec import (
  TensorSpec,
)
from tensorflow_model_optimization.python.core.compression.tensor_spec import (
  VariableSpec,
)
from tensorflow_model_optimization.python.core.compression.weight_compressor import (
  WeightCompressor,
)

__all__ = [
  'TensorSpec',
  'VariableSpec',
  'WeightCompressor',
  'register_compressor',
]
