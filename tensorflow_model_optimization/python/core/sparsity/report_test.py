# Copyright 2026 The TensorFlow Model Optimization Authors.
# SPDX-License-Identifier: Apache-2.0
"""What a report sums up, and how it is written out."""

import json

from absl.testing import absltest

from tensorflow_model_optimization.python.core.sparsity import report as lib

_EXACT = lib.WeightSparsity(
  path='a/kernel',
  shape=(4, 2),
  number=8,
  zeros=4,
  asked_sparsity=0.5,
  structure='unstructured',
  unit='weight',
  units=8,
  pruned_units=4,
  asked_units=4,
  is_exact=True,
  remark='',
)
_WRONG = _EXACT._replace(
  path='b/kernel', zeros=1, pruned_units=1, is_exact=False, remark='1 of 8'
)
_SKIPPED = lib.WeightSparsity(
  path='a/bias',
  shape=(2,),
  number=2,
  zeros=1,
  asked_sparsity=None,
  structure=None,
  unit=None,
  units=None,
  pruned_units=None,
  asked_units=None,
  is_exact=None,
  remark='bias',
)


class SparsityReportTest(absltest.TestCase):
  def test_sums(self):
    report = lib.SparsityReport('m', [_EXACT, _SKIPPED, _WRONG])
    self.assertEqual(18, report.number)
    self.assertEqual(6, report.zeros)
    self.assertEqual(6 / 18, report.sparsity)
    self.assertEqual([_EXACT, _WRONG], report.asked)
    self.assertEqual([_SKIPPED], report.skipped)
    self.assertEqual([_WRONG], report.inexact)

  def test_is_exact_has_three_values(self):
    self.assertIs(True, lib.SparsityReport('m', [_EXACT, _SKIPPED]).is_exact)
    self.assertIs(False, lib.SparsityReport('m', [_EXACT, _WRONG]).is_exact)
    self.assertIsNone(lib.SparsityReport('m', [_SKIPPED]).is_exact)
    self.assertIsNone(lib.SparsityReport('m', []).is_exact)

  def test_no_weights_and_an_empty_weight_have_sparsity_0(self):
    self.assertEqual(0.0, lib.SparsityReport('m', []).sparsity)
    empty = _SKIPPED._replace(shape=(0,), number=0, zeros=0)
    self.assertEqual(0.0, empty.sparsity)

  def test_dict_and_json_hold_everything(self):
    report = lib.SparsityReport('m', [_EXACT, _SKIPPED])
    self.assertEqual(
      {
        'model': 'm',
        'number': 10,
        'zeros': 5,
        'sparsity': 0.5,
        'is_exact': True,
        'weights': [
          {
            'path': 'a/kernel',
            'shape': [4, 2],
            'number': 8,
            'zeros': 4,
            'asked_sparsity': 0.5,
            'structure': 'unstructured',
            'unit': 'weight',
            'units': 8,
            'pruned_units': 4,
            'asked_units': 4,
            'is_exact': True,
            'remark': '',
            'sparsity': 0.5,
          },
          {
            'path': 'a/bias',
            'shape': [2],
            'number': 2,
            'zeros': 1,
            'asked_sparsity': None,
            'structure': None,
            'unit': None,
            'units': None,
            'pruned_units': None,
            'asked_units': None,
            'is_exact': None,
            'remark': 'bias',
            'sparsity': 0.5,
          },
        ],
      },
      report.to_dict(),
    )
    self.assertEqual(report.to_dict(), json.loads(report.to_json()))
    self.assertNotIn('\n', report.to_json(indent=None))

  def test_render_is_a_table(self):
    report = lib.SparsityReport('m', [_EXACT, _SKIPPED, _WRONG])
    self.assertEqual(
      '\n'.join(
        [
          'm: 6 of 18 weights are zero, 33.33%. 1 of 2 pruned are not exact.',
          '',
          'weight    shape   number  sparsity   asked  exact  structure     '
          'remark',
          '-' * 71,
          'a/kernel  (4, 2)       8    0.5000  0.5000  yes    unstructured',
          'a/bias    (2,)         2    0.5000       -  -      -             '
          'bias',
          'b/kernel  (4, 2)       8    0.1250  0.5000  NO     unstructured  '
          '1 of 8',
        ]
      ),
      report.render(),
    )
    self.assertEqual(report.render(), str(report))

  def test_headlines(self):
    self.assertIn('exact', lib.SparsityReport('m', [_EXACT]).render())
    self.assertIn(
      'No sparsity was asked for.',
      lib.SparsityReport('m', [_SKIPPED]).render(),
    )
    self.assertEqual(
      "SparsityReport(model='m', sparsity=0.5000, exact=True)",
      repr(lib.SparsityReport('m', [_EXACT])),
    )


if __name__ == '__main__':
  absltest.main()
