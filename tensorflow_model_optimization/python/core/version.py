# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""The version of this package, in one place."""

__version__ = '0.9.0.dev0'
