# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Import path kept for users of TFMOT; the code is in ../pruning_schedule.py."""

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
  'PruningSchedule',
  'SequentialSchedule',
]
