# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Weight compression for Keras models: the public names."""

from tensorflow_model_optimization.python.core.compression.compressed_weight import (
  compress_weight,
)
from tensorflow_model_optimization.python.core.compression.compressed_weight import (
  CompressedWeight,
)
from tensorflow_model_optimization.python.core.compression.compressors.entropy_penalty import (
  EntropyPenalty,
)
from tensorflow_model_optimization.python.core.compression.compressors.lossless import (
  Lossless,
)
from tensorflow_model_optimization.python.core.compression.compressors.low_rank import (
  LowRank,
)
from tensorflow_model_optimization.python.core.compression.compressors.magnitude_pruning import (
  MagnitudePruning,
)
from tensorflow_model_optimization.python.core.compression.compressors.range_coding import (
  RangeCoding,
)
from tensorflow_model_optimization.python.core.compression.compressors.uniform_quantization import (
  UniformQuantization,
)
from tensorflow_model_optimization.python.core.compression.compressors.weight_clustering import (
  WeightClustering,
)
from tensorflow_model_optimization.python.core.compression.conformance import (
  check_compressor,
)
from tensorflow_model_optimization.python.core.compression.keras.compress import (
  compress,
)
from tensorflow_model_optimization.python.core.compression.keras.compressed_model import (
  CompressedModel,
)
from tensorflow_model_optimization.python.core.compression.keras.compressed_model import (
  load,
)
from tensorflow_model_optimization.python.core.compression.keras.compression_callback import (
  CompressionCallback,
)
from tensorflow_model_optimization.python.core.compression.keras.compression_scope import (
  compression_scope,
)
from tensorflow_model_optimization.python.core.compression.keras.packed_weights import (
  PackedModel,
)
from tensorflow_model_optimization.python.core.compression.keras.training_preparation import (
  prepare_for_training,
)
from tensorflow_model_optimization.python.core.compression.keras.training_preparation import (
  PreparedModel,
)
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
  'CompressedModel',
  'CompressedWeight',
  'CompressionCallback',
  'EntropyPenalty',
  'Lossless',
  'LowRank',
  'MagnitudePruning',
  'PackedModel',
  'PreparedModel',
  'RangeCoding',
  'TensorSpec',
  'UniformQuantization',
  'VariableSpec',
  'WeightClustering',
  'WeightCompressor',
  'check_compressor',
  'compress',
  'compress_weight',
  'compression_scope',
  'load',
  'prepare_for_training',
  'register_compressor',
]
