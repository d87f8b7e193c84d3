# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Where things are in the repository."""

import os

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENVS = os.path.join(ROOT, '.venvs')
MATRIX = os.path.join(ROOT, 'ci', 'matrix.json')
RESULTS = os.path.join(ROOT, 'ci', 'results.json')
REQUIREMENTS = os.path.join(ROOT, 'ci', 'requirements')
DIST = os.path.join(ROOT, 'dist')
