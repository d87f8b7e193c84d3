# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The public namespace; each name is defined elsewhere."""

from tensorflow_model_optimization.python.core.api import compression
from tensorflow_model_optimization.python.core.api import sparsity
from tensorflow_model_optimization.python.core.version import __version__

__all__ = ['__version__', 'compression', 'sparsity']
