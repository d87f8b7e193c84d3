# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What `./dev` and CI have in common; standard library only, Python 3.7 and newer."""
