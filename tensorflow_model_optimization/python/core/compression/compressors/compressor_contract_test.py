# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""Every compressor of the library keeps the contract."""

import importlib
import os
import pkgutil

from absl.testing import absltest
from absl.testing import parameterized

from tensorflow_model_optimization.python.core.compression import compressors
from tensorflow_model_optimization.python.core.compression import conformance
from tensorflow_model_optimization.python.core.compression import registry
from tensorflow_model_optimization.python.core.compression.compressors import (
  entropy_penalty,
)
from tensorflow_model_optimization.python.core.compression.compressors import (
  lossless,
)
from tensorflow_model_optimization.python.core.compression.compressors import (
  low_rank,
)
from tensorflow_model_optimization.python.core.compression.compressors import (
  magnitude_pruning,
)
from tensorflow_model_optimization.python.core.compression.compressors import (
  range_coding,
)
from tensorflow_model_optimization.python.core.compression.compressors import (
  uniform_quantization,
)
from tensorflow_model_optimization.python.core.compression.compressors import (
  weight_clustering,
)
from tensorflow_model_optimization.python.core.ops import dispatch

# Compressor, and the rules that are not run wherever TensorFlow can run all.
_ROWS = (
  (entropy_penalty.EntropyPenalty(), {'updates'}),
  (
    lossless.Lossless(level=3),
    {'jit_decompress', 'updates'},
  ),
  (low_rank.LowRank(rank=2), {'updates'}),
  (
    low_rank.LowRank(energy=0.5),
    {'loads_in_a_fresh_process', 'starts_as_declared', 'updates'},
  ),
  (magnitude_pruning.MagnitudePruning(0.75), {'updates'}),
  (
    range_coding.RangeCoding(),
    {'jit_decompress', 'updates'},
  ),
  (uniform_quantization.UniformQuantization(bits=8), {'updates'}),
  (uniform_quantization.UniformQuantization(bits=3), {'updates'}),
  (weight_clustering.WeightClustering(4), {'updates'}),
)


class CompressorContractTest(parameterized.TestCase):
  @parameterized.named_parameters(
    (repr(compressor), compressor, not_run) for compressor, not_run in _ROWS
  )
  def test_keeps_the_contract(self, compressor, not_run):
    # XLA takes no native op, so `TFMOT_OPS=native` would break that rule. The ops
    # and their twins are compared in ops/expand_test.py.
    with dispatch.force('auto'):
      report = conformance.check_compressor(compressor)
    self.assertNotEmpty(report.admitted)
    self.assertContainsSubset(not_run, report.not_run)
    for rule, reason in report.not_run.items():
      if rule not in not_run:
        self.assertIn('this TensorFlow', reason, rule)

  def test_every_compressor_has_a_row(self):
    for path in compressors.__path__:
      for _, name, _ in pkgutil.iter_modules([os.path.abspath(path)]):
        if not name.endswith('_test'):
          importlib.import_module(compressors.__name__ + '.' + name)
    ours = {
      cls
      for cls in registry.registered_compressors().values()
      if cls.__module__.startswith(compressors.__name__)
    }
    missing = ours - {type(compressor) for compressor, _ in _ROWS}
    self.assertFalse(missing, 'Add these to _ROWS.')


if __name__ == '__main__':
  absltest.main()
