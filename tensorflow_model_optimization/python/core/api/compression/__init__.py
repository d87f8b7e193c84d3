# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Weight compression: the public names."""

from tensorflow_model_optimization.python.core.api.compression import keras

__all__ = ['keras']
