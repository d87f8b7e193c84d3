# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a report sums up, and how it is written out."""

import json

from absl.testing import absltest

from tensorflow_model_optimization.python.core.compression import report as lib
from tensorflow_model_optimization.python.core.compression import tensor_spec

_KERNEL = lib.WeightCompression(
  path='a/kernel',
  shape=(4, 8),
  dtype='float32',
  dense_bytes=128,
  tensors={'mask': 4, 'values/codes': 16},
  stages=('Prune(0.5)', 'Cluster(16)'),
  remark='',
)
_BIAS = lib.WeightCompression.skipped(
  'a/bias', tensor_spec.TensorSpec((8,), 'float32'), 'is a bias'
)


class CompressionReportTest(absltest.TestCase):
  def test_sums(self):
    report = lib.CompressionReport('m', [_KERNEL, _BIAS])
    self.assertEqual(report.dense_bytes, 128 + 32)
    self.assertEqual(report.stored_bytes, 4 + 16 + 32)
    self.assertEqual(report.ratio, 160 / 52)
    self.assertEqual(report.compressed, [_KERNEL])
    self.assertEqual(report.skipped, [_BIAS])

  def test_model_without_weights(self):
    self.assertEqual(lib.CompressionReport('m', []).ratio, 1.0)

  def test_table(self):
    self.assertEqual(
      lib.CompressionReport('m', [_KERNEL, _BIAS]).render(),
      'm: 160 bytes of weights are stored in 52, 3.08x smaller. '
      '1 of 2 weights are compressed.\n'
      '\n'
      'weight    shape   dense  stored  ratio  how                       '
      'remark\n' + '-' * 75 + '\n'
      'a/kernel  (4, 8)    128      20  6.40x  Prune(0.5) + Cluster(16)\n'
      'a/bias    (8,)       32      32  1.00x  -                         '
      'is a bias',
    )

  def test_json(self):
    found = json.loads(lib.CompressionReport('m', [_KERNEL]).to_json())
    self.assertEqual(found['stored_bytes'], 20)
    self.assertEqual(found['weights'][0]['shape'], [4, 8])
    self.assertEqual(
      found['weights'][0]['tensors'], {'mask': 4, 'values/codes': 16}
    )


if __name__ == '__main__':
  absltest.main()
