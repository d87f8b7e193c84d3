# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning for Keras models: the public names."""

from tensorflow_model_optimization.python.core.sparsity.keras.checkpoint_upgrade import (
  upgrade_checkpoint,
)
from tensorflow_model_optimization.python.core.sparsity.keras.prunable_layer import (
  PrunableLayer,
)
from tensorflow_model_optimization.python.core.sparsity.keras.prune import (
  prune_low_magnitude,
)
from tensorflow_model_optimization.python.core.sparsity.keras.prune import (
  prune_scope,
)
from tensorflow_model_optimization.python.core.sparsity.keras.prune import (
  strip_pruning,
)
from tensorflow_model_optimization.python.core.sparsity.keras.prune_now import (
  prune_now,
)
from tensorflow_model_optimization.python.core.sparsity.keras.pruning_callbacks import (
  PruningSummaries,
)
from tensorflow_model_optimization.python.core.sparsity.keras.pruning_callbacks import (
  UpdatePruningStep,
)
from tensorflow_model_optimization.python.core.sparsity.keras.pruning_policy import (
  PruneForLatencyOnXNNPack,
)
from tensorflow_model_optimization.python.core.sparsity.keras.pruning_policy import (
  PruningPolicy,
)
from tensorflow_model_optimization.python.core.sparsity.keras.sparsity_report import (
  sparsity_report,
)
from tensorflow_model_optimization.python.core.sparsity.pruning_schedule import (
  ConstantSparsity,
)
from tensorflow_model_optimization.python.core.sparsity.pruning_schedule import (
  CosineSparsity,
)
from tensorflow_model_optimization.python.core.sparsity.pruning_schedule import (
  OneShotSparsity,
)
from tensorflow_model_optimization.python.core.sparsity.pruning_schedule import (
  PolynomialDecay,
)
from tensorflow_model_optimization.python.core.sparsity.pruning_schedule import (
  PruningSchedule,
)
from tensorflow_model_optimization.python.core.sparsity.pruning_schedule import (
  SequentialSchedule,
)

__all__ = [
  'ConstantSparsity',
  'CosineSparsity',
  'OneShotSparsity',
  'PolynomialDecay',
  'PrunableLayer',
  'PruneForLatencyOnXNNPack',
  'PruningPolicy',
  'PruningSchedule',
  'PruningSummaries',
  'SequentialSchedule',
  'UpdatePruningStep',
  'prune_low_magnitude',
  'prune_now',
  'prune_scope',
  'sparsity_report',
  'strip_pruning',
  'upgrade_checkpoint',
]
