# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Pruning and weight compression for TensorFlow and Keras models.

  import tensorflow_model_optimization as tfmot

Importing changes nothing in the process: no environment variable is set, no
Keras is chosen, and the native library is not loaded before its first use.
"""

try:
  import tensorflow as _tensorflow  # noqa: F401
except ImportError as e:
  raise ImportError(
    'tensorflow_model_optimization needs TensorFlow, which is not installed '
    'here. Run `pip install tensorflow`.'
  ) from e

from tensorflow_model_optimization.python.core import tf_compat as _tf_compat

_tf_compat.check_tf_version()

from tensorflow_model_optimization.python.core.api import __version__  # noqa: E402
from tensorflow_model_optimization.python.core.api import compression  # noqa: E402
from tensorflow_model_optimization.python.core.api import sparsity  # noqa: E402

__all__ = ['__version__', 'compression', 'sparsity']
